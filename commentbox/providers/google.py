"""Google, as https://developers.google.com/identity/openid-connect/reference describes it."""

from dataclasses import dataclass, field
from typing import ClassVar

from commentbox.adapters.http import Deadline
from commentbox.adapters.translations import N_
from commentbox.errors import Malformed
from commentbox.providers.api import WALK
from commentbox.providers.base import Profile, ProviderFailed
from commentbox.providers.openid import Claims, OpenIDProvider


@dataclass(frozen=True)
class SecurityEvent:
    """Something that happened to an account there.

    `kind` is the last word of the event's type, such as `sessions-revoked` or `account-disabled`;
    `subject` is "" for `verification`. An event that comes again has the same `id`.
    """

    id: str
    kind: str
    subject: str = field(repr=False)
    reason: str = ""


class Google(OpenIDProvider):
    """Log in with Google."""

    label = "Google"
    picture = N_("Google photo")
    issuer = "https://accounts.google.com"
    other_issuers = ("accounts.google.com",)
    sends_iss = True
    authorize_url = "https://accounts.google.com/o/oauth2/v2/auth"
    access_token_url = "https://oauth2.googleapis.com/token"  # noqa: S105 -- an address
    userinfo_endpoint = "https://openidconnect.googleapis.com/v1/userinfo"
    jwks_uri = "https://www.googleapis.com/oauth2/v3/certs"
    to_choose: ClassVar = {"prompt": "select_account"}
    # https://developers.google.com/identity/protocols/oauth2/policies: not in embedded web views
    works_in_apps = False
    notices: ClassVar = {"RISC": "events"}
    # No `revoke_url`: to revoke takes the whole consent back, which the next login would ask anew.

    def read(self, claims: Claims) -> Profile:
        """Return the profile; Google runs the mailbox of @gmail.com and of hosted domains."""
        email, domain = str(claims.get("email")).lower(), claims.get("hd")
        is_hosted = isinstance(domain, str) and domain != ""
        return self.person(
            subject=claims.get("sub"),
            name=(claims.get("name"), claims.get("given_name")),
            avatar_url=claims.get("picture"),
            email=claims.get("email"),
            email_verified=claims.get("email_verified"),
            is_authoritative=is_hosted or email.endswith("@gmail.com"),
        )

    def security_event(self, token: str) -> SecurityEvent:
        """Return what a security event token says (RFC 8417), once Google has signed it for us.

        Such tokens do not expire. Raises `Malformed("security_event.invalid")` for any other, and
        `ProviderFailed` when Google's keys cannot be had.
        """
        try:
            claims = self.keys.verified(
                token, uri=self.jwks_uri, algorithms=self.algorithms, deadline=Deadline(WALK)
            ).claims
        except ProviderFailed as problem:
            if problem.kind == "unreachable":
                raise
            raise Malformed("security_event.invalid") from problem
        # https://developers.google.com/identity/protocols/risc: with a slash at the end there.
        issuers = [f"{each}{end}" for each in self.issuers for end in ("", "/")]
        if claims.get("iss") not in issuers or not self._is_for_us(claims):
            raise Malformed("security_event.invalid")
        return _event(claims, issuers)

    def _is_for_us(self, claims: Claims) -> bool:
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        return self.settings.client_id in audiences


def _event(claims: Claims, issuers: list[str]) -> SecurityEvent:
    events, name = claims.get("events"), claims.get("jti")
    if not isinstance(events, dict) or len(events) != 1 or not isinstance(name, str):
        raise Malformed("security_event.invalid")
    [(kind, about)] = events.items()
    about = about if isinstance(about, dict) else {}
    word, reason = kind.rpartition("/")[2], about.get("reason")
    if word == "verification":
        return SecurityEvent(name, word, "")
    who = about.get("subject")
    if not isinstance(who, dict) or who.get("iss") not in issuers:
        raise Malformed("security_event.invalid")
    subject = who.get("sub")
    if not isinstance(subject, str) or not subject:
        raise Malformed("security_event.invalid")
    return SecurityEvent(name, word, subject, reason if isinstance(reason, str) else "")
