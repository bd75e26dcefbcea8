"""Threats to accounts of people who log in; each test begins with the row that it answers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.accounts import email_code, identities, people
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Identity
from tests.desk import MIA, Desk
from tests.reader import hidden_fields
from tests.security.test_names import DISGUISES, NAMES
from tests.walks import ADA, FROM_HERE, Person, Scripted, led_to

SAME = replace(ADA, email="ada@example.org")
ME = {"mode": "page", "from": "me"}


@pytest.fixture
def facebook(app: Flask, providers: dict[str, Scripted]) -> Scripted:
    """Return a provider whose addresses nobody has verified."""
    found = providers["facebook"] = Scripted("facebook", "Facebook")
    unverified = replace(SAME, subject="on-facebook", email_verified=False)
    found.script.people["code-of-ada"] = unverified
    return found


def test_c12_one_address_at_three_doors_is_three_strangers_until_linked(
    person: Person, providers: dict[str, Scripted], facebook: Scripted
) -> None:
    verified = replace(SAME, email_verified=True, is_authoritative=True)
    providers["google"].script.people["code-of-ada"] = verified
    person.log_in(**ME)
    Person(person.app).log_in("facebook", **ME)
    person.reader.change(lambda: identities.recognised(email_code.profile("ada@example.org")))
    person.reader.write(email="ada@example.org", author="Ada")
    assert (_count(person, Account), _count(person, Identity)) == (3, 3)
    assert [comment.account_id for comment in person.reader.comments()] == [None]
    assert led_to(_link(person, "facebook")) == "/me?problem=identity.taken"
    person.reader.change(lambda: _forget("facebook"))
    assert led_to(_link(person, "facebook")) == "/me?done=linked"
    assert (_count(person, Account), _count(person, Identity)) == (2, 3)


def test_c12_an_unverified_address_takes_no_invitation(person: Person, facebook: Scripted) -> None:
    person.reader.change(lambda: people.invite("ada@example.org"))
    assert person.log_in("facebook", mode="desk").status_code == 403
    person.log_in("facebook", **ME)
    assert "Moderation" not in person.client.get("/me").text
    assert _count(person, Account) == 2


@pytest.mark.parametrize("end", [people.block, lambda account: people.dismiss(account.email)])
def test_c11_who_is_banned_or_dismissed_is_out_at_once(person: Person, end: Any) -> None:
    person.reader.change(lambda: people.invite(MIA, name="Mia"))
    profile = replace(ADA, email=MIA, email_verified=True, is_authoritative=True)
    person.reader.change(lambda: identities.recognised(profile_of(profile)))
    person.log_in(mode="desk")
    person.log_in(**ME)
    assert person.client.get("/admin/account").status_code == 200
    person.reader.change(lambda: end(people.find(MIA)))
    for path in ("/me", "/me/sessions/end", "/admin/account", "/admin/decisions"):
        assert person.client.post(path, headers=FROM_HERE).status_code == 401
    assert person.me().status_code == 204


def test_d1_nobody_gets_the_name_of_a_moderator_by_a_provider(
    person: Person, providers: dict[str, Scripted]
) -> None:
    person.reader.change(lambda: people.invite(MIA, name="Mia Lindqvist"))
    for name in NAMES:
        providers["google"].script.people["code-of-ada"] = replace(ADA, name=name)
        person.log_in(**ME)
        with person.app.app_context():
            shown = db.session.scalars(select(Account.name).where(Account.email.is_(None))).one()
        assert shown == "Commenter", ascii(name)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_d1_nobody_takes_the_name_of_a_moderator_on_their_page(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commentbox.web.login.person.CHANGES", 1000)
    person.reader.change(lambda: people.invite(MIA, name="Mia Lindqvist"))
    person.log_in(**ME)
    hidden = hidden_fields(person.client.get("/me").text)
    for name in NAMES:
        for disguise in DISGUISES:
            form = {"token": hidden["token"], "name": disguise.format(name)}
            answer = person.client.post("/me", data=form, headers=FROM_HERE)
            assert answer.status_code == 422, ascii(form["name"])


def test_g3_what_is_final_needs_a_fresh_sign_in_and_readers_have_none(app: Flask) -> None:
    desk = Desk(app)
    desk.add_site("blog")
    desk.sign_in()
    with clock.turned_by(timedelta(minutes=11)):
        for path, form in (
            ("/admin/decisions", {"only": f"delete {desk.add_comment()}.0"}),
            ("/admin/sessions/end", {}),
            (f"/admin/identities/{'0' * 22}/unlink", {}),
        ):
            assert desk.post(path, **form).location.startswith("/admin/again")
        form = {"mode": "link", "from": "desk"}
        assert desk.post("/login/google", **form).status_code in {401, 404}


def profile_of(profile: Any) -> Any:
    """Return the profile as the scripted provider says it."""
    return replace(profile, issuer="https://google.test")


def _link(person: Person, provider: str) -> Any:
    hidden = hidden_fields(person.client.get("/me").text)
    form = {"mode": "link", "from": "me", "token": hidden["token"]}
    begun = person.client.post(f"/login/{provider}", data=form, headers=FROM_HERE)
    return person.come_back(person.go_on(begun))


def _forget(provider: str) -> None:
    found = db.session.scalars(select(Identity).where(Identity.provider == provider)).one()
    db.session.delete(db.session.get_one(Account, found.account_id))


def _count(person: Person, table: type[Account | Identity]) -> int:
    with person.app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0
