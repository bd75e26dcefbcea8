"""What Facebook and Google send by themselves."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from flask import Flask

from commentbox.accounts import identities, sessions
from commentbox.config import ProviderSettings
from commentbox.errors import Malformed
from commentbox.models import SessionKind
from commentbox.providers.base import Profile, ProviderFailed
from commentbox.providers.facebook import Facebook
from commentbox.providers.google import Google, SecurityEvent
from tests.walks import Person

SECRET = "the secret of an app at Facebook"


@pytest.fixture
def facebook(app: Flask) -> Facebook:
    """Return Facebook as the service has it."""
    found = Facebook(ProviderSettings(name="facebook", client_id="1", client_secret=SECRET))
    app.extensions["commentbox.providers"] = {"facebook": found}
    return found


@pytest.fixture
def google(app: Flask) -> Google:
    """Return Google as the service has it."""
    found = Google(ProviderSettings(name="google", client_id="1", client_secret=SECRET))
    app.extensions["commentbox.providers"] = {"google": found}
    return found


def test_who_takes_the_app_away_is_logged_out(app: Flask, facebook: Facebook) -> None:
    person = Person(app)
    token = _logged_in(person, facebook)
    assert _send(person, "deauthorize", _signed("7")).status_code == 200
    assert not _is_alive(person, token)


def test_a_wish_to_delete_is_done_and_can_be_looked_up(app: Flask, facebook: Facebook) -> None:
    person = Person(app)
    token = _logged_in(person, facebook)
    answer = _send(person, "deletion", _signed("7")).get_json()
    path = answer["url"].removeprefix("https://comments.test")
    assert path == f"/login/deletion/{answer['confirmation_code']}"
    assert "What came from Facebook has been deleted." in person.client.get(path).text
    assert not _is_alive(person, token)
    assert person.client.get("/login/deletion/x").status_code == 404


def test_a_wish_that_is_sent_again_is_answered_alike_and_deletes_nothing_more(
    app: Flask, facebook: Facebook
) -> None:
    person, answers = Person(app), []
    for alive in (False, True):
        token = _logged_in(person, facebook)
        answers.append(_send(person, "deletion", _signed("7")))
        assert _is_alive(person, token) is alive
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].get_json() == answers[1].get_json()


def test_who_took_the_app_away_and_came_back_stays(app: Flask, facebook: Facebook) -> None:
    person = Person(app)
    for alive in (False, True):
        token = _logged_in(person, facebook)
        _send(person, "deauthorize", _signed("7"))
        assert _is_alive(person, token) is alive


@pytest.mark.parametrize("kind", ["deauthorize", "deletion"])
def test_what_facebook_did_not_sign_does_nothing(app: Flask, facebook: Facebook, kind: str) -> None:
    person = Person(app)
    token, right = _logged_in(person, facebook), _signed("7")
    signature, _, payload = right.partition(".")
    forged = [
        "",
        payload,
        f".{payload}",
        f"{signature}.{_signed('8').partition('.')[2]}",
        _signed("7", secret="a guess"),
        _signed("7", algorithm="none"),
        _signed(7),
    ]
    for text in forged:
        assert _send(person, kind, text).status_code == 400
    assert _is_alive(person, token)


@pytest.mark.parametrize("kind", ["sessions-revoked", "account-disabled", "tokens-revoked"])
def test_an_account_in_danger_is_logged_out(
    app: Flask, google: Google, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    person = Person(app)
    token = _logged_in(person, google)
    event = SecurityEvent("1", kind, "7")
    monkeypatch.setattr(google, "security_event", lambda _token: event)
    assert person.client.post("/login/google/events", data="a.b.c").status_code == 202
    assert not _is_alive(person, token)


def test_an_event_that_comes_again_ends_no_later_log_in(
    app: Flask, google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(app)
    event = SecurityEvent("1", "sessions-revoked", "7")
    monkeypatch.setattr(google, "security_event", lambda _token: event)
    for alive in (False, True):
        token = _logged_in(person, google)
        assert person.client.post("/login/google/events", data="a.b.c").status_code == 202
        assert _is_alive(person, token) is alive


@pytest.mark.parametrize("kind", ["verification", "account-enabled", "something-new"])
def test_other_events_change_nothing(
    app: Flask, google: Google, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    person = Person(app)
    token = _logged_in(person, google)
    event = SecurityEvent("1", kind, "7")
    monkeypatch.setattr(google, "security_event", lambda _token: event)
    assert person.client.post("/login/google/events", data="a.b.c").status_code == 202
    assert _is_alive(person, token)


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(Malformed("security_event.invalid"), 400), (ProviderFailed("unreachable"), 503)],
)
def test_an_event_that_cannot_be_checked_changes_nothing(
    app: Flask,
    google: Google,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception,
    status: int,
) -> None:
    def fail(_token: str) -> SecurityEvent:
        raise trouble

    person = Person(app)
    token = _logged_in(person, google)
    monkeypatch.setattr(google, "security_event", fail)
    assert person.client.post("/login/google/events", data="a.b.c").status_code == status
    assert _is_alive(person, token)


def test_who_has_no_such_provider_knows_no_such_address(person: Person) -> None:
    for path in ("facebook/deauthorize", "facebook/deletion", "google/events"):
        assert person.client.post(f"/login/{path}", data="x").status_code == 404


def _logged_in(person: Person, provider: Facebook | Google) -> str:
    profile = Profile(provider=provider.name, issuer=provider.issuer, subject="7", name="Ada")

    def begin() -> str:
        account, identity = identities.recognised(profile)
        kind = SessionKind.HOME
        return sessions.begin(account, kind=kind, identity=identity, device="", days=1)[1]

    return str(person.reader.change(begin))


def _is_alive(person: Person, token: str) -> bool:
    thread = person.reader.fill(10)
    person.client.set_cookie("__Host-cb_home", token)
    return "You are commenting" in person.client.get(f"/t/{thread}").text


def _send(person: Person, kind: str, text: str) -> Any:
    return person.client.post(f"/login/facebook/{kind}", data={"signed_request": text})


def _signed(subject: object, *, secret: str = SECRET, algorithm: str = "HMAC-SHA256") -> str:
    content = {"algorithm": algorithm, "issued_at": 1, "user_id": subject}
    payload = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    signature = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    return f"{base64.urlsafe_b64encode(signature).decode().rstrip('=')}.{payload}"
