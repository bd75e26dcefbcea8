"""Secrets that are handed out once and kept only as a hash."""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

_BYTES: Final = 32
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def new() -> str:
    """Return 256 random bits in 43 URL-safe characters."""
    return secrets.token_urlsafe(_BYTES)


def is_token(text: str) -> bool:
    """Say whether the text has the shape of a token."""
    return _SHAPE.fullmatch(text) is not None


def digest(token: str) -> str:
    """Return what is kept of a token: its SHA-256, in hex.

    A plain hash is enough for 256 random bits: there is nothing to guess.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def challenge(verifier: str) -> str:
    """Return what may be shown of a secret that is shown later: its SHA-256 as RFC 7636 writes it.

    Whoever shows the secret then proves that they are who sent the challenge.
    """
    return _url_safe(hashlib.sha256(verifier.encode()).digest())


def digits(count: int, secret: str, *parts: str) -> str:
    """Return the digits that go with these values, for a code that people type.

    They are always the same, so that they need not be kept, and nobody can make them.
    """
    mac = hmac.new(secret.encode(), "\x1f".join(parts).encode(), "sha256").digest()
    return f"{int.from_bytes(mac) % 10**count:0{count}d}"


def derived(secret: str, *parts: str) -> str:
    """Return the token that goes with these values: always the same, and nobody can make it."""
    mac = hmac.new(secret.encode(), "\x1f".join(parts).encode(), "sha256").digest()
    return _url_safe(mac)


def keyed(secret: str, *parts: str) -> str:
    """Return a 32-digit keyed hash (HMAC-SHA256) of values that could be guessed without a key."""
    return hmac.new(secret.encode(), "\x1f".join(parts).encode(), "sha256").hexdigest()[:32]


def _url_safe(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
