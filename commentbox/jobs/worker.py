"""Doing the jobs: each at least once, one transaction for each, again later when it fails."""

import math
import os
import random
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, cast

import structlog
from sqlalchemy import ColumnElement, CursorResult, or_, select, update

from commentbox.adapters.logs import without_addresses
from commentbox.extensions import begin_writing, db
from commentbox.jobs import outbox
from commentbox.lib import clock
from commentbox.models import Job

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(minutes=5)
"""How long a claimed job is left to who claimed it; then another worker takes it."""

MOST_ATTEMPTS: Final = 10
HOPELESS_ATTEMPTS: Final = 3
_FIRST_DELAY: Final = timedelta(seconds=30)
_LONGEST_DELAY: Final = timedelta(hours=12)
_FACTOR: Final = 3
_IDLE: Final = 0.5  # seconds between two looks for work
_LONGEST_PAUSE: Final = 8.0  # seconds between two looks that fail
_LONGEST_ERROR: Final = 300

Handlers = Mapping[str, Callable[..., None]]


class Hopeless(Exception):
    """The job failed in a way that another attempt is not expected to mend."""


class App(Protocol):
    """What a worker needs of the application."""

    def app_context(self) -> AbstractContextManager[object]:
        """Return the context in which the database can be used."""


@dataclass(frozen=True)
class _Claim:
    id: str
    kind: str
    payload: dict[str, Any]
    attempts: int
    until: datetime


def run_once(handlers: Handlers, now: datetime) -> bool:
    """Claim the most urgent of the jobs that are due and do it; say whether there was one.

    Commits twice: the claim, then what the job's function did together with the note that it is
    done. A function that waits for the network must not ask the database before or meanwhile: no
    transaction is open until it does, so nobody waits for the network but the worker.
    """
    if _first(now) is None:
        return False
    begin_writing()
    claim = _claim(now)
    db.session.commit()
    if claim is None:
        return False
    try:
        handlers[claim.kind](**claim.payload)
        if _finish(claim, done_at=clock.now(), payload={}, last_error=""):
            db.session.commit()
        else:
            db.session.rollback()
            log.warning("job.overtaken", kind=claim.kind, job=claim.id)
    except Exception as problem:
        db.session.rollback()
        _put_off(claim, problem)
        db.session.commit()
    return True


class Worker:
    """Does the jobs until it is stopped, in a thread or as a process of its own.

    `hourly` are kinds that are to be done once an hour without anybody's asking. With `parent`, the
    id of the process that started it, the worker stops when that process has ended.
    """

    def __init__(
        self,
        app: App,
        handlers: Handlers,
        *,
        hourly: tuple[str, ...] = (),
        parent: int | None = None,
    ) -> None:
        self._app, self._handlers, self._hourly, self._parent = app, handlers, hourly, parent
        self._stop = threading.Event()
        self._hour: str | None = None
        self._pause = _IDLE

    def run(self) -> None:
        """Work until `stop` is called or the parent has ended; nothing else ends it."""
        while not self._stop.is_set() and not self._is_orphan():
            if not self._turn():
                self._stop.wait(self._pause)

    def start(self) -> threading.Thread:
        """Work in a thread of its own, which does not keep the process alive."""
        thread = threading.Thread(target=self.run, name="commentbox-worker", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Finish the job under way, then end."""
        self._stop.set()

    def _turn(self) -> bool:
        try:
            with self._app.app_context():
                self._note_hour()
                was_there = run_once(self._handlers, clock.now())
        except Exception as problem:  # such as a database that is away: it may come back
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            log.error("worker.failed", exc_info=problem)  # noqa: TRY400 -- same line either way
            return False
        self._pause = _IDLE
        return was_there

    def _note_hour(self) -> None:
        hour = clock.now().strftime("%Y-%m-%dT%H")
        if hour == self._hour:
            return
        begin_writing()
        for kind in self._hourly:
            outbox.add(kind, dedup_key=f"{kind}:{hour}")
        db.session.commit()
        self._hour = hour

    def _is_orphan(self) -> bool:
        return self._parent is not None and os.getppid() != self._parent


def _first(now: datetime, *, lock: bool = False) -> Any:
    """Return the job to do next; asking alone keeps no writer waiting."""
    query = (
        select(Job.id, Job.kind, Job.payload, Job.attempts)
        .where(_is_free(now))
        .order_by(Job.urgency, Job.run_at, Job.id)
        .limit(1)
    )
    if lock:
        query = query.with_for_update(skip_locked=True)
    return db.session.execute(query).one_or_none()


def _claim(now: datetime) -> _Claim | None:
    """Take the first job, by compare-and-set, for the length of a lease."""
    found = _first(now, lock=True)
    if found is None:
        return None
    until = clock.now() + LEASE
    claim = _Claim(found.id, found.kind, found.payload, found.attempts + 1, until)
    taken = (
        update(Job)
        .where(Job.id == found.id, _is_free(now))
        .values(claimed_until=until, attempts=claim.attempts)
    )
    if cast(CursorResult[Any], db.session.execute(taken)).rowcount != 1:
        return None
    if claim.attempts > MOST_ATTEMPTS:  # it never came to an end: it may take the process down
        _finish(claim, is_dead=True, payload={}, last_error="every attempt was cut off")
        return None
    return claim


def _is_free(now: datetime) -> ColumnElement[bool]:
    return (
        Job.done_at.is_(None)
        & Job.is_dead.is_(False)
        & (Job.run_at <= now)
        & or_(Job.claimed_until.is_(None), Job.claimed_until < now)
    )


def _finish(claim: _Claim, **values: Any) -> bool:
    """Write down how it went, unless the lease has run out and the job is somebody else's now."""
    mine = update(Job).where(Job.id == claim.id, Job.claimed_until == claim.until)
    result = db.session.execute(mine.values(claimed_until=None, **values))
    return cast(CursorResult[Any], result).rowcount == 1


def _put_off(claim: _Claim, problem: Exception) -> None:
    most = HOPELESS_ATTEMPTS if isinstance(problem, Hopeless) else MOST_ATTEMPTS
    is_dead = claim.attempts >= most
    error = without_addresses(f"{type(problem).__name__}: {problem}")[:_LONGEST_ERROR]
    # What is given up is sent no more: letters and addresses are not kept with it.
    kept = {} if is_dead else claim.payload
    _finish(
        claim,
        is_dead=is_dead,
        payload=kept,
        last_error=error,
        run_at=clock.now() + _delay(claim.attempts),
    )
    event = log.error if is_dead else log.warning
    event(
        "job.dead" if is_dead else "job.failed",
        kind=claim.kind,
        job=claim.id,
        attempts=claim.attempts,
        exc_info=problem,
    )


def _delay(attempts: int) -> timedelta:
    """Return how long to wait: three times as long each time, half of it by chance.

    Ten attempts take about a day and a half: a mail server may be away for a night.
    """
    tripled = _FIRST_DELAY * math.pow(_FACTOR, attempts - 1)
    return min(tripled, _LONGEST_DELAY) * random.uniform(0.5, 1.0)  # noqa: S311 -- to part retries, not to be secret
