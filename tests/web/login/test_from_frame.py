"""Who proved an address in a frame goes over to the page of their account."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from commentbox.accounts import email_code, sessions
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, EmailCode, Session, SessionKind
from tests.conftest import SECRET
from tests.reader import hidden_fields
from tests.walks import FROM_HERE, Person

ACCOUNT = "Where you are logged in"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of a service that sends mail."""
    return replace(settings, smtp_url="smtp://mail.test:587")


@pytest.fixture
def frame(person: Person) -> dict[str, Any]:
    """Return what a frame was given where somebody typed the code of a mail."""
    wish = {"email": "ann@example.org", "challenge": person.challenge, "site": "blog"}
    person.client.post("/login/email", json=wish, headers=FROM_HERE)
    proof = {"verifier": person.verifier, "code": _code(person), "site": "blog", "name": "Ann"}
    answer = person.client.post("/login/email/finish", json=proof, headers=FROM_HERE)
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_page_opens_as_the_person_of_the_frame(person: Person, frame: dict[str, Any]) -> None:
    assert 'form="to-account"' in frame["html"]
    assert 'id="to-account" method="post" action="/me/sessions"' in person.reader.get().text
    answer = _go(person, frame)
    assert (answer.status_code, answer.location) == (303, "/me")
    page = person.client.get("/me").text
    assert ACCOUNT in page
    assert 'value="Ann"' in page


def test_it_needs_no_cookie_of_the_frame(person: Person, frame: dict[str, Any]) -> None:
    other = Person(person.app)
    _go(other, frame)
    assert ACCOUNT in other.client.get("/me").text


def test_it_opens_once(person: Person, frame: dict[str, Any]) -> None:
    _go(person, frame)
    other = Person(person.app)
    assert _go(other, frame).location == "/me"
    assert ACCOUNT not in other.client.get("/me").text


def test_it_opens_for_a_while(person: Person, frame: dict[str, Any]) -> None:
    with clock.turned_by(timedelta(minutes=61)):
        assert _go(person, frame).location == "/me"
        assert ACCOUNT not in person.client.get("/me").text


def test_the_frame_gets_another_token_whenever_it_asks(
    person: Person, frame: dict[str, Any]
) -> None:
    with clock.turned_by(timedelta(minutes=61)):
        _go(person, person.me().get_json())
        assert ACCOUNT in person.client.get("/me").text


@pytest.mark.parametrize("changed", ["session", "token"])
def test_it_opens_for_nobody_else(person: Person, frame: dict[str, Any], changed: str) -> None:
    _go(person, frame, **{changed: "x" * 22})
    assert ACCOUNT not in person.client.get("/me").text


def test_it_opens_for_nobody_who_has_logged_out(person: Person, frame: dict[str, Any]) -> None:
    person.client.post("/logout", json={"site": "blog"}, headers=FROM_HERE)
    _go(person, frame)
    assert ACCOUNT not in person.client.get("/me").text


def test_it_opens_for_nobody_who_is_blocked(person: Person, frame: dict[str, Any]) -> None:
    person.reader.change(lambda: _block(db.session.query(Account).one()))
    _go(person, frame)
    assert ACCOUNT not in person.client.get("/me").text


def test_only_a_page_of_ours_may_send_it(person: Person, frame: dict[str, Any]) -> None:
    for origin in ("https://blog.test", "null", ""):
        answer = person.client.post(
            "/me/sessions", data=hidden_fields(frame["html"]), headers={"Origin": origin}
        )
        assert answer.status_code == 403


def test_to_log_out_in_the_frame_closes_the_page_too(person: Person, frame: dict[str, Any]) -> None:
    _go(person, frame)
    person.client.post("/logout", json={"site": "blog"}, headers=FROM_HERE)
    assert ACCOUNT not in person.client.get("/me").text
    assert person.me().status_code == 204


def test_whoever_showed_who_they_are_a_while_ago_has_not_done_so_now(
    person: Person, frame: dict[str, Any]
) -> None:
    with clock.turned_by(sessions.FRESH + timedelta(minutes=1)):
        _go(person, person.me().get_json())
        assert "show once more who you are" in person.client.get("/me").text


def test_a_second_time_the_page_is_open_already(person: Person, frame: dict[str, Any]) -> None:
    _go(person, frame)
    with clock.turned_by(timedelta(seconds=5)):
        _go(person, person.me().get_json())
        with person.app.app_context():
            home = select(Session).where(Session.kind == SessionKind.HOME)
            assert len(db.session.scalars(home).all()) == 1


def test_who_came_by_a_provider_goes_by_a_link(person: Person) -> None:
    html = person.enter()["html"]
    assert 'href="/me" target="_blank"' in html
    assert hidden_fields(html) == {}


def _go(person: Person, frame: dict[str, Any], **changed: str) -> TestResponse:
    form = hidden_fields(frame["html"]) | changed
    return person.client.post("/me/sessions", data=form, headers=FROM_HERE)


def _block(account: Account) -> None:
    account.blocked_at = clock.now()


def _code(person: Person) -> str:
    """Return the digits as the mail would say them."""

    def write() -> str:
        code_id = db.session.scalars(select(EmailCode.id)).one()
        written = email_code.write(code_id, secret=SECRET)
        assert written
        return written[1]

    return str(person.reader.change(write))
