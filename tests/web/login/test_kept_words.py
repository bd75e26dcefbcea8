"""What was typed on the page without script comes back after a log-in."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from commentbox.extensions import db
from commentbox.models import Draft
from commentbox.providers.base import ProviderFailed
from tests.reader import ARTICLE, hidden_fields
from tests.walks import FROM_HERE, Person, Scripted, cookies

WORDS = {"comment": "Not <sent> yet", "email": "ann@example.org", "author": "Ann"}
PLACE = f"/t?site=blog&url={ARTICLE}"
FORM = "#respond"


@pytest.fixture
def path(person: Person) -> str:
    """Return the page of a thread."""
    return f"/t/{person.reader.fill(10)}"


def press(person: Person, path: str, action: str, **fields: str) -> TestResponse:
    """Press another button of the form on a page than its own."""
    form: dict[str, Any] = hidden_fields(person.client.get(path).text) | WORDS | fields
    return person.client.post(action, data=form, headers=FROM_HERE)


def log_in(person: Person, path: str, **given: str) -> TestResponse:
    """Walk from the form of a page to the provider and back."""
    return person.come_back(person.go_on(press(person, path, "/login/google")), **given)


def shown(person: Person, address: str) -> str:
    """Return the page to which the reader is led."""
    parts = urlsplit(address)
    return person.client.get(f"{parts.path}?{parts.query}").text


@pytest.mark.parametrize("place", [PLACE, ""])
def test_a_log_in_gives_back_what_was_typed(person: Person, path: str, place: str) -> None:
    place = place.replace("article", "fresh") or path
    back = log_in(person, place)
    assert (back.status_code, back.location.endswith(FORM)) == (303, True)
    page = shown(person, back.location)
    assert "You are commenting using your Google account." in page
    assert "Not &lt;sent&gt; yet</textarea>" in page
    assert "We restored your unsent comment." in page


def test_who_refuses_goes_back_to_what_was_typed(person: Person, path: str) -> None:
    page = log_in(person, path, code="", error="access_denied")
    assert f'href="{path}{FORM}">Go back' in page.text
    assert "Not &lt;sent&gt; yet</textarea>" in shown(person, path)
    assert 'value="ann@example.org"' in shown(person, path)


def test_the_comment_that_is_answered_stays_the_same(person: Person, path: str) -> None:
    parent = person.reader.comments()[0].id
    answering = f"{path}?replytocom={parent}"
    assert log_in(person, answering).location == f"{answering}{FORM}"
    page = shown(person, answering)
    assert "Leave a Reply to Author 0" in page
    assert "Not &lt;sent&gt; yet</textarea>" in page
    assert f'href="{path}?as=guest&amp;replytocom={parent}#respond"' in page
    assert "Not &lt;sent&gt; yet" not in shown(person, path)


def test_a_provider_that_cannot_be_reached_leads_back_as_well(
    person: Person, path: str, providers: dict[str, Scripted]
) -> None:
    script = providers["google"].script
    script.people, script.trouble = {}, ProviderFailed("unreachable")
    page = person.go_on(press(person, path, "/login/google"))
    assert f'href="{path}{FORM}">Go back' in page.text


def test_a_log_out_gives_it_back_too(person: Person, path: str) -> None:
    log_in(person, path)
    back = press(person, path, "/logout")
    assert back.location == f"{path}{FORM}"
    page = shown(person, path)
    assert 'name="author"' in page
    assert "Not &lt;sent&gt; yet</textarea>" in page


def test_nothing_that_was_typed_is_in_an_address_or_a_cookie(person: Person, path: str) -> None:
    first = press(person, path, "/login/google")
    away = person.go_on(first)
    back = person.come_back(away)
    seen = " ".join([first.text, away.location, back.location, *cookies(person.client).values()])
    assert "sent" not in seen
    assert "ann@example.org" not in seen


def test_it_is_gone_once_it_was_sent(person: Person, path: str) -> None:
    log_in(person, path)
    assert person.reader.send(path, comment="Not <sent> yet").status_code == 303
    assert "Not &lt;sent&gt; yet</textarea>" not in shown(person, path)
    assert drafts(person) == 0


def test_it_is_gone_once_it_was_discarded(person: Person, path: str) -> None:
    log_in(person, path)
    assert press(person, path, path, discard="1").location == f"{path}{FORM}"
    assert "Not &lt;sent&gt; yet" not in shown(person, path)
    assert (drafts(person), person.reader.count()) == (0, 10)


def test_of_each_page_only_the_last_is_kept(person: Person, path: str) -> None:
    press(person, path, "/login/google")
    press(person, path, "/login/google", comment="Other words")
    assert drafts(person) == 1
    assert "Other words</textarea>" in shown(person, path)


def test_nothing_is_kept_of_an_empty_form(person: Person, path: str) -> None:
    press(person, path, "/login/google", comment=" ", email="", author="")
    assert drafts(person) == 0


def test_another_browser_gets_nothing_of_it(person: Person, path: str) -> None:
    press(person, path, "/login/google")
    assert "Not &lt;sent&gt; yet" not in Person(person.app).client.get(path).text


def drafts(person: Person) -> int:
    """Return of how many pages something is kept."""
    with person.app.app_context():
        return db.session.query(Draft).count()
