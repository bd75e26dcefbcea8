"""Anything that changes a count, at random and many at once: what `bench/drift.py` lets loose."""

import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from commentbox.accounts import people
from commentbox.comments import merging, posting, recount, reporting, threads, voting
from commentbox.comments.reporting import Reporter
from commentbox.comments.voting import Voter
from commentbox.errors import CommentboxError, NotFound
from commentbox.extensions import begin_writing, db
from commentbox.jobs import worker
from commentbox.lib import clock, ids, tokens
from commentbox.models import (
    Account,
    Batch,
    Cause,
    Comment,
    Decision,
    Job,
    Policy,
    Site,
    Status,
    Thread,
)
from commentbox.moderation import actions, bulk
from commentbox.moderation.actions import Seen
from commentbox.moderation.filters import Filter
from tests.conftest import BLOG

ADDRESSES: Final = 8
PEOPLE: Final = 6
JOBS: Final = 8  # that one turn of the worker does
TRIES: Final = 5  # of what gave way to another transaction
WEIGHTS: Final = {
    "post": 30,
    "edit": 4,
    "vote": 10,
    "unvote": 4,
    "report": 8,
    "approve": 9,
    "spam": 5,
    "trash": 5,
    "restore": 6,
    "delete": 1,
    "undo": 8,
    "bulk": 2,
    "purge": 1,
    "merge": 1,
    "work": 6,
}
"""How often each operation is chosen."""

_DECISIONS: Final[dict[str, Callable[..., actions.Done]]] = {
    "approve": actions.approve,
    "spam": actions.mark_spam,
    "trash": actions.trash,
    "restore": actions.restore,
    "delete": actions.delete,
}


@dataclass
class Outcome:
    """What was done by kind, what was refused by code, and what should not have happened."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    put_off: int = 0
    errors: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)


class Storm:
    """Many people at the same comments; `rage` lets them loose and counts afresh at the end."""

    def __init__(self, app: Flask, *, seed: int) -> None:
        self.app, self.seed, self.outcome = app, seed, Outcome()
        self.comments: list[str] = []
        self.batches: list[str] = []
        self._lock = threading.Lock()
        handlers: defaultdict[str, Callable[..., None]] = defaultdict(lambda: lambda **_: None)
        handlers["moderation.bulk"] = bulk.go_on
        self._handlers = handlers
        with app.app_context():
            begin_writing()
            self.site_id = _begin()
            db.session.commit()

    def rage(self, number: int, *, at_once: int) -> Outcome:
        """Do so many operations, several at once, and return what came of them."""
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self._one, range(number)))
        with self.app.app_context():
            while self._is_anything_begun():
                worker.run_once(self._handlers, clock.now() + timedelta(days=1))
            self.outcome.errors += _failed_jobs()
            self.outcome.drift += [str(part) for part in recount.drift()]
            self.outcome.drift += _miscounted_batches()
        return self.outcome

    def _one(self, number: int) -> None:
        chance = random.Random(self.seed * 1_000_000 + number)
        [kind] = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        with self.app.app_context():
            for _ in range(TRIES):
                try:
                    self._do(kind, chance)
                    return
                except CommentboxError as refusal:
                    db.session.rollback()
                    self._note(refused=f"{kind}: {refusal.code}")
                    return
                except OperationalError:  # it gave way to another one, and nothing was written
                    db.session.rollback()
                    self._note(put_off=True)
                except Exception as problem:
                    db.session.rollback()
                    self.outcome.errors.append(f"{kind}: {type(problem).__name__} {problem}")
                    return
            self.outcome.errors.append(f"{kind}: gave way {TRIES} times")

    def _do(self, kind: str, chance: random.Random) -> None:
        begin_writing()
        made = self._act(kind, chance)
        db.session.commit()
        if isinstance(made, Comment):
            self.comments.append(made.id)
        elif isinstance(made, actions.Done | Batch) and made.id:
            self.batches.append(made.id)
        self._note(done=kind)

    def _act(self, kind: str, chance: random.Random) -> Any:
        if kind in _DECISIONS:
            return _DECISIONS[kind](self._some(chance), by=_mia())
        acts: dict[str, Callable[[random.Random], Any]] = {
            "post": self._post,
            "edit": lambda _: actions.edit(
                self._some(chance)[0], typed=f"Edited {ids.new()}", by=_mia()
            ),
            "vote": lambda _: voting.vote(self._any(chance), by=Voter(_reader(chance))),
            "unvote": lambda _: voting.unvote(self._any(chance), by=Voter(_reader(chance))),
            "report": self._report,
            "undo": lambda _: actions.undo(_one_of(chance, self.batches), by=_mia()),
            "bulk": self._bulk,
            "purge": self._purge,
            "merge": self._merge,
            "work": lambda _: self._work(),
        }
        return acts[kind](chance)

    def _post(self, chance: random.Random) -> Comment:
        site = self._site()
        place = threads.place(site, address=f"{BLOG}/{chance.randrange(ADDRESSES)}")
        thread = threads.opened(site, place)
        theirs = select(Comment.id).where(
            Comment.thread_id == thread.id, Comment.status == Status.PUBLISHED
        )
        shown = db.session.scalars(theirs.limit(50)).all()
        reader = _reader(chance)
        guest = posting.Guest(name=f"Guest {chance.randrange(PEOPLE)}", email="", key=tokens.new())
        draft = posting.Draft(f"Said {ids.new()}", chance.choice([None, *shown]))
        author = posting.Member(reader) if chance.random() < 0.5 else guest
        return posting.post(thread, site, author=author, draft=draft, arrival=posting.Arrival())

    def _report(self, chance: random.Random) -> None:
        by = Reporter(_reader(chance)) if chance.random() < 0.8 else Reporter(key=tokens.new())
        reporting.report(self._any(chance), by=by, cause=chance.choice(list(Cause)))

    def _bulk(self, chance: random.Random) -> Batch:
        wanted = Filter((self.site_id,), status=chance.choice(list(Status)[:4]))
        thread = db.session.scalars(select(Thread.id).order_by(func.random()).limit(1)).first()
        wanted = wanted if chance.random() < 0.3 else _within(wanted, thread or "")
        action = chance.choice(["approve", "approve", "spam", "trash", "restore"])
        return bulk.begin(action, wanted, by=_mia())

    def _purge(self, chance: random.Random) -> Batch | None:
        person, to = self._any(chance).person, chance.choice([Status.SPAM, Status.TRASHED])
        return bulk.purge(self._site(), person, to=to, by=_mia())

    def _merge(self, chance: random.Random) -> None:
        known = db.session.scalars(select(Thread).order_by(Thread.id)).all()
        if len(known) < 2:
            raise NotFound("thread.unknown")
        merging.merge(*chance.sample(known, 2), by=_mia())

    def _work(self) -> None:
        for _ in range(JOBS):
            worker.run_once(self._handlers, clock.now())

    def _some(self, chance: random.Random) -> list[Seen]:
        known = list(self.comments)
        if not known:
            return [Seen(ids.new(), 0)]
        chosen = chance.sample(known, min(len(known), chance.randint(1, 5)))
        query = select(Comment).where(Comment.id.in_(chosen), Comment.status != Status.DELETED)
        return [Seen.of(each) for each in db.session.scalars(query)] or [Seen(ids.new(), 0)]

    def _any(self, chance: random.Random) -> Comment:
        comment = db.session.get(Comment, _one_of(chance, self.comments))
        if comment is None:
            raise NotFound("comment.unknown")
        return comment

    def _site(self) -> Site:
        return db.session.get_one(Site, self.site_id)

    def _is_anything_begun(self) -> bool:
        waiting = select(Job.id).where(Job.kind == "moderation.bulk", Job.done_at.is_(None))
        return db.session.scalar(waiting.where(Job.is_dead.is_(False)).limit(1)) is not None

    def _note(self, *, done: str = "", refused: str = "", put_off: bool = False) -> None:
        with self._lock:
            self.outcome.done.update([done] if done else [])
            self.outcome.refused.update([refused] if refused else [])
            self.outcome.put_off += put_off


def _begin() -> str:
    """Make a site with an admin, and readers who log in."""
    site = Site(name="blog", origins=[BLOG], policy=Policy.PUBLISH)
    db.session.add(site)
    db.session.flush()
    people.invite("mia@example.org", name="Mia")
    for number in range(PEOPLE):
        db.session.add(Account(email=f"reader{number}@example.org", name=f"Reader {number}"))
    db.session.flush()
    return site.id


def _mia() -> Account:
    mia = people.find("mia@example.org")
    assert mia
    return mia


def _reader(chance: random.Random) -> Account:
    reader = people.find(f"reader{chance.randrange(PEOPLE)}@example.org")
    assert reader
    return reader


def _one_of(chance: random.Random, known: list[str]) -> str:
    return chance.choice(known) if known else ids.new()


def _within(wanted: Filter, thread_id: str) -> Filter:
    return Filter(wanted.site_ids, status=wanted.status, thread_id=thread_id)


def _failed_jobs() -> list[str]:
    """Return what went wrong in jobs, but not that they gave way to another transaction."""
    failed = select(Job.last_error).where(Job.last_error != "")
    return [each for each in db.session.scalars(failed) if "OperationalError" not in each]


def _miscounted_batches() -> list[str]:
    """Return the batches that do not say how many decisions they made, or never ended."""
    made = select(Decision.batch.label("of"), func.count().label("count"))
    counted = made.group_by(Decision.batch).subquery()
    number = func.coalesce(counted.c.count, 0)
    query = (
        select(Batch.action, Batch.done, number)
        .outerjoin(counted, counted.c.of == Batch.id)
        .where((Batch.done != number) | Batch.finished_at.is_(None))
    )
    found = db.session.execute(query).all()
    return [f"a batch to {action} is {done}, made {number}" for action, done, number in found]
