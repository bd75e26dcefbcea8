"""A walk's cookie in the browser that began it, and what the walk shows to its provider."""

from collections.abc import Iterator
from typing import Final

from flask import Response, request

from commentbox.accounts import attempts
from commentbox.models import Attempt
from commentbox.providers.base import Provider, Walk, callback
from commentbox.web.kit import cookies
from commentbox.web.kit.requests import settings

_BEGINNING: Final = 10  # characters of an id: they tell the walks of one browser apart


def walk(provider: Provider, cookie: str) -> Walk:
    """Return what goes to the provider with the walk of a cookie.

    The address to return to is that of the settings, whatever host the request names.
    """
    secrets = attempts.secrets(cookie)
    return Walk(
        state=secrets.state,
        nonce=secrets.nonce,
        code_verifier=secrets.code_verifier,
        redirect_uri=callback(settings().base_url, provider.name),
    )


def of(attempt_id: str) -> str:
    """Return what this browser keeps of a walk, empty if it is not its own."""
    return cookies.value(_name(attempt_id))


def kept() -> Iterator[str]:
    """Yield what this browser keeps of its walks."""
    prefix = cookies.full_name(_name(""))
    return (value for name, value in request.cookies.items() if name.startswith(prefix))


def keep(response: Response, attempt: Attempt, cookie: str) -> None:
    """Bind the walk to this browser: the way back from the provider brings a Lax cookie along."""
    cookies.keep(response, _name(attempt.id), cookie, lasts=attempts.LIFE, samesite="Lax")


def forget(response: Response, attempt_id: str) -> None:
    """Take the cookie of a walk away."""
    cookies.forget(response, _name(attempt_id), samesite="Lax")


def _name(attempt_id: str) -> str:
    return f"cb_try.{attempt_id[:_BEGINNING]}"
