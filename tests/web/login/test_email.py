"""Logging in by six digits that come by mail."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from commentbox.accounts import avatars, email_code, people
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, EmailCode, Job
from commentbox.web.login import proving
from tests.conftest import SECRET
from tests.desk import MIA, Desk
from tests.reader import ANN
from tests.walks import ADA, FROM_HERE, Person, Scripted, gives_up_once


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of a service that sends mail."""
    return replace(settings, smtp_url="smtp://mail.test:587")


def test_the_right_code_logs_in(person: Person) -> None:
    assert (_ask(person).status_code, _ask(person, again=True).get_json()) == (200, {})
    answer = _finish(person, _code(person), name="Ann")
    assert (answer.status_code, answer.get_json()["outcome"]) == (200, "ok")
    me = person.me().get_json()
    assert (me["name"], me["label"], me["has_mail"]) == ("Ann", "Email", True)
    assert "You are commenting using your Email account." in me["html"]
    assert ANN["email"] not in answer.text


def test_a_code_is_not_lost_to_another_transaction(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask(person)
    gives_up_once(monkeypatch)
    assert _finish(person, _code(person)).get_json()["outcome"] == "ok"


def test_a_wrong_code_may_be_mended_five_times_in_all(person: Person) -> None:
    _ask(person)
    code = _code(person)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        answer = _finish(person, wrong)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "code.wrong")
    assert _finish(person, code).get_json()["code"] == "code.expired"
    assert person.me().status_code == 204


def test_a_code_is_of_use_to_the_frame_alone_that_asked(person: Person) -> None:
    _ask(person)
    code, person.verifier = _code(person), tokens.new()
    assert _finish(person, code).status_code == 410


def test_what_was_written_as_a_guest_is_theirs_afterwards(person: Person) -> None:
    secret = person.reader.write().headers["Commentbox-Author"]
    person.reader.write(author="Somebody else", comment="Typed the same address")
    _ask(person)
    _finish(person, _code(person), headers={"Commentbox-Author": secret})
    mine, other = person.reader.comments()
    assert (mine.account_id is None, other.account_id) == (False, None)
    assert person.me().get_json()["name"] == "Ann"


def test_a_name_that_stands_in_the_form_names_the_nameless_and_renames_nobody(
    person: Person,
) -> None:
    for typed, shown in (("", "Commenter"), ("Ann", "Ann"), ("Bob", "Ann")):
        _ask(person, again=True)
        _finish(person, _code(person), name=typed)
        assert person.me().get_json()["name"] == shown


def test_who_first_came_to_the_desk_by_a_link_moderates_in_the_frame_by_a_code(
    person: Person,
) -> None:
    Desk(person.app).sign_in()
    _ask(person, email=MIA)
    assert _finish(person, _code(person)).status_code == 200
    me = person.me().get_json()
    assert (me["name"], me["moderates"]) == (people.UNNAMED, True)


def test_known_and_unknown_addresses_are_answered_alike(person: Person) -> None:
    person.reader.change(lambda: people.invite("mia@example.org", name="Mia"))
    known, unknown = (_ask(person, email=f"{who}@example.org") for who in ("mia", "nobody"))
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)


@pytest.mark.parametrize("email", ["", "a@b", "a" * 101 + "@example.org"])
def test_what_is_no_address_is_said_at_its_field(person: Person, email: str) -> None:
    answer = _ask(person, email=email)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["email"])


@pytest.mark.parametrize("origin", ["https://blog.test", "null", ""])
def test_no_other_page_has_codes_sent(person: Person, origin: str) -> None:
    answer = _ask(person, headers={"Origin": origin} if origin else {})
    assert (answer.status_code, _jobs(person)) == (403, [])


def test_a_client_has_ten_codes_sent_in_an_hour(
    person: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "SHARE_OF_HOUR", settings.request_limit // 10)
    addresses = [f"ann{number}@example.org" for number in range(11)]
    answers = [_ask(person, email=address).status_code for address in addresses]
    assert answers == [200] * 10 + [429]


@pytest.mark.parametrize("who", ["mia", "nobody"])
def test_who_asks_for_a_fourth_code_hears_when_to_ask_again(
    person: Person, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    monkeypatch.setattr(proving, "SHARE", 1)
    person.reader.change(lambda: people.invite("mia@example.org", name="Mia"))
    spellings = [f"{name}@example.org" for name in (who, who.upper(), who)]
    assert [_ask(person, email=email).status_code for email in spellings] == [200] * 3
    refused = _ask(person, email=spellings[0])
    assert refused.status_code == 429
    assert 840 < int(refused.headers["Retry-After"]) <= 900
    detail = "Too many login attempts. Try again in 15 minutes."
    assert refused.get_json()["detail"] == detail
    assert len(_jobs(person)) == 3
    assert _ask(person, email="ben@example.org").status_code == 200
    with clock.turned_by(email_code.WINDOW):
        assert _ask(person, email=spellings[0]).status_code == 200


def test_nobody_asks_for_more_codes_of_a_site_than_are_sent(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email_code, "MOST_OF_SITE", 1)
    answers = [_ask(person, email=f"{who}@example.org").status_code for who in ("mia", "ben")]
    assert answers == [200, 429]


def test_a_picture_is_fetched_after_the_log_in_and_shown_from_here(
    person: Person, providers: dict[str, Scripted]
) -> None:
    with_picture = replace(ADA, avatar_url="https://pictures.test/ada.png")
    providers["google"].script.people["code-of-ada"] = with_picture
    assert "pictures.test" not in str(person.enter())
    [job] = [job for job in _jobs(person) if job.kind == "avatar.wanted"]
    assert job.payload["url"] == "https://pictures.test/ada.png"
    person.reader.change(
        lambda: avatars.store(db.session.scalars(select(Account)).one(), avatars.drawn(_PNG))
    )
    html = person.me().get_json()["html"]
    path = html.partition('src="')[2].partition('"')[0]
    picture = person.client.get(path)
    assert (picture.status_code, picture.content_type) == (200, "image/webp")
    assert 'alt="Google photo"' in html
    assert person.client.get("/avatar/" + "0" * 22).status_code == 404


_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def _ask(
    person: Person,
    *,
    email: str = ANN["email"],
    again: bool = False,
    headers: dict[str, str] | None = None,
) -> Any:
    if again or email != ANN["email"]:
        person.verifier = tokens.new()
    body = {"email": email, "challenge": tokens.challenge(person.verifier), "site": "blog"}
    return person.client.post(
        "/login/email", json=body, headers=FROM_HERE if headers is None else headers
    )


def _finish(
    person: Person, code: str, *, name: str = "", headers: dict[str, str] | None = None
) -> Any:
    body = {"verifier": person.verifier, "code": code, "site": "blog", "name": name}
    return person.client.post("/login/email/finish", json=body, headers=FROM_HERE | (headers or {}))


def _code(person: Person) -> str:
    """Return the digits of the newest mail."""

    def write() -> str:
        newest = select(EmailCode.id).order_by(EmailCode.id.desc()).limit(1)
        written = email_code.write(db.session.scalars(newest).one(), secret=SECRET)
        assert written
        return written[1]

    return str(person.reader.change(write))


def _jobs(person: Person) -> list[Job]:
    with person.app.app_context():
        return list(db.session.scalars(select(Job)))
