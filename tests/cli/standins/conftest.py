"""A browser and a service in front of one stand-in."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from commentbox.cli.demo.providers import Standin, Standins

SERVICE = "https://comments.test"
VERIFIER = "a-verifier-that-is-at-least-forty-three-characters-long"
CHALLENGE = "fHqnnK8JVGn9Act2vp52KGPBGNKHlxFsjRMgelmsfzI"  # S256 of VERIFIER


class Caller:
    """Somebody who logs in, and the service that asked them to."""

    def __init__(self, standin: Standin, client: FlaskClient) -> None:
        self.standin, self.client = standin, client
        self.callback = f"{SERVICE}/login/{standin.name}/callback"
        self.asked = {
            "response_type": "code",
            "client_id": standin.client.id,
            "redirect_uri": self.callback,
            "state": "a state",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }

    def open(self, **changed: str) -> TestResponse:
        """Open the login page."""
        return self.client.get(self.standin.login_path, query_string=self.asked | changed)

    def choose(self, way: str = "allow", persona: str = "usual", **changed: str) -> TestResponse:
        """Press a button of the login page."""
        return self.client.post(
            self.standin.login_path,
            query_string=self.asked | changed,
            data={"way": way, "persona": persona},
        )

    def told(self, way: str = "allow", persona: str = "usual", **changed: str) -> dict[str, str]:
        """Return the parameters that the callback gets."""
        answer = self.choose(way, persona, **changed)
        assert answer.status_code == 302
        assert answer.location.startswith(self.callback)
        return dict(parse_qsl(urlsplit(answer.location).query))

    def redeem(self, path: str, code: str, **changed: str | None) -> TestResponse:
        """Redeem a code at the token endpoint; None leaves a field out."""
        standin = self.standin
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": VERIFIER,
            "client_id": standin.client.id,
            "client_secret": standin.client.secret,
            **changed,
        }
        data = {name: value for name, value in form.items() if value is not None}
        return self.client.post(path, data=data, headers=self.basic())

    def basic(self) -> dict[str, str]:
        """Return headers that name the client."""
        return {}

    def get(self, path: str, token: str, **query: str) -> Any:
        """Return what an endpoint answers to a token, as JSON."""
        headers = {"Authorization": f"Bearer {token}"}
        return self.client.get(path, query_string=query, headers=headers).get_json()


class BasicCaller(Caller):
    """One whose service names itself by HTTP Basic authentication."""

    def basic(self) -> dict[str, str]:
        """Return headers that name the client."""
        pair = f"{self.standin.client.id}:{self.standin.client.secret}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


@pytest.fixture
def standins() -> Standins:
    """Return stand-ins that do not serve; their servers' addresses are empty."""
    return Standins(SERVICE)


@pytest.fixture
def caller_of() -> Callable[[Standin], Caller]:
    """Return a function that puts a browser and a service in front of a stand-in."""

    def caller_of(standin: Standin) -> Caller:
        kind = BasicCaller if standin.name == "twitter" else Caller
        return kind(standin, standin.app().test_client())

    return caller_of
