"""What a link in a mail to moderators asks for: shown first, done once."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from commentbox import policy
from commentbox.accounts import people
from commentbox.errors import Conflict, Gone
from commentbox.extensions import db
from commentbox.models import Account, Comment, Decision, Status
from commentbox.moderation import actions, status
from commentbox.notify.links import Links, Purpose, Verdict
from commentbox.policy import Action

_ACTS: Final = {
    Verdict.APPROVE: actions.approve,
    Verdict.SPAM: actions.mark_spam,
    Verdict.TRASH: actions.trash,
}


@dataclass(frozen=True)
class Wanted:
    """One decision about one held comment, by the moderator whom the link was sent to."""

    comment: Comment
    verdict: Verdict
    account: Account


def wanted(links: Links, token: str) -> Wanted:
    """Return what a link asks for.

    Raises `Malformed("link.invalid")`; `Gone("link.used")` when its time is over, or anybody has
    decided about the comment since; `Conflict("comment.edited")`; and `NotFound` when the link's
    owner no longer moderates the site.
    """
    read = links.read(token, Purpose.MODERATE)
    comment_id, revision, verdict, account_id = read.parts
    comment = db.session.get(Comment, comment_id, populate_existing=True)
    account = db.session.get(Account, account_id)
    if comment is None or account is None or comment.status is not Status.PENDING:
        raise Gone("link.used")
    policy.require(people.roles(account), Action.DECIDE, site_id=comment.site_id)
    decided = select(Decision.id).where(
        Decision.comment_id == comment.id,
        Decision.created_at >= read.issued,
        Decision.action != "edit",
    )
    if db.session.scalar(decided.limit(1)) is not None:
        raise Gone("link.used")
    if comment.revision != int(revision):
        raise Conflict("comment.edited", comment_id=comment.id)
    return Wanted(comment, Verdict(verdict), account)


def decide(links: Links, token: str) -> Wanted:
    """Do what a link asks for and return it; raises what `wanted` does."""
    status.hold(wanted(links, token).comment.thread_id)
    asked = wanted(links, token)
    _ACTS[asked.verdict]([actions.Seen.of(asked.comment)], by=asked.account)
    return asked
