"""Reports: counted once for each reader, and enough of them have a comment wait."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.accounts import people
from commentbox.comments import posting, threads
from commentbox.comments.reporting import LONGEST_NOTE, Reporter, report
from commentbox.errors import Conflict, Invalid, NotFound
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock, ids, tokens
from commentbox.models import (
    Account,
    Batch,
    BlockKind,
    Cause,
    Comment,
    Decision,
    Identity,
    Job,
    Policy,
    Report,
    Ruling,
    Site,
    Status,
    Thread,
)
from commentbox.moderation import actions, blocking, reasons, rulings, status
from commentbox.moderation.actions import Seen
from tests.conftest import BLOG

Post = Callable[..., Comment]
AT_ONCE = 8
numbers = count()


def guest(key: str | None = None) -> Reporter:
    return Reporter(key=key or tokens.new())


def reader(address: str = "") -> Reporter:
    """Return somebody who logged in, and has proved this address if there is one."""
    account = Account(name="Reader")
    db.session.add(account)
    db.session.flush()
    db.session.add(
        Identity(
            account_id=account.id,
            provider="email" if address else "google",
            issuer="",
            subject=address or f"subject {next(numbers)}",
            email=address,
            email_verified=bool(address),
        )
    )
    db.session.flush()
    return Reporter(account)


def counted(comment: Comment) -> tuple[int, int]:
    """Return the stored count, and the number of open reports."""
    db.session.refresh(comment)
    rows = select(func.count()).where(Report.comment_id == comment.id, Report.ruling == Ruling.OPEN)
    return comment.open_reports, db.session.scalar(rows) or 0


def report_all(comment: Comment, *readers: Reporter) -> Status:
    for each in readers:
        report(comment, by=each, cause=Cause.ABUSE)
    return comment.status


def test_a_report_says_who_found_what_wrong(post: Post) -> None:
    comment, ann = post(), reader()
    assert ann.account
    made = report(comment, by=ann, cause=Cause.SPAM, note="  An advert\x00 ")
    assert (made.cause, made.note, made.ruling) == (Cause.SPAM, "An advert", Ruling.OPEN)
    assert (made.reporter, made.account_id) == (f"account:{ann.account.id}", ann.account.id)
    assert counted(comment) == (1, 1)


def test_who_reports_again_changes_what_they_said_and_counts_once(post: Post) -> None:
    comment, ann = post(), guest()
    first = report(comment, by=ann, cause=Cause.SPAM, note="An advert")
    again = report(comment, by=ann, cause=Cause.ABUSE, note="")
    assert first is again
    assert (again.cause, again.note) == (Cause.ABUSE, "")
    assert counted(comment) == (1, 1)
    report(comment, by=guest(), cause=Cause.SPAM)
    assert counted(comment) == (2, 2)


def test_nothing_is_kept_of_a_guest_but_a_hash(post: Post) -> None:
    key = tokens.new()
    made = report(post(), by=guest(key), cause=Cause.SPAM)
    assert (made.reporter, made.account_id) == (tokens.digest(key), None)


def test_nobody_reports_their_own_comment(post: Post, site: Site, thread: Thread) -> None:
    key, mia = tokens.new(), people.invite("mia@example.org")
    own = post(key=key)
    theirs = posting.post(
        thread,
        site,
        author=posting.Member(mia),
        draft=posting.Draft("By Mia"),
        arrival=posting.Arrival(),
    )
    for comment, author in ((own, guest(key)), (own, Reporter(mia, key)), (theirs, Reporter(mia))):
        with pytest.raises(Conflict, match=r"report\.own"):
            report(comment, by=author, cause=Cause.SPAM)
    assert counted(own) == counted(theirs) == (0, 0)


def test_only_what_readers_see_can_be_reported(post: Post) -> None:
    comment = post()
    status.move(comment, Status.PENDING)
    with pytest.raises(NotFound, match=r"comment\.unknown"):
        report(comment, by=guest(), cause=Cause.SPAM)


def test_a_long_note_and_a_secret_that_is_none_are_refused(post: Post) -> None:
    comment = post()
    with pytest.raises(Invalid, match=r"report\.note_too_long"):
        report(comment, by=guest(), cause=Cause.OTHER, note="x" * (LONGEST_NOTE + 1))
    with pytest.raises(Invalid, match=r"field\.invalid"):
        report(comment, by=Reporter(key="short"), cause=Cause.OTHER)
    assert counted(comment) == (0, 0)


def test_enough_readers_who_logged_in_have_a_comment_wait(
    post: Post, site: Site, thread: Thread
) -> None:
    comment = post()
    assert report_all(comment, reader(), reader()) is Status.PUBLISHED
    assert report_all(comment, reader()) is Status.PENDING
    assert counted(comment) == (3, 3)
    db.session.refresh(thread)
    assert (thread.comment_count, comment.is_shown) == (0, False)
    told = select(Job.payload).where(Job.kind == "comment.pending")
    assert db.session.scalars(told).all() == [{"comment_id": comment.id}]
    assert "Reported by 3 readers" in reasons.shown(comment)
    assert " reported " in comment.signal_codes


def test_the_log_says_that_nobody_decided_it(post: Post) -> None:
    comment = post()
    report_all(comment, reader(), reader(), reader())
    batch = db.session.scalars(select(Batch)).one()
    decision = db.session.scalars(select(Decision)).one()
    assert (batch.action, batch.account_id, batch.site_id) == ("reported", None, comment.site_id)
    assert (batch.total, batch.done, batch.details) == (1, 1, {"reports": 3})
    assert (decision.batch, decision.account_id) == (batch.id, None)
    assert (decision.before, decision.after) == (Status.PUBLISHED, Status.PENDING)


def test_guests_never_have_a_comment_wait(post: Post) -> None:
    comment = post()
    assert report_all(comment, *(guest() for _ in range(20))) is Status.PUBLISHED
    assert report_all(comment, reader(), reader()) is Status.PUBLISHED
    assert counted(comment) == (22, 22)


def test_a_site_may_want_other_numbers_or_none(post: Post, site: Site) -> None:
    one, two = post("One"), post("Two")
    site.reports_to_hold = 1
    assert report_all(one, reader()) is Status.PENDING
    site.reports_to_hold = 0
    assert report_all(two, *(reader() for _ in range(5))) is Status.PUBLISHED


def test_what_moderators_wrote_stays(post: Post) -> None:
    comment = post()
    comment.is_official = True
    assert report_all(comment, reader(), reader(), reader()) is Status.PUBLISHED


def test_the_addresses_of_one_mailbox_are_one_reader(post: Post) -> None:
    comment = post()
    addresses = ("eve@example.org", "eve+1@example.org", "Eve+2@example.org")
    assert report_all(comment, *map(reader, addresses)) is Status.PUBLISHED
    assert report_all(comment, reader(), reader("ann@example.org")) is Status.PENDING


def test_a_reader_whose_reports_are_refused_loses_weight_and_may_win_it_back(post: Post) -> None:
    fine, spam, comment = post("Fine"), post("Spam"), post("Again")
    eve, others = reader(), (reader(), reader())
    report(fine, by=eve, cause=Cause.SPAM)
    rulings.rule([fine], upheld=False, batch=ids.new())
    assert report_all(comment, eve, *others) is Status.PUBLISHED
    report(spam, by=eve, cause=Cause.SPAM)
    rulings.rule([spam], upheld=True, batch=ids.new())
    report(comment, by=reader(), cause=Cause.SPAM)
    assert comment.status is Status.PENDING


def test_a_blocked_reader_has_no_weight(post: Post) -> None:
    comment, blocked = post(), reader()
    assert blocked.account
    blocked.account.blocked_at = clock.now()
    assert report_all(comment, blocked, reader(), reader()) is Status.PUBLISHED


@pytest.mark.parametrize(("days", "held"), [(1, Status.PUBLISHED), (-1, Status.PENDING)])
def test_whom_the_site_blocks_has_no_weight_while_it_does(
    post: Post, site: Site, days: int, held: Status
) -> None:
    comment, blocked, mia = post(), reader(), people.invite("mia@example.org")
    assert blocked.account
    kind, account_id = BlockKind.ACCOUNT, blocked.account.id
    until = clock.now() + timedelta(days=days)
    blocking.add(site, kind, account_id, by=mia).until = until
    assert report_all(comment, blocked, reader(), reader()) is held


def test_what_a_person_approved_takes_as_many_new_readers_again(post: Post) -> None:
    comment, before, mia = post(), [reader(), reader(), reader()], people.invite("mia@example.org")
    report_all(comment, *before)
    actions.approve([Seen.of(comment)], by=mia)
    for each in before:
        with pytest.raises(Conflict, match=r"report\.decided"):
            report(comment, by=each, cause=Cause.SPAM, note="Once more")
    assert set(db.session.scalars(select(Report.note))) == {""}
    assert report_all(comment, reader(), reader()) is Status.PUBLISHED
    assert counted(comment) == (2, 2)
    assert report_all(comment, reader()) is Status.PENDING
    assert [reason["code"] for reason in comment.reasons].count("reported") == 1


def test_who_takes_back_that_a_comment_was_held_has_approved_it(post: Post) -> None:
    comment, mia = post(), people.invite("mia@example.org")
    report_all(comment, reader(), reader(), reader())
    held = db.session.scalars(select(Batch.id)).one()
    undone = actions.undo(held, by=mia)
    assert (comment.status, comment.open_reports) == (Status.PUBLISHED, 0)
    assert report_all(comment, reader()) is Status.PUBLISHED
    actions.undo(undone.id, by=mia)
    assert (comment.status, *counted(comment)) == (Status.PENDING, 4, 4)


def test_a_published_comment_is_approved_against_its_reports(post: Post) -> None:
    comment, mia = post(), people.invite("mia@example.org")
    report_all(comment, reader(), guest())
    actions.approve([Seen.of(comment)], by=mia)
    assert counted(comment) == (0, 0)
    assert set(db.session.scalars(select(Report.ruling))) == {Ruling.REFUSED}


def test_the_same_report_at_once_counts_once(app: Flask) -> None:
    with app.app_context():
        begin_writing()
        comment_id, key = _published(), tokens.new()
        three = [each.account.id for each in (reader(), reader(), reader()) if each.account]
        db.session.commit()
        db.session.remove()
    with ThreadPoolExecutor(AT_ONCE) as several:
        list(several.map(lambda _: _report(app, comment_id, key=key), range(AT_ONCE)))
        list(several.map(lambda each: _report(app, comment_id, account_id=each), three))
    with app.app_context():
        comment = db.session.get_one(Comment, comment_id)
        assert counted(comment) == (4, 4)
        assert comment.status is Status.PENDING
        assert len(db.session.scalars(select(Batch)).all()) == 1


def _published() -> str:
    site = Site(name="blog", origins=[BLOG], policy=Policy.PUBLISH)
    db.session.add(site)
    db.session.flush()
    return posting.post(
        threads.opened(site, threads.place(site, address=f"{BLOG}/article")),
        site,
        author=posting.Guest(name="Ann", email="ann@example.org"),
        draft=posting.Draft("Hello"),
        arrival=posting.Arrival(),
    ).id


def _report(app: Flask, comment_id: str, *, key: str = "", account_id: str = "") -> None:
    with app.app_context():
        begin_writing()
        account = db.session.get(Account, account_id) if account_id else None
        comment = db.session.get_one(Comment, comment_id)
        report(comment, by=Reporter(account, key), cause=Cause.SPAM)
        db.session.commit()
