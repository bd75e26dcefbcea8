"""Moving a comment from one status to another, with every count that hangs on it."""

from typing import Any, Final, cast

from sqlalchemy import ColumnElement, CursorResult, and_, select, update

from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.models import Comment, Status, Thread

MOVES: Final = {
    Status.PENDING: {Status.PUBLISHED, Status.SPAM, Status.TRASHED, Status.DELETED},
    Status.PUBLISHED: {Status.PENDING, Status.SPAM, Status.TRASHED, Status.DELETED},
    Status.SPAM: {Status.PENDING, Status.PUBLISHED, Status.TRASHED, Status.DELETED},
    Status.TRASHED: {Status.PENDING, Status.PUBLISHED, Status.SPAM, Status.DELETED},
    Status.DELETED: set[Status](),
}
"""From where to where a comment may move; `deleted` is final."""


def enter(comment: Comment) -> None:
    """Count a new comment in; call it once, after the comment was flushed."""
    if comment.is_published:
        _entitle(hold(comment.thread_id), comment)
        _count(comment, +1)
        _show(comment)


def hold(thread_id: str) -> Thread:
    """Return the thread as it is now, and let nobody else change its counts until the commit.

    Whoever changes counts takes the thread first, then comments: one order, so no deadlock.
    """
    query = select(Thread).where(Thread.id == thread_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def move(comment: Comment, to: Status) -> Status:
    """Give the comment another status and return the one it had.

    The counts change by the difference, in the same transaction. Raises
    `Conflict("status.impossible")` for a move that `MOVES` does not name. The row is claimed by
    compare-and-set: if it was moved meanwhile, `Conflict("status.changed")`.
    """
    thread, before = hold(comment.thread_id), comment.status
    if to not in MOVES[before]:
        raise Conflict("status.impossible", comment_id=comment.id)
    claim = update(Comment).where(Comment.id == comment.id, Comment.status == before)
    if cast(CursorResult[Any], db.session.execute(claim.values(status=to))).rowcount != 1:
        raise Conflict("status.changed", comment_id=comment.id)
    db.session.refresh(comment)
    if Status.PUBLISHED in {before, to}:
        _entitle(thread, comment) if to is Status.PUBLISHED else _untitle(thread, comment)
        _count(comment, +1 if to is Status.PUBLISHED else -1)
        _show(comment) if to is Status.PUBLISHED else _unshow(comment)
    return before


def touch(comment: Comment) -> None:
    """Say that what readers see of the comment has changed."""
    _change_thread(comment, comments=0)


def _entitle(thread: Thread, comment: Comment) -> None:
    """Call the article what it was called where this comment was written, if nothing else yet.

    Any stranger may write the first comment, so what they say the article is called is shown no
    sooner than the comment.
    """
    if comment.page_url is None:
        return
    if not thread.comment_count:
        thread.url = comment.page_url
    thread.title = thread.title or comment.page_title or ""


def _untitle(thread: Thread, comment: Comment) -> None:
    if comment.page_url and thread.title == comment.page_title:
        thread.title = ""


def _count(comment: Comment, step: int) -> None:
    _change_thread(comment, comments=step)


def _change_thread(comment: Comment, *, comments: int) -> None:
    db.session.execute(
        update(Thread)
        .where(Thread.id == comment.thread_id)
        .values(
            comment_count=Thread.comment_count + comments,
            revision=Thread.revision + 1,
        )
        .execution_options(synchronize_session="fetch")
    )


def _show(comment: Comment) -> None:
    """Show the comment, and each hidden ancestor: it keeps its place for what stands below it."""
    newly, above = 0, _above(comment, further=~Comment.is_shown)
    while not comment.is_shown:
        comment.is_shown = True
        newly += 0 if comment.is_root else 1
        parent = above.get(comment.parent_id or "")
        if parent is None:
            break
        parent.shown_children += 1
        comment = parent
    _change_replies(comment, by=newly)


def _unshow(comment: Comment) -> None:
    """Take the comment away unless something shown stands below it; then its ancestors likewise."""
    goes = and_(Comment.status != Status.PUBLISHED, Comment.shown_children == 1)
    gone, above = 0, _above(comment, further=goes)
    while comment.is_shown and not comment.is_published and comment.shown_children == 0:
        comment.is_shown = False
        gone += 0 if comment.is_root else 1
        parent = above.get(comment.parent_id or "")
        if parent is None:
            break
        parent.shown_children -= 1
        comment = parent
    _change_replies(comment, by=-gone)


def _above(comment: Comment, *, further: ColumnElement[bool]) -> dict[str, Comment]:
    """Return the parent, and what it answers in turn as long as `further` is true, by their ids.

    However long the way up is, it is one query. The rows are as they are now, and locked, so that
    two sides cannot count past each other.
    """
    db.session.flush()
    if comment.parent_id is None:
        return {}
    step = select(Comment.id, Comment.parent_id, further.label("further"))
    way = step.where(Comment.id == comment.parent_id).cte("way", recursive=True)
    way = way.union_all(step.join(way, Comment.id == way.c.parent_id).where(way.c.further))
    query = select(Comment).where(Comment.id.in_(select(way.c.id))).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {each.id: each for each in found}


def _change_replies(comment: Comment, *, by: int) -> None:
    if by:
        db.session.execute(
            update(Comment)
            .where(Comment.id == comment.root_id)
            .values(shown_replies=Comment.shown_replies + by)
            .execution_options(synchronize_session="fetch")
        )
    db.session.flush()
