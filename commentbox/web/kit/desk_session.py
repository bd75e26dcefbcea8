"""The session of somebody at the desk, in their browser."""

from datetime import timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response, current_app, url_for
from werkzeug.exceptions import HTTPException

from commentbox.accounts import sessions
from commentbox.errors import NotSignedIn
from commentbox.models import Account, Identity, Session
from commentbox.web.kit import cookies, devices
from commentbox.web.kit.requests import settings

_PAGES: Final = "admin.desk."
_FIRST: Final = "admin.desk.queue.show"
_COOKIE: Final = "cb_admin"


def let_in(response: Response, account: Account, identity: Identity | None = None) -> Response:
    """Open a session under a new token, ending the one that this browser had."""
    old = cookies.value(_COOKIE)
    if old:
        forget(old)
    days = settings().session_days
    _, token = sessions.begin(account, identity=identity, device=devices.here(), days=days)
    cookies.keep(response, _COOKIE, token, lasts=timedelta(days=days), samesite="Strict")
    return response


def let_out(response: Response) -> Response:
    """Take the cookie away."""
    cookies.forget(response, _COOKIE, samesite="Strict")
    return response


def forget(token: str) -> None:
    """End the session of a token, if there is one."""
    try:
        session, _account = sessions.by_token(token)
    except NotSignedIn:
        return
    sessions.forget(session.id)


def live() -> tuple[Session, Account]:
    """Return the session that this browser has at the desk, and whose it is.

    Raises `NotSignedIn`; whether they still have a role, they do not say.
    """
    return sessions.by_token(cookies.value(_COOKIE))


def binding(session: Session) -> str:
    """Return what ties the forms of the desk to a session."""
    return f"admin:{session.id}"


def local(wanted: str) -> str:
    """Return the address if it is one of a page of the desk, else that of the queue.

    It is put together anew from the route it matches, so nothing foreign can survive in it.
    """
    try:
        parts = urlsplit(wanted)
        route, values = current_app.url_map.bind("").match(parts.path, method="GET")
    except (ValueError, HTTPException):
        return url_for(_FIRST)
    if parts.scheme or parts.netloc or not route.startswith(_PAGES):
        return url_for(_FIRST)
    query = urlencode(parse_qsl(parts.query))
    return url_for(route, **values) + (f"?{query}" if query else "")


def is_known() -> bool:
    """Say whether this browser brings the cookie of a session along."""
    return cookies.is_given(_COOKIE)
