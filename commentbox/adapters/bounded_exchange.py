"""One HTTP exchange over one connection that has an end: in time, and in bytes."""

import io
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final

from commentbox.errors import CommentboxError
from commentbox.lib import clock

CONNECT: Final = 5.0
"""Seconds until a connection must stand."""

SILENCE: Final = 5.0
"""Seconds without a byte after which nothing more is expected."""


class Unreachable(CommentboxError):
    """An address gave no usable answer; `code` tells why."""


class Deadline:
    """A moment after which nothing is waited for."""

    def __init__(self, seconds: float) -> None:
        self._end = clock.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Return how many seconds may be waited now; raise `Unreachable` when there are none."""
        left = min(self._end - clock.monotonic(), SILENCE if most is None else most)
        if left <= 0:
            raise Unreachable("answer.slow")
        return left

    def at_most(self, seconds: float) -> "Deadline":
        """Return a deadline in so many seconds, but no later than this one."""
        return Deadline(min(seconds, self._end - clock.monotonic()))


@contextmanager
def opened(
    addresses: Sequence[str],
    port: int,
    *,
    host: str,
    tls: ssl.SSLContext | None,
    deadline: Deadline,
) -> Iterator[Any]:
    """Lend what `http.client` takes for a socket, to the first address that listens.

    With `tls` the certificate must be valid for `host`.
    """
    with closing(_connected(addresses, port, deadline)) as plain:
        if tls is None:
            yield _Line(plain, deadline)
            return
        plain.settimeout(deadline.left(CONNECT))
        with _answering():
            secret = tls.wrap_socket(plain, server_hostname=host)
        with closing(secret):
            yield _Line(secret, deadline)


def exchanged(
    connection: HTTPConnection,
    method: str,
    path: str,
    headers: Mapping[str, str | bytes],
    body: Any = None,
) -> HTTPResponse:
    """Return status and headers of the answer; the body is still to be read."""
    with _answering():
        connection.request(method, path, body, {**headers})
        return connection.getresponse()


def whole_body(answer: HTTPResponse, most_bytes: int) -> bytes:
    """Return the body; raise `Unreachable` for one that is too long or cut off.

    What is compressed stays so: nothing can grow while it is read.
    """
    if (answer.length or 0) > most_bytes:
        raise Unreachable("answer.too_long")
    with _answering():
        body = answer.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise Unreachable("answer.too_long")
    if answer.length:
        raise Unreachable("answer.cut_off")
    return body


def _connected(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    *others, last = addresses
    for address in others:  # of a host with IPv6, say, on a machine without
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=deadline.left(CONNECT / 2))
    with _answering():
        return socket.create_connection((last, port), timeout=deadline.left(CONNECT))


@contextmanager
def _answering() -> Iterator[None]:
    """Turn whatever a network can do to us into one error."""
    try:
        yield
    except TimeoutError as problem:
        raise Unreachable("answer.slow") from problem
    except ssl.SSLError as problem:
        raise Unreachable("answer.tls") from problem
    except (OSError, HTTPException, ValueError) as problem:
        raise Unreachable("answer.broken") from problem


class _Line:
    """A socket that asks the deadline before each wait."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = connected, deadline

    def sendall(self, content: bytes) -> None:
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(content)

    def makefile(self, *_mode: object) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._socket, self._deadline))

    def close(self) -> None:
        """Leave closing to who opened it: the body is read after the headers."""


class _Incoming(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._socket, self._deadline = connected, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)
