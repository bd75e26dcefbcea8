"""Answering a comment from the desk."""

from commentbox import policy
from commentbox.accounts import people
from commentbox.comments import posting
from commentbox.errors import NotFound
from commentbox.extensions import db
from commentbox.lib import source
from commentbox.models import Account, Comment, Site, Status, Thread
from commentbox.moderation import actions
from commentbox.moderation.actions import Done, Seen
from commentbox.policy import Action


def answer(seen: Seen, *, typed: str, by: Account) -> Done:
    """Publish an answer by a moderator and return what was decided about the comment by that.

    Who answers a comment that waits has read it, so it is approved first; otherwise the batch is
    empty. Raises the codes of `actions.approve` and `posting.post`.
    """
    typed = source.checked(typed)
    parent = db.session.get(Comment, seen.comment_id)
    if parent is None:
        raise NotFound("comment.unknown")
    policy.require(people.roles(by), Action.REPLY, site_id=parent.site_id)
    batch = Done("", "approve", [])
    if parent.status is Status.PENDING:
        batch = actions.approve([seen], by=by)
    posting.post(
        db.session.get_one(Thread, parent.thread_id),
        db.session.get_one(Site, parent.site_id),
        author=posting.Member(by),
        draft=posting.Draft(typed, parent_id=parent.id),
        arrival=posting.Arrival(),
    )
    return batch
