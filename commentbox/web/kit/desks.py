"""The session of somebody at the desk, in their browser."""

from datetime import timedelta

from flask import Response, request

from commentbox.accounts import sessions
from commentbox.errors import NotSignedIn
from commentbox.models import Account, Identity
from commentbox.web.kit.devices import device
from commentbox.web.kit.requests import settings


def let_in(response: Response, account: Account, identity: Identity | None = None) -> Response:
    """Open a session under a new token, ending the one that this browser had."""
    old = request.cookies.get(cookie())
    if old:
        forget(old)
    agent = request.headers.get("User-Agent", "")
    days = settings().session_days
    token = sessions.begin(account, identity=identity, device=device(agent), days=days)
    response.set_cookie(
        cookie(),
        token,
        max_age=timedelta(days=days),
        secure=settings().is_secure,
        httponly=True,
        samesite="Strict",
    )
    return response


def let_out(response: Response) -> Response:
    """Take the cookie away."""
    response.delete_cookie(cookie(), secure=settings().is_secure, httponly=True, samesite="Strict")
    return response


def forget(token: str) -> None:
    """End the session of a token, if there is one."""
    try:
        session, account = sessions.by_token(token)
    except NotSignedIn:
        return
    sessions.end(account, session.id)


def cookie() -> str:
    """Return the name of the session's cookie (RFC 6265bis §4.1.3.2 for the prefix)."""
    return "__Host-cb_admin" if settings().is_secure else "cb_admin"
