"""What lies in the spam folder or the trash for thirty days is deleted for good."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, func, select

from commentbox.accounts import people
from commentbox.comments import posting, recount, threads
from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.lib import clock
from commentbox.models import (
    Account,
    Batch,
    Comment,
    Decision,
    Job,
    Likeness,
    Policy,
    Site,
    Status,
)
from commentbox.moderation import actions, bulk, emptying
from commentbox.moderation.actions import Seen
from commentbox.moderation.filters import Filter
from tests.postbox import Postbox, work

Post = Callable[..., Comment]
DAY = timedelta(days=1)


@pytest.fixture
def mia(site: Site) -> Account:
    return people.invite("mia@example.org", site=site)


def empty(*, after: timedelta) -> None:
    with clock.turned_by(after):
        for site_id in emptying.due(clock.now()):
            emptying.empty(site_id, clock.now())
    db.session.expire_all()


def test_what_was_removed_thirty_days_ago_is_deleted_and_nothing_else(
    post: Post, mia: Account
) -> None:
    kept, trash, spam = post("Kept"), post("Trash"), post("Spam")
    actions.trash([Seen.of(trash)], by=mia)
    actions.mark_spam([Seen.of(spam)], by=mia)
    empty(after=29 * DAY)
    assert {trash.status, spam.status} == {Status.TRASHED, Status.SPAM}
    empty(after=31 * DAY)
    assert {trash.status, spam.status} == {Status.DELETED}
    assert (kept.status, kept.source, trash.source, trash.author_email) == (
        *(Status.PUBLISHED, "Kept"),
        *("", ""),
    )
    assert recount.drift() == []


def test_what_was_removed_lately_stays_however_old_it_is(post: Post, mia: Account) -> None:
    comment = post()
    comment.created_at = clock.now() - 400 * DAY
    actions.trash([Seen.of(comment)], by=mia)
    empty(after=29 * DAY)
    assert comment.status is Status.TRASHED


def test_what_was_spam_from_the_first_is_deleted_too(post: Post) -> None:
    comment = post()
    comment.status, comment.is_shown = Status.SPAM, False
    db.session.flush()
    empty(after=31 * DAY)
    assert comment.status is Status.DELETED


def test_nothing_of_what_it_said_or_who_said_it_is_kept(post: Post, mia: Account) -> None:
    comment = post("My secret")
    comment.person, comment.author_domain = "email:ann@example.org", "example.org"
    comment.link_host, comment.link_hosts = "secret.test", " secret.test "
    comment.signal_codes, comment.spam_score = " links ", 0.9
    db.session.add(Likeness(site_id=comment.site_id, band=-7, comment_id=comment.id))
    actions.trash([Seen.of(comment)], by=mia)
    empty(after=31 * DAY)
    left = (comment.source, comment.html, comment.fingerprint, comment.person)
    assert {*left, comment.author_domain, comment.author_name, comment.link_host} == {""}
    assert {comment.link_hosts, comment.signal_codes} == {""}
    db.session.refresh(comment)
    assert [comment.spam_score, comment.author_key, *comment.reasons] == [None, None]
    assert db.session.scalar(select(func.count()).select_from(Likeness)) == 0


def test_a_place_above_replies_is_kept(post: Post, mia: Account) -> None:
    root = post("Root")
    reply = post("Reply", parent=root)
    actions.trash([Seen.of(root)], by=mia)
    empty(after=31 * DAY)
    assert (root.status, root.is_shown, root.shown_replies) == (Status.DELETED, True, 1)
    assert reply.parent_id == root.id


def test_it_is_in_the_log_without_anybody_and_is_not_undone(
    post: Post, site: Site, mia: Account
) -> None:
    actions.trash([Seen.of(post("One")), Seen.of(post("Two"))], by=mia)
    empty(after=31 * DAY)
    batch = db.session.scalars(select(Batch).where(Batch.action == "empty")).one()
    assert (batch.account_id, batch.site_id, batch.done) == (None, site.id, 2)
    assert batch.finished_at
    with clock.turned_by(31 * DAY), pytest.raises(Conflict, match=r"undo\.late"):
        actions.undo(batch.id, by=mia)
    empty(after=32 * DAY)
    assert len(db.session.scalars(select(Decision).where(Decision.action == "empty")).all()) == 2


@pytest.fixture
def neighbour(writing: None) -> Comment:
    """Return what lies in the trash of another site."""
    site = Site(name="other", origins=["https://other.test"], policy=Policy.PUBLISH)
    db.session.add(site)
    db.session.flush()
    thread = threads.opened(site, threads.place(site, address="https://other.test/article"))
    author, draft = posting.Guest("Ann", "ann@example.org"), posting.Draft("Trash")
    comment = posting.post(thread, site, author=author, draft=draft, arrival=posting.Arrival())
    actions.trash([Seen.of(comment)], by=people.invite("olga@example.org"))
    return comment


def test_each_site_is_emptied_by_a_job_of_its_own(
    app: Flask, post: Post, mia: Account, neighbour: Comment
) -> None:
    post("Kept")
    actions.trash([Seen.of(post("Trash"))], by=mia)
    outbox.add("moderation.empty")
    with clock.turned_by(31 * DAY):
        work(app, Postbox())
    jobs = select(func.count()).select_from(Job).where(Job.kind == "moderation.empty_site")
    assert db.session.scalar(jobs) == 2
    assert len(db.session.scalars(deleted()).all()) == 2


def test_a_site_that_cannot_be_emptied_keeps_no_other_from_it(
    app: Flask, post: Post, mia: Account, neighbour: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = post("Trash")
    actions.trash([Seen.of(broken)], by=mia)
    start = bulk.start

    def fail(action: str, wanted: Filter, *rest: Any, **more: Any) -> Batch | None:
        if wanted.site_ids == (broken.site_id,):
            raise OSError("broken")
        return start(action, wanted, *rest, **more)

    monkeypatch.setattr(bulk, "start", fail)
    outbox.add("moderation.empty")
    with clock.turned_by(31 * DAY):
        work(app, Postbox())
    assert db.session.scalars(deleted()).all() == [neighbour.id]


def test_of_sites_where_nothing_is_due_no_job_is_noted(app: Flask, post: Post) -> None:
    post("Kept")
    with clock.turned_by(31 * DAY):
        assert emptying.due(clock.now()) == []


def deleted() -> Select[str]:
    return select(Comment.id).where(Comment.status == Status.DELETED)


def test_much_is_deleted_piece_by_piece_and_begun_once(
    post: Post, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = [post(f"Number {number}") for number in range(7)]
    actions.trash([Seen.of(each) for each in comments], by=mia)
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    empty(after=31 * DAY)
    empty(after=32 * DAY)
    batch = db.session.scalars(select(Batch).where(Batch.action == "empty")).one()
    assert batch.total == 7
    while batch.finished_at is None:
        bulk.go_on(batch.id)
    assert {comment.status for comment in comments} == {Status.DELETED}
    assert batch.done == 7
