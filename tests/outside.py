"""The outside world on this machine: a server that answers as told, and names that lead to it."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
import trustme

from commentbox.adapters import http

PUBLIC: Final = "93.184.215.14"
Reply = Callable[[socket.socket], None]


@dataclass
class Listener:
    """A server on this machine; `requests` has what it was sent."""

    port: int
    requests: list[bytes] = field(default_factory=list)


def says(
    body: bytes = b"{}",
    *,
    status: str = "200 OK",
    kind: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return a whole answer."""
    fields = {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return sends(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)


def sends(*parts: bytes, pause: float = 0) -> Reply:
    """Return an answer of these bytes, with a pause after each part."""

    def reply(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)

    return reply


def hangs(seconds: float = 30) -> Reply:
    """Return an answer that never comes, or until the other side has given up."""

    def reply(connection: socket.socket) -> None:
        connection.settimeout(seconds)
        connection.recv(1)

    return reply


@contextmanager
def listening(reply: Reply, *, tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """Run a server that answers every connection alike."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        listener = Listener(server.getsockname()[1])

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _address = server.accept()
                    threading.Thread(
                        target=_answer, args=(connection, listener, reply, tls), daemon=True
                    ).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
    thread.join()


def _answer(
    connection: socket.socket, listener: Listener, reply: Reply, tls: ssl.SSLContext | None
) -> None:
    with suppress(OSError), connection:
        channel = tls.wrap_socket(connection, server_side=True) if tls else connection
        with channel:
            listener.requests.append(_request(channel))
            reply(channel)


def _request(channel: socket.socket) -> bytes:
    """Return a whole request: who closes before reading it all resets the connection."""
    received = channel.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    if length and len(body) < int(length[1]):
        received += channel.recv(65536)
    return received


class Authority:
    """Signs certificates that this process trusts while the fixture `authority` lives."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def server(self, host: str) -> ssl.SSLContext:
        """Return what a server needs to be this host."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._ca.issue_cert(host).configure_cert(context)
        return context

    def client(self) -> ssl.SSLContext:
        """Return what trusts this authority."""
        context = ssl.create_default_context()
        self._ca.configure_trust(context)
        return context


class Internet:
    """Names and addresses of a made-up internet; every connection ends at one port of ours."""

    def __init__(self, names: Mapping[str, list[list[str]]]) -> None:
        self._answers = {name: list(answers) for name, answers in names.items()}
        self.asked: list[str] = []
        self.connected: list[tuple[str, int]] = []
        self.silent: set[str] = set()
        self.port = 0

    def look_up(self, host: str, _port: int) -> list[str]:
        """Return the next answer for a name; the last one is repeated."""
        self.asked.append(host)
        answers = self._answers.get(host, [[host]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self, address: tuple[str, int], timeout: float | None = None) -> socket.socket:
        """Note who was called, and connect to the port."""
        if address[0] in self.silent:
            raise OSError(101, "Network is unreachable")
        self.connected.append(address)
        connection = socket.socket()
        connection.settimeout(timeout)
        connection.connect(("127.0.0.1", self.port))
        return connection


@contextmanager
def internet(
    monkeypatch: pytest.MonkeyPatch, authority: Authority, **names: list[list[str]]
) -> Iterator[Internet]:
    """Replace names and routes; `example_com=[[…]]` are the answers for example.com."""
    world = Internet({name.replace("_", "."): answers for name, answers in names.items()})
    trusted: Any = authority.client()
    with monkeypatch.context() as patch:
        patch.setattr(http, "_look_up", world.look_up)
        patch.setattr(http, "_context", lambda: trusted)
        patch.setattr(socket, "create_connection", world.connect)
        yield world
