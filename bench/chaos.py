"""Kill the shipped server again and again while clients write, then look for what was lost.

Eight clients post through the API, each with an idempotency key and a ledger of its own that is
synced after every answer. Meanwhile `kill -9` takes a worker, the master or all of them. Whatever
a client was told is stored must be there afterwards, once, with the very text.

    .venv/bin/python bench/chaos.py [--rounds 20] [--clients 8] [--seed 1]
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from commentbox.lib import ids
from tests.servers import PATIENCE, Running, command, free_port

ADDRESS = "https://blog.test/article"
PAGES = 4
PAUSE = (0.3, 1.2)  # seconds between two kills
SETTINGS = {
    "SECRET_KEY": "the secret of a crash test 5Tq8Zx2Lm9Vw",
    "BASE_URL": "http://comments.localhost",
    "FLOOD_COMMENTS": "1000000",
    "REQUEST_LIMIT": "1000000",
    "LOG_LEVEL": "ERROR",
}


@dataclass
class Figures:
    """What was counted; each line of `goals` must hold."""

    counted: dict[str, int] = field(default_factory=dict)
    goals: list[tuple[str, int, int]] = field(default_factory=list)

    def must_be(self, name: str, value: int, goal: int = 0) -> None:
        """Note a figure that has to be exactly this."""
        self.goals.append((name, value, goal))

    @property
    def hold(self) -> bool:
        """Whether every goal was met."""
        return all(value == goal for _name, value, goal in self.goals)


class Server:
    """The server, started again as often as it is killed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.running: Running
        self._stack = ExitStack()
        self.start()

    def start(self) -> None:
        """Start a fresh master and wait until it answers."""
        self._stack.close()
        words = ("serve", "--port", str(self.port))
        self.running = self._stack.enter_context(
            command(*words, folder=self.folder, port=self.port, settings=SETTINGS)
        )
        self.running.wait()

    def kill(self, target: str) -> None:
        """Kill without a warning, and start again what does not come back by itself."""
        master = self.running.process
        workers = self.running.workers()
        if target == "worker" and workers:
            os.kill(random.choice(workers), signal.SIGKILL)
        elif target == "master":
            master.kill()
        else:
            os.killpg(master.pid, signal.SIGKILL)
        if target != "worker":
            master.wait()
            self.start()

    def tend(self, seconds: float) -> None:
        """Wait, and start the server again if it ends meanwhile.

        A master gives up when it has lost the same worker twice in a few seconds; where it runs for
        readers, whatever runs it starts it again.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.running.process.poll() is not None:
                self.start()
            time.sleep(min(left, 0.1))

    def stop(self) -> None:
        """End it for good."""
        self._stack.close()


class Client(threading.Thread):
    """Posts until told to stop; what was acknowledged is in its ledger."""

    def __init__(self, number: int, server: Server, ledger: Path) -> None:
        super().__init__(name=f"client-{number}", daemon=True)
        self.number, self.server, self.ledger = number, server, ledger
        self.stopping = threading.Event()
        self.replayed = self.retried = 0
        self._own: list[tuple[str, int]] = []

    def run(self) -> None:
        """Write one comment after another."""
        count = 0
        with self.ledger.open("a", encoding="utf-8") as lines:
            while not self.stopping.is_set():
                count += 1
                self._write(count, lines)

    def _write(self, count: int, lines: Any) -> None:
        page = count % PAGES
        # Of few words, two comments said nearly the same now and then, and the second one waited.
        text = f"client {self.number} wrote {count} {' '.join(ids.new() for _ in range(6))}"
        parents = [known for known, where in self._own[-20:] if where == page]
        body = {
            "page": {"url": f"{ADDRESS}/{page}"},
            "comment": text,
            "name": f"Client {self.number}",
            "email": f"client{self.number}@example.org",
            "parent_id": random.choice(parents) if parents and count % 3 == 0 else None,
        }
        known = self._post(body, str(uuid.uuid4()))
        lines.write(json.dumps({"id": known, "text": text}) + "\n")
        lines.flush()
        os.fsync(lines.fileno())
        self._own.append((known, page))

    def _post(self, body: dict[str, Any], key: str) -> str:
        """Send the same request until it is answered, as the widget does."""
        while True:
            try:
                running = self.server.running
                headers = {"Idempotency-Key": key}
                status, answer = running.ask("POST", "/api/v1/sites/blog/comments", body, headers)
            except (OSError, HTTPException):
                status, answer = 0, b""
            if status == 201:
                return str(json.loads(answer)["id"])
            assert status in {0, 503}, f"{status} {answer!r}"
            self.retried += 1
            time.sleep(0.05)


def main() -> int:
    """Run the test and print each figure beside its goal."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--seed", type=int, default=None)
    given = options.parse_args()
    random.seed(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        figures = chaos(Path(folder), rounds=given.rounds, clients=given.clients)
    for name, value in figures.counted.items():
        print(f"{name:<42}{value:>8}")
    for name, value, goal in figures.goals:
        print(f"{name:<42}{value:>8}   goal {goal:<6}{'ok' if value == goal else 'MISSED'}")
    return 0 if figures.hold else 1


def chaos(folder: Path, *, rounds: int, clients: int) -> Figures:
    """Kill that many times while that many clients write, and return what was found."""
    figures = Figures()
    _cli(folder, "sites", "add", "blog", "https://blog.test", "--policy", "publish")
    server = Server(folder, free_port())
    writers = [Client(number, server, folder / f"ledger-{number}") for number in range(clients)]
    try:
        for writer in writers:
            writer.start()
        _kill_and_restart(server, rounds, figures)
        for writer in writers:
            writer.stopping.set()
        ends = time.monotonic() + PATIENCE
        while any(writer.is_alive() for writer in writers):
            assert time.monotonic() < ends, "a comment that nobody takes"
            server.tend(0.2)
        figures.counted["requests sent again"] = sum(writer.retried for writer in writers)
        _refuse_half_bodies(server.running, figures)
        _compare(server.running, folder, writers, figures)
    finally:
        for writer in writers:
            writer.stopping.set()
        server.stop()
    return figures


def _kill_and_restart(server: Server, rounds: int, figures: Figures) -> None:
    for _round in range(rounds):
        server.tend(random.uniform(*PAUSE))
        target = random.choice(["worker", "worker", "master", "all"])
        server.kill(target)
        figures.counted[f"killed: {target}"] = figures.counted.get(f"killed: {target}", 0) + 1
    server.tend(PAUSE[1])


def _compare(running: Running, folder: Path, writers: list[Client], figures: Figures) -> None:
    """Hold what the server has against what the clients were told."""
    told = [json.loads(line) for writer in writers for line in _lines(writer.ledger)]
    figures.counted["acknowledged"] = len(told)
    lost = changed = 0
    for entry in told:
        status, answer = running.ask("GET", f"/api/v1/comments/{entry['id']}")
        lost += status != 200
        changed += status == 200 and json.loads(answer)["html"] != f"<p>{entry['text']}</p>"
    stored = _all_comments(running)
    texts = Counter(comment["html"] for comment in stored)
    figures.must_be("acknowledged and lost", lost)
    figures.must_be("with another text", changed)
    figures.must_be("stored twice", sum(count - 1 for count in texts.values()))
    figures.must_be("stored but never acknowledged", len(stored) - len(told) + lost)
    figures.must_be("counts that differ from a recount", _drift(folder))
    with closing(sqlite3.connect(folder / "instance" / "commentbox.db")) as database:
        jobs = database.execute("SELECT count(*) FROM job WHERE kind = 'comment.published'")
        figures.must_be("comments without their job", len(stored) - jobs.fetchone()[0])
        sound = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        figures.must_be("database is damaged", not sound)


def _all_comments(running: Running) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(PAGES):
        path = f"/api/v1/sites/blog/threads?url={ADDRESS}/{page}"
        status, answer = running.ask("GET", path)
        cursor: str | None = "" if status == 200 else None
        while cursor is not None:
            path = f"/api/v1/threads/{json.loads(answer)['id']}/comments?limit=100&cursor={cursor}"
            listed = json.loads(running.ask("GET", path)[1])
            found += listed["comments"]
            cursor = listed["next"]
    return found


def _refuse_half_bodies(running: Running, figures: Figures) -> None:
    """Send bodies that are cut, broken or too large; none may be taken."""
    body = json.dumps(
        {"page": {"url": f"{ADDRESS}/0"}, "comment": "half", "name": "H", "email": "h@example.org"}
    ).encode()
    head = b"POST /api/v1/sites/blog/comments HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += b"Content-Type: application/json\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    requests = {
        "cut": head + b"Content-Length: %d\r\n\r\n%s" % (len(body) + 50, body),
        "chunked": head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n",
        "broken chunk": head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"zz\r\n",
        "too large": head + b"Content-Length: 5000000\r\n\r\n" + b" " * 5_000_000,
    }
    taken = 0
    for raw in requests.values():
        with suppress(BrokenPipeError, ConnectionResetError):
            taken += running.send(raw).startswith(b"HTTP/1.1 2")
    figures.must_be("bodies taken that are not whole", taken)


def _drift(folder: Path) -> int:
    return int(_cli(folder, "recount").splitlines()[-1].split()[0])


def _cli(folder: Path, *words: str) -> str:
    environment = os.environ | {f"COMMENTBOX_{name}": value for name, value in SETTINGS.items()}
    run = subprocess.run(
        [sys.executable, "-m", "commentbox", *words],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.stdout, run.stderr
    return run.stdout


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


if __name__ == "__main__":
    sys.exit(main())
