"""Decisions: taken about comments that are named or that a filter lets through, and taken back."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Final, Literal

from pydantic import Field

from commentbox.accounts import people
from commentbox.errors import Conflict, Invalid
from commentbox.lib import cursor
from commentbox.models import Scope, Status
from commentbox.moderation import actions, bulk, holders, log, queue
from commentbox.moderation.actions import Done, Seen
from commentbox.moderation.holders import Holder
from commentbox.policy import Action
from commentbox.web.api.moderation import filtering, shapes, telling
from commentbox.web.api.moderation.filtering import BulkFilter, Folder, Id
from commentbox.web.api.moderation.keyed import Answer, Rule, moderates
from commentbox.web.api.schemas import MOST_COMMENTS, Query
from commentbox.web.kit.given import Input

# Deleting for good is not among them: it asks people to sign in again, which no program can.
_ACTS: Final[Mapping[str, Callable[..., Done]]] = {
    "approve": actions.approve,
    "spam": actions.mark_spam,
    "trash": actions.trash,
    "restore": actions.restore,
}
_DECIDING: Final = Rule(Scope.DECIDE, Action.DECIDE)
_OUTCOMES: Final = {
    HTTPStatus.OK: "Done",
    HTTPStatus.ACCEPTED: "Begun, and goes on in the background",
}


class SeenComment(Input):
    """A comment, with the revision and the status that were looked at."""

    id: Id
    revision: int
    status: Folder


class NewDecision(Input):
    """What is to be done with which comments: those that are named, or all of a filter."""

    action: Literal["approve", "spam", "trash", "restore"]
    comments: Annotated[list[SeenComment] | None, Field(min_length=1, max_length=actions.MOST)] = (
        None
    )
    filter: BulkFilter | None = None


@moderates(
    "POST",
    "/decisions",
    rule=_DECIDING,
    takes=NewDecision,
    answer=shapes.Decided,
    outcomes=_OUTCOMES,
    summary="Decide about comments: all of them, or none",
)
def decide(holder: Holder, body: NewDecision) -> Answer:
    """Do one thing to the comments that are named, or to all that a filter lets through."""
    if (body.comments is None) == (body.filter is None):
        raise Invalid(
            "body.invalid", fields={"comments": "decision.either", "filter": "decision.either"}
        )
    if body.filter is not None and body.filter.names_nothing:
        raise Invalid("body.invalid", fields={"filter": "filter.empty"})
    if body.filter is not None:
        return _decided_by(holder, body.action, body.filter)
    named = body.comments or ()
    seen = [Seen(each.id, each.revision, status=Status(each.status)) for each in named]
    if len({each.comment_id for each in seen}) < len(seen):
        raise Invalid("body.invalid", fields={"comments": "field.invalid"})
    holders.require_comments(holder, [each.comment_id for each in seen])
    done = _ACTS[body.action](seen, by=holder.account)
    return _decided(holder, body.action, done.id if done.comments else None)


class NewPurge(Input):
    """Whose comments go, and where to. `author` is a comment of theirs."""

    author: Id
    to: Literal["spam", "trash"] = "spam"


class LogQuery(Query):
    """Which page of the log."""

    cursor: Annotated[str, Field(description="`next` of the answer before.")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_COMMENTS)] = 50


@moderates(
    "GET",
    "/decisions",
    rule=Rule(Scope.READ, Action.LOG),
    takes=LogQuery,
    answer=shapes.DecisionLog,
    summary="Read the log of the site",
)
def decision_log(holder: Holder, query: LogQuery) -> Answer:
    """Return a page of all that was done on the site, by people, programs and the service."""
    after = cursor.parse(query.cursor) if query.cursor else None
    page = log.page(holder.roles, site_ids=[holder.site.id], after=after, limit=query.limit)
    told = [
        telling.batch(entry.batch, entry.account.name if entry.account else None)
        for entry in page.entries
    ]
    return Answer(shapes.DecisionLog(decisions=told, next=str(page.more) if page.more else None))


@moderates(
    "GET",
    "/decisions/{batch}",
    rule=Rule(Scope.READ, Action.LOG),
    answer=shapes.DecisionBatch,
    summary="See how far a decision is",
)
def decision(holder: Holder, _query: Query, *, batch: str) -> Answer:
    """Return a row of the site's log."""
    found = holders.batch(holder, batch)
    by = people.names([found.account_id]).get(found.account_id)
    return Answer(telling.batch(found, by))


@moderates(
    "DELETE",
    "/decisions/{batch}",
    rule=_DECIDING,
    answer=shapes.Decided,
    outcomes=_OUTCOMES,
    summary="Take a decision back, wherever nobody has decided anew since",
)
def undo_decision(holder: Holder, _query: Query, *, batch: str) -> Answer:
    """Take a batch back; that is a decision of its own, which can be taken back as well."""
    undone = holders.batch(holder, batch)
    return _decided(holder, "undo", actions.undo(undone.id, by=holder.account).id)


@moderates(
    "POST",
    "/purges",
    rule=Rule(Scope.DECIDE, Action.BAN),
    takes=NewPurge,
    answer=shapes.Decided,
    outcomes=_OUTCOMES,
    summary="Remove all that the author of a comment wrote on the site",
)
def purge(holder: Holder, body: NewPurge) -> Answer:
    """Put everything by somebody into the spam folder or the trash."""
    person = queue.item(holder.roles, body.author).comment.person
    to = Status.SPAM if body.to == "spam" else Status.TRASHED
    begun = bulk.purge(holder.site, person, to=to, by=holder.account)
    return _decided(holder, body.to, begun.id if begun else None)


def _decided_by(holder: Holder, action: str, wanted: BulkFilter) -> Answer:
    """Decide about all that a filter lets through; that may be nothing."""
    chosen = filtering.read(wanted, holder, seen_at=wanted.seen_at)
    try:
        begun = bulk.begin(action, chosen, by=holder.account)
    except Conflict as problem:
        if problem.code != "selection.empty":
            raise
        return _decided(holder, action, None)
    return _decided(holder, action, begun.id)


def _decided(holder: Holder, action: str, batch_id: str | None) -> Answer:
    if batch_id is None:
        return Answer(shapes.Decided(id=None, action=action, total=0, done=0, goes_on=False))
    batch = holders.batch(holder, batch_id)
    goes_on = batch.finished_at is None
    told = shapes.Decided(
        id=batch.id, action=action, total=batch.total, done=batch.done, goes_on=goes_on
    )
    status = HTTPStatus.ACCEPTED if goes_on else HTTPStatus.OK
    place = f"/api/v1/sites/{holder.site.name}/moderation/decisions/{batch.id}"
    return Answer(told, status, location=place)
