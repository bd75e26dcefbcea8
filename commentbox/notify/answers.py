"""What a link in a mail to moderators asks for: shown first, done once, taken back for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from commentbox import policy
from commentbox.accounts import people
from commentbox.errors import Conflict, Gone
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Comment, Decision, Status
from commentbox.moderation import actions, status
from commentbox.notify.links import Links, Purpose, Token, Verdict
from commentbox.policy import Action

_ACTS: Final = {
    Verdict.APPROVE: actions.approve,
    Verdict.SPAM: actions.mark_spam,
    Verdict.TRASH: actions.trash,
}

UNDOABLE: Final = timedelta(hours=1)
"""How long a link takes back what its owner decided."""


@dataclass(frozen=True)
class Wanted:
    """One decision about one held comment, by the moderator whom the link was sent to."""

    comment: Comment
    verdict: Verdict
    account: Account


@dataclass(frozen=True)
class Decided:
    """A comment that was decided about, and by what action, if any.

    `by` is empty where the service did so by itself, or the account is gone. `batch` is what the
    link may take back, if anything.
    """

    comment: Comment
    account: Account
    action: str = ""
    by: Account | None = None
    batch: str = ""


def wanted(links: Links, token: str) -> Wanted:
    """Return what a link asks for.

    Raises `Malformed("link.invalid")`; `Gone("link.used")` when its time is over, or anybody has
    decided about the comment since and it was not taken back; `Conflict("comment.edited")`; and
    `NotFound` when the link's owner no longer moderates the site.
    """
    read = links.read(token, Purpose.MODERATE)
    _, revision, verdict, _ = read.parts
    comment, account = _named(read)
    if comment.status is not Status.PENDING or _is_decided(comment, since=read.issued):
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


def decided(links: Links, token: str) -> Decided:
    """Return what became of a link's comment; raises what `wanted` does, but not for being used."""
    read = links.read(token, Purpose.MODERATE)
    comment, account = _named(read)
    moves = (
        select(Decision)
        .where(
            Decision.comment_id == comment.id,
            Decision.created_at >= read.issued,
            Decision.before != Decision.after,
        )
        .order_by(Decision.created_at.desc(), Decision.id.desc())
    )
    last = db.session.scalar(moves.limit(1))
    if last is None:
        return Decided(comment, account)
    by = db.session.get(Account, last.account_id) if last.account_id else None
    return Decided(
        comment, account, last.action, by, last.batch if _may_go_back(last, account) else ""
    )


def undo(links: Links, token: str) -> None:
    """Take back what a link's owner decided; raises also `Conflict("undo.late")`."""
    status.hold(decided(links, token).comment.thread_id)
    found = decided(links, token)
    if not found.batch:
        raise Conflict("undo.late")
    actions.undo(found.batch, by=found.account)


def _named(read: Token) -> tuple[Comment, Account]:
    """Return the comment of a link and the moderator it was sent to, if they still are one."""
    comment_id, _, _, account_id = read.parts
    comment = db.session.get(Comment, comment_id, populate_existing=True)
    account = db.session.get(Account, account_id)
    if comment is None or account is None:
        raise Gone("link.used")
    policy.require(people.powers(account), Action.DECIDE, site_id=comment.site_id)
    return comment, account


def _is_decided(comment: Comment, *, since: datetime) -> bool:
    """Say whether anybody has decided about a waiting comment; what was taken back is as if not."""
    taken_back = select(Decision.undoes).where(
        Decision.comment_id == comment.id, Decision.undoes.is_not(None)
    )
    decided = select(Decision.id).where(
        Decision.comment_id == comment.id,
        Decision.created_at >= since,
        Decision.action != "edit",
        Decision.undoes.is_(None),
        Decision.batch.not_in(taken_back),
    )
    return db.session.scalar(decided.limit(1)) is not None


def _may_go_back(last: Decision, account: Account) -> bool:
    """Say whether a link may undo a decision: one that a link of the same moderator can make."""
    if last.account_id != account.id or last.action not in set(Verdict):
        return False
    if clock.now() > last.created_at + UNDOABLE:
        return False
    together = select(func.count()).where(Decision.batch == last.batch)
    return db.session.scalar(together) == 1
