"""Moving a comment from one status to another, with every count that hangs on it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm.attributes import set_committed_value

from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Comment, Status, Thread
from commentbox.moderation import showing

MOVES: Final = {
    Status.PENDING: {Status.PUBLISHED, Status.SPAM, Status.TRASHED, Status.DELETED},
    Status.PUBLISHED: {Status.PENDING, Status.SPAM, Status.TRASHED, Status.DELETED},
    Status.SPAM: {Status.PENDING, Status.PUBLISHED, Status.TRASHED, Status.DELETED},
    Status.TRASHED: {Status.PENDING, Status.PUBLISHED, Status.SPAM, Status.DELETED},
    Status.DELETED: set[Status](),
}
"""From where to where a comment may move; `deleted` is final."""


@dataclass(frozen=True)
class _Move:
    comment: Comment
    before: Status
    to: Status

    @property
    def is_seen(self) -> bool:
        return Status.PUBLISHED in {self.before, self.to}


def enter(comment: Comment) -> None:
    """Count a new comment in; call it once, after the comment was flushed."""
    if comment.is_published:
        _count(hold(comment.thread_id), comment)
        showing.settle([comment])


def hold(thread_id: str) -> Thread:
    """Return the thread as it is now, and let nobody else change its counts until the commit.

    Whoever changes counts takes the thread first, then comments: one order, so no deadlock.
    """
    return hold_all([thread_id])[thread_id]


def hold_all(thread_ids: Iterable[str]) -> dict[str, Thread]:
    """Return several threads by their ids as `hold` does: all in one query, in one order."""
    query = select(Thread).where(Thread.id.in_(set(thread_ids))).order_by(Thread.id)
    held = query.with_for_update().execution_options(populate_existing=True)
    return {thread.id: thread for thread in db.session.scalars(held)}


def move(comment: Comment, to: Status) -> Status:
    """Give the comment another status and return the one it had; raises what `move_all` does."""
    [(_, before)] = move_all([(comment, to)])
    return before


def move_all(wanted: Iterable[tuple[Comment, Status]]) -> list[tuple[Comment, Status]]:
    """Give each comment another status and return them with the one that each had.

    The counts change by the difference, in the same transaction, and the statements do not grow
    with the comments. Raises `Conflict("status.impossible")` for a move that `MOVES` does not name.
    The rows are claimed by compare-and-set: `Conflict("status.changed")` where one was moved
    meanwhile, and then nothing is to be kept.
    """
    moves = [_Move(comment, comment.status, to) for comment, to in wanted]
    for each in moves:
        if each.to not in MOVES[each.before]:
            raise Conflict("status.impossible", comment_id=each.comment.id)
    threads = hold_all({each.comment.thread_id for each in moves})
    _claim(moves)
    seen = [each for each in moves if each.is_seen]
    _as_now([each.comment for each in seen])
    for each in seen:
        count = _count if each.to is Status.PUBLISHED else _discount
        count(threads[each.comment.thread_id], each.comment)
    showing.settle([each.comment for each in seen])
    return [(each.comment, each.before) for each in moves]


def touch(comment: Comment) -> None:
    """Say that what readers see of the comment has changed."""
    db.session.execute(
        update(Thread)
        .where(Thread.id == comment.thread_id)
        .values(revision=Thread.revision + 1)
        .execution_options(synchronize_session="fetch")
    )


def _claim(moves: Sequence[_Move]) -> None:
    """Write the statuses, each way in one statement, where they are still what they were."""
    db.session.flush()
    now = clock.now()
    ways: dict[tuple[Status, Status], list[Comment]] = defaultdict(list)
    for each in moves:
        ways[each.before, each.to].append(each.comment)
    for (before, to), comments in ways.items():
        mine = Comment.id.in_([comment.id for comment in comments])
        claim = update(Comment).where(mine, Comment.status == before)
        claim = claim.values(status=to, moved_at=now).execution_options(synchronize_session=False)
        if cast(CursorResult[Any], db.session.execute(claim)).rowcount != len(comments):
            raise Conflict("status.changed", comment_id=comments[0].id)
        for comment in comments:
            set_committed_value(comment, "status", to)
            set_committed_value(comment, "moved_at", now)


def _as_now(comments: Sequence[Comment]) -> None:
    """Read the comments again: who asks may have read them before their threads were held."""
    if comments:
        mine = select(Comment).where(Comment.id.in_([comment.id for comment in comments]))
        db.session.scalars(mine.execution_options(populate_existing=True)).all()


def _count(thread: Thread, comment: Comment) -> None:
    """Count a comment in, and call the article what it was called where that was written.

    Any stranger may write the first comment, so what they say the article is called is shown no
    sooner than the comment, and only while nothing else says it.
    """
    if comment.page_url is not None:
        thread.url = thread.url if thread.comment_count else comment.page_url
        thread.title = thread.title or comment.page_title or ""
    thread.comment_count += 1
    thread.revision += 1


def _discount(thread: Thread, comment: Comment) -> None:
    if comment.page_url and thread.title == comment.page_title:
        thread.title = ""
    thread.comment_count -= 1
    thread.revision += 1
