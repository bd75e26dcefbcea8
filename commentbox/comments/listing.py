"""Published comments in one list, replies among the others: for the API and for feeds."""

from collections.abc import Sequence

from sqlalchemy import func, literal_column, select, tuple_
from sqlalchemy.orm import aliased

from commentbox.comments.reading import Order
from commentbox.errors import NotFound
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.lib.cursor import Cursor
from commentbox.models import Comment, Site, Status, Thread

# Written out: a database uses a partial index only where it sees the index's very condition.
_PUBLISHED = Comment.status == literal_column(f"'{Status.PUBLISHED.value}'")


def published(comment_id: str) -> Comment:
    """Return a published comment; raise `NotFound("comment.unknown")` for all others."""
    comment = db.session.get(Comment, comment_id) if ids.is_id(comment_id) else None
    if comment is None or not comment.is_published:
        raise NotFound("comment.unknown")
    return comment


def of_thread(
    thread: Thread, *, order: Order, limit: int, after: Cursor | None = None
) -> tuple[Sequence[Comment], Cursor | None]:
    """Return a page of the thread's comments, and where the next one begins if there is more."""
    place = tuple_(Comment.created_at, Comment.id)
    query = select(Comment).where(Comment.thread_id == thread.id, _PUBLISHED)
    if order is Order.OLDEST:
        query = query.order_by(Comment.created_at, Comment.id)
        query = query.where(place > (after.moment, after.id)) if after else query
    else:
        query = query.order_by(Comment.created_at.desc(), Comment.id.desc())
        query = query.where(place < (after.moment, after.id)) if after else query
    found = db.session.scalars(query.limit(limit + 1)).all()
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], Cursor(last.created_at, last.id) if last else None


def of_site(site: Site, *, limit: int) -> Sequence[tuple[Comment, Thread]]:
    """Return the newest comments of the whole site, each with its thread."""
    query = (
        select(Comment, Thread)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Comment.site_id == site.id, Comment.status == Status.PUBLISHED)
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(limit)
    )
    return [(comment, thread) for comment, thread in db.session.execute(query)]


def counts(site: Site, keys: Sequence[str]) -> dict[str, int]:
    """Return how many published comments each thread has, by its key; none where there is none."""
    into = aliased(Thread)  # where the comments are that a merged thread had
    query = (
        select(Thread.key, func.coalesce(into.comment_count, Thread.comment_count).label("number"))
        .outerjoin(into, into.id == Thread.merged_into)
        .where(Thread.site_id == site.id, Thread.key.in_(keys))
    )
    found = {row.key: row.number for row in db.session.execute(query)}
    return {key: found.get(key, 0) for key in keys}
