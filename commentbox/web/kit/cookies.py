"""The cookies of this service: of its host alone where it has TLS, and out of reach of script."""

from datetime import timedelta
from typing import Any

from flask import Response, request

from commentbox.web.kit.requests import settings


def full_name(name: str) -> str:
    """Return what a browser knows a cookie by (RFC 6265bis §4.1.3.2 for the prefix)."""
    return f"__Host-{name}" if settings().is_secure else name


def value(name: str) -> str:
    """Return what the browser brings under a name, or nothing."""
    return request.cookies.get(full_name(name), "")


def is_given(name: str) -> bool:
    """Say whether the browser brings the cookie, also an empty one."""
    return full_name(name) in request.cookies


def keep(response: Response, name: str, value: str, *, lasts: timedelta, **sent: Any) -> None:
    """Let the browser keep a value; `sent` says with which requests it comes back."""
    response.set_cookie(
        full_name(name),
        value,
        max_age=lasts,
        secure=settings().is_secure,
        httponly=True,
        **sent,
    )


def forget(response: Response, name: str, **sent: Any) -> None:
    """Take a cookie away; `sent` is as it was kept with."""
    response.delete_cookie(full_name(name), secure=settings().is_secure, httponly=True, **sent)
