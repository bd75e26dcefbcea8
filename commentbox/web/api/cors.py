"""Which pages' scripts may use the API: those of the site's own origins, without cookies."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from commentbox.errors import CommentboxError, NotAllowed
from commentbox.models import Site
from commentbox.web.kit.requests import settings

_EXPOSED = "Commentbox-Author, Location, Retry-After, X-Request-Id, Idempotent-Replayed"
_TAKEN = "Commentbox-Author, Content-Type, Idempotency-Key"
_REMEMBERED = "600"  # seconds for which a browser need not ask again
_EARLY: Final = {400, 411, 413, 429}  # what is answered before anything looks for the site
_finders: Final[dict[str, Callable[[str], tuple[Site, Any]]]] = {}


def find_by(endpoint: str, find: Callable[[str], tuple[Site, Any]]) -> None:
    """Have the site of an endpoint's path found in this way, where nothing has found it yet."""
    _finders[endpoint] = find


def admit(site: Site) -> None:
    """Let scripts on the site's pages read the answer to this request."""
    g.api_origins = site.origins


def require_known_origin(site: Site) -> None:
    """Refuse a page of somebody else; a program that is no browser sends no `Origin`."""
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {*site.origins, settings().base_url}:
        raise NotAllowed("origin.foreign")


def preflight(methods: Iterable[str]) -> Response:
    """Answer a browser that asks beforehand (Fetch standard, CORS-preflight)."""
    response = Response(status=204)
    if _is_admitted():
        response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
        response.headers["Access-Control-Allow-Headers"] = _TAKEN
        response.headers["Access-Control-Max-Age"] = _REMEMBERED
    return response


def mark(response: Response) -> Response:
    """Say in every answer of the API whether the asking page may read it."""
    response.vary.add("Origin")
    if response.status_code in _EARLY and "api_origins" not in g and "Origin" in request.headers:
        _admit_late()
    if _is_admitted():
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    return response


def _admit_late() -> None:
    """Let the site's pages read also why they were not heard, such as when to try again.

    That asks the database no more than a read does, which nothing limits.
    """
    find = _finders.get(request.endpoint or "")
    if find is None or not request.view_args:
        return
    with suppress(CommentboxError, SQLAlchemyError):
        admit(find(request.view_args["named"])[0])


def _is_admitted() -> bool:
    return request.headers.get("Origin") in g.get("api_origins", ())
