"""Threats to logging in; the name of each test begins with the threat that it answers."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.errors import Invalid
from commentbox.extensions import db
from commentbox.lib import clock, tokens, urls
from commentbox.models import Account, Attempt, Session
from tests.conftest import BASE, BLOG
from tests.corpora import document, lines
from tests.reader import ARTICLE
from tests.walks import (
    Person,
    Scripted,
    asked_of,
    cookies,
    led_to,
    way_back,
)

SPELLINGS = [
    "https://evil.test",
    "//evil.test",
    "/\\evil.test",
    "https:evil.test",
    "https://blog.test@evil.test",
    "https://blog.test.evil.test",
    "https://blog.test:8443/",
    "http://blog.test/",
    "https://user@blog.test/",
    "javascript:alert(1)//https://blog.test",
    "data:text/html,https://blog.test",
    "https://blog%2etest.evil.test/",
    "\thttps://evil.test",
]


def test_b1_nobody_may_frame_a_page_of_logging_in(person: Person) -> None:
    thread = person.reader.fill(10)
    pages = [person.client.get(f"/login/google?thread={thread}"), person.begin()]
    pages.append(person.go_on(pages[-1]))
    pages += [person.come_back(pages[-1]), person.client.get("/login/google/callback?state=x")]
    person.verifier = tokens.new()
    pages += [person.go_on(person.begin()), person.client.get("/login/continue/x")]
    for page in pages:
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] in {"strict-origin"}


def test_c1_a_walk_holds_for_ten_minutes(person: Person) -> None:
    address = way_back(person.go_on(person.begin()))
    with clock.turned_by(timedelta(minutes=11)):
        page = person.client.get(address)
    assert (page.status_code, "cb_home" in page.headers.get("Set-Cookie", "")) == (400, False)


def test_c1_a_state_is_as_long_as_it_is_random(person: Person) -> None:
    states = set()
    for _ in range(3):
        answer = person.go_on(person.begin(challenge=tokens.challenge(tokens.new())))
        states.add(asked_of(answer)["state"])
    assert len(states) == 3
    assert all(tokens.is_token(state) for state in states)


def test_c2_the_code_is_of_use_with_the_verifier_alone(
    person: Person, providers: dict[str, Scripted], capfd: pytest.CaptureFixture[str]
) -> None:
    answer = person.go_on(person.begin())
    asked = asked_of(answer)
    page = person.come_back(answer)
    [(walk, code)] = providers["google"].script.asked
    assert (asked["code_challenge_method"], code) == ("S256", "code-of-ada")
    assert tokens.challenge(walk.code_verifier) == asked["code_challenge"]
    assert walk.code_verifier not in answer.location + page.text + "".join(capfd.readouterr())


def test_c4_each_provider_returns_to_an_address_of_its_own(person: Person) -> None:
    for name in ("google", "twitter"):
        answer = person.go_on(person.begin(name, challenge=tokens.challenge(tokens.new())))
        assert asked_of(answer)["redirect_uri"] == f"{BASE}/login/{name}/callback"


@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Host"]
)
def test_c5_no_header_changes_where_the_provider_returns_to(person: Person, header: str) -> None:
    path = led_to(person.begin())
    value = "host=evil.test;proto=http" if header == "Forwarded" else "evil.test"
    cookie = "; ".join(f"{name}={value}" for name, value in cookies(person.client).items())
    fresh = person.app.test_client(use_cookies=False)
    answer = fresh.get(path, headers={header: value, "Cookie": cookie})
    assert asked_of(answer)["redirect_uri"] == f"{BASE}/login/google/callback"


@pytest.mark.parametrize("address", SPELLINGS)
def test_c6_open_redirect_a_tab_goes_to_the_site_alone(person: Person, address: str) -> None:
    answer = person.begin(mode="tab", return_to=address)
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "return.foreign"


def test_c6_open_redirect_what_browsers_read_as_a_slash_is_one(person: Person) -> None:
    page = person.begin(mode="tab", return_to="https://blog.test\\@evil.test")
    assert led_to(person.come_back(person.go_on(page))) == "https://blog.test/@evil.test"


def test_c6_open_redirect_no_address_of_the_corpora_leads_away() -> None:
    addresses = lines("redirect/*.txt") + [BLOG + line for line in lines("redirect/*.txt")]
    cases = document("url/urltestdata.json") or []
    addresses += [case["input"] for case in cases if isinstance(case, dict)]
    for address in addresses:
        try:
            found = urls.within(address, [BLOG])
        except Invalid:
            continue
        assert urlsplit(found)[:2] == ("https", "blog.test"), address


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "", "https://blog.test"])
def test_e6_nothing_changes_for_a_page_that_is_not_ours(person: Person, origin: str) -> None:
    person.enter()
    path = led_to(person.begin())
    session = person.me().get_json()["session"]
    before = _rows(person.app)
    headers = {"Origin": origin} if origin else {}
    forms: dict[str, dict[str, str]] = {
        path: {"session": session},
        "/login/google": {"site": "blog", "url": ARTICLE, "mode": "page"},
        "/logout": {"site": "blog", "url": ARTICLE},
    }
    for address, form in forms.items():
        assert person.client.post(address, data=form, headers=headers).status_code == 403
    for address, body in (("/logout", {}), ("/login/redeem", {"verifier": person.verifier})):
        answer = person.client.post(address, json={"site": "blog", **body}, headers=headers)
        assert answer.status_code == 403
    assert _rows(person.app) == before


def test_e6_no_get_changes_anything(person: Person) -> None:
    person.enter()
    path = led_to(person.begin())
    before = _rows(person.app)
    for address in (path, f"{path}?another=1", "/login/google?site=blog&url=https://blog.test/"):
        assert person.client.get(address).status_code < 400
    for address in ("/logout", "/login/redeem"):
        assert person.client.get(address).status_code in {404, 405}
    assert _rows(person.app) == before


def test_e12_nothing_of_one_s_own_lies_under_another_name(person: Person) -> None:
    person.enter()
    assert person.client.get("/embed/blog/me/x.css").status_code == 404
    assert person.me().headers["Cache-Control"] == "private, no-store"
    assert person.reader.get().data == Person(person.app).reader.get().data


@pytest.mark.parametrize("mode", ["no-cors", "navigate", "cors"])
def test_e16_no_other_page_can_tell_whether_somebody_is_logged_in(
    person: Person, mode: str
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode}
    stranger = person.me(**headers)
    person.enter()
    known = person.me(**headers)
    assert stranger.status_code == known.status_code == 403
    assert len(stranger.data) == len(known.data)
    for answer in (known, person.me()):
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def _rows(app: Flask) -> list[int]:
    with app.app_context():
        tables = (Attempt, Session, Account)
        found = [db.session.scalar(select(func.count()).select_from(table)) for table in tables]
        ended = select(func.count()).where(Attempt.outcome.is_not(None))
        return [count or 0 for count in (*found, db.session.scalar(ended))]
