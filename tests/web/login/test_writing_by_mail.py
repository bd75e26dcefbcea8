"""Logging in by a code from the page without script, and back to what was typed there."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from commentbox.accounts import email_code
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.models import EmailCode
from tests.conftest import SECRET
from tests.reader import ARTICLE, hidden_fields
from tests.walks import FROM_HERE, Person, Scripted

WORDS = {"comment": "Not sent yet", "email": "ann@example.org", "author": "Ann", "url": "ann.test"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of a service that sends mail."""
    return replace(settings, smtp_url="smtp://mail.test:587")


@pytest.fixture
def path(person: Person) -> str:
    """Return the page of a thread."""
    return f"/t/{person.reader.fill(10)}"


def test_the_page_offers_a_code_where_mail_is_sent(app: Flask, person: Person, path: str) -> None:
    app.extensions["commentbox.providers"] = {}
    page = person.client.get(path).text
    assert '<button formaction="/me/code" class="door" id="postas-email"' in page
    assert "click an icon to log in" in page


def test_a_door_without_a_picture_is_told_from_one_with_the_same_letter(
    app: Flask, person: Person, path: str
) -> None:
    app.extensions["commentbox.providers"] = {"github": Scripted("github", "GitHub")}
    page = person.client.get(path).text
    assert re.search(r'id="postas-github"[^>]*>\s*<span aria-hidden="true">Gi</span>', page)
    assert '<span aria-hidden="true">G</span>' in person.client.get("/me").text


@pytest.mark.parametrize("place", ["", f"/t?site=blog&url={ARTICLE}-fresh"])
def test_a_code_leads_back_to_what_was_typed(person: Person, path: str, place: str) -> None:
    sent = _press(person, place or path)
    assert sent.status_code == 303
    answer = _finish(person, person.client.get(sent.location).text)
    assert (answer.status_code, answer.location.endswith("#respond")) == (303, True)
    page = person.client.get(answer.location.removesuffix("#respond")).text
    assert "You are commenting using your" in page
    assert "Not sent yet</textarea>" in page


def test_the_comment_that_is_answered_stays_the_same(person: Person, path: str) -> None:
    answering = f"{path}?replytocom={person.reader.comments()[0].id}"
    asked = person.client.get(_press(person, answering).location).text
    assert f'href="{answering}#respond">Back to the conversation' in asked
    assert _finish(person, asked).location == f"{answering}#respond"
    assert "Not sent yet</textarea>" in person.client.get(answering).text


def test_who_gave_no_address_is_asked_for_it(person: Person, path: str) -> None:
    led = _press(person, path, email="")
    page = person.client.get(led.location).text
    assert 'action="/me/code/finish"' not in page
    form = hidden_fields(page) | {"email": "ann@example.org"}
    sent = person.client.post("/me/code", data=form, headers=FROM_HERE)
    answer = _finish(person, person.client.get(sent.location).text)
    assert answer.location == f"{path}#respond"


def test_the_name_that_was_typed_stands_there_and_is_theirs(person: Person, path: str) -> None:
    asked = person.client.get(_press(person, path).location).text
    assert re.search(r'name="name" autocomplete="name" maxlength="245" value="Ann"', asked)
    wrong = _finish(person, asked, code="none", name="Ann-Lea").text
    assert 'value="Ann-Lea"' in wrong
    _finish(person, wrong, name="Ann-Lea")
    assert "<bdi>Ann-Lea</bdi>" in person.client.get(path).text


def test_what_is_no_address_is_said_and_can_be_mended(person: Person, path: str) -> None:
    page = _press(person, path, email="a@b")
    assert (page.status_code, "Invalid email address" in page.text) == (422, True)
    assert f'href="{path}#respond">Back to the conversation' in page.text
    assert "Not sent yet</textarea>" in person.client.get(path).text


def test_no_address_holds_what_was_typed(person: Person, path: str) -> None:
    sent = _press(person, path)
    answer = _finish(person, person.client.get(sent.location).text)
    for address in (sent.location, answer.location):
        assert not any(typed in address for typed in ("sent", "ann@", "ann%40", "=Ann"))


def _press(person: Person, path: str, **fields: str) -> TestResponse:
    """Press the envelope beside a comment that is being written."""
    form: dict[str, Any] = hidden_fields(person.client.get(path).text) | WORDS | fields
    return person.client.post("/me/code", data=form, headers=FROM_HERE)


def _finish(person: Person, page: str, *, code: str = "", name: str = "") -> TestResponse:
    form = hidden_fields(page) | {"code": code or _code(person), "name": name}
    return person.client.post("/me/code/finish", data=form, headers=FROM_HERE)


def _code(person: Person) -> str:
    """Return the digits as the mail would say them."""

    def write() -> str:
        written = email_code.write(db.session.scalars(select(EmailCode.id)).one(), secret=SECRET)
        assert written
        return written[1]

    return str(person.reader.change(write))
