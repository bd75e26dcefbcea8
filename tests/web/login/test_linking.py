"""Adding another way to log in: both are shown only just now, by the same browser."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import Account, Identity
from tests.walks import ADA, FROM_HERE, Person, Scripted, asked_of, led_to

TOKEN = re.compile(r'name="token" value="([^"]+)"')
LATER = timedelta(minutes=11)


@pytest.fixture
def ada(person: Person) -> Person:
    """Return the browser of somebody who is logged in, in a frame and to the pages here."""
    person.enter()
    return person


def test_another_way_to_log_in_leads_to_the_same_account(
    ada: Person, providers: dict[str, Scripted]
) -> None:
    _say(providers, "twitter", "ada-on-twitter")
    away = ada.go_on(_link(ada, "twitter", walk=False))
    assert asked_of(away)["prompt"] == "select_account"
    assert led_to(ada.come_back(away)) == "/me?done=linked"
    assert "You can log in with that as well now." in ada.client.get("/me?done=linked").text
    other = Person(ada.app)
    other.log_in("twitter", mode="page", **{"from": "me"})
    assert 'value="Ada Lovelace"' in other.client.get("/me").text
    assert _counts(ada)[0] == 1


def test_to_link_ends_every_other_log_in(ada: Person, providers: dict[str, Scripted]) -> None:
    elsewhere = Person(ada.app)
    elsewhere.enter()
    _say(providers, "twitter", "ada-on-twitter")
    _link(ada, "twitter")
    assert elsewhere.me().status_code == 204
    assert "How you log in" in ada.client.get("/me").text


def test_what_somebody_else_logs_in_with_is_not_linked(
    ada: Person, providers: dict[str, Scripted]
) -> None:
    _say(providers, "twitter", "ben-on-twitter")
    Person(ada.app).log_in("twitter", mode="page", **{"from": "me"})
    answer = _link(ada, "twitter")
    assert "Somebody else here logs in with this already." in ada.client.get(led_to(answer)).text
    assert _counts(ada)[0] == 2


def test_after_a_while_one_logs_in_again_before_anything_is_linked(ada: Person) -> None:
    with clock.turned_by(LATER):
        page = ada.client.get("/me").text
        assert "Log in again with Google" in page
        assert "Log in again with Twitter" not in page
        assert "Add a way to log in" not in page
        refused = _link(ada, "twitter", walk=False)
        assert refused.location == "/me?problem=login.stale"
        assert "log in again first" in ada.client.get(refused.location).text
        ada.log_in(mode="page", **{"from": "me"})
        assert "Add a way to log in" in ada.client.get("/me").text


def test_to_log_in_again_the_provider_is_asked(ada: Person) -> None:
    begun = ada.begin(mode="page", **{"from": "me"})
    assert asked_of(ada.go_on(begun))["prompt"] == "select_account"


def test_nothing_is_linked_to_a_log_in_that_has_ended(
    ada: Person, providers: dict[str, Scripted]
) -> None:
    _say(providers, "twitter", "ada-on-twitter")
    away = ada.go_on(_link(ada, "twitter", walk=False))
    _send(ada, "/me/sessions/end")
    assert ada.come_back(away).status_code == 403
    assert _counts(ada)[1] == 1


def test_a_link_that_another_site_asks_for_is_none(ada: Person) -> None:
    for headers, token in (({"Origin": "https://evil.test"}, _token(ada)), (FROM_HERE, "x")):
        form = {"mode": "link", "from": "me", "token": token}
        assert ada.client.post("/login/twitter", data=form, headers=headers).status_code == 403


def test_a_way_to_log_in_is_taken_away(ada: Person, providers: dict[str, Scripted]) -> None:
    assert "Unlink" not in ada.client.get("/me").text
    _say(providers, "twitter", "ada-on-twitter")
    _link(ada, "twitter")
    paths = re.findall(r'action="(/me/identities/[^"]+)"', ada.client.get("/me").text)
    with clock.turned_by(LATER):
        assert _send(ada, paths[1]).location == "/me?problem=login.stale"
    assert _send(ada, paths[1]).location == "/me?done=unlinked"
    assert _send(ada, paths[0]).location == "/me?problem=identity.last"
    assert _send(ada, f"/me/identities/{ids.new()}/unlink").status_code == 404


def test_a_stranger_adds_nothing(person: Person) -> None:
    assert person.begin("twitter", mode="link", **{"from": "me"}).status_code == 401


def test_who_comes_from_their_own_page_shows_anew_who_they_are(
    person: Person, providers: dict[str, Scripted]
) -> None:
    person.enter()
    fields = {"mode": "page", "from": "me"}
    assert person.log_in(**fields).location == "/me"
    assert len(providers["google"].script.asked) == 2
    answer = person.go_on(person.begin(**fields))
    page = person.come_back(answer, error="access_denied", code="")
    assert 'href="/me"' in page.text


def _link(person: Person, provider: str, *, walk: bool = True) -> Any:
    form = {"mode": "link", "from": "me", "token": _token(person)}
    begun = person.client.post(f"/login/{provider}", data=form, headers=FROM_HERE)
    return person.come_back(person.go_on(begun)) if walk else begun


def _say(providers: dict[str, Scripted], provider: str, subject: str) -> None:
    people = providers[provider].script.people
    people["code-of-ada"] = replace(ADA, subject=subject, name=subject)


def _send(person: Person, path: str, **form: str) -> Any:
    return person.client.post(path, data={"token": _token(person)} | form, headers=FROM_HERE)


def _token(person: Person) -> str:
    found = TOKEN.search(person.client.get("/me").text)
    return found[1] if found else ""


def _counts(person: Person) -> tuple[int, int]:
    """Return how many people there are, and how many identities."""
    with person.app.app_context():
        counts = [select(func.count()).select_from(table) for table in (Account, Identity)]
        people, found = (db.session.scalar(count) or 0 for count in counts)
        return people, found
