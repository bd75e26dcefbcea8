"""The security headers of every answer."""

from collections.abc import Iterable
from typing import Final

from flask import Flask, Response, g

from commentbox.web.kit.requests import settings

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types commentbox; frame-ancestors "
)
_YEAR: Final = 31_536_000


def init_app(app: Flask) -> None:
    """Send the headers with every answer, errors included."""
    app.after_request(_add)


def allow_framing_by(origins: Iterable[str]) -> None:
    """Let pages of these origins, and no others, frame the answer to this request."""
    g.frame_ancestors = " ".join(origins)


def security(ancestors: str = "'none'") -> dict[str, str]:
    """Return the headers of an answer that only `ancestors` may frame."""
    found = {
        "Content-Security-Policy": _POLICY + ancestors,
        "X-Content-Type-Options": "nosniff",
        # Not no-referrer: it would make the Origin of our own forms null.
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if ancestors == "'none'":
        found |= {"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin"}
    if settings().is_secure:
        found["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
    return found


def _add(response: Response) -> Response:
    for name, value in security(g.get("frame_ancestors") or "'none'").items():
        response.headers.setdefault(name, value)
    return response
