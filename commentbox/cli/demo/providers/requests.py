"""What the endpoints of all stand-ins read from a request."""

from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256
from secrets import compare_digest
from typing import Final

from flask import request

from commentbox.cli.demo.providers.issued import Grant

BEARER: Final = "bearer"  # the type of every token
METHODS: Final = frozenset({"S256", "plain"})


def pkce(grant: Grant, verifier: str) -> str:
    """Say what is wrong with a code verifier (RFC 7636), nothing when it fits."""
    if not grant.challenge:
        return ""
    if not verifier:
        return "Missing code verifier."
    made = verifier if grant.method == "plain" else base64(sha256(verifier.encode()).digest())
    return "" if compare_digest(made, grant.challenge) else "Invalid code verifier."


def basic() -> tuple[str, str] | None:
    """Return id and secret of HTTP Basic authentication, if there is any."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        id_, _, secret = b64decode(given, validate=True).decode().partition(":")
    except (Error, UnicodeDecodeError):
        return "", ""
    return id_, secret


def bearer() -> str:
    """Return the token of the Authorization header, empty without one."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def base64(content: bytes) -> str:
    """Return bytes in the alphabet of addresses, without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()
