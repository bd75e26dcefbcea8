"""Threats to sessions; the name of each test begins with the threat that it answers."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.accounts import identities, people, sessions
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Membership, Session, SessionKind
from tests.walks import ADA, FROM_HERE, Person, Scripted, asked_of, cookies


def test_c10_a_log_in_comes_under_a_new_token_and_ends_the_old_one(person: Person) -> None:
    first = person.enter()
    before = cookies(person.client)
    person.come_back(person.go_on(person.begin(), "?another=1"))
    second = person.redeem().get_json()
    after = cookies(person.client)
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert first["token"] != second["token"]
    assert _me_with(person, first["token"]) == 204
    assert _me_with(person, second["token"]) == 200


def _logged_out(person: Person) -> None:
    person.client.post("/logout", json={"site": "blog"}, headers=FROM_HERE)


def _everywhere(person: Person) -> None:
    body = {"site": "blog", "everywhere": True}
    person.client.post("/logout", json=body, headers=FROM_HERE)


def _blocked(person: Person) -> None:
    person.reader.change(lambda: setattr(_account(), "blocked_at", clock.now()))


def _shut_out(person: Person) -> None:
    person.reader.change(lambda: people.block(_account()))


def _erased(person: Person) -> None:
    person.reader.change(lambda: db.session.delete(_account()))


def _all_ended(person: Person) -> None:
    person.reader.change(lambda: sessions.end_all(_account()))


ENDS: list[Callable[[Person], None]] = [_logged_out, _everywhere, _blocked, _erased, _all_ended]


@pytest.mark.parametrize("end", ENDS)
def test_c11_a_session_that_ended_is_over_at_once(
    person: Person, end: Callable[[Person], None]
) -> None:
    token = person.enter()["token"]
    kept = cookies(person.client)
    end(person)
    for name, value in kept.items():
        person.client.set_cookie(name, value)
    assert person.me().status_code == _me_with(person, token) == 204
    home = f"/t/{person.reader.fill(10)}"
    assert "You are commenting" not in person.client.get(home).text
    assert "How you log in" not in person.client.get("/me").text


def _family_ended(person: Person) -> None:
    person.reader.change(lambda: sessions.end_family(_home().family))


def _ended_at_home(person: Person) -> None:
    person.reader.change(lambda: sessions.end(_account(), _home().id))


def _provider_says_so(person: Person) -> None:
    person.reader.change(lambda: sessions.end_of(identities.of(_account())[0]))


ENDS_OF_WALKS = [_blocked, _erased, _all_ended, _family_ended, _ended_at_home, _provider_says_so]


@pytest.mark.parametrize("end", ENDS_OF_WALKS)
def test_c11_a_log_in_that_ended_before_it_was_fetched_opens_nothing(
    person: Person, end: Callable[[Person], None]
) -> None:
    person.log_in()
    end(person)
    assert person.redeem().get_json().get("outcome") != "ok"
    assert person.me().status_code == 204


def test_c11_a_log_in_of_one_click_ends_with_what_it_came_from(person: Person) -> None:
    person.enter()
    page = person.go_on(person.begin())
    session = page.text.partition('name="session" value="')[2].partition('"')[0]
    path = page.text.partition('<form method="post" action="')[2].partition('"')[0]
    person.client.post(path, data={"session": session}, headers=FROM_HERE)
    _all_ended(person)
    assert person.redeem().get_json()["outcome"] == "expired"
    assert person.me().status_code == 204


def test_c11_who_is_blocked_is_not_let_in_again(person: Person) -> None:
    person.enter()
    _blocked(person)
    page = person.log_in()
    assert (page.status_code, "This account may not write here." in page.text) == (403, True)
    assert person.redeem().get_json()["outcome"] == "denied"


@pytest.mark.parametrize("block", [_blocked, _shut_out])
def test_c11_who_is_blocked_while_their_frame_waits_is_told_so_once(
    person: Person, block: Callable[[Person], None]
) -> None:
    person.log_in()
    block(person)
    told = {"outcome": "failed", "message": "This account may not write here."}
    assert (answer := person.redeem()).get_json() == told
    assert answer.status_code == 200
    assert person.redeem().status_code == 410
    assert person.me().status_code == 204


def test_c11_a_session_lasts_thirty_days(person: Person) -> None:
    person.enter()
    with clock.turned_by(timedelta(days=29)):
        assert person.me().status_code == 200
    with clock.turned_by(timedelta(days=31)):
        assert person.me().status_code == 204


@pytest.mark.parametrize("verified", [True, False])
def test_c12_an_admins_address_at_a_provider_is_not_the_admin(
    person: Person, providers: dict[str, Scripted], verified: bool
) -> None:
    person.reader.change(lambda: people.invite("mia@example.org", name="Mia"))
    impostor = replace(ADA, email="mia@example.org", email_verified=verified)
    providers["google"].script.people["code-of-ada"] = impostor
    me = person.enter()
    person.reader.write(session=me["session"])
    [comment] = person.reader.comments()
    with person.app.app_context():
        admin = db.session.scalars(select(Membership.account_id)).one()
    assert (comment.account_id == admin, comment.is_official) == (False, False)


def test_c13_token_leakage_nothing_that_opens_a_door_is_stored_or_logged(
    person: Person, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = person.go_on(person.begin())
    asked, secrets = asked_of(answer), {person.verifier, *cookies(person.client).values()}
    person.come_back(answer)
    secrets |= {asked["state"], asked["nonce"], "code-of-ada", person.redeem().get_json()["token"]}
    secrets |= set(cookies(person.client).values())
    kept = "\n".join(_everything(person.app)) + "".join(capfd.readouterr())
    assert [secret for secret in secrets if secret in kept] == []


def test_c15_reading_and_asking_sets_no_cookie(person: Person) -> None:
    thread = person.reader.fill(10)
    answers = [person.reader.get(kind) for kind in ("", "comments", "token", "mine", "me")]
    answers += [
        person.client.get(path) for path in (f"/t/{thread}", f"/login/google?thread={thread}")
    ]
    assert not [answer for answer in answers if "Set-Cookie" in answer.headers]
    assert all(answer.status_code < 300 for answer in answers)


def test_c15_cookies_are_bound_to_our_host_and_to_the_site(person: Person) -> None:
    begun = person.begin()
    back = person.come_back(person.go_on(begun))
    lines = [answer.headers.getlist("Set-Cookie") for answer in (begun, back, person.redeem())]
    [walk], [gone, home], [frame] = lines
    assert re.match(r"__Host-cb_try\.\w{10}=[\w-]{43}; ", walk)
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"} <= set(walk.split("; "))
    assert "Max-Age=0" in gone
    assert home.startswith("__Host-cb_home=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(home.split("; "))
    assert frame.startswith("__Host-cb_frame.")
    kind = {"Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"}
    assert kind <= set(frame.split("; "))


def _account() -> Account:
    return db.session.scalars(select(Account)).one()


def _home() -> Session:
    return db.session.scalars(select(Session).where(Session.kind == SessionKind.HOME)).one()


def _me_with(person: Person, token: str) -> int:
    fresh = person.app.test_client()
    answer = fresh.get("/embed/blog/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


def _everything(app: Flask) -> Iterator[str]:
    """Yield every row of every table, as text."""
    with app.app_context():
        for table in db.metadata.tables.values():
            for row in db.session.execute(select(table)).mappings():
                yield unquote(json.dumps(dict(row), default=str))
