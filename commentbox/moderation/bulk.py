"""Deciding about any number of comments: whatever a filter lets through, piece by piece."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from commentbox import policy
from commentbox.accounts import people
from commentbox.errors import Conflict, Invalid, NotFound
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.lib import clock, cursor
from commentbox.lib.cursor import Cursor
from commentbox.models import Account, Batch, Comment, Job, Membership, Site, Status
from commentbox.moderation import decisions, log, teaching, undoing
from commentbox.moderation.filters import Filter, conditions, selected
from commentbox.moderation.queue import COUNTED
from commentbox.policy import Action

AT_ONCE: Final = 400
"""How many comments one transaction decides about at most."""

_SLICE: Final = 200
_SECONDS: Final = 0.08
"""After so long a transaction takes no further slice: others wait to write."""

_BY_PEOPLE: Final = ("approve", "spam", "trash", "restore", "delete")
_LATE: Final = timedelta(hours=1)
_PURGED: Final = (Status.PENDING, Status.PUBLISHED)


@dataclass(frozen=True)
class Place:
    """How far a batch is: which part of it, and after which row of that."""

    part: int = 0
    after: str = ""


def begin(action: str, wanted: Filter, *, by: Account) -> Batch:
    """Decide about all comments that a filter lets through, and return the log's row of that.

    A few are done at once; more go on in the background until the row has its end. What arrives,
    is edited or is moved after this moment is left alone; the row tells of how many that were
    selected somebody else has decided since they were seen. Raises `NotFound("site.unknown")` for a
    stranger to one of the sites, `NotAllowed`, `Invalid("action.unknown")`, and
    `Conflict("selection.empty")`, or `"selection.gone"` where others have decided about them all.
    """
    if action not in _BY_PEOPLE:
        raise Invalid("action.unknown")
    right = decisions.ACTS[action].right
    decisions.require(by, right, site_ids=wanted.site_ids, code="site.unknown")
    left = _decided_since(wanted)
    batch = start(action, wanted, [wanted.status], by=by)
    if batch is None:
        raise Conflict("selection.gone" if wanted.is_selection else "selection.empty")
    log.leave(batch.id, left)
    return batch


def purge(site: Site, person: str, *, to: Status, by: Account) -> Batch | None:
    """Put all that somebody wrote on the site into the spam folder or the trash, as `begin` does.

    `person` is as in `Comment`. What lies in one of the two already stays there; where there is
    nothing else, nothing is returned. Raises `NotFound("person.unknown")` for nobody.
    """
    if not person:
        raise NotFound("person.unknown")
    action = {Status.SPAM: "spam", Status.TRASHED: "trash"}[to]
    decisions.require(by, Action.BAN, site_ids=[site.id], code="site.unknown")
    return start(action, Filter((site.id,), person=person), _PURGED, by=by)


def start(
    action: str,
    wanted: Filter,
    statuses: Sequence[Status],
    *,
    by: Account | None,
    moved_before: datetime | None = None,
) -> Batch | None:
    """Begin to decide about comments in any of the statuses; return nothing where there are none.

    With `moved_before` it is only about those that have been where they are since then.
    """
    details = {
        "filter": wanted.as_json(),
        "statuses": [status.value for status in statuses],
        "moved_before": moved_before.isoformat() if moved_before else None,
    }
    batch = Batch(action=action, details=details, created_at=clock.now())
    total = sum(_number(batch, part) for part in _parts(batch))
    if not total:
        return None
    log.enter(batch, by=by, site_ids=wanted.site_ids, total=total)
    if total <= AT_ONCE:
        go_on(batch.id)
    else:
        outbox.add("moderation.bulk", batch_id=batch.id)
    return batch


def look_ahead(batch_id: str, part: int = 0, after: str = "") -> list[Cursor] | None:
    """Return what the next piece of a batch is about, so that nobody waits while it is looked for.

    That can be long where a filter has words. Of an undo nothing is looked for.
    """
    batch = db.session.get(Batch, batch_id)
    if batch is None or batch.undoes is not None:
        return None
    return _next(batch, _parts(batch)[part], after, AT_ONCE + 1)


def go_on(
    batch_id: str,
    part: int = 0,
    after: str = "",
    again: str = "",
    *,
    ahead: Sequence[Cursor] | None = None,
) -> None:
    """Do the next piece of a batch from a place on, and note the job for the one after it.

    It may be called again for the same place, and changes nothing then. `again` tells the jobs of
    a batch that was taken up again from those that were given up: an undo has the same places.
    `ahead` is what `look_ahead` has found there.
    """
    query = select(Batch).where(Batch.id == batch_id, Batch.finished_at.is_(None))
    held = query.with_for_update().execution_options(populate_existing=True)
    batch = db.session.scalar(held)
    if batch is None:
        return
    place = _step(batch, Place(part, after), ahead) if _is_still_allowed(batch) else None
    if place is None:
        teaching.finish(batch)
        return
    outbox.add(
        "moderation.bulk",
        dedup_key=f"moderation.bulk:{batch.id}:{place.part}:{place.after}:{again}",
        run_at=batch.created_at,  # before what came since: somebody waits for the end
        batch_id=batch.id,
        part=place.part,
        after=place.after,
        again=again,
    )


def take_up_again() -> None:
    """Begin anew with batches that have not ended within an hour and whose job was given up."""
    now = clock.now()
    late = Batch.created_at < now - _LATE
    unfinished = select(Batch.id).where(Batch.finished_at.is_(None), late).order_by(Batch.id)
    waits = Job.done_at.is_(None) & ~Job.is_dead
    jobs = select(Job.payload).where(Job.kind == "moderation.bulk", waits)
    going_on = {payload["batch_id"] for payload in db.session.scalars(jobs)}
    for batch_id in db.session.scalars(unfinished).all():
        if batch_id not in going_on:
            outbox.add("moderation.bulk", batch_id=batch_id, again=now.isoformat(timespec="hours"))


def progress(roles: Sequence[Membership], batch_id: str) -> Batch:
    """Return how far a batch is; raise `NotFound("decision.unknown")` for who may not see it."""
    batch = db.session.get(Batch, batch_id, populate_existing=True)
    if batch is None or not log.may_see(roles, batch):
        raise NotFound("decision.unknown")
    return batch


def _decided_since(wanted: Filter) -> int:
    """Count what was selected and is no longer as it was seen: moved elsewhere, or edited."""
    if wanted.seen_at is None or not wanted.is_selection:
        return 0
    is_moved = (Comment.moved_at > wanted.seen_at) & (Comment.status != wanted.status)
    since = or_(is_moved, Comment.edited_at > wanted.seen_at)
    here = (Comment.site_id.in_(wanted.site_ids), Comment.created_at <= wanted.seen_at, since)
    some = select(Comment.id).where(*here, *selected(wanted)).limit(COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _step(batch: Batch, place: Place, ahead: Sequence[Cursor] | None) -> Place | None:
    """Do a piece and return where the next one begins; nothing when that was the last."""
    until, room = clock.monotonic() + _SECONDS, AT_ONCE
    left: Place | None = place
    while left and room > 0:
        number, next_ = _slice(batch, left, min(room, _SLICE), ahead)
        ahead = ahead[number:] if ahead and next_ and next_.part == left.part else None
        room, left = room - number, next_
        if AT_ONCE - room >= _SLICE and clock.monotonic() > until:
            break
    return left


def _slice(
    batch: Batch, place: Place, size: int, ahead: Sequence[Cursor] | None
) -> tuple[int, Place | None]:
    """Decide about so many comments at most; return how many they were, and what comes next."""
    if batch.undoes is not None:
        last = undoing.go_on(batch, after=place.after, limit=size)
        return size, Place(after=last) if last else None
    parts = _parts(batch)
    part = parts[place.part]
    found = _next(batch, part, place.after, size + 1) if ahead is None else ahead[: size + 1]
    _decide(batch, part, [each.id for each in found[:size]])
    if len(found) > size:
        return size, Place(place.part, str(found[size - 1]))
    return len(found), Place(place.part + 1) if place.part + 1 < len(parts) else None


def _parts(batch: Batch) -> list[Filter]:
    """Return the filter of a batch for each site and status: each of them reads one index."""
    wanted = Filter.from_json(batch.details["filter"])
    statuses = [Status(status) for status in batch.details["statuses"]]
    return [
        replace(wanted.of([site_id]), status=status)
        for site_id in wanted.site_ids
        for status in statuses
    ]


def _number(batch: Batch, part: Filter) -> int:
    query = select(func.count()).select_from(Comment).where(*_conditions(batch, part))
    return db.session.scalar(query) or 0


def _next(batch: Batch, part: Filter, after: str, limit: int) -> list[Cursor]:
    query = select(Comment.created_at, Comment.id).where(*_conditions(batch, part))
    if after:
        last = cursor.parse(after)
        key = tuple_(Comment.created_at, Comment.id)
        query = query.where(key > tuple_(literal(last.moment), literal(last.id)))
    query = query.order_by(Comment.created_at, Comment.id).limit(limit)
    return [Cursor(moment, comment_id) for moment, comment_id in db.session.execute(query)]


def _conditions(batch: Batch, part: Filter) -> list[ColumnElement[bool]]:
    """Return what is true of comments that were there when the batch began, as they were then."""
    begun = batch.created_at
    found = [
        Comment.site_id.in_(part.site_ids),
        Comment.created_at < begun,
        or_(Comment.edited_at.is_(None), Comment.edited_at < begun),
        or_(Comment.moved_at.is_(None), Comment.moved_at < begun),
        *conditions(replace(part, is_repeated=False)),
    ]
    if part.is_repeated:
        found.append(_was_repeated(begun))
    if decisions.ACTS[batch.action].to is part.status:
        found.append(Comment.open_reports > 0)
    if moved_before := batch.details["moved_before"]:
        since = func.coalesce(Comment.moved_at, Comment.created_at)
        before = datetime.fromisoformat(moved_before)
        found += [Comment.created_at < before, since < before]  # the first speaks to the index
    return found


def _was_repeated(begun: datetime) -> ColumnElement[bool]:
    """Find what others said nearly alike, also where this batch has moved those already."""
    other = aliased(Comment)
    return (
        select(other.id)
        .where(
            other.site_id == Comment.site_id,
            other.cluster == Comment.cluster,
            or_(other.status == Comment.status, other.moved_at >= begun),
            other.id != Comment.id,
        )
        .exists()
    )


def _decide(batch: Batch, part: Filter, comment_ids: Sequence[str]) -> None:
    begun = batch.created_at
    unchanged = [
        comment
        for comment in decisions.held(comment_ids)
        if comment.status is part.status
        and not any(time and time >= begun for time in (comment.edited_at, comment.moved_at))
    ]
    decisions.decide(batch, decisions.wanted(batch.action, unchanged))


def _is_still_allowed(batch: Batch) -> bool:
    """Say whether who began it still may: they can lose their role while it goes on."""
    if batch.action == "empty":
        return True
    account = db.session.get(Account, batch.account_id) if batch.account_id else None
    if account is None or account.blocked_at:
        return False
    act = decisions.ACTS.get(batch.action)
    right, roles = act.right if act else Action.DECIDE, people.roles(account)
    return all(policy.may(roles, right, site_id=each) for each in log.sites_of(batch))
