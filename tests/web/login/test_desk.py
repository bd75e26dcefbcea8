"""Moderators log in with a provider, too: whom the address of their invitation is sure to be."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.models import Account, Session
from commentbox.providers.base import Profile
from tests.walks import ADA, FROM_HERE, Person, Scripted, asked_of, cookies, led_to

MIA = replace(ADA, email="mia@example.org", email_verified=True, is_authoritative=True)


@pytest.fixture
def mia(person: Person, providers: dict[str, Scripted]) -> Person:
    """Return the browser of somebody who was invited and has never been here."""
    person.reader.change(lambda: people.invite("mia@example.org"))
    _say(providers, MIA)
    return person


def test_who_was_invited_gets_to_the_desk(mia: Person) -> None:
    page = mia.log_in(mode="desk")
    assert (page.status_code, led_to(page)) == (200, "/admin/queue")
    assert mia.client.get("/admin/account").status_code == 200
    assert not [name for name in cookies(mia.client) if "cb_home" in name]


def test_whose_identity_is_known_gets_to_the_desk_again(mia: Person) -> None:
    mia.log_in(mode="desk")
    mia.client.post("/admin/sign-out", headers=FROM_HERE)
    assert led_to(mia.log_in(mode="desk", next="/admin/account")) == "/admin/account"


@pytest.mark.parametrize(
    "profile",
    [
        replace(MIA, is_authoritative=False),
        replace(MIA, email_verified=False),
        replace(MIA, email="somebody@example.org"),
        replace(MIA, email=""),
    ],
)
def test_nobody_else_gets_to_the_desk_or_is_noted(
    mia: Person, providers: dict[str, Scripted], profile: Profile
) -> None:
    _say(providers, profile)
    page = mia.log_in(mode="desk")
    assert page.status_code == 403
    assert "Nobody who logs in with this moderates here." in page.text
    assert mia.client.get("/admin/account").status_code == 303
    with mia.app.app_context():
        counts = [select(func.count()).select_from(table) for table in (Account, Session)]
        assert [db.session.scalar(count) for count in counts] == [1, 0]


def test_a_reader_without_a_role_gets_to_no_desk(
    person: Person, providers: dict[str, Scripted]
) -> None:
    person.enter()
    assert person.log_in(mode="desk").status_code == 403


def test_an_invitation_is_taken_up_once(mia: Person, providers: dict[str, Scripted]) -> None:
    mia.log_in(mode="desk")
    _say(providers, replace(MIA, subject="another"))
    assert mia.log_in(mode="desk").status_code == 403


def test_at_the_desk_everybody_shows_anew_who_they_are(
    mia: Person, providers: dict[str, Scripted]
) -> None:
    mia.enter()
    begun = mia.begin(mode="desk")
    session = mia.me().get_json()["session"]
    path = begun.text.partition('content="0;url=')[2].partition('"')[0]
    forged = mia.client.post(path, data={"session": session}, headers=FROM_HERE)
    assert forged.status_code == 401
    assert asked_of(mia.go_on(begun))["state"]


def test_c10_to_sign_in_again_at_the_desk_ends_what_this_browser_had(mia: Person) -> None:
    mia.log_in(mode="desk")
    [(name, old)] = [(name, value) for name, value in cookies(mia.client).items()]
    away = mia.go_on(mia.begin(mode="desk"))
    mia.client.delete_cookie(name)  # it is Strict: no browser brings it along from a provider
    mia.come_back(away)
    assert mia.client.get("/admin/account").status_code == 200
    assert cookies(mia.client)[name] != old
    mia.client.set_cookie(name, old)
    assert mia.client.get("/admin/account").status_code == 303


def test_the_way_in_offers_the_providers(person: Person) -> None:
    page = person.client.get("/admin/sign-in").text
    assert 'action="/login/google"' in page
    assert "Log in with Twitter</button>" in page


def test_who_was_dismissed_stays_outside(mia: Person) -> None:
    mia.log_in(mode="desk")
    mia.reader.change(lambda: people.dismiss("mia@example.org"))
    assert mia.log_in(mode="desk").status_code == 403


def _say(providers: dict[str, Scripted], profile: Profile) -> None:
    providers["google"].script.people["code-of-ada"] = profile
