"""What happens to a walk when something breaks in the middle of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import delete, select

from commentbox.accounts import attempts, people, sessions
from commentbox.app import create_app
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock
from commentbox.models import Account, Session
from commentbox.providers.base import Profile, ProviderFailed, Walk
from commentbox.web.kit import desk_session, readers, transaction
from commentbox.web.kit.readers import Reader
from tests.reader import ARTICLE
from tests.walks import (
    ADA,
    FROM_HERE,
    Person,
    Script,
    Scripted,
    asked_of,
    cookies,
    gives_up_once,
    led_to,
    scripted,
)


class _Stopped(BaseException):
    """The process ends."""


@pytest.fixture
def neighbour(settings: Settings) -> Iterator[Person]:
    """Return a browser on the very machine of a service that has no TLS."""
    app = create_app(replace(settings, base_url="http://localhost:5000"))
    scripted(app)
    yield Person(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_no_transaction_waits_for_a_provider(
    person: Person, providers: dict[str, Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_waiting = []

    def profile(_walk: Walk, *, code: str) -> Profile:
        is_waiting.append(db.session().in_transaction())
        return replace(ADA, name=code)

    def address(_walk: Walk, *, ask_account: bool) -> str:
        is_waiting.append(db.session().in_transaction())
        return Scripted.authorization_url(providers["google"], _walk, ask_account=ask_account)

    monkeypatch.setattr(providers["google"], "profile", profile)
    monkeypatch.setattr(providers["google"], "authorization_url", address)
    person.log_in()
    assert (is_waiting, person.redeem().status_code) == ([False, False], 200)


@pytest.mark.parametrize("way", ["there", "back"])
def test_why_a_provider_failed_stands_in_the_log_once(
    person: Person, providers: dict[str, Scripted], way: str
) -> None:
    away = person.begin()
    answer = person.go_on(away)
    trouble = ProviderFailed("unreachable", "answer.slow")
    providers["google"].script = Script(people={}, trouble=trouble)
    with structlog.testing.capture_logs() as logs:
        if way == "there":
            person.go_on(away)
        else:
            person.come_back(answer)
    [entry] = [entry for entry in logs if entry["log_level"] == "warning"]
    assert (entry["event"], entry["provider"]) == ("login.failed", "google")
    assert (entry["kind"], entry["why"]) == ("unreachable", "answer.slow")


def test_a_process_that_ends_in_the_middle_leaves_a_walk_that_expires(
    person: Person, providers: dict[str, Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    def profile(_walk: Walk, *, code: str) -> Profile:
        raise _Stopped(code)

    answer = person.go_on(person.begin())
    monkeypatch.setattr(providers["google"], "profile", profile)
    with pytest.raises(_Stopped):
        person.come_back(answer)
    assert person.redeem().status_code == 202
    assert person.come_back(answer).status_code == 400
    with clock.turned_by(timedelta(minutes=11)):
        words = {"outcome": "expired", "message": "That login link has expired. Try again."}
        assert person.redeem().get_json() == words
    with person.app.app_context():
        assert db.session.scalars(select(Session)).all() == []


@pytest.mark.parametrize("find", [readers.at_home, readers.in_frame])
def test_a_log_in_is_not_lost_when_the_one_before_ends_meanwhile(
    person: Person, monkeypatch: pytest.MonkeyPatch, find: Callable[..., Reader | None]
) -> None:
    def ended(*given: Any) -> Reader | None:
        reader = find(*given)
        db.session.execute(
            delete(Session).where(Session.id == (reader.session.id if reader else ""))
        )
        return reader

    person.enter()
    away = person.go_on(person.begin(), "?another=1")
    monkeypatch.setattr(readers, find.__name__, ended)
    assert person.come_back(away).status_code == 200
    assert person.redeem().get_json()["outcome"] == "ok"


def test_what_was_given_up_in_favour_of_another_is_begun_once_more(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = person.go_on(person.begin())
    gives_up_once(monkeypatch)
    assert person.come_back(away).status_code == 200
    gives_up_once(monkeypatch)
    assert person.redeem().get_json()["outcome"] == "ok"


def test_a_sign_in_is_not_lost_when_the_one_before_ends_meanwhile(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(token: str) -> tuple[Session, Account]:
        found = find(token)
        db.session.execute(delete(Session).where(Session.id == found[0].id))
        return found

    find = sessions.by_token
    token = person.reader.change(_begun_at_desk)
    with person.app.app_context():
        begin_writing()
        monkeypatch.setattr(sessions, "by_token", ended)
        desk_session.forget(token)


@pytest.mark.parametrize("everywhere", [True, False])
def test_after_logging_out_the_provider_asks_for_the_account(
    person: Person, everywhere: bool
) -> None:
    person.enter()
    body = {"site": "blog", "everywhere": everywhere}
    person.client.post("/logout", json=body, headers=FROM_HERE)
    answer = person.go_on(person.begin())
    assert asked_of(answer)["prompt"] == "select_account"


def test_without_tls_on_this_machine_somebody_logs_in_too(neighbour: Person) -> None:
    own = {"Origin": "http://localhost:5000"}
    form = {"site": "blog", "mode": "window", "url": ARTICLE, "challenge": neighbour.challenge}
    begun = neighbour.client.post("/login/google", data=form, headers=own)
    neighbour.come_back(neighbour.client.get(led_to(begun)))
    body = {"verifier": neighbour.verifier, "site": "blog"}
    given = neighbour.client.post("/login/redeem", json=body, headers=own)
    frame = given.headers["Set-Cookie"]
    assert frame.startswith("cb_frame.")
    assert "SameSite=Lax" in frame
    assert not {"Secure", "Partitioned"} & set(frame.split("; "))
    assert {name.partition(".")[0] for name in cookies(neighbour.client)} == {"cb_frame", "cb_home"}
    assert neighbour.me().get_json()["name"] == "Ada Lovelace"


def test_a_frame_that_asks_often_is_not_taken_for_a_flood(person: Person) -> None:
    settings = replace(person.app.extensions["commentbox.settings"], request_limit=5)
    person.app.extensions["commentbox.settings"] = settings
    assert {person.redeem().status_code for _ in range(49)} == {202}
    limited = [person.redeem() for _ in range(3)][-1]
    assert (limited.status_code, "Retry-After" in limited.headers) == (429, True)


def _begun_at_desk() -> str:
    return sessions.begin(people.invite("mia@example.org"), device="", days=1)[1]


@pytest.mark.parametrize("cookie", ["", "x" * 43])
def test_whoever_comes_back_from_nowhere_keeps_no_writer_waiting(
    person: Person, monkeypatch: pytest.MonkeyPatch, cookie: str
) -> None:
    def begin() -> None:
        raise AssertionError

    monkeypatch.setattr(transaction, "begin_writing", begin)
    person.client.set_cookie("__Host-cb_try.0123456789", cookie)
    state = attempts.secrets(cookie).state
    page = person.client.get(f"/login/google/callback?state={state}&code=x")
    assert page.status_code == 400
    assert "That login link has expired." in page.text
