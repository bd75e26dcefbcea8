"""Answering a comment as somebody who moderates."""

from dataclasses import dataclass

from sqlalchemy import select

from commentbox import policy
from commentbox.accounts import people
from commentbox.comments import posting
from commentbox.errors import Conflict, NotFound
from commentbox.extensions import db
from commentbox.lib import source
from commentbox.models import Account, Comment, Site, Status, Thread
from commentbox.moderation import actions, decisions, log
from commentbox.moderation.actions import Done, Seen
from commentbox.policy import Action


@dataclass(frozen=True)
class Answered:
    """The answer, and what was decided about the comment that it answers, if anything was."""

    comment: Comment
    approval: Done | None


def answer(seen: Seen, *, typed: str, by: Account) -> Answered:
    """Publish an answer by a moderator and return it.

    Who answers a comment that waits has read it, so it is approved first. Raises the codes of
    `actions.approve` and `posting.post`, and `Conflict` with what has happened to it since it was
    seen.
    """
    typed = source.checked(typed)
    parent = _held(seen, by=by)
    is_waiting = parent.status is Status.PENDING
    approval = actions.approve([seen], by=by) if is_waiting else None
    comment = posting.post(
        db.session.get_one(Thread, parent.thread_id),
        db.session.get_one(Site, parent.site_id),
        author=posting.Member(by),
        draft=posting.Draft(typed, parent_id=parent.id),
        arrival=posting.Arrival(),
    )
    log.note("reply", site_id=comment.site_id, by=by, comment=comment.id)
    return Answered(comment, approval)


def _held(seen: Seen, *, by: Account) -> Comment:
    """Return what is answered as it is now; nobody moves it until the answer stands below it."""
    site_id = db.session.scalar(select(Comment.site_id).where(Comment.id == seen.comment_id))
    if site_id is None:
        raise NotFound("comment.unknown")
    policy.require(people.roles(by), Action.REPLY, site_id=site_id)
    [parent] = decisions.held([seen.comment_id])
    if change := seen.change(parent):
        raise Conflict(change, comment_id=parent.id)
    return parent
