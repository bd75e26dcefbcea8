"""Who logs in by a code has the page of their account as well, by a code of its own."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.accounts import email_code, identities, sessions
from commentbox.comments import threads
from commentbox.config import Settings
from commentbox.errors import NotSignedIn
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import EmailCode, SessionKind
from commentbox.web.login import proving
from tests.conftest import SECRET
from tests.postbox import Postbox, work
from tests.walks import FROM_HERE, Person, cookies

EMAIL = "Ann@example.org"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of a service that sends mail."""
    return replace(settings, smtp_url="smtp://mail.test:587")


def test_an_address_and_the_digits_open_the_page(person: Person) -> None:
    assert 'action="/me/code"' in person.client.get("/me").text
    sent = _ask(person)
    assert (sent.status_code, sent.location) == (303, "/me/code")
    assert "Type the six digits" in person.client.get(sent.location).text
    answer = _finish(person, _code(person))
    assert (answer.status_code, answer.location) == (303, "/me")
    page = person.client.get("/me").text
    assert "Where you are logged in" in page
    assert "Add Twitter" in page


def test_who_has_no_name_is_asked_for_one_and_nobody_is_renamed(person: Person) -> None:
    turns = (("", "Commenter", True), ("Ann", "Ann", True), ("Bob", "Ann", False))
    for typed, shown, is_asked in turns:
        _ask(person)
        assert ('name="name"' in person.client.get("/me/code").text) == is_asked
        _finish(person, _code(person), name=typed)
        assert f'value="{shown}"' in person.client.get("/me").text


def test_it_is_the_account_of_the_frame_and_ends_its_sessions(person: Person) -> None:
    token = person.reader.change(_in_frame)
    bearer = {"Authorization": f"Bearer {token}"}
    assert person.me(**bearer).status_code == 200
    _log_in(person)
    page = person.client.get("/me").text
    assert "<b>blog.test</b>" in page
    form = {"token": re.findall(r'name="token" value="([^"]+)"', page)[0]}
    person.client.post("/me/sessions/end", data=form, headers=FROM_HERE)
    assert person.me(**bearer).status_code == 204


def test_a_wrong_code_is_told_and_counted(person: Person) -> None:
    _ask(person)
    code = _code(person)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(email_code.MOST_TRIES):
        page = _finish(person, wrong)
        assert (page.status_code, 'role="alert"' in page.text) == (422, True)
    assert _finish(person, code).status_code == 410
    assert 'action="/me/code"' in person.client.get("/me").text


def test_the_digits_are_of_use_to_the_browser_alone_that_asked(person: Person, app: Flask) -> None:
    _ask(person)
    code = _code(person)
    assert _finish(Person(app), code).status_code == 410
    assert _finish(person, code).status_code == 303


@pytest.mark.parametrize("path", ["/me/code", "/me/code/finish"])
def test_no_other_page_sends_its_forms(person: Person, path: str) -> None:
    form = {"email": EMAIL, "code": "123456"}
    for headers in ({}, {"Origin": "https://evil.test"}):
        assert person.client.post(path, data=form, headers=headers).status_code == 403


def test_what_is_no_address_is_said_beside_it(person: Person) -> None:
    page = _ask(person, "a@b")
    assert (page.status_code, 'value="a@b"' in page.text) == (422, True)
    assert "Invalid email address" in page.text


def test_another_code_is_announced(person: Person) -> None:
    assert "We sent another code." not in person.client.get(_ask(person).location).text
    assert "We sent another code." in person.client.get(_ask(person).location).text


def test_too_many_codes_are_said_beside_the_address(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "SHARE", 1)
    for _ in range(email_code.MOST_MAILS):
        assert _ask(person).status_code == 303
    code, page = _code(person), _ask(person)
    assert page.status_code == 429
    assert 840 < int(page.headers["Retry-After"]) <= 900
    assert "Too many login attempts. Try again in 15 minutes." in page.text
    assert f'value="{EMAIL}"' in page.text
    assert 'action="/me/code/finish"' in page.text
    assert _finish(person, code).status_code == 303


def test_the_old_session_of_the_browser_ends_under_the_new_one(person: Person) -> None:
    _log_in(person)
    before = cookies(person.client)["__Host-cb_home"]
    _log_in(person)
    with person.app.app_context(), pytest.raises(NotSignedIn):
        sessions.by_token(before, kind=SessionKind.HOME)


def test_who_logged_in_long_ago_shows_it_again_by_mail(person: Person) -> None:
    _log_in(person)
    with clock.turned_by(timedelta(minutes=11)):
        page = person.client.get("/me").text
    assert "show once more who you are" in page
    assert 'action="/me/code"' in page


def test_the_mail_names_this_service(person: Person, app: Flask) -> None:
    _ask(person)
    postbox = Postbox()
    with app.app_context():
        work(app, postbox)
    [letter] = postbox.to(EMAIL.lower())
    assert letter.subject == "Your code for comments.test"


def _in_frame() -> str:
    account, identity = identities.recognised(email_code.profile(EMAIL.lower()))
    site = threads.site_named("blog")
    return sessions.begin(
        account, kind=SessionKind.FRAME, identity=identity, site=site, device="Firefox", days=30
    )[1]


def _log_in(person: Person) -> None:
    _ask(person)
    _finish(person, _code(person))


def _ask(person: Person, email: str = EMAIL) -> Any:
    return person.client.post("/me/code", data={"email": email}, headers=FROM_HERE)


def _finish(person: Person, code: str, *, name: str = "") -> Any:
    form = {"code": code, "name": name}
    return person.client.post("/me/code/finish", data=form, headers=FROM_HERE)


def _code(person: Person) -> str:
    def write() -> str:
        newest = select(EmailCode.id).order_by(EmailCode.id.desc()).limit(1)
        written = email_code.write(db.session.scalars(newest).one(), secret=SECRET)
        assert written
        return written[1]

    return str(person.reader.change(write))
