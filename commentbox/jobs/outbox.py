"""Writing down what must happen once the transaction has been committed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from commentbox.extensions import db, insert_new
from commentbox.jobs import urgency
from commentbox.lib import clock
from commentbox.models import Job

MOST_GATHERED: Final = 20
"""How many things one gathering job names; of the others it only knows the number."""


@dataclass(frozen=True)
class Backlog:
    """What is still to be done: how many jobs are due, since when, and how many were given up."""

    due: int
    oldest: timedelta
    dead: int


def add(
    kind: str, *, dedup_key: str | None = None, run_at: datetime | None = None, **payload: Any
) -> None:
    """Note a job in the caller's transaction; one with a `dedup_key` seen before is left out."""
    insert_new(
        Job,
        kind=kind,
        urgency=urgency.of(kind),
        payload=payload,
        dedup_key=dedup_key,
        run_at=run_at or clock.now(),
    )


def add_each(kind: str, payloads: Iterable[Mapping[str, Any]]) -> None:
    """Note a job for each payload, as `add` does, all in one statement."""
    noted = {"kind": kind, "urgency": urgency.of(kind)}
    rows = [{**noted, "payload": dict(payload)} for payload in payloads]
    if rows:
        db.session.execute(insert(Job), rows)


def gather(kind: str, item: str, *, key: str, every: timedelta, **payload: Any) -> None:
    """Note one more thing for a job that runs once a stretch of time, and tells of all together.

    All that is gathered under `key` within a stretch of the clock ends in one job, at its end. The
    job's function gets `items`, at most `MOST_GATHERED` of them, and `count`, how many there were.
    """
    stretch = int(clock.now().timestamp() // every.total_seconds())
    while not _gathered(kind, item, f"{key}:{stretch}", (stretch + 1) * every, payload):
        stretch += 1


def withdraw(prefix: str) -> None:
    """Take back the jobs that have not been done and whose `dedup_key` begins like this."""
    db.session.execute(
        delete(Job).where(Job.done_at.is_(None), Job.dedup_key.startswith(prefix, autoescape=True))
    )


def backlog() -> Backlog:
    """Return what is still to be done; `oldest` is how long the oldest due job has waited."""
    now = clock.now()
    due, oldest, dead = db.session.execute(
        select(
            func.count().filter(_is_due(now)),
            func.min(Job.run_at).filter(_is_due(now)),
            func.count().filter(Job.is_dead),
        ).where(Job.done_at.is_(None))
    ).one()
    since = cast("datetime | None", oldest)
    return Backlog(due, now - since if since else timedelta(0), dead)


def _gathered(kind: str, item: str, key: str, since_epoch: timedelta, payload: Any) -> bool:
    """Put the item into the job with this key; say no when that has been begun already."""
    run_at = datetime.fromtimestamp(since_epoch.total_seconds(), UTC)
    add(kind, dedup_key=key, run_at=run_at, **payload, items=[], count=0)
    job = db.session.execute(
        select(Job.id, Job.payload)
        .where(Job.dedup_key == key, Job.done_at.is_(None), Job.attempts == 0)
        .with_for_update()
    ).one_or_none()
    if job is None:
        return False
    items, count = job.payload["items"], job.payload["count"]
    if item in items:
        return True
    grown = {**job.payload, "items": [*items, item][:MOST_GATHERED], "count": count + 1}
    db.session.execute(update(Job).where(Job.id == job.id).values(payload=grown))
    return True


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (Job.run_at <= now) & Job.is_dead.is_(False)
