"""What every request gets: an id, a language, a line in the log, and a known client."""

import time
from typing import Final, cast

import structlog
from flask import Flask, Response, current_app, g, request

from commentbox.adapters.throttle import Throttle
from commentbox.config import Settings
from commentbox.errors import NotAllowed
from commentbox.lib import clock, ids, networks, tokens

log = structlog.get_logger(__name__)
READING = frozenset({"GET", "HEAD", "OPTIONS"})
OFTEN = {"/login/redeem": 10}
"""What a page of ours asks for every second, and how many times the usual limit it may."""

_ONE_READER: Final = (32, 64)  # bits of IPv4 and of IPv6 (RFC 6177)


def init_app(app: Flask) -> None:
    """Begin and end every request of the app."""
    app.before_request(_begin)
    app.after_request(_end)


def settings() -> Settings:
    """Return the settings of the running service."""
    return cast(Settings, current_app.extensions["commentbox.settings"])


def throttle() -> Throttle:
    """Return the rate limits of the running service."""
    return cast(Throttle, current_app.extensions["commentbox.throttle"])


def client() -> str:
    """Return who sends the request: a keyed hash of the network prefix that changes every day.

    One reader has a whole /64 of IPv6, so addresses are taken together by prefix.
    """
    today = clock.now().date().isoformat()
    return tokens.keyed(settings().secret_key, "client", today, network())


def address() -> str:
    """Return the sender's address, to be compared with what a site blocks; it is stored nowhere."""
    return request.remote_addr or ""


def network() -> str:
    """Return the prefix of the sender's network; it is stored nowhere but in a keyed hash."""
    found = networks.around(address(), bits=_ONE_READER)
    return str(found) if found else ""


def site_key() -> str:
    """Return the token of a site's key that the request shows; of none, nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def require_own_origin() -> None:
    """Refuse a writing request unless the browser attests that a page of ours sent it.

    Script on an article's page can send requests that carry the frame's partitioned cookies, so
    cookies and `SameSite` prove nothing here; `Origin` does (RFC 6454, Fetch standard).
    """
    if request.headers.get("Origin", "") != settings().base_url:
        raise NotAllowed("origin.foreign")


def require_own_page() -> None:
    """Refuse to tell something private unless a page of ours asks, or a browser that does not say.

    Else another page could tell from how a request ends who its reader is here.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise NotAllowed("origin.foreign")


def _begin() -> None:
    g.request_id, g.began = ids.new(), time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if request.method not in READING:
        share = OFTEN.get(request.path, 1)
        what = request.path if share > 1 else "write"
        throttle().check(what, client(), per_minute=settings().request_limit * share)


def _end(response: Response) -> Response:
    # The rule, not the path: a path can hold what its visitor should not find in a log.
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else "",
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
    )
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response
