"""Attacks on logging in, each by its name; the most tempting one first."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.comments import sites
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Account, Attempt, Identity, Session
from tests.conftest import BASE
from tests.reader import ARTICLE, Reader
from tests.walks import ADA, FROM_HERE, Person, Scripted, cookies, led_to, way_back

FOREIGN = ["https://blog.test", "https://evil.test", "null", "http://comments.test", f"{BASE}.evil"]
EXPIRED = "That login link has expired. Try again."


@pytest.fixture
def victim(app: Flask, providers: dict[str, Scripted]) -> Person:
    """Return a reader who is logged in here already, and at their provider."""
    person = Person(app)
    person.enter()
    return person


@pytest.fixture
def attacker(app: Flask, providers: dict[str, Scripted]) -> Person:
    """Return somebody with a browser and a verifier of their own."""
    return Person(app)


def test_naive_harvest_a_link_with_the_attackers_challenge_logs_nobody_in_for_them(
    victim: Person, attacker: Person
) -> None:
    link = {"challenge": tokens.challenge(attacker.verifier), "site": "blog", "url": ARTICLE}
    page = victim.client.get("/login/google", query_string={**link, "mode": "window"})
    assert link["challenge"] not in page.text
    assert attacker.redeem().status_code == 202
    assert _count(attacker.app, Attempt) == 1  # the victim's own


@pytest.mark.parametrize("origin", [*FOREIGN, ""])
def test_harvest_no_page_but_ours_can_plant_a_challenge(
    victim: Person, attacker: Person, origin: str
) -> None:
    answer = victim.client.post(
        "/login/google",
        data={
            "challenge": tokens.challenge(attacker.verifier),
            "site": "blog",
            "url": ARTICLE,
            "mode": "window",
        },
        headers={"Origin": origin} if origin else {},
    )
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False)
    assert attacker.redeem().status_code == 202


def test_harvest_a_walk_of_the_attacker_is_not_gone_on_with_by_another_browser(
    victim: Person, attacker: Person
) -> None:
    path = led_to(attacker.begin())
    page = victim.client.get(path)
    assert (page.status_code, page.headers.get("Location")) == (410, None)
    session = victim.me().get_json()["session"]
    answer = victim.client.post(path, data={"session": session}, headers=FROM_HERE)
    assert answer.status_code == 410
    assert attacker.redeem().status_code == 202


def test_harvest_the_victim_who_comes_back_from_the_attackers_walk_is_nobody(
    victim: Person, attacker: Person
) -> None:
    address = way_back(attacker.go_on(attacker.begin()))
    page = victim.client.get(address)
    assert (page.status_code, EXPIRED in page.text) == (400, True)
    assert attacker.redeem().status_code == 202


def test_login_csrf_a_callback_of_the_attacker_makes_no_session(
    app: Flask, attacker: Person
) -> None:
    address = way_back(attacker.go_on(attacker.begin()))
    innocent = Person(app)
    page = innocent.client.get(address)
    assert page.status_code == 400
    assert cookies(innocent.client) == {}
    assert _count(app, Session) == 0


def test_state_replay_the_second_use_is_refused(attacker: Person) -> None:
    address = way_back(attacker.go_on(attacker.begin()))
    [(name, value)] = [pair for pair in cookies(attacker.client).items() if "cb_try" in pair[0]]
    assert attacker.client.get(address).status_code == 200
    attacker.client.set_cookie(name, value)
    assert attacker.client.get(address).status_code == 400
    assert _count(attacker.app, Session) == 1


def test_mix_up_the_answer_of_another_issuer_is_refused(
    attacker: Person, providers: dict[str, Scripted]
) -> None:
    for iss in ("https://evil.test", "https://google.test/", ""):
        attacker.verifier = tokens.new()
        page = attacker.come_back(attacker.go_on(attacker.begin()), iss=iss)
        assert page.status_code == 400
        assert attacker.redeem().get_json()["outcome"] == "failed"
    assert providers["google"].script.asked == []
    assert _count(attacker.app, Session) == 0


def test_mix_up_a_code_for_one_provider_is_not_taken_to_another(
    attacker: Person, providers: dict[str, Scripted]
) -> None:
    address = way_back(attacker.go_on(attacker.begin("google")))
    page = attacker.client.get(address.replace("/login/google/", "/login/twitter/"))
    assert page.status_code == 400
    assert providers["twitter"].script.asked == providers["google"].script.asked == []
    assert attacker.client.get(address).status_code == 200  # the right way stays open


def test_session_fixation_a_challenge_is_planted_once(victim: Person, attacker: Person) -> None:
    victim.begin()
    answer = attacker.begin(challenge=tokens.challenge(victim.verifier))
    assert answer.status_code == 409
    assert led_to(victim.begin(challenge=tokens.challenge(tokens.new())))


def test_code_theft_by_the_opener_the_last_page_holds_no_secret(attacker: Person) -> None:
    answer = attacker.go_on(attacker.begin())
    secrets = {*cookies(attacker.client).values(), attacker.verifier, "code-of-ada", ADA.subject}
    page = attacker.come_back(answer).text
    secrets |= set(cookies(attacker.client).values())
    assert not [secret for secret in secrets if secret in page]


def test_redeem_on_another_site_gives_nothing_away(attacker: Person) -> None:
    attacker.reader.change(_second_site)
    attacker.log_in()
    answer = attacker.redeem(site="other")
    assert (answer.status_code, answer.get_json()["code"]) == (410, "login.expired")
    assert attacker.redeem().status_code == 200


def test_redeem_replay_gives_nothing_the_second_time(attacker: Person) -> None:
    attacker.log_in()
    assert attacker.redeem().status_code == 200
    assert attacker.redeem().status_code == 410


@pytest.mark.parametrize("verifier", ["", "x", "\0", "x" * 5000, "' OR 1=1 --"])
def test_redeem_guessed_verifiers_wait_for_ever(attacker: Person, verifier: str) -> None:
    attacker.log_in()
    assert attacker.redeem(verifier).status_code == 202


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/login/redeem", ("verifier", "site")),
        ("/login/email/finish", ("verifier", "code", "site")),
        ("/logout", ("site",)),
    ],
)
def test_half_a_character_is_as_wrong_as_any_other_text(
    attacker: Person, path: str, names: tuple[str, ...]
) -> None:
    for name in names:
        body = dict.fromkeys(names, "x") | {"site": "blog"} | {name: "\ud800"}
        answer = attacker.client.post(path, json=body, headers=FROM_HERE)
        assert answer.status_code in {202, 404, 410}, name


def test_embedding_by_an_unregistered_site_begins_nothing(attacker: Person) -> None:
    assert attacker.begin(site="nobody").status_code == 404
    assert attacker.begin(url="https://evil.test/").status_code == 422
    assert _count(attacker.app, Attempt) == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_embedder_csrf_a_script_of_the_article_ends_and_redeems_nothing(
    victim: Person, kind: str | None
) -> None:
    for origin in ("https://blog.test", "null", BASE):
        for path in ("/logout", "/login/redeem"):
            answer = victim.client.post(
                path,
                data='{"site":"blog","verifier":"x"}',
                headers={"Origin": origin},
                content_type=kind,
            )
            assert answer.status_code >= 400
    assert victim.me().status_code == 200


def test_cookie_tossing_a_cookie_without_its_prefix_is_nothing(victim: Person, app: Flask) -> None:
    stranger = Person(app)
    for name, value in cookies(victim.client).items():
        stranger.client.set_cookie(name.removeprefix("__Host-"), value, domain="localhost")
    assert stranger.me().status_code == 204
    page = stranger.client.get(f"/t/{stranger.reader.fill(10)}")
    assert "You are commenting" not in page.text


def test_form_injection_a_comment_cannot_hold_a_form_of_ours(victim: Person) -> None:
    words = '<form action="/login/google" method="post"><button formaction="/logout">x</button>'
    html = victim.reader.write(comment=words).text
    assert not [tag for tag in ("<form", "<button formaction", "<input") if tag in html]


def test_pre_hijacking_the_same_address_at_two_providers_is_two_people(
    attacker: Person, providers: dict[str, Scripted]
) -> None:
    same = replace(ADA, email="ada@example.org")
    for name, verified in (("google", True), ("twitter", False), ("twitter", True)):
        subject = f"{name}-{verified}"
        profile = replace(same, subject=subject, email_verified=verified)
        providers[name].script.people["code-of-ada"] = profile
        attacker.come_back(attacker.go_on(attacker.begin(name), "?another=1"))
        assert attacker.redeem().status_code == 200
        attacker.verifier = tokens.new()
    assert _count(attacker.app, Account) == _count(attacker.app, Identity) == 3


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '" onload="x', "\u202eevil", "\0"])
def test_a_hostile_name_is_text_everywhere(
    attacker: Person, providers: dict[str, Scripted], words: str
) -> None:
    providers["google"].script.people["code-of-ada"] = replace(ADA, name=f"Ada {words}")
    found = attacker.enter()
    confirm = attacker.go_on(attacker.begin()).text
    for html in (found["html"], confirm):
        assert "<script>alert" not in html
        assert 'Ada " onload' not in html
        assert "\u202e" not in html


def test_popup_confusion_the_confirm_page_names_site_and_person(victim: Person) -> None:
    page = victim.go_on(victim.begin()).text
    for words in ("blog.test", "An article", "Continue as <bdi>Ada Lovelace</bdi>?"):
        assert words in page
    assert "login/confirm.js" in page


def test_every_reader_is_a_stranger_to_every_other(victim: Person, app: Flask) -> None:
    assert victim.me().status_code == 200
    assert Reader(app).client.get("/embed/blog/me").status_code == 204


def _second_site() -> None:
    sites.add("other", ["https://other.test"])


def _count(app: Flask, table: type[Any]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0
