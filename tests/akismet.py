"""A stand-in for Akismet on this machine."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

from tests.outside import Listener, Reply, listening, says

KEY = "abc123def456"
HAM = says(b"false", kind="text/plain")
SPAM = says(b"true", kind="text/plain")
THANKS = says(b"Thanks for making the web a better place.", kind="text/plain")


@dataclass
class Akismet:
    """The service; `reply` is what it says to whatever is asked next."""

    url: str
    listener: Listener
    reply: Reply

    @property
    def asked(self) -> list[tuple[str, dict[str, str]]]:
        """Return every call with what was sent along."""
        return [_call(request) for request in self.listener.requests]


@contextmanager
def akismet(reply: Reply = HAM) -> Iterator[Akismet]:
    """Run the service."""
    found: list[Akismet] = []

    def answer(connection: socket.socket) -> None:
        found[0].reply(connection)

    with listening(answer) as listener:
        found.append(Akismet(f"http://127.0.0.1:{listener.port}", listener, reply))
        yield found[0]


def _call(request: bytes) -> tuple[str, dict[str, str]]:
    head, _, body = request.decode().partition("\r\n\r\n")
    path = re.match(r"POST /1\.1/([a-z-]+) HTTP", head)
    assert path, head
    return path[1], dict(parse_qsl(body))
