"""Refusing request bodies that are not whole, before anything reads them.

Werkzeug hands a cut body to the view as if it were complete, under every server that was measured.
"""

import io
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, abort, request

from commentbox.accounts import api_keys
from commentbox.errors import NotSignedIn
from commentbox.web.kit import desk_session
from commentbox.web.kit.requests import site_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_OF_WORDS: Final = 4 * 1024 * 1024
"""How large the body may be that brings a site's word lists, at the desk or with a live key."""

_FAULT: Final = "commentbox.body_fault"
_IS_LONG: Final = "commentbox.long_body"
_WORDS: Final = re.compile(r"/admin/sites/[a-z0-9-]+/words")
_WORDS_BY_KEY: Final = re.compile(r"/api/v1/sites/[a-z0-9-]+/moderation/words")


def init_app(app: Flask, most: int) -> None:
    """Let only whole bodies of at most `most` bytes reach a view; the app answers the others."""
    app.before_request(_refuse)
    app.after_request(_close)
    app.wsgi_app = WholeBodies(app.wsgi_app, most, partial(_may_be_long, app))  # type: ignore[method-assign]


class WholeBodies:
    """A WSGI layer that reads exactly `Content-Length` bytes, or none and says why.

    RFC 9112 §6.3: a body shorter than its length is incomplete and must not be processed.
    """

    def __init__(
        self, app: "WSGIApplication", most: int, may_be_long: Callable[["WSGIEnvironment"], bool]
    ) -> None:
        self._app, self._most, self._may_be_long = app, most, may_be_long

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """Pass the request on with its body in memory, or without one and with its fault."""
        fault, body = self._body(environ)
        environ["wsgi.input"] = io.BytesIO(body)
        environ.pop("wsgi.input_terminated", None)
        if fault:
            environ[_FAULT], environ["CONTENT_LENGTH"] = fault, "0"
            environ.pop("HTTP_TRANSFER_ENCODING", None)
        return self._app(environ, start_response)

    def _body(self, environ: "WSGIEnvironment") -> tuple[int, bytes]:
        """Return the status of a refusal, or 0 and the body."""
        if "HTTP_TRANSFER_ENCODING" in environ:
            return 411, b""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):
            return 400, b""
        size = int(length)
        environ[_IS_LONG] = self._most < size <= MOST_OF_WORDS and self._may_be_long(environ)
        if size > self._most and not environ[_IS_LONG]:
            return 413, b""
        body = _read(environ, size)
        return (400, b"") if body is None else (0, body)


def _refuse() -> None:
    fault = request.environ.get(_FAULT)
    if fault:
        abort(fault)
    if request.environ.get(_IS_LONG):
        request.max_content_length = request.max_form_memory_size = MOST_OF_WORDS


def _may_be_long(app: Flask, environ: "WSGIEnvironment") -> bool:
    """Say whether a live session or key brings words, before any of the body is read.

    The view looks again, and asks what they may.
    """
    method, path = environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", "")
    with app.request_context(environ):
        if method == "POST" and _WORDS.fullmatch(path):
            return _is_at_the_desk()
        if method == "PUT" and _WORDS_BY_KEY.fullmatch(path):
            return api_keys.known(site_key()) is not None
    return False


def _is_at_the_desk() -> bool:
    try:
        desk_session.live()
    except NotSignedIn:
        return False
    return True


def _close(response: Response) -> Response:
    """Let nothing that was left unread be taken for the next request."""
    if _FAULT in request.environ:
        response.headers["Connection"] = "close"
    return response


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
