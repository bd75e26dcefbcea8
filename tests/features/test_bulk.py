"""Deciding about all that a filter lets through, however much it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from commentbox.accounts import people
from commentbox.comments import recount
from commentbox.errors import Conflict, Invalid, NotAllowed, NotFound
from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import Account, Batch, Comment, Job, Policy, Role, Site, Status, Thread
from commentbox.moderation import actions, bulk, undoing
from commentbox.moderation.actions import Seen
from commentbox.moderation.filters import Filter
from tests.pieces import finished, piece, statuses

Post = Callable[..., Comment]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a piece be ten comments, so that a few dozen take several."""
    monkeypatch.setattr(bulk, "AT_ONCE", 10)
    monkeypatch.setattr(undoing, "AT_ONCE", 10)


@pytest.fixture
def mia(site: Site) -> Account:
    """Return an admin of the site, on which every comment waits."""
    site.policy = Policy.HOLD_ALL
    return people.invite("mia@example.org", site=site)


@pytest.fixture
def many(post: Post, mia: Account) -> list[Comment]:
    """Return 25 comments that wait."""
    return [post(f"Number {number}") for number in range(25)]


def pending(site: Site, **more: Any) -> Filter:
    return Filter((site.id,), **more)


def test_all_that_match_are_decided_about_in_the_background(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = bulk.begin("spam", pending(site), by=mia)
    assert (batch.total, batch.done, batch.finished_at) == (25, 0, None)
    assert piece()
    assert (statuses()[Status.SPAM], batch.done) == (10, 10)
    assert finished(batch).finished_at
    assert (statuses(), batch.done) == ({Status.SPAM: 25}, 25)


def test_a_few_are_decided_about_at_once(post: Post, site: Site, mia: Account) -> None:
    post("One")
    batch = bulk.begin("approve", pending(site), by=mia)
    assert batch.finished_at
    assert (batch.total, batch.done, statuses()) == (1, 1, {Status.PUBLISHED: 1})


def test_a_long_batch_comes_back_in_pieces(
    many: list[Comment], site: Site, thread: Thread, mia: Account
) -> None:
    actions.approve([Seen.of(many[0]), Seen.of(many[1])], by=mia)
    published = finished(bulk.begin("approve", pending(site), by=mia))
    trashed = finished(bulk.begin("trash", pending(site, status=Status.PUBLISHED), by=mia))
    assert (trashed.done, thread.comment_count) == (25, 0)
    undone = actions.undo(trashed.id, by=mia)
    assert (undone.goes_on, undone.comments) == (True, [])
    assert finished(db.session.get_one(Batch, undone.id)).done == 25
    assert (statuses(), thread.comment_count) == ({Status.PUBLISHED: 25}, 25)
    with pytest.raises(Conflict, match=r"undo\.late"):  # each was decided about since
        actions.undo(published.id, by=mia)


def test_what_arrives_meanwhile_is_left_alone(
    many: list[Comment], post: Post, site: Site, mia: Account
) -> None:
    batch = bulk.begin("spam", pending(site), by=mia)
    piece()
    late = post("Too late for that")
    finished(batch)
    assert statuses() == {Status.SPAM: 25, Status.PENDING: 1}
    assert late.status is Status.PENDING


def test_what_is_edited_or_moved_meanwhile_is_left_alone(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = bulk.begin("approve", pending(site), by=mia)
    actions.edit(Seen.of(many[20]), typed="Buy now", by=mia)
    moved = actions.trash([Seen.of(many[21]), Seen.of(many[22])], by=mia)
    actions.undo(moved.id, by=mia)
    actions.mark_spam([Seen.of(many[23])], by=mia)
    assert finished(batch).total == 21
    assert statuses() == {Status.PUBLISHED: 21, Status.PENDING: 3, Status.SPAM: 1}


def test_what_was_looked_for_ahead_is_looked_at_again(
    many: list[Comment], site: Site, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_SLICE", 4)
    monkeypatch.setattr(bulk, "_SECONDS", 60)
    batch = bulk.begin("spam", pending(site, words="Number"), by=mia)
    ahead = bulk.look_ahead(batch.id)
    assert ahead
    assert [each.id for each in ahead] == [each.id for each in many[:11]]
    actions.edit(Seen.of(many[1]), typed="Number one", by=mia)
    actions.approve([Seen.of(many[2])], by=mia)
    bulk.go_on(batch.id, ahead=ahead)
    assert batch.done == 8
    assert {each.status for each in (many[0], *many[3:10])} == {Status.SPAM}
    assert finished(batch).done == 23
    assert statuses() == {Status.SPAM: 23, Status.PENDING: 1, Status.PUBLISHED: 1}


def test_the_same_piece_twice_changes_nothing_more(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = bulk.begin("spam", pending(site), by=mia)
    bulk.go_on(batch.id)
    bulk.go_on(batch.id)
    assert finished(batch).done == 25
    bulk.go_on(batch.id)
    assert (batch.done, recount.drift()) == (25, [])


def test_a_batch_that_is_undone_while_it_goes_on_goes_no_further(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = bulk.begin("spam", pending(site), by=mia)
    piece()
    undone = actions.undo(batch.id, by=mia)
    assert len(undone.comments) == 10
    assert finished(batch).finished_at
    assert statuses() == {Status.PENDING: 25}


def test_whoever_loses_their_role_meanwhile_decides_no_further(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = bulk.begin("spam", pending(site), by=mia)
    piece()
    people.dismiss("mia@example.org", site=site)
    assert finished(batch).done == 10


def test_a_batch_whose_job_was_given_up_is_taken_up_again(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = bulk.begin("spam", pending(site), by=mia)
    piece()
    db.session.execute(delete(Job))
    bulk.take_up_again()
    assert not piece()
    with clock.turned_by(timedelta(hours=2)):
        bulk.take_up_again()
    assert finished(batch).done == 25


def give_up() -> None:
    """Let the next job of a batch fail until it is given up."""
    db.session.execute(update(Job).where(Job.done_at.is_(None)).values(is_dead=True))
    db.session.expire_all()


def test_an_undo_whose_job_was_given_up_passes_the_pieces_it_had_done(
    many: list[Comment], site: Site, mia: Account
) -> None:
    spam = finished(bulk.begin("spam", pending(site), by=mia))
    batch = db.session.get_one(Batch, actions.undo(spam.id, by=mia).id)
    assert piece()
    assert piece()
    give_up()
    for hours in (2, 3):  # the first time it is given up again
        assert (batch.done, batch.finished_at) == (20, None)
        with clock.turned_by(timedelta(hours=hours)):
            bulk.take_up_again()
            assert piece()
        if hours == 2:
            give_up()
    assert finished(batch).finished_at
    assert (batch.done, statuses(), recount.drift()) == (25, {Status.PENDING: 25}, [])


def test_a_batch_that_still_goes_on_is_not_taken_up_beside_itself(
    many: list[Comment], site: Site, mia: Account
) -> None:
    bulk.begin("spam", pending(site), by=mia)
    piece()
    with clock.turned_by(timedelta(hours=2)):
        bulk.take_up_again()
    waiting = select(func.count()).where(Job.kind == "moderation.bulk", Job.done_at.is_(None))
    assert db.session.scalar(waiting) == 1


def test_the_last_of_many_alike_goes_with_the_others(
    many: list[Comment], site: Site, mia: Account
) -> None:
    for comment in many[:21]:  # the last piece would find one alone
        comment.cluster = many[0].id
    db.session.flush()
    batch = finished(bulk.begin("spam", pending(site, is_repeated=True), by=mia))
    assert (batch.done, statuses()[Status.PENDING]) == (21, 4)


def test_what_was_looked_for_is_not_kept_once_all_is_decided(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = bulk.begin("spam", pending(site, words="ann@example.org"), by=mia)
    piece()
    assert "ann@example.org" in str(batch.details)
    assert finished(batch).done == 25
    assert "ann@example.org" not in str(batch.details)


def test_what_nobody_may_or_can_do_is_refused(many: list[Comment], site: Site) -> None:
    ben = people.invite("ben@example.org", site=site, role=Role.MODERATOR)
    with pytest.raises(NotAllowed):
        bulk.begin("delete", pending(site), by=ben)
    with pytest.raises(Invalid, match=r"action\.unknown"):
        bulk.begin("empty", pending(site), by=ben)
    with pytest.raises(Conflict, match=r"selection\.empty"):
        bulk.begin("approve", pending(site, words="nothing like it"), by=ben)
    with pytest.raises(NotFound):
        bulk.begin("approve", Filter((site.id, ids.new())), by=ben)
    assert statuses() == {Status.PENDING: 25}
    assert db.session.scalars(select(Batch)).all() == []


def test_how_far_a_batch_is_is_told_to_those_of_its_site(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = bulk.begin("spam", pending(site), by=mia)
    piece()
    assert bulk.progress(people.roles(mia), batch.id).done == 10
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    zoe = people.invite("zoe@example.org", site=other)
    for stranger, known in ((zoe, batch.id), (mia, ids.new())):
        with pytest.raises(NotFound, match=r"decision\.unknown"):
            bulk.progress(people.roles(stranger), known)


def test_a_batch_of_somebody_who_is_gone_ends(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = bulk.begin("spam", pending(site), by=mia)
    db.session.execute(delete(Account).where(Account.id == mia.id))
    assert finished(batch).done == 0


def test_nothing_is_undone_in_pieces_after_thirty_days(
    many: list[Comment], site: Site, mia: Account
) -> None:
    batch = finished(bulk.begin("spam", pending(site), by=mia))
    with clock.turned_by(timedelta(days=31)), pytest.raises(Conflict, match=r"undo\.late"):
        actions.undo(batch.id, by=mia)
