"""Read threads of 10, 1,000 and 10,000 comments from the shipped server, beside nginx.

nginx serves the very bytes, compressed, from a file, with its own defaults and, like us, without
a log of requests. Both get the same cores and take turns; the median of all rounds counts.
Installs wrk and nginx if they are missing (Debian, as root).

    .venv/bin/python bench/read.py [--rounds 9] [--seconds 2]
"""

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from commentbox.app import create_app
from commentbox.cli import service
from commentbox.config import Settings
from tests.conftest import BLOG
from tests.reader import Reader, queries
from tests.servers import command, free_port, until

SIZES = (10, 1_000, 10_000)
CONNECTIONS = 32
WORDS = "a quiet river stone light of paper train and window garden letter music to go on".split()
KEY = "the secret of a benchmark 8Rw3Kz6Tn1Bx"
HOME = "http://comments.localhost"


@dataclass
class Figures:
    """What was measured, each beside its goal."""

    missed: list[str] = field(default_factory=list)

    def at_least(self, name: str, value: float, goal: float, *, unit: str = "") -> None:
        """Note a figure that may not be smaller."""
        self._note(name, value, goal, is_met=value >= goal, sign=">=", unit=unit)

    def at_most(self, name: str, value: float, goal: float, *, unit: str = "") -> None:
        """Note a figure that may not be larger."""
        self._note(name, value, goal, is_met=value <= goal, sign="<=", unit=unit)

    def _note(
        self, name: str, value: float, goal: float, *, is_met: bool, sign: str, unit: str
    ) -> None:
        verdict = "met" if is_met else "MISSED"
        print(f"{name:<42} {value:>9.2f} {unit:<6} goal {sign} {goal:g}  {verdict}")
        if not is_met:
            self.missed.append(name)


def main() -> int:
    """Measure, print each figure beside its goal, and return 1 when one is missed."""
    options = _options()
    _install("wrk", "nginx")
    figures = Figures()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # the workers of nginx are nobody
        _cold(folder, figures)
        box = stack.enter_context(_commentbox(folder))
        pages = {size: _fetch(box, _path(size)) for size in SIZES}
        nginx = stack.enter_context(_nginx(folder, pages))
        _throughput(box, nginx, figures, options)
    return 1 if figures.missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    return parser.parse_args()


def _install(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
            subprocess.run(["apt-get", "-qq", *words], check=True, env=environment)


def _settings(folder: Path) -> dict[str, str]:
    return {"SECRET_KEY": KEY, "BASE_URL": HOME, "INSTANCE_DIR": str(folder)}


def _cold(folder: Path, figures: Figures) -> None:
    """Fill the threads, and draw the first page of each as if nobody had asked before."""
    given = {name.lower(): value for name, value in _settings(folder).items()}
    settings = Settings(**given, log_level="ERROR")  # type: ignore[arg-type]
    service.upgrade(settings)
    app = create_app(settings)
    reader, chance = Reader(app), random.Random(1)
    for size in SIZES:
        reader.fill(size, article=f"{BLOG}/{size}", say=lambda _: _words(chance))
    for size in SIZES:
        times = [_time_cold(reader, size) for _ in range(21)]
        figures.at_most(f"cold page of {size}: CPU", statistics.median(times), 15, unit="ms")
        with queries(app, at_most=4) as sent:
            _time_cold(reader, size)
        figures.at_most(f"cold page of {size}: queries", len(sent), 4)


def _words(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(5, 60)))


def _time_cold(reader: Reader, size: int) -> float:
    """Return the milliseconds of CPU that a page takes when nothing is in memory."""
    reader.app.extensions["commentbox.pages"].empty()
    began = time.thread_time()
    answer = reader.get(url=f"{BLOG}/{size}", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    return (time.thread_time() - began) * 1000


def _path(size: int) -> str:
    return f"/embed/blog?url={BLOG}/{size}"


@contextmanager
def _commentbox(folder: Path) -> Iterator[int]:
    port = free_port()
    words = ("serve", "--port", str(port))
    with command(*words, folder=folder, port=port, settings=_settings(folder)) as running:
        running.wait()
        yield port


def _fetch(port: int, path: str) -> tuple[bytes, str]:
    """Return the compressed bytes of a page, and its tag."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read(), answer.headers["ETag"]


@contextmanager
def _nginx(folder: Path, pages: dict[int, tuple[bytes, str]]) -> Iterator[int]:
    """Serve the pages from files, as nginx does by default."""
    root, port = folder / "files", free_port()
    root.mkdir()
    for size, (page, _tag) in pages.items():
        (root / f"{size}.html").write_bytes(page)
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX % {"folder": folder, "root": root, "port": port}, "utf-8")
    words = ["nginx", "-c", str(configuration), "-p", str(folder)]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port))
        yield port
    finally:
        process.terminate()
        process.wait()


NGINX = """
daemon off;
worker_processes 2;
pid %(folder)s/nginx.pid;
error_log /dev/null;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  default_type "text/html; charset=utf-8";
  server {
    listen 127.0.0.1:%(port)d;
    root %(root)s;
    add_header Content-Encoding gzip;
  }
}
"""


def _answers(port: int) -> bool:
    try:
        return bool(_fetch(port, "/10.html"))
    except OSError:
        return False


def _throughput(box: int, nginx: int, figures: Figures, options: argparse.Namespace) -> None:
    asked = _questions(box, nginx)
    rounds: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(options.rounds):
        for name in asked if number % 2 == 0 else reversed(asked):
            rounds[name].append(_wrk(asked[name], options.seconds))
    for name, found in rounds.items():
        print(f"{name:<42} {statistics.median(found):>9.0f} requests/s")
    for what in (*map(str, SIZES), "304"):
        share = _ratio(rounds[f"commentbox {what}"], rounds[f"nginx {what}"])
        figures.at_least(f"{what}: share of nginx", share, 0.6)
    flatness = _ratio(rounds["commentbox 10000"], rounds["commentbox 10"])
    figures.at_least("thread of 10000 against one of 10", flatness, 0.9)


def _ratio(ours: list[float], theirs: list[float]) -> float:
    """Compare within each round: what else the machine does then slows both."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def _questions(box: int, nginx: int) -> dict[str, list[str]]:
    """Return what wrk is to ask, by name: each page of each server, and what it has already."""
    asked = {}
    for size in SIZES:
        asked[f"commentbox {size}"] = [f"http://127.0.0.1:{box}{_path(size)}"]
        asked[f"nginx {size}"] = [f"http://127.0.0.1:{nginx}/{size}.html"]
    for name, port, path in (("commentbox", box, _path(10)), ("nginx", nginx, "/10.html")):
        tag = _fetch(port, path)[1]
        asked[f"{name} 304"] = [*asked[f"{name} 10"], "-H", f"If-None-Match: {tag}"]
    return asked


def _wrk(asked: list[str], seconds: int) -> float:
    """Return the requests answered in a second; none may fail."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", "Accept-Encoding: gzip"]
    output = subprocess.run([*words, *asked], check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in output, output
    assert "Socket errors" not in output, output
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    assert found, output
    return float(found[1])


if __name__ == "__main__":
    sys.exit(main())
