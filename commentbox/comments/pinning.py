"""Pinning a comment: it stands above the others of its thread, and in its own place as well."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from commentbox.comments.reading import SHOWN, Placed
from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.models import Account, Comment, Status, Thread
from commentbox.moderation import decisions, log, status
from commentbox.policy import Action


def pin(comment: Comment, *, by: Account) -> None:
    """Let the comment stand above the others, instead of any that did before.

    Raises `NotFound("comment.unknown")` for a stranger to its site, and
    `Conflict("pin.unpublished")` for a comment that readers do not read.
    """
    decisions.require(by, Action.PIN, site_ids=[comment.site_id], code="comment.unknown")
    thread = status.hold(comment.thread_id)
    db.session.refresh(comment)
    if not comment.is_published or comment.thread_id != thread.id:
        raise Conflict("pin.unpublished", comment_id=comment.id)
    if thread.pinned_id != comment.id:
        _set(thread, comment.id, by=by)


def unpin(thread: Thread, *, by: Account) -> None:
    """Let no comment stand above the others; raise `NotFound("thread.unknown")` for a stranger."""
    decisions.require(by, Action.PIN, site_ids=[thread.site_id], code="thread.unknown")
    thread = status.hold(thread.id)
    if thread.pinned_id:
        _set(thread, None, by=by)


def pinned(thread: Thread) -> Placed | None:
    """Return the comment that stands above the others while readers may read it.

    One query where something is pinned, else none.
    """
    if thread.pinned_id is None:
        return None
    parent = aliased(Comment)
    is_named = (parent.id == Comment.parent_id) & (parent.status == Status.PUBLISHED)
    query = (
        select(Comment, parent.author_name)
        .options(*SHOWN)
        .outerjoin(parent, is_named)
        .where(
            Comment.id == thread.pinned_id,
            Comment.thread_id == thread.id,
            Comment.status == Status.PUBLISHED,
        )
    )
    found = db.session.execute(query).one_or_none()
    return Placed(found[0], found[0].depth, found[1] or "") if found else None


def _set(thread: Thread, comment_id: str | None, *, by: Account) -> None:
    which = comment_id or thread.pinned_id
    thread.pinned_id, thread.revision = comment_id, thread.revision + 1
    action = "pin" if comment_id else "unpin"
    log.note(action, site_id=thread.site_id, by=by, comment=which, thread=thread.id)
