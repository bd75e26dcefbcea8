"""Let 200 people a second log in for ten seconds, each by a whole walk to a provider and back.

A login is what a browser does: the form of the frame, the page that leads on, the provider, the way
back, and the frame that redeems its verifier. They begin at fixed times, however slow the others
are, and count from then on. The provider is the stand-in for Facebook, in a process of its own;
every person logs in for the first time. Then time passes: no row of a walk may be left. Then one
client begins more walks than it may: it is told when to come back.

    .venv/bin/python bench/login.py [--rate 200] [--seconds 10] [--p99 1000] [--workers 2]

Service, stand-in and browsers share the cores of this machine.
"""

import argparse
import json
import multiprocessing
import re
import secrets
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPResponse
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import urlencode, urlsplit

from commentbox.cli import service
from commentbox.cli.demo.providers import PERSONAS, Persona, Standins
from commentbox.cli.demo.providers.requests import base64
from commentbox.comments import sites
from commentbox.config import PREFIX, Settings, load
from commentbox.extensions import begin_writing, db
from commentbox.jobs import retention
from commentbox.lib import clock
from commentbox.models import Policy
from tests.servers import Running, command, free_port

HOME, BLOG = "http://comments.localhost", "https://blog.test"
BROWSERS = 64
PATIENCE = 180  # seconds for the last logins
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Origin": HOME}
SETTINGS = {
    "SECRET_KEY": "the secret of a benchmark 8Rw3Kz6Tn1Bx",
    "BASE_URL": HOME,
    "LOG_LEVEL": "ERROR",
    "REQUEST_LIMIT": "1000000",
}


@dataclass
class Figures:
    """What was measured: seconds of each step and of whole logins, and what failed."""

    steps: dict[str, list[float]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def note(self, step: str, seconds: float) -> None:
        """Keep one measurement."""
        self.steps.setdefault(step, []).append(seconds)

    def must(self, name: str, value: float, goal: float, *, unit: str = "") -> None:
        """Print a figure beside its goal, which it may not exceed."""
        is_met = value <= goal
        print(
            f"{name:<44} {value:>9.1f} {unit:<4} goal <= {goal:g}  {'met' if is_met else 'MISSED'}"
        )
        if not is_met:
            self.missed.append(name)


class Browser:
    """One person's browser: connections that stay open, and the cookies of one walk."""

    def __init__(self, port: int, figures: Figures) -> None:
        self.port, self.figures = port, figures
        self.open: dict[int, HTTPConnection] = {}

    def log_in(self, persona: str) -> None:
        """Walk to the provider and back, and redeem; raise `AssertionError` when that fails."""
        verifier = base64(secrets.token_bytes(32))
        body, answer = self._send("begin", self.port, "POST", "/login/facebook", begin(verifier))
        assert answer.status == 200, f"begin {answer.status} {body!r}"
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        on = re.search(rb"/login/continue/\w+", body)
        assert on, "begin leads nowhere"
        _, answer = self._send("continue", self.port, "GET", on[0].decode(), cookie=cookie)
        assert answer.status == 302, f"continue {answer.status}"
        back = self._at_provider(answer.getheader("Location") or "", persona)
        body, answer = self._send("callback", self.port, "GET", back, cookie=cookie)
        assert answer.status == 200, f"callback {answer.status}"
        asked = json.dumps({"verifier": verifier, "site": "blog"})
        headers = {"Content-Type": "application/json", "Origin": HOME}
        body, answer = self._send(
            "redeem", self.port, "POST", "/login/redeem", asked, headers=headers
        )
        assert answer.status == 200, f"redeem {answer.status}"
        assert json.loads(body)["outcome"] == "ok", "redeem without a session"

    def _at_provider(self, address: str, persona: str) -> str:
        parts = urlsplit(address)
        chosen = urlencode({"persona": persona, "way": "allow"})
        path = f"{parts.path}?{parts.query}"
        _, answer = self._send("provider", parts.port or 80, "POST", path, chosen)
        assert answer.status == 302, f"provider {answer.status}"
        back = urlsplit(answer.getheader("Location") or "")
        return f"{back.path}?{back.query}"

    def _send(
        self,
        step: str,
        port: int,
        method: str,
        path: str,
        body: str | None = None,
        *,
        cookie: str = "",
        headers: dict[str, str] = FORM,
    ) -> tuple[bytes, HTTPResponse]:
        began = time.perf_counter()
        connection = self.open.setdefault(port, HTTPConnection("127.0.0.1", port, timeout=30))
        given = headers | ({"Cookie": cookie} if cookie else {})
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        content = answer.read()
        self.figures.note(step, time.perf_counter() - began)
        return content, answer


def begin(verifier: str) -> str:
    """Return the form that a frame sends into a new window."""
    challenge = base64(sha256(verifier.encode()).digest())
    article = {"url": f"{BLOG}/article", "title": "An article"}
    return urlencode({"site": "blog", "mode": "window", "challenge": challenge, **article})


def main() -> int:
    """Measure, print each figure beside its goal, and return 1 when one is missed."""
    options = _options()
    count, figures = options.rate * options.seconds, Figures()
    with tempfile.TemporaryDirectory() as name, _standins(count) as standins:
        folder, port = Path(name), free_port()
        _add_site(folder, SETTINGS | standins)
        words = ("serve", "--port", str(port), "--workers", str(options.workers))
        with command(*words, folder=folder, port=port, settings=SETTINGS | standins) as running:
            running.wait()
            took = _crowd(port, figures, count, options.rate)
        _report(figures, count, took, options)
        _expire(folder, SETTINGS | standins, figures)
        _limits(folder, standins, figures)
    return 1 if figures.missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=int, default=200, help="logins a second")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--p99", type=float, default=1000, help="goal in milliseconds")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


@contextmanager
def _standins(count: int) -> Iterator[dict[str, str]]:
    """Run the stand-ins beside, and lend the settings that lead to Facebook's."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_stand_in, args=(theirs, count), daemon=True)
    process.start()
    given: dict[str, str] = ours.recv()
    yield {name.removeprefix(PREFIX): text for name, text in given.items() if "FACEBOOK" in name}
    process.terminate()
    process.join()


def _stand_in(told: Connection, count: int) -> None:
    PERSONAS.update({f"{n}": Persona(f"{n}", "of the crowd", f"Reader {n}") for n in range(count)})
    standins = Standins(HOME)
    port = standins.serve()
    standins.settle(port, browser=f"http://127.0.0.1:{port}/{{name}}")
    told.send(standins.environment())
    threading.Event().wait()


def _add_site(folder: Path, settings: dict[str, str]) -> None:
    with service.beginning(_loaded(folder, settings)):
        begin_writing()
        sites.add("blog", [BLOG], policy=Policy.PUBLISH)
        db.session.commit()


def _loaded(folder: Path, settings: dict[str, str]) -> Settings:
    return load(
        {f"{PREFIX}{name}": text for name, text in settings.items()}
        | {f"{PREFIX}INSTANCE_DIR": str(folder / "instance")}
    )


def _crowd(port: int, figures: Figures, count: int, rate: int) -> float:
    """Let all log in, and return how many seconds that took."""
    waiting: SimpleQueue[int] = SimpleQueue()
    for number in range(count):
        waiting.put(number)
    began = time.perf_counter() + 0.2
    crowd = [
        threading.Thread(target=_browse, args=(Browser(port, figures), waiting, began, rate))
        for _ in range(BROWSERS)
    ]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join(count / rate + PATIENCE)
    return time.perf_counter() - began


def _browse(browser: Browser, waiting: "SimpleQueue[int]", began: float, rate: int) -> None:
    while True:
        try:
            number = waiting.get_nowait()
        except Empty:
            return
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        try:
            browser.log_in(f"{number}")
        except (AssertionError, OSError, HTTPException) as problem:
            browser.figures.failures[str(problem)] += 1
            browser.open.clear()
        browser.figures.note("login", time.perf_counter() - due)


def _report(figures: Figures, count: int, took: float, options: argparse.Namespace) -> None:
    print(f"{count} logins, {options.rate} begun a second, {count / took:.0f} done a second")
    for step, seconds in figures.steps.items():
        if step != "login":
            fine = statistics.quantiles(seconds, n=100)
            print(f"  {step:<42} p50 {fine[49] * 1000:>7.1f} ms   p99 {fine[98] * 1000:>7.1f} ms")
    for words, times in figures.failures.most_common(5):
        print(f"  failed {times} times: {words}")
    fine = statistics.quantiles(figures.steps["login"], n=100)
    print(f"{'a whole login: p50':<44} {fine[49] * 1000:>9.1f} ms")
    figures.must("a whole login: p99", fine[98] * 1000, options.p99, unit="ms")
    figures.must("logins that failed", sum(figures.failures.values()), 0)


def _expire(folder: Path, settings: dict[str, str], figures: Figures) -> None:
    """Let time pass as the clock of the nightly cleaning sees it, and look at what is left."""
    found = _loaded(folder, settings)
    for days, minutes, table in ((0, 11, "attempt"), (found.session_days, 1, "session")):
        passed = timedelta(days=days, minutes=minutes)
        with service.running(found), clock.turned_by(passed):
            begin_writing()
            retention.clean_up()
            db.session.commit()
        figures.must(f"rows of {table} left after {passed}", _rows(folder, table), 0)


def _rows(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / "instance" / "commentbox.db")) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def _limits(folder: Path, standins: dict[str, str], figures: Figures) -> None:
    """Begin more walks in a minute than one client may, at the usual limit."""
    port = free_port()
    settings = {**SETTINGS, **standins, "REQUEST_LIMIT": "300"}
    words = ("serve", "--port", str(port), "--workers", "1")
    with command(*words, folder=folder, port=port, settings=settings) as running:
        running.wait()
        answers = [_begin(running) for _ in range(60)]
    refused = [wait for status, wait in answers if status == 429]
    others = [status for status, _wait in answers if status not in {200, 429}]
    longest = max(refused, default=0)
    print(f"of 60 walks begun at once, {len(refused)} are refused, for up to {longest} s")
    figures.must("walks begun beyond the limit of 30", 60 - len(refused), 30)
    figures.must("refusals without a time to come back", refused.count(0) + len(others), 0)


def _begin(running: Running) -> tuple[int, int]:
    with closing(HTTPConnection("127.0.0.1", running.port, timeout=15)) as connection:
        body = begin(base64(secrets.token_bytes(32)))
        connection.request("POST", "/login/facebook", body, FORM)
        answer = connection.getresponse()
        answer.read()
        return answer.status, int(answer.getheader("Retry-After") or 0)


if __name__ == "__main__":
    sys.exit(main())
