"""Taking a batch of decisions back, wherever nobody has decided anything else since."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import aliased

from commentbox.errors import Conflict, NotFound
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.lib import clock
from commentbox.models import OF_SERVICE, Account, Batch, Comment, Decision, Status
from commentbox.moderation import decisions, log, rulings, status, teaching
from commentbox.policy import Action

AT_ONCE: Final = 400
"""How many decisions are taken back at once; more are in the background."""


def begin(batch_id: str, *, by: Account) -> tuple[Batch, list[Comment]]:
    """Take a batch back and return the log's row of that with the comments that moved.

    A long one is only begun; the row then has no end yet. One that still goes on is ended. Raises
    `NotFound("decision.unknown")`, and `Conflict("undo.late")` after 30 days, or when nothing is
    left to take back.
    """
    undone, site_ids = _found(batch_id, by=by)
    if undone.created_at < clock.now() - log.UNDOABLE:
        raise Conflict("undo.late")
    if undone.finished_at is None:
        teaching.finish(undone)
    total = db.session.scalar(select(func.count()).where(*_of(undone))) or 0
    is_long = total > AT_ONCE
    back = [] if is_long else _left(_slice(undone, after="", limit=AT_ONCE))
    if not (_is_any_left(undone) if is_long else back):
        raise Conflict("undo.late")
    total = total if is_long else len(back)
    batch = log.begin("undo", by=by, site_ids=site_ids, total=total, undoes=undone.id)
    if is_long:
        outbox.add("moderation.bulk", batch_id=batch.id)
    else:
        _take_back(batch, undone, back)
        teaching.finish(batch)
    return batch, [comment for comment, _ in back]


def go_on(batch: Batch, *, after: str, limit: int) -> str:
    """Take some more decisions back, after the one with this id; return the last one's id.

    It is empty when there are no more. The row of the batch is held by the caller.
    """
    undone = db.session.get_one(Batch, batch.undoes)
    found = _slice(undone, after=after, limit=limit)
    _take_back(batch, undone, _left(found))
    return found[-1].id if len(found) == limit else ""


def _found(batch_id: str, *, by: Account) -> tuple[Batch, set[str]]:
    """Return the batch and the sites that it decided on, if the person may decide there."""
    query = select(Batch).where(Batch.id == batch_id).with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    sites = select(Decision.site_id).where(Decision.batch == batch_id).distinct()
    site_ids = set(db.session.scalars(sites))
    if found is None or not site_ids:
        raise NotFound("decision.unknown")
    decisions.require(by, Action.DECIDE, site_ids=site_ids, code="decision.unknown")
    return found, site_ids


def _of(undone: Batch) -> tuple[ColumnElement[bool], ...]:
    return (Decision.batch == undone.id, Decision.action != "edit")


def _slice(undone: Batch, *, after: str, limit: int) -> Sequence[Decision]:
    """Return the next decisions of a batch, in the order of their ids."""
    query = select(Decision).where(*_of(undone), Decision.id > after)
    return db.session.scalars(query.order_by(Decision.id).limit(limit)).all()


def _left(taken: Sequence[Decision]) -> list[tuple[Comment, Status]]:
    """Return which comments can go back, and where to; their threads are held from now on."""
    by_comment = {each.comment_id: each for each in taken}
    comments = decisions.held(by_comment)
    latest = _latest(by_comment)
    return [
        (comment, decision.before)
        for comment in comments
        if (decision := by_comment[comment.id]).batch == latest[comment.id]
        and _can_go_back(comment, decision)
    ]


def _latest(comment_ids: Iterable[str]) -> dict[str, str]:
    """Return the batch that last decided about each comment; an edit decides nothing."""
    made = (
        select(Decision.comment_id, Decision.batch)
        .where(Decision.comment_id.in_(comment_ids), Decision.action != "edit")
        .order_by(Decision.created_at, Decision.id)
    )
    return {row.comment_id: row.batch for row in db.session.execute(made)}


def _can_go_back(comment: Comment, decision: Decision) -> bool:
    if comment.status is not decision.after or comment.status is Status.DELETED:
        return False
    return decision.before is decision.after or decision.before in status.MOVES[comment.status]


def _is_any_left(undone: Batch) -> bool:
    later = aliased(Decision)
    decided_since = (
        select(later.id)
        .where(
            later.comment_id == Decision.comment_id,
            later.action != "edit",
            tuple_(later.created_at, later.id) > tuple_(Decision.created_at, Decision.id),
        )
        .exists()
    )
    left = (
        select(Decision.id)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(*_of(undone), Comment.status == Decision.after, ~decided_since)
        .where(Comment.status != Status.DELETED)
    )
    return db.session.scalar(left.limit(1)) is not None


def _take_back(batch: Batch, undone: Batch, back: Sequence[tuple[Comment, Status]]) -> None:
    """Move comments back; what was ruled and taught by the batch is taken back with them."""
    decisions.move(batch, back)
    comments = [comment for comment, _ in back]
    rulings.take_back(undone.id, of=comments)
    teaching.take_back(batch, undone, comments)
    if undone.undoes is not None or undone.action in OF_SERVICE:
        _rule(batch, comments)


def _rule(batch: Batch, comments: Sequence[Comment]) -> None:
    """Rule on open reports: whoever takes back what nobody decided decides about the comments.

    So does who takes back that a first decision was taken back, which had opened the reports again.
    """
    gone = [comment for comment in comments if comment.status in decisions.REMOVED]
    seen = [comment for comment in comments if comment.is_published]
    rulings.rule(gone, upheld=True, batch=batch.id)
    rulings.rule(seen, upheld=False, batch=batch.id)
