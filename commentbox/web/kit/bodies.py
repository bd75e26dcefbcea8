"""Refusing request bodies that are not whole, before anything reads them.

Werkzeug hands a cut body to the view as if it were complete, under every server that was measured.
"""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def init_app(app: Flask, most: int) -> None:
    """Let only whole bodies of at most `most` bytes reach the app."""
    app.wsgi_app = WholeBodies(app.wsgi_app, most)  # type: ignore[method-assign]


class WholeBodies:
    """A WSGI layer that reads exactly `Content-Length` bytes, or refuses.

    RFC 9112 §6.3: a body shorter than its length is incomplete and must not be processed.
    """

    def __init__(self, app: "WSGIApplication", most: int) -> None:
        self._app, self._most = app, most

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Pass the request on with its body in memory, or answer 400, 411 or 413."""
        if "HTTP_TRANSFER_ENCODING" in environ:
            return _refuse(start_response, "411 Length Required")
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):
            return _refuse(start_response, "400 Bad Request")
        size = int(length)
        if size > self._most:
            return _refuse(start_response, "413 Content Too Large")
        if size:
            body = _read(environ, size)
            if body is None:
                return _refuse(start_response, "400 Bad Request")
            environ["wsgi.input"] = io.BytesIO(body)
        environ.pop("wsgi.input_terminated", None)
        return self._app(environ, start_response)


def _read(environ: "WSGIEnvironment", size: int) -> bytes | None:
    chunks, missing = [], size
    try:
        while missing:
            chunk = environ["wsgi.input"].read(missing)
            if not chunk:
                return None
            chunks.append(chunk)
            missing -= len(chunk)
    except (OSError, ValueError):
        return None
    return b"".join(chunks)


def _refuse(start_response: "StartResponse", status: str) -> Iterable[bytes]:
    start_response(status, [("Content-Length", "0"), ("Connection", "close")])
    return [b""]
