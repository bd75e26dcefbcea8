"""How an endpoint of a provider fails: by a status, by nonsense, or by keeping us waiting."""

from collections.abc import Iterator
from threading import Event
from typing import Final

from flask import Response

HANG: Final = 60.0  # seconds after which a stand-in that hangs gives up
_HUGE: Final = 3 * 1024 * 1024  # bytes
_HTML: Final = "<!doctype html><html><title>502</title><h1>Bad Gateway</h1><hr>edge-7</html>"

KINDS: Final = (
    "429", "500", "502", "html", "empty", "{}", "[]", "no-token", "huge", "redirect", "slow",
    "hang", "trickle",
)  # fmt: skip

_ANSWERS: Final = {
    "500": (500, "application/json", '{"error":"server_error"}'),
    "502": (502, "text/html", _HTML),
    "html": (200, "text/html", _HTML),
    "empty": (200, "application/json", ""),
    "{}": (200, "application/json", "{}"),
    "[]": (200, "application/json", "[]"),
    "no-token": (200, "application/json", '{"token_type":"bearer"}'),
    "huge": (200, "application/json", '{"x":"' + "x" * _HUGE + '"}'),
}


def answer(kind: str, *, over: Event, slow: float) -> Response | None:
    """Return what a failing endpoint sends, None when it goes on as if nothing were.

    `over` is set when the stand-in stops, which ends every wait.
    """
    if kind == "slow":
        over.wait(slow)
        return None
    if kind == "hang":
        over.wait(HANG)
        return Response(status=504)
    if kind == "trickle":
        return Response(_drops(over), content_type="application/json")
    if kind == "redirect":
        return Response(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"})
    status, type_, body = _ANSWERS[kind]
    return Response(body, status, content_type=type_)


def _drops(over: Event) -> Iterator[bytes]:
    """Send an endless answer, a byte at a time: no single read of it ever times out."""
    yield b'{"x":"'
    for _ in range(int(HANG)):
        if over.wait(1):
            return
        yield b"x"
