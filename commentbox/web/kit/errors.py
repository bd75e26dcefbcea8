"""Answering errors: problem+json for scripts, a page for people."""

import sqlite3
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from commentbox.adapters.translations import gettext
from commentbox.errors import CommentboxError
from commentbox.web.kit.problems import Problem, problem

log = structlog.get_logger(__name__)
_BUSY = 2  # seconds after which a full pool or a locked database is worth another try
_FULL = {sqlite3.SQLITE_FULL, "53100"}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: a deadlock, no serialization, no
# lock in time, no answer in time, too many connections, starting or stopping.
_OCCUPIED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "40P01", "40001", "55P03", "57014"}
_OCCUPIED |= {"53300", "57P01", "57P03"}


def init_app(app: Flask) -> None:
    """Answer every error of the app."""
    app.register_error_handler(CommentboxError, lambda error: answer(problem(error)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(PoolTimeout, _busy)
    app.register_error_handler(Exception, _unknown)


def answer(trouble: Problem) -> Response:
    """Return a problem as JSON to whoever asked by script, else as a page."""
    response = _json(trouble) if _wants_json() else _page(trouble)
    response.status_code = trouble.status
    response.headers["Cache-Control"] = "no-store"
    if trouble.retry_after is not None:
        response.headers["Retry-After"] = str(trouble.retry_after)
    return response


def _json(trouble: Problem) -> Response:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(trouble.status).phrase,
        "status": trouble.status,
        "code": trouble.code,
        "detail": trouble.detail,
        "request_id": g.get("request_id", ""),
    }
    if trouble.fields:
        body["fields"] = trouble.fields
    if trouble.retry_after is not None:
        body["retry_after"] = trouble.retry_after
    if trouble.comment_id is not None:
        body["comment_id"] = trouble.comment_id
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response


def _page(trouble: Problem) -> Response:
    page = render_template("errors/problem.html", problem=trouble, request_id=g.request_id)
    return make_response(page)


def _wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    wanted = request.accept_mimetypes
    best = wanted.best_match(["text/html", "application/json", "application/problem+json"])
    return best != "text/html" or "text/html" not in wanted.values()


def _http(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    phrase = HTTPStatus(status).phrase
    response = answer(Problem(status, f"http.{status}", gettext(phrase)))
    for name, value in error.get_headers():
        if name in {"Allow", "Location"}:
            response.headers[name] = value
    return response


def _busy(error: Exception) -> Response:
    """Answer a database that cannot take the request now; one that is broken is `_unknown`."""
    code = _code(error)
    if code in _FULL:
        log.error("database.full")
        trouble = Problem(HTTPStatus.INSUFFICIENT_STORAGE, "storage.full", _later())
    elif code is None or code in _OCCUPIED:
        log.warning("database.busy", code=code)
        trouble = Problem(
            HTTPStatus.SERVICE_UNAVAILABLE, "service.busy", _later(), retry_after=_BUSY
        )
    else:
        return _unknown(error)
    return answer(trouble)


def _code(error: Exception) -> int | str | None:
    """Return the database's own code for what went wrong: messages may be in any language.

    A full pool, and a server that cannot be reached, have none.
    """
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the rest of the bits are details
    return getattr(cause, "sqlstate", None)


def _unknown(error: Exception) -> Response:
    log.error("request.failed", exc_info=error)
    words = gettext("Something went wrong (id %(id)s)") % {"id": g.get("request_id", "")}
    return answer(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", words))


def _later() -> str:
    return gettext("The service is busy. Please try again in a moment.")
