"""One comment of a thread stands above the others while readers may read it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.comments import closing, pinning
from commentbox.errors import Conflict, NotFound
from commentbox.extensions import db
from commentbox.models import Account, Batch, Comment, Role, Site, Status, Thread
from commentbox.moderation import actions, status
from commentbox.moderation.actions import Seen

Post = Callable[..., Comment]


@pytest.fixture
def mia(site: Site) -> Account:
    return people.invite("mia@example.org", site=site, role=Role.MODERATOR)


@pytest.fixture
def stranger(site: Site) -> Account:
    """Return somebody who moderates another site."""
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    return people.invite("zoe@example.org", site=other)


def shown(thread: Thread) -> Comment | None:
    found = pinning.pinned(thread)
    return found.comment if found else None


def logged() -> list[tuple[str, str | None, dict[str, str]]]:
    rows = db.session.scalars(select(Batch).order_by(Batch.id))
    return [(row.action, row.account_id, row.details) for row in rows]


def test_a_pinned_comment_is_shown_until_it_is_unpinned(
    post: Post, thread: Thread, mia: Account
) -> None:
    comment, before = post(), thread.revision
    pinning.pin(comment, by=mia)
    assert shown(thread) == comment
    pinning.unpin(thread, by=mia)
    assert (shown(thread), thread.revision) == (None, before + 2)
    about = {"comment": comment.id, "thread": thread.id}
    assert logged() == [("pin", mia.id, about), ("unpin", mia.id, about)]


def test_pinning_twice_changes_nothing_and_another_takes_its_place(
    post: Post, thread: Thread, mia: Account
) -> None:
    first, second = post("One"), post("Two")
    for comment in (first, first, second):
        pinning.pin(comment, by=mia)
    assert shown(thread) == second
    assert [details["comment"] for _, _, details in logged()] == [first.id, second.id]
    pinning.unpin(thread, by=mia)
    pinning.unpin(thread, by=mia)
    assert len(logged()) == 3


def test_a_reply_is_pinned_with_whom_it_answers_while_that_is_read(
    post: Post, thread: Thread, mia: Account
) -> None:
    root = post("Root", name="Zoë")
    reply = post("Reply", parent=root)
    pinning.pin(reply, by=mia)
    assert (found := pinning.pinned(thread))
    assert (found.comment, found.depth, found.answers) == (reply, 1, "Zoë")
    status.move(root, Status.SPAM)
    assert (found := pinning.pinned(thread))
    assert found.answers == ""


def test_what_readers_do_not_read_cannot_be_pinned(post: Post, mia: Account) -> None:
    comment = post()
    status.move(comment, Status.PENDING)
    with pytest.raises(Conflict, match=r"pin\.unpublished"):
        pinning.pin(comment, by=mia)


def test_it_goes_when_it_is_not_published_any_more_and_comes_back(
    post: Post, thread: Thread, mia: Account
) -> None:
    comment = post()
    pinning.pin(comment, by=mia)
    batch = actions.mark_spam([Seen.of(comment)], by=mia)
    assert shown(thread) is None
    actions.undo(batch.id, by=mia)
    assert shown(thread) == comment


def test_a_comment_that_went_to_another_thread_is_not_shown_here(
    post: Post, site: Site, thread: Thread, mia: Account
) -> None:
    comment = post()
    pinning.pin(comment, by=mia)
    other = Thread(site_id=site.id, key="id:other", url="https://blog.test/other")
    db.session.add(other)
    db.session.flush()
    comment.thread_id = other.id
    db.session.flush()
    assert shown(thread) is None


def test_strangers_learn_nothing_of_it(post: Post, thread: Thread, stranger: Account) -> None:
    comment = post()
    with pytest.raises(NotFound, match=r"comment\.unknown"):
        pinning.pin(comment, by=stranger)
    for act in (pinning.unpin, closing.close, closing.reopen):
        with pytest.raises(NotFound, match=r"thread\.unknown"):
            act(thread, by=stranger)
    assert (thread.pinned_id, thread.is_closed, logged()) == (None, False, [])


def test_closing_and_opening_are_in_the_log_once_each(thread: Thread, mia: Account) -> None:
    for act in (closing.close, closing.close, closing.reopen):
        act(thread, by=mia)
    closing.close(thread)
    about = {"thread": thread.id}
    by_service = about | {"of_service": True}
    assert logged() == [
        ("close", mia.id, about),
        ("open", mia.id, about),
        ("close", None, by_service),
    ]
