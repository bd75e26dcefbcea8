"""Put 20,000 waiting comments into the spam folder and take that back, beside readers and writers.

The shipped server does it in the background, while clients read the article and post to it. Then
a hundred spam comments among sixty good ones, at one go, as a moderator does it.

    .venv/bin/python bench/bulk.py [--comments 20000] [--database postgresql]
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select

from commentbox.accounts import people
from commentbox.app import create_app
from commentbox.comments import recount, sites, threads
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock, ids
from commentbox.models import Account, Batch, Comment, Policy, Site, SpamLabel, Status
from commentbox.moderation import actions, bulk
from commentbox.moderation.filters import Filter
from tests.conftest import BLOG
from tests.databases import KINDS, database
from tests.servers import Running, command, free_port

KEY = "the secret of a benchmark 8Rw3Kz6Tn1Bx"
HOME = "http://comments.localhost"
ARTICLE = f"{BLOG}/article"
MIA = "mia@example.org"
THREADS = 200
PATIENCE = 120  # seconds
WORDS = "a quiet river stone light of paper train and window garden letter music to go on".split()


@dataclass
class Figures:
    """What was measured, each beside its goal."""

    missed: list[str] = field(default_factory=list)

    def at_most(self, name: str, value: float, goal: float, *, unit: str = "") -> None:
        """Note a figure that may not be larger."""
        verdict = "met" if value <= goal else "MISSED"
        print(f"{name:<42} {value:>9.2f} {unit:<6} goal <= {goal:g}  {verdict}", flush=True)
        if value > goal:
            self.missed.append(name)


class Client(threading.Thread):
    """Asks the same again and again until told to stop; notes how long each answer took."""

    def __init__(self, ask: Callable[[], int], *, expects: int) -> None:
        super().__init__(daemon=True)
        self.ask, self.expects = ask, expects
        self.took: list[float] = []
        self.refused = 0
        self.stopping = threading.Event()

    def run(self) -> None:
        """Ask with a short pause in between, as many people would together."""
        while not self.stopping.is_set():
            began = time.perf_counter()
            self.refused += self.ask() != self.expects
            self.took.append((time.perf_counter() - began) * 1000)
            time.sleep(0.01)


def main() -> int:
    """Measure, print each figure beside its goal, and return 1 when one is missed."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--comments", type=int, default=20_000)
    options.add_argument("--database", choices=KINDS, default="sqlite")
    given, figures = options.parse_args(), Figures()
    number = given.comments
    with tempfile.TemporaryDirectory() as name, database(given.database, Path(name)) as url:
        folder = Path(name)
        app = _app(folder, url)
        _fill(app, number)
        with _served(folder, url) as running:
            _together(app, running, number, figures)
        _a_hundred(app, figures)
        with app.app_context():
            figures.at_most("counts that differ from a recount", len(recount.drift()), 0)
    return 1 if figures.missed else 0


def _app(folder: Path, url: str) -> Flask:
    settings = Settings(
        secret_key=KEY,
        base_url=HOME,
        instance_dir=str(folder),
        database_url=url,
        log_level="ERROR",
    )
    app = create_app(settings)
    with app.app_context():
        begin_writing()
        sites.add("blog", [BLOG], policy=Policy.HOLD_ALL)
        people.invite(MIA)
        db.session.commit()
    return app


def _fill(app: Flask, number: int) -> None:
    """Let so many comments of as many people wait, in a few hundred threads."""
    chance = random.Random(1)
    with app.app_context():
        begin_writing()
        site = threads.site_named("blog")
        homes = [
            threads.opened(site, threads.place(site, address=f"{BLOG}/{each}")).id
            for each in range(THREADS)
        ]
        rows = [
            _row(site, chance.choice(homes), each, " ".join(chance.choices(WORDS, k=30)))
            for each in range(number)
        ]
        db.session.execute(insert(Comment), rows)
        db.session.commit()


def _row(site: Site, thread_id: str, number: int, words: str, **more: Any) -> dict[str, Any]:
    comment_id = ids.new()
    return {
        "id": comment_id,
        "site_id": site.id,
        "thread_id": thread_id,
        "root_id": comment_id,
        "status": Status.PENDING,
        "source": words,
        "html": f"<p>{words}</p>",
        "renderer": 1,
        "fingerprint": f"{number}",
        "author_name": f"Author {number}",
        "author_email": f"author{number}@example.org",
        "person": f"email:author{number}@example.org",
        "created_at": clock.now(),
        **more,
    }


@contextmanager
def _served(folder: Path, url: str) -> Iterator[Running]:
    port = free_port()
    settings = {
        "SECRET_KEY": KEY,
        "BASE_URL": HOME,
        "INSTANCE_DIR": str(folder),
        "DATABASE_URL": url,
        "FLOOD_COMMENTS": "1000000",
        "REQUEST_LIMIT": "1000000",
        "LOG_LEVEL": "ERROR",
    }
    words = ("serve", "--port", str(port))
    with command(*words, folder=folder, port=port, settings=settings) as running:
        running.wait()
        yield running


def _together(app: Flask, running: Running, number: int, figures: Figures) -> None:
    """Begin a batch, wait for its end, then take it back; clients read and post all the while."""
    reads, posts = _reader(running), _writer(running)
    for client in (reads, posts):
        client.start()
    began = _processor(running)
    batch = _write(app, lambda by: bulk.begin("spam", _pending(), by=by).id)
    figures.at_most(f"{number} into the spam folder", _seconds(app, batch), 10, unit="s")
    spam = _status(app, Status.SPAM)
    undo = _write(app, lambda by: actions.undo(batch, by=by).id)
    figures.at_most(f"{number} back from there", _seconds(app, undo), 10, unit="s")
    print(f"processor time of the server, with all answers: {_processor(running) - began:.1f} s")
    for client in (reads, posts):
        client.stopping.set()
        client.join()
    for name, client in (("reading", reads), ("posting", posts)):
        p99 = statistics.quantiles(client.took, n=100)[98]
        print(f"{name}: {len(client.took)} answers, median {statistics.median(client.took):.1f} ms")
        figures.at_most(f"{name} meanwhile: p99", p99, 500, unit="ms")
        figures.at_most(f"{name} meanwhile: refused", client.refused, 0)
    figures.at_most("comments that were left out", number - spam, 0)
    figures.at_most("comments that did not come back", _status(app, Status.SPAM), 0)


def _reader(running: Running) -> Client:
    path = f"/embed/blog?url={BLOG}/1"
    return Client(lambda: running.ask("GET", path)[0], expects=200)


def _writer(running: Running) -> Client:
    def post() -> int:
        body = {
            "page": {"url": ARTICLE},
            "comment": f"A word {ids.new()}",
            "name": "Ann",
            "email": "ann@example.org",
        }
        return running.ask("POST", "/api/v1/sites/blog/comments", body)[0]

    return Client(post, expects=202)


def _pending() -> Filter:
    return Filter((threads.site_named("blog").id,))


def _write(app: Flask, act: Callable[[Account], str]) -> str:
    """Do something as the moderator, in a transaction of another process than the server's."""
    with app.app_context():
        begin_writing()
        by = people.find(MIA)
        assert by
        found = act(by)
        db.session.commit()
        return found


def _seconds(app: Flask, batch_id: str) -> float:
    """Wait for the end of a batch and return how long it took since it was begun."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with app.app_context():
            batch = db.session.get_one(Batch, batch_id)
            if batch.finished_at:
                return (batch.finished_at - batch.created_at).total_seconds()
        time.sleep(0.2)
    return float("inf")


def _processor(running: Running) -> float:
    """Return the seconds of processor time that the server's processes have used: proc(5)."""
    stats = [Path(f"/proc/{pid}/stat").read_text("utf-8") for pid in running.workers()]
    ticks = [sum(map(int, stat.rpartition(")")[2].split()[11:13])) for stat in stats]
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def _status(app: Flask, status: Status) -> int:
    with app.app_context():
        query = select(func.count()).select_from(Comment).where(Comment.status == status)
        return db.session.scalar(query) or 0


def _a_hundred(app: Flask, figures: Figures) -> None:
    """Remove 100 spam comments with 12 texts by 100 people from among 60 good ones; undo that."""
    with app.app_context():
        begin_writing()
        sites.add("shop", ["https://shop.test"], policy=Policy.HOLD_ALL)
        site = threads.site_named("shop")
        home = threads.opened(site, threads.place(site, address="https://shop.test/1")).id
        good = [_row(site, home, each, f"Good {each}") for each in range(60)]
        spam = [_row(site, home, each, f"Buy {each % 12}") for each in range(100)]
        for number, row in enumerate(spam):
            row["cluster"] = spam[number % 12]["id"]
        db.session.execute(insert(Comment), [*good, *spam])
        db.session.commit()
        wanted = Filter((site.id,), is_repeated=True)
    began = time.perf_counter()
    batch = _write(app, lambda by: bulk.begin("spam", wanted, by=by).id)
    figures.at_most("100 of 160 into the spam folder", time.perf_counter() - began, 1, unit="s")
    assert _status(app, Status.SPAM) == 100
    began = time.perf_counter()
    _write(app, lambda by: actions.undo(batch, by=by).id)
    figures.at_most("100 back from there", time.perf_counter() - began, 1, unit="s")
    assert _status(app, Status.SPAM) == 0
    with app.app_context():
        in_force = select(func.count()).where(SpamLabel.withdrawn_by.is_(None))
        figures.at_most("labels left of what was taken back", db.session.scalar(in_force) or 0, 0)


if __name__ == "__main__":
    sys.exit(main())
