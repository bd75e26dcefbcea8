"""Somebody who logs in: a provider that does as it is told, and a browser with a frame in it."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from commentbox.accounts import sessions
from commentbox.config import ProviderSettings
from commentbox.lib import tokens
from commentbox.models import Session
from commentbox.providers.base import Profile, Provider, ProviderFailed, Walk
from tests.conftest import BASE
from tests.reader import ARTICLE, Reader

ADA: Final = Profile(
    provider="google", issuer="https://google.test", subject="subject-1815", name="Ada Lovelace"
)
FROM_HERE: Final = {"Origin": BASE}
_REFRESH: Final = re.compile(r'http-equiv="refresh" content="0;url=([^"]+)"')


@dataclass
class Script:
    """What a provider says: a code for each person, or what goes wrong; and what it was asked."""

    people: dict[str, Profile] = field(default_factory=lambda: {"code-of-ada": ADA})
    trouble: Exception | None = None
    asked: list[tuple[Walk, str]] = field(default_factory=list)


class Scripted(Provider):
    """A provider without a network."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(ProviderSettings(name=name, client_id="id", client_secret="s" * 20))
        self.label, self.picture = label, f"{label} photo"
        self.issuer, self.sends_iss = f"https://{name}.test", name == "google"
        self.script = Script()

    def authorization_url(self, walk: Walk, *, ask_account: bool = False) -> str:
        """Return an address like those of real providers."""
        if self.script.trouble and not self.script.people:
            raise self.script.trouble
        values = {"state": walk.state, "nonce": walk.nonce, "redirect_uri": walk.redirect_uri}
        values |= {"code_challenge": tokens.challenge(walk.code_verifier)}
        values |= {"code_challenge_method": "S256"}
        values |= {"prompt": "select_account"} if ask_account else {}
        return f"{self.issuer}/authorize?{urlencode(values)}"

    def profile(self, walk: Walk, *, code: str) -> Profile:
        """Return whose code it is."""
        self.script.asked.append((walk, code))
        if self.script.trouble:
            raise self.script.trouble
        found = self.script.people.get(code)
        if found is None:
            raise ProviderFailed("refused")
        return replace(found, provider=self.name, issuer=self.issuer)


class Person:
    """A browser with a frame of the site `blog` in it, and a verifier in that frame."""

    def __init__(self, app: Flask) -> None:
        self.reader = Reader(app)
        self.app, self.client = app, self.reader.client
        self.verifier = tokens.new()

    @property
    def challenge(self) -> str:
        """Return what the frame shows of its verifier."""
        return tokens.challenge(self.verifier)

    def begin(self, provider: str = "google", **fields: str) -> TestResponse:
        """Press the button of a provider, in a frame unless another mode is given."""
        form = {"site": "blog", "mode": "window", "url": ARTICLE, "title": "An article"}
        form |= {"challenge": self.challenge}
        return self.client.post(f"/login/{provider}", data=form | fields, headers=FROM_HERE)

    def go_on(self, answer: TestResponse, query: str = "") -> TestResponse:
        """Follow a page that leads on."""
        return self.client.get(led_to(answer) + query)

    def come_back(self, answer: TestResponse, **given: str) -> TestResponse:
        """Return from the provider that a redirect led to, with a code unless told otherwise."""
        return self.client.get(way_back(answer, **given))

    def log_in(self, provider: str = "google", **fields: str) -> TestResponse:
        """Walk to the provider and back."""
        return self.come_back(self.go_on(self.begin(provider, **fields)))

    def redeem(self, verifier: str | None = None, site: str = "blog", **headers: str) -> Any:
        """Ask for the outcome as the frame does."""
        body = {"verifier": self.verifier if verifier is None else verifier, "site": site}
        return self.client.post("/login/redeem", json=body, headers=FROM_HERE | headers)

    def me(self, **headers: str) -> Any:
        """Ask who is logged in, as the frame does."""
        return self.client.get("/embed/blog/me", headers=headers)

    def enter(self) -> dict[str, str]:
        """Log in all the way, and return what the frame was given."""
        self.log_in()
        found: dict[str, str] = self.redeem().get_json()
        self.verifier = tokens.new()
        return found


def scripted(app: Flask) -> dict[str, Scripted]:
    """Give the service two providers that do as they are told."""
    found = {"google": Scripted("google", "Google"), "twitter": Scripted("twitter", "Twitter")}
    app.extensions["commentbox.providers"] = found
    return found


def gives_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database give up once, in favour of another transaction, where a session begins."""
    begin, problems = sessions.begin, iter([OperationalError("", {}, _Deadlock())])

    def give_up(*given: Any, **named: Any) -> tuple[Session, str]:
        if problem := next(problems, None):
            raise problem
        return begin(*given, **named)

    monkeypatch.setattr(sessions, "begin", give_up)


class _Deadlock(Exception):
    """What the driver of PostgreSQL says."""

    sqlstate = "40P01"


def led_to(answer: TestResponse) -> str:
    """Return the address that a page leads on to."""
    found = _REFRESH.search(answer.text)
    assert found, answer.text
    return found[1].replace("&amp;", "&")


def asked_of(answer: TestResponse) -> dict[str, str]:
    """Return the parameters of the address that a redirect leads to."""
    return dict(parse_qsl(urlsplit(answer.location).query))


def way_back(answer: TestResponse, **given: str) -> str:
    """Return the address at which the provider would end the walk; an empty value leaves it out."""
    asked = asked_of(answer)
    values = {"state": asked["state"], "code": "code-of-ada"}
    if "google.test" in answer.location:
        values["iss"] = "https://google.test"
    values = {name: value for name, value in (values | given).items() if value}
    return f"{urlsplit(asked['redirect_uri']).path}?{urlencode(values)}"


def cookies(client: FlaskClient) -> dict[str, str]:
    """Return what the browser keeps."""
    found = client._cookies or {}
    return {cookie.key: cookie.value for cookie in found.values()}
