"""Attacks by what a provider says of somebody, and on what walks cost; each by its name."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.accounts import people
from commentbox.comments import sites
from commentbox.extensions import db
from commentbox.jobs import retention
from commentbox.lib import clock, tokens
from commentbox.models import Account, Attempt
from commentbox.providers.base import ProviderFailed
from tests.contract.providers import ADA as ADDRESS
from tests.contract.providers import CASE, PHOTO
from tests.fake_provider import CODE, WALK, Answer, claims, serving, signed, token
from tests.paths import ROOT
from tests.reader import queries
from tests.walks import ADA, Person, Scripted


def test_noauth_the_address_that_facebook_tells_reaches_nobody_else(
    app: Flask, person: Person, providers: dict[str, Scripted]
) -> None:
    with serving() as fake:
        CASE["facebook"].knows(fake, name="Mallory", picture=PHOTO, subject="666")
        mallory = CASE["facebook"].provider(fake).profile(WALK, code=CODE)
    assert (mallory.email, mallory.email_verified) == (ADDRESS, False)
    proved = replace(ADA, email=ADDRESS, email_verified=True)
    providers["google"].script.people["code-of-ada"] = proved
    providers["twitter"].script.people["code-of-ada"] = mallory  # As Facebook tells of them.
    person.reader.change(lambda: people.invite(ADDRESS, name="Mia"))
    person.reader.write(email=ADDRESS, author="Ada")
    person.enter()
    stranger = Person(app)
    stranger.log_in("twitter")
    assert stranger.redeem().get_json()["name"] == "Mallory"
    assert [comment.account_id for comment in person.reader.comments()] == [None]
    assert "Moderation" not in stranger.client.get("/me").text
    assert _count(app, Account) == 3  # Mia, Ada and Mallory


@pytest.mark.parametrize("said", ["true", "false", "True", 1, 0, [True], {"a": True}, None, "yes"])
def test_type_confusion_an_address_is_verified_by_true_alone(said: Any) -> None:
    with serving() as fake:
        for name in ("google", "wordpress", "oidc_work"):
            CASE[name].knows(fake, name="Ada", picture=PHOTO, subject="1089")
            told = claims("https://issuer.test", email=ADDRESS, email_verified=said)
            fake.answers["/token"] = token(id_token=signed(told))
            profile = CASE[name].provider(fake).profile(WALK, code=CODE)
            assert (profile.email_verified, profile.is_authoritative) == (False, False)


@pytest.mark.parametrize("name", CASE)
@pytest.mark.parametrize("subject", [True, 1.5, ["1089"], {"id": "1089"}, "", None])
def test_type_confusion_an_id_is_text_or_a_whole_number(name: str, subject: Any) -> None:
    with serving() as fake:
        CASE[name].knows(fake, name="Ada", picture=PHOTO, subject=subject)
        with pytest.raises(ProviderFailed, match="refused"):
            CASE[name].provider(fake).profile(WALK, code=CODE)


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[::1]", "localhost"])
def test_ssrf_no_provider_leads_us_to_an_address_inside(host: str) -> None:
    with serving() as fake:
        inside = {"Location": f"http://{host}/latest"}
        fake.answers["/token"] = Answer(status=302, headers=inside)
        with pytest.raises(ProviderFailed, match="unreachable"):
            CASE["oidc"].provider(fake).profile(WALK, code=CODE)
        assert [asked.path for asked in fake.asked] == ["/token"]


def test_likejacking_the_first_log_in_on_a_site_takes_a_click_on_a_page_that_names_it(
    person: Person,
) -> None:
    person.enter()
    person.reader.change(lambda: sites.add("other", ["https://other.test"]))
    page = person.go_on(person.begin(site="other", url="https://other.test/likes"))
    assert "<b>other.test</b>" in page.text
    assert "Continue as <bdi>Ada Lovelace</bdi>?" in page.text
    assert page.headers["X-Frame-Options"] == "DENY"
    assert person.redeem(site="other").status_code == 202
    assert person.client.get("/embed/other/me").status_code == 204


def test_denial_of_service_a_client_begins_so_many_walks_and_no_more(person: Person) -> None:
    strict = replace(person.app.extensions["commentbox.settings"], request_limit=20)
    person.app.extensions["commentbox.settings"] = strict
    begun = [_begin(person).status_code for _ in range(12)]
    assert begun == [200, 200, *[429] * 10]
    assert _count(person.app, Attempt) == 2


def test_denial_of_service_to_wait_costs_one_look_and_old_walks_are_swept(person: Person) -> None:
    for _ in range(5):
        _begin(person)
    with queries(person.app, at_most=2) as sent:
        assert person.redeem(tokens.new()).status_code == 202
    assert not [line for line in sent if line.startswith(("INSERT", "UPDATE", "DELETE"))]
    with clock.turned_by(timedelta(days=2)):
        person.reader.change(retention.clean_up)
    assert _count(person.app, Attempt) == 0


def test_popup_confusion_no_script_asks_whether_a_window_is_closed() -> None:
    scripts = [*Path(ROOT, "static", "widget").rglob("*.js"), ROOT / "static" / "embed.js"]
    for script in scripts:
        source = script.read_text("utf-8")
        assert not [word for word in ("window.open", "opener.", ".closed;") if word in source]


def _begin(person: Person) -> Any:
    return person.begin(challenge=tokens.challenge(tokens.new()))


def _count(app: Flask, table: type[Any]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0
