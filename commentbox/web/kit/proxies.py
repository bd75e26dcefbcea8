"""Whose address a request has: its sender's, or what the proxies in front of the service say."""

from functools import partial
from threading import Lock
from typing import Final

import structlog
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from commentbox.config import PREFIX
from commentbox.lib import networks

log = structlog.get_logger(__name__)
_HEADER: Final = "X-Forwarded-For"


def init_app(app: Flask, trusted: int) -> None:
    """Believe so many proxies; where that is none, let the log tell of one that is there."""
    if trusted:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=0, x_host=0
        )
    else:
        app.before_request(partial(_tell_of_proxy, Lock()))


def _tell_of_proxy(once: Lock) -> None:
    """Tell it once: all readers would be one person, and all limits and blocks would be theirs."""
    if _HEADER not in request.headers or not networks.is_near(request.remote_addr or ""):
        return
    if once.acquire(blocking=False):  # kept for good
        log.warning("proxy.not_trusted", setting=f"{PREFIX}TRUSTED_PROXIES", value=0)
