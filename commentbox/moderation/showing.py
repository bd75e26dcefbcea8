"""Which comments readers are shown: the published ones, and whatever stands above one of those."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from commentbox.extensions import db
from commentbox.models import Comment, Status


def settle(moved: Sequence[Comment]) -> None:
    """Show or take away comments whose status has changed, with every count above them.

    A published comment is shown, and each comment above it keeps its place for that; one that is
    not published goes unless something shown stands below it. However many comments there are and
    however deep they stand, that takes one query. Their threads are held by the caller.
    """
    if not moved:
        return
    above = _above(moved)
    for comment in moved:
        _show(comment, above) if comment.is_published else _unshow(comment, above)
    db.session.flush()


def _show(comment: Comment, above: dict[str, Comment]) -> None:
    newly, root_id = 0, comment.root_id
    while not comment.is_shown:
        comment.is_shown = True
        newly += 0 if comment.is_root else 1
        if comment.parent_id is None:
            break
        comment = above[comment.parent_id]
        comment.shown_children += 1
    if newly:
        above[root_id].shown_replies += newly


def _unshow(comment: Comment, above: dict[str, Comment]) -> None:
    gone, root_id = 0, comment.root_id
    while comment.is_shown and not comment.is_published and comment.shown_children == 0:
        comment.is_shown = False
        gone += 0 if comment.is_root else 1
        if comment.parent_id is None:
            break
        comment = above[comment.parent_id]
        comment.shown_children -= 1
    if gone:
        above[root_id].shown_replies -= gone


def _above(moved: Sequence[Comment]) -> dict[str, Comment]:
    """Return the parents, what they answer in turn up to the first published one, and the roots.

    The rows are as they are now, and locked, so that two sides cannot count past each other.
    """
    db.session.flush()
    replies = [comment for comment in moved if not comment.is_root]
    if not replies:
        return {}
    step = select(Comment.id, Comment.parent_id, (Comment.status != Status.PUBLISHED).label("on"))
    parents = {comment.parent_id for comment in replies}
    way = step.where(Comment.id.in_(parents)).cte("way", recursive=True)
    way = way.union(step.join(way, Comment.id == way.c.parent_id).where(way.c.on))
    roots = {comment.root_id for comment in replies}
    query = select(Comment).where(or_(Comment.id.in_(select(way.c.id)), Comment.id.in_(roots)))
    found = db.session.scalars(
        query.order_by(Comment.id).with_for_update().execution_options(populate_existing=True)
    )
    return {each.id: each for each in found}
