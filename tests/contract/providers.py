"""Each provider, and what its real server would answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commentbox.config import ProviderSettings
from commentbox.providers.base import Profile, Provider
from commentbox.providers.registry import built
from tests.fake_provider import (
    CLIENT_ID,
    SECRET,
    Answer,
    FakeProvider,
    claims,
    key_set,
    signed,
    token,
)

PHOTO = "https://pictures.test/ada.jpg"
ADA = "ada@example.org"


@dataclass(frozen=True)
class Case:
    """A provider: its settings, and a server that knows one person.

    `knows(fake, name, picture, subject)` makes the fake tell of that person; `asks` is the path
    that tells it. `refusals` are the answers there that mean "refused".
    """

    name: str
    knows: Callable[..., None]
    asks: str
    profile: Mapping[str, Any]
    options: Mapping[str, str] = field(default_factory=dict)
    auth: str = "post"

    def provider(self, fake: FakeProvider, **options: str) -> Provider:
        """Return the provider, whose every address is the fake's."""
        given = {
            "authorize_url": f"{fake.url}/authorize",
            "access_token_url": f"{fake.url}/token",
            "api_base_url": f"{fake.url}/api/",
            "userinfo_endpoint": f"{fake.url}/userinfo",
            "jwks_uri": f"{fake.url}/keys",
            "issuer": ISSUER,
        }
        settings = ProviderSettings(
            name=self.name,
            client_id=CLIENT_ID,
            client_secret=SECRET,
            options={**given, **self.options, **options},
        )
        return built({self.name: settings})[self.name]

    def expected(self, **changed: Any) -> Profile:
        """Return the profile that has to come of it."""
        values = {"provider": self.name, "issuer": ISSUER, "subject": "1089", "name": "Ada L."}
        return Profile(**{**values, **self.profile, **changed})


ISSUER = "https://issuer.test"


def _openid(fake: FakeProvider, *, name: Any, picture: Any, subject: Any) -> None:
    about = {"name": name, "picture": picture, "email": ADA, "email_verified": True}
    said = claims(ISSUER, sub=subject, hd="example.org", **about)
    fake.answers |= {
        "/token": token(id_token=signed(said)),
        "/keys": key_set(),
        "/userinfo": Answer({"sub": subject}),
    }


def _twitter(fake: FakeProvider, *, name: Any, picture: Any, subject: Any) -> None:
    person = {"id": subject, "name": name, "username": "ada", "profile_image_url": picture}
    fake.answers |= {"/token": token(), "/api/users/me": Answer({"data": person})}


def _facebook(fake: FakeProvider, *, name: Any, picture: Any, subject: Any) -> None:
    photo = {"data": {"url": picture, "is_silhouette": False}}
    person = {"id": subject, "name": name, "email": ADA, "picture": photo}
    fake.answers |= {"/token": token(), "/api/me": Answer(person)}


def _github(fake: FakeProvider, *, name: Any, picture: Any, subject: Any) -> None:
    is_number = isinstance(subject, str) and subject.isdecimal()
    person = {
        "id": int(subject) if is_number else subject,
        "login": "ada",
        "name": name,
        "avatar_url": picture,
        "html_url": "https://github.test/ada",
    }
    emails = [
        {"email": "old@example.org", "primary": False, "verified": True},
        {"email": ADA, "primary": True, "verified": True},
    ]
    fake.answers |= {
        "/token": token(),
        "/api/user": Answer(person),
        "/api/user/emails": Answer(emails),
    }


def discord(fake: FakeProvider, *, name: Any, picture: Any, subject: Any) -> None:
    """Tell of a person as the provider of docs/plugins.md does."""
    person = {"id": subject, "username": "ada", "global_name": name, "email": ADA}
    answer = {**person, "verified": True, "avatar": picture}
    fake.answers |= {"/token": token(), "/api/users/@me": Answer(answer)}


_VERIFIED = {"avatar_url": PHOTO, "email": ADA, "email_verified": True}
_SURE = {**_VERIFIED, "is_authoritative": True}
_AT_X = {"profile_url": "https://x.com/ada"}
CASES = [
    Case("google", _openid, "/keys", _SURE),
    Case(
        "twitter",
        _twitter,
        "/api/users/me",
        {"avatar_url": PHOTO, "profile_url": "https://x.com/ada"},
        auth="basic",
    ),
    Case("facebook", _facebook, "/api/me", {"avatar_url": PHOTO, "email": ADA}),
    Case("wordpress", _openid, "/keys", _VERIFIED),
    Case("github", _github, "/api/user", {**_VERIFIED, "profile_url": "https://github.test/ada"}),
    Case("oidc_work", _openid, "/keys", _SURE, {"trust_email": "true"}),
    Case("oidc", _openid, "/keys", {**_VERIFIED, "email_verified": False}),
]
CASE = {case.name: case for case in CASES}
