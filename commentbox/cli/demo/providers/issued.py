"""What a stand-in has handed out: codes that work once, tokens, and a log of every secret."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commentbox.cli.demo.providers.personas import Persona
from commentbox.lib import clock


@dataclass(frozen=True)
class Grant:
    """What somebody allowed, from the login page on."""

    persona: Persona
    subject: str
    scope: str
    redirect_uri: str = ""
    challenge: str = ""
    method: str = ""
    nonce: str = ""
    ends_at: datetime = field(default_factory=clock.now)

    @property
    def is_over(self) -> bool:
        """Whether it is too late to use it."""
        return clock.now() >= self.ends_at


@dataclass(frozen=True)
class Secret:
    """Something that must not appear where readers, articles or logs could see it."""

    kind: str
    value: str


class Issued:
    """The grants behind codes and tokens, and every secret that has left the stand-in."""

    def __init__(self) -> None:
        self.secrets: list[Secret] = []
        self._codes: dict[str, Grant] = {}
        self._given: set[str] = set()
        self._used: dict[str, str] = {}
        self._tokens: dict[str, Grant] = {}

    def code(self, grant: Grant, *, prefix: str = "") -> str:
        """Return a fresh authorization code."""
        code = prefix + secrets.token_urlsafe(32)
        self._codes[code] = grant
        self._given.add(code)
        self._note("code", code)
        return code

    def redeemed(self, code: str) -> Grant | None:
        """Return the grant of a code, once and in time; a second try ends the token of the first.

        RFC 6749 §4.1.2 asks for the latter, so that a stolen code is of no use beside the real one.
        """
        if (token := self._used.pop(code, None)) is not None:
            self._tokens.pop(token, None)
        grant = self._codes.pop(code, None)
        return None if grant is None or grant.is_over else grant

    def is_known(self, code: str) -> bool:
        """Say whether a code was ever handed out."""
        return code in self._given

    def is_waiting(self, code: str) -> bool:
        """Say whether a code could still be redeemed."""
        return code in self._codes and not self._codes[code].is_over

    def token(self, grant: Grant, *, code: str = "", seconds: int, prefix: str = "") -> str:
        """Return a fresh access token for the grant that a code stood for."""
        token = prefix + secrets.token_urlsafe(48)
        ends_at = clock.now() + timedelta(seconds=seconds)
        self._tokens[token] = Grant(grant.persona, grant.subject, grant.scope, ends_at=ends_at)
        if code:
            self._used[code] = token
        self._note("token", token)
        return token

    def allowed(self, token: str) -> Grant | None:
        """Return what a token allows, None when it is unknown, revoked or too old."""
        grant = self._tokens.get(token)
        if grant is None or grant.is_over:
            return None
        self._note("subject", grant.subject)
        self._note("email", grant.persona.email)
        return grant

    def revoke(self, token: str) -> bool:
        """End a token; say whether there was one."""
        return self._tokens.pop(token, None) is not None

    def tokens(self) -> list[str]:
        """Return the access tokens that still work."""
        return [token for token, grant in self._tokens.items() if not grant.is_over]

    def signed(self, token: str) -> str:
        """Note an ID token on its way out, and return it."""
        self._note("id_token", token)
        return token

    def proved(self, verifier: str) -> None:
        """Note the verifier that came with a code."""
        self._note("verifier", verifier)

    def values(self, *kinds: str) -> set[str]:
        """Return the secrets of these kinds, or all.

        They are code, token, id_token, verifier, subject, email and hash.
        A `hash` is what an email address becomes in the address of a Gravatar.
        """
        return {secret.value for secret in self.secrets if not kinds or secret.kind in kinds}

    def _note(self, kind: str, value: str) -> None:
        secret = Secret(kind, value)
        if not value or secret in self.secrets[-8:]:
            return
        self.secrets.append(secret)
        if kind == "email":
            for digest in (hashlib.md5, hashlib.sha256):
                made = digest(value.lower().encode(), usedforsecurity=False)
                self._note("hash", made.hexdigest())
