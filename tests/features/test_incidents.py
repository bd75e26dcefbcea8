"""What went wrong with threads and moderation of others, one test each."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from commentbox.accounts import people
from commentbox.comments import closing, moving, posting, recount, threads
from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.jobs import worker
from commentbox.lib import clock
from commentbox.models import Account, Batch, Comment, Policy, Site, Status, Thread
from commentbox.moderation import actions, bulk, filters
from commentbox.moderation.actions import Seen
from commentbox.moderation.filters import Filter
from tests.conftest import BLOG

Post = Callable[..., Comment]
NEW = f"{BLOG}/renamed"


@pytest.fixture
def mia(site: Site) -> Account:
    return people.invite("mia@example.org", site=site)


@pytest.fixture
def twin(site: Site) -> Thread:
    """Return the thread of the same address on another site, with a comment."""
    other = Site(name="twin", origins=[BLOG], policy=Policy.PUBLISH)
    db.session.add(other)
    db.session.flush()
    thread = threads.opened(other, threads.place(other, address=f"{BLOG}/article"))
    _say(thread, "Theirs")
    return thread


def test_counters_drifted_to_minus_sixteen(post: Post, thread: Thread, mia: Account) -> None:
    root = post("Root")
    reply = post("Reply", parent=root)
    both = [root, reply]
    for act in (actions.trash, actions.mark_spam, actions.trash, actions.restore) * 4:
        for comments in (both, both[::-1], both[:1]):
            act([Seen.of(each) for each in comments], by=mia)
            assert thread.comment_count >= 0
    assert recount.drift() == []
    assert (thread.comment_count, root.shown_replies) == (2, 1)


def test_approved_then_edited_into_spam(post: Post, site: Site, mia: Account) -> None:
    site.policy = Policy.HOLD_ALL
    comment, other = post("Harmless"), post("As harmless")
    before = [Seen.of(comment)]
    looked_at = clock.now() + filters.IN_FLIGHT
    with clock.turned_by(2 * filters.IN_FLIGHT):
        actions.edit(Seen.of(comment), typed="Buy now", by=mia)
    with pytest.raises(Conflict, match=r"comment\.edited"):
        actions.approve(before, by=mia)
    bulk.begin("approve", Filter((site.id,), seen_at=looked_at), by=mia)
    assert (comment.status, other.status) == (Status.PENDING, Status.PUBLISHED)


def test_19_300_pending_spam_had_to_be_deleted_page_by_page(
    post: Post, site: Site, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.policy = Policy.HOLD_ALL
    for number in range(23):
        post(f"Spam {number}")
    monkeypatch.setattr(bulk, "AT_ONCE", 5)
    batch = bulk.begin("delete", Filter((site.id,)), by=mia)  # the one thing that somebody does
    db.session.commit()
    while worker.run_once({"moderation.bulk": bulk.go_on} | _ignored(), clock.now()):
        pass
    known = select(Comment.status, func.count()).group_by(Comment.status)
    assert [tuple(row) for row in db.session.execute(known)] == [(Status.DELETED, 23)]
    assert db.session.get_one(Batch, batch.id, populate_existing=True).done == 23


def test_a_rename_moved_threads_of_other_sites(
    post: Post, site: Site, thread: Thread, twin: Thread
) -> None:
    mine, key = post("Mine"), twin.key
    [found] = moving.found(f"{BLOG}/article", site=site)
    moving.move(found, address=NEW)
    db.session.refresh(twin)
    assert (twin.key, twin.comment_count) == (key, 1)
    assert (mine.thread_id, thread.url) == (found.id, NEW)
    moving.move(twin, address=NEW)  # taken on the other site, which is none of its business
    assert (twin.comment_count, thread.comment_count) == (1, 1)
    with pytest.raises(Conflict, match=r"thread\.taken"):
        moving.move(_another(site), address=NEW)


def test_one_article_had_several_threads_by_a_slash_or_a_parameter(site: Site) -> None:
    spellings = ("", "/", "?utm_source=mail", "/index.html", "#comments", "?fbclid=1&gclid=2")
    keys = {threads.place(site, address=f"{BLOG}/article{each}").key for each in spellings}
    assert len(keys) == 1


def test_a_page_row_was_made_by_mere_reading(site: Site) -> None:
    assert threads.find(site, threads.place(site, address=NEW).key) is None
    with pytest.raises(Exception, match=r"thread\.unknown"):
        closing.found(NEW)
    assert db.session.scalar(select(func.count()).select_from(Thread)) == 0


def test_a_parent_was_not_checked_to_belong_to_the_same_article(
    thread: Thread, twin: Thread
) -> None:
    stranger = db.session.scalars(select(Comment).where(Comment.thread_id == twin.id)).one()
    with pytest.raises(Conflict, match=r"parent\.gone"):
        _say(thread, "An answer to somebody elsewhere", parent=stranger)


def _say(thread: Thread, source: str, *, parent: Comment | None = None) -> Comment:
    return posting.post(
        thread,
        threads.site_of(thread),
        author=posting.Guest(name="Ben", email="ben@example.org"),
        draft=posting.Draft(source, parent_id=parent.id if parent else None),
        arrival=posting.Arrival(),
    )


def _another(site: Site) -> Thread:
    return threads.opened(site, threads.place(site, address=f"{BLOG}/another"))


def _ignored() -> dict[str, Callable[..., None]]:
    """Return what does nothing of the other jobs that come with comments."""
    return dict.fromkeys(("comment.pending", "comment.published", "spam.learn"), _nothing)


def _nothing(**_payload: object) -> None:
    pass
