"""The shipped server in processes of its own, on a free port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

PATIENCE = 30  # seconds for something to start or to end


class Running:
    """A command that serves; requests go to 127.0.0.1."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, errors: Path) -> None:
        self.process, self.port, self.errors = process, port, errors

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Return status and body of an answer; a body that is no bytes is sent as JSON."""
        content = body if body is None or isinstance(body, bytes) else json.dumps(body)
        sent = {"Content-Type": "application/json", **(headers or {})}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=15)) as connection:
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def send(self, raw: bytes, *, is_whole: bool = False) -> bytes:
        """Send bytes as they are, and return all that comes back until the server closes.

        After what `is_whole` the sending side stays open: the server takes who closes it for gone,
        and leaves them without the answer (hyper 1, `half_close`). Else it would wait for the rest.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=15) as connection:
            connection.sendall(raw)
            if not is_whole:
                connection.shutdown(socket.SHUT_WR)
            received = b""
            with suppress(ConnectionResetError):
                while chunk := connection.recv(65536):
                    received += chunk
            return received

    def workers(self) -> list[int]:
        """Return the ids of the processes that answer."""
        stats = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # It ended in between.
                stats.append(stat.read_text("utf-8"))
        # proc(5): `pid (name) state ppid …`, and a name may hold spaces and brackets.
        pairs = [(stat.split()[0], stat.rpartition(")")[2].split()[1]) for stat in stats]
        return [int(pid) for pid, parent in pairs if parent == str(self.process.pid)]

    def listeners(self) -> int:
        """Return how many processes take requests; one that has just begun does not yet."""
        rows = Path("/proc/net/tcp").read_text("utf-8").splitlines()[1:]
        # proc(5): the second word is `address:port` in hexadecimal, the fourth `0A` who listens.
        words = [row.split() for row in rows]
        return sum(word[1].endswith(f":{self.port:04X}") and word[3] == "0A" for word in words)

    def wait(self) -> None:
        """Return when the service is ready."""
        until(self._is_ready)

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(self.errors.read_text("utf-8"))
        try:
            return self.ask("GET", "/readyz")[0] == 200
        except (OSError, HTTPException):
            return False


def until(holds: Any) -> None:
    """Return once `holds()` is true; fail when that takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def command(
    *words: str, folder: Path, port: int, settings: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Run `commentbox WORD…` in a folder and a process group of its own; at the end it is gone."""
    errors = folder / f"errors-{port}.log"
    given = {key: value for key, value in os.environ.items() if not key.startswith("COMMENTBOX_")}
    given |= {f"COMMENTBOX_{name}": value for name, value in (settings or {}).items()}
    with errors.open("ab") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "commentbox", *words],
            cwd=folder,
            env=given,
            stdout=lines,
            stderr=lines,
            start_new_session=True,
        )
    try:
        yield Running(process, port, errors)
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
