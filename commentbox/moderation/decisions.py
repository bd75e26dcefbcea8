"""Deciding about comments: they move, and that is logged, ruled on, taught and told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import insert, select

from commentbox import policy
from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.models import Account, Batch, Comment, Decision, Status
from commentbox.moderation import erasing, rulings, status, teaching
from commentbox.policy import Action

log = structlog.get_logger(__name__)

REMOVED: Final = (Status.SPAM, Status.TRASHED)
"""Where comments lie that can be restored."""


@dataclass(frozen=True)
class Act:
    """One thing to do with comments: the right that it takes, and where they go.

    Without `to` they go back to where they were. `upholds` says whether open reports of them were
    right; nothing is said of those where it is None.
    """

    right: Action
    to: Status | None
    upholds: bool | None


ACTS: Final[Mapping[str, Act]] = {
    "approve": Act(Action.DECIDE, Status.PUBLISHED, upholds=False),
    "spam": Act(Action.DECIDE, Status.SPAM, upholds=True),
    "trash": Act(Action.DECIDE, Status.TRASHED, upholds=True),
    "restore": Act(Action.DECIDE, None, upholds=None),
    "delete": Act(Action.DELETE, Status.DELETED, upholds=True),
    "empty": Act(Action.DELETE, Status.DELETED, upholds=None),
}
"""Every action by the name that the log has for it; only the service itself empties."""


def require(by: Account, right: Action, *, site_ids: Iterable[str], code: str) -> None:
    """Refuse who may not do this on every one of the sites; see `policy.require`."""
    roles = people.roles(by)
    for site_id in site_ids:
        policy.require(roles, right, site_id=site_id, code=code)


def held(comment_ids: Collection[str]) -> list[Comment]:
    """Return comments as they are now, the first first, after holding their threads."""
    mine = Comment.id.in_(comment_ids)
    places = set(db.session.scalars(select(Comment.thread_id).where(mine)))
    threads: set[str] = set()
    found: Sequence[Comment] = []
    while places - threads:  # again where one went to another thread meanwhile
        threads |= set(status.hold_all(places))
        now = select(Comment).where(mine).order_by(Comment.created_at, Comment.id)
        found = db.session.scalars(now.execution_options(populate_existing=True)).all()
        places = {comment.thread_id for comment in found}
    return list(found)


def wanted(action: str, comments: Sequence[Comment]) -> list[tuple[Comment, Status]]:
    """Return the comments that an action decides about, and where it takes each of them.

    What is there already is none of its business, but that a published comment is approved decides
    about the reports of it.
    """
    to = ACTS[action].to
    if to is None:
        return _restored(comments)
    keeps = action == "approve"
    return [
        (each, to) for each in comments if each.status is not to or (keeps and each.open_reports)
    ]


def decide(batch: Batch, wanted: Sequence[tuple[Comment, Status]]) -> None:
    """Do what a batch's action wants, and count that in; the threads are held by the caller."""
    move(batch, wanted)
    comments, act = [comment for comment, _ in wanted], ACTS[batch.action]
    if act.upholds is not None:
        rulings.rule(comments, upheld=act.upholds, batch=batch.id)
    teaching.tell(batch, comments)
    if act.to is Status.DELETED:
        erasing.erase(comments)


def move(batch: Batch, wanted: Sequence[tuple[Comment, Status]]) -> None:
    """Move comments, or decide that they stay; write it into the log, and tell of what appears."""
    stay = [(comment, to) for comment, to in wanted if comment.status is to]
    moved = status.move_all((comment, to) for comment, to in wanted if comment.status is not to)
    decided = [*moved, *stay]
    if decided:
        db.session.execute(insert(Decision), [_row(batch, *each) for each in decided])
    batch.done += len(decided)
    appeared = [{"comment_id": comment.id} for comment, _ in moved if comment.is_published]
    outbox.add_each("comment.published", appeared)
    db.session.flush()
    said = {"action": batch.action, "batch": batch.id, "account": batch.account_id}
    log.info("decided", **said, comments=len(decided))


def _row(batch: Batch, comment: Comment, before: Status) -> dict[str, object]:
    return {
        "site_id": comment.site_id,
        "comment_id": comment.id,
        "account_id": batch.account_id,
        "batch": batch.id,
        "undoes": batch.undoes,
        "action": batch.action,
        "before": before,
        "after": comment.status,
    }


def _restored(comments: Sequence[Comment]) -> list[tuple[Comment, Status]]:
    """Return where each comment was before it went to the trash or the spam folder."""
    removed = [comment for comment in comments if comment.status in REMOVED]
    removals = (
        select(Decision.comment_id, Decision.before)
        .where(
            Decision.comment_id.in_([comment.id for comment in removed]),
            Decision.before.not_in(REMOVED),
            Decision.after.in_(REMOVED),
        )
        .order_by(Decision.created_at, Decision.id)
    )
    before = {row.comment_id: row.before for row in db.session.execute(removals)}
    return [(each, before.get(each.id, Status.PENDING)) for each in removed]
