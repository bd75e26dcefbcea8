"""The walk to a provider and back, in a window that a frame opened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commentbox.lib import clock, tokens
from commentbox.providers.base import ProviderFailed
from tests.reader import ARTICLE
from tests.walks import ADA, FROM_HERE, Person, Scripted, asked_of, cookies, led_to, way_back

MINUTE = timedelta(minutes=1)


def test_somebody_logs_in_and_the_frame_gets_a_session(person: Person) -> None:
    page = person.log_in()
    assert (page.status_code, "You are logged in. You can close this window." in page.text) == (
        200,
        True,
    )
    given = person.redeem()
    assert given.status_code == 200
    assert given.json["outcome"] == "ok"
    assert (given.json["name"], given.json["label"]) == ("Ada Lovelace", "Google")
    assert "You are commenting using your Google account." in given.json["html"]
    assert person.me().json == {name: given.json[name] for name in person.me().json}


def test_the_frame_waits_until_the_walk_has_ended(person: Person) -> None:
    assert person.redeem().status_code == 202
    answer = person.go_on(person.begin())
    assert (person.redeem().status_code, person.redeem().json) == (202, {})
    person.come_back(answer)
    assert person.redeem().status_code == 200


def test_the_window_names_the_site_the_article_and_what_is_shared(person: Person) -> None:
    page = person.begin().text
    assert "<b>blog.test</b> · <bdi>An article</bdi>" in page
    assert "Connecting to Google" in page
    assert "Google tells us your name and picture." in page
    assert "Your email address is never shown." in page


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Chrome/126.0 Mobile",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Safari/604.1 [FBAN/FBIOS;FBAV/470.0]",
    ],
)
def test_within_an_app_google_is_not_asked_in_vain(
    person: Person, monkeypatch: pytest.MonkeyPatch, agent: str
) -> None:
    monkeypatch.setattr(Scripted, "works_in_apps", False)
    person.client.environ_base["HTTP_USER_AGENT"] = agent
    page = person.begin().text
    assert "Google lets nobody log in within an app" in page
    assert f'href="{ARTICLE}" target="_blank" rel="noopener">Open in your browser</a>' in page
    assert 'http-equiv="refresh"' not in page
    assert person.redeem().status_code == 202
    monkeypatch.setattr(Scripted, "works_in_apps", True)
    assert "Connecting to Google" in person.begin().text


def test_a_second_log_in_takes_one_click(person: Person, providers: dict[str, Scripted]) -> None:
    person.enter()
    person.client.delete_cookie(next(name for name in cookies(person.client) if "frame" in name))
    page = person.go_on(person.begin())
    assert "Continue as <bdi>Ada Lovelace</bdi>?" in page.text
    session = page.text.partition('name="session" value="')[2].partition('"')[0]
    path = page.text.partition('<form method="post" action="')[2].partition('"')[0]
    done = person.client.post(path, data={"session": session}, headers=FROM_HERE)
    assert "You are logged in." in done.text
    assert person.redeem().json["name"] == "Ada Lovelace"
    assert len(providers["google"].script.asked) == 1


def test_another_account_may_be_chosen(person: Person) -> None:
    person.enter()
    answer = person.go_on(person.begin(), "?another=1")
    assert asked_of(answer)["prompt"] == "select_account"


def test_another_provider_is_asked_although_somebody_is_logged_in(person: Person) -> None:
    person.enter()
    assert person.go_on(person.begin("twitter")).location.startswith("https://twitter.test/")


def test_what_was_cancelled_is_said_and_the_window_closes(person: Person) -> None:
    answer = person.go_on(person.begin())
    page = person.come_back(answer, error="access_denied", code="")
    assert (page.status_code, "Google login was cancelled." in page.text) == (200, True)
    assert "login/done.js" in page.text
    assert person.redeem().json == {"outcome": "denied", "message": "Google login was cancelled."}
    assert "cb_home" not in " ".join(cookies(person.client))


@pytest.mark.parametrize(
    "trouble", [ProviderFailed("unreachable"), ProviderFailed("refused"), KeyError("a plug-in's")]
)
def test_a_provider_that_fails_is_named(
    person: Person, providers: dict[str, Scripted], trouble: Exception
) -> None:
    providers["google"].script.trouble = trouble
    page = person.log_in()
    assert (page.status_code, "Google did not answer. Try again." in page.text) == (400, True)
    words = {"outcome": "failed", "message": "Google did not answer. Try again."}
    assert person.redeem().json == words


def test_a_provider_that_is_down_before_the_walk_is_named(
    person: Person, providers: dict[str, Scripted]
) -> None:
    providers["google"].script.people = {}
    providers["google"].script.trouble = ProviderFailed("unreachable")
    page = person.go_on(person.begin())
    assert (page.status_code, "Google did not answer. Try again." in page.text) == (400, True)
    assert "done.js" not in page.text  # the window is all that can say so


def test_a_walk_that_took_too_long_has_expired(person: Person) -> None:
    answer = person.go_on(person.begin())
    with clock.turned_by(11 * MINUTE):
        page = person.come_back(answer)
        assert (page.status_code, "That login link has expired. Try again." in page.text) == (
            400,
            True,
        )
        words = {"outcome": "expired", "message": "That login link has expired. Try again."}
        assert person.redeem().json == words


def test_who_took_ten_minutes_at_the_provider_is_still_logged_in(person: Person) -> None:
    answer = person.go_on(person.begin())
    with clock.turned_by(9 * MINUTE):
        person.come_back(answer)
        assert person.redeem().json["outcome"] == "ok"


def test_a_tab_goes_back_to_the_article(person: Person) -> None:
    page = person.log_in(mode="tab", return_to=f"{ARTICLE}?a=1#respond")
    assert led_to(page) == f"{ARTICLE}?a=1#respond"
    assert person.redeem().json["name"] == "Ada Lovelace"


def test_a_page_without_script_goes_back_to_its_conversation(person: Person) -> None:
    thread = person.reader.fill(10)
    page = person.log_in(mode="page", thread=thread)
    assert (page.status_code, page.location) == (303, f"/t/{thread}")
    answer = person.go_on(person.begin(mode="page", thread=thread), "?another=1")
    page = person.come_back(answer, error="access_denied", code="")
    assert "Google login was cancelled." in page.text
    assert f'href="/t/{thread}"' in page.text


def test_an_article_without_a_thread_has_a_page_to_go_back_to(person: Person) -> None:
    page = person.log_in(mode="page")
    assert page.location == "/t?site=blog&url=https%3A%2F%2Fblog.test%2Farticle&title=An+article"


def test_a_link_shows_a_button_and_begins_nothing(person: Person) -> None:
    page = person.client.get("/login/google", query_string={"thread": person.reader.fill(10)})
    assert "Log in with Google</button>" in page.text
    assert "<script" not in page.text
    assert "Set-Cookie" not in page.headers


def test_a_provider_that_nobody_configured_is_not_there(person: Person) -> None:
    assert person.begin("myspace").status_code == 404
    assert person.client.get("/login/myspace/callback?state=x&code=y").status_code == 404


@pytest.mark.parametrize("fields", [{"mode": "x"}, {"mode": ""}, {"challenge": "x"}])
def test_a_form_that_asks_for_nonsense_is_refused(person: Person, fields: dict[str, str]) -> None:
    assert person.begin(**fields).status_code in {400, 422}


def test_a_frame_without_a_challenge_is_refused(person: Person) -> None:
    assert person.begin(challenge="").status_code == 400


def test_walks_of_one_browser_do_not_disturb_each_other(person: Person) -> None:
    other, verifier = tokens.new(), person.verifier
    first = person.go_on(person.begin())
    second = person.go_on(person.begin("twitter", challenge=tokens.challenge(other)))
    person.come_back(first, error="access_denied", code="")
    person.come_back(second)
    assert person.redeem(verifier).json["outcome"] == "denied"
    assert person.redeem(other).json["label"] == "Twitter"


def test_too_many_walks_are_told_when_to_try_again(person: Person) -> None:
    settings = replace(person.app.extensions["commentbox.settings"], request_limit=20)
    person.app.extensions["commentbox.settings"] = settings
    for _ in range(2):
        assert person.begin(challenge=tokens.challenge(tokens.new())).status_code == 200
    page = person.begin(challenge=tokens.challenge(tokens.new()))
    seconds = page.headers["Retry-After"]
    assert page.status_code == 429
    assert page.get_json()["detail"] == f"Too many login attempts. Try again in {seconds} seconds."


def test_the_name_is_that_of_the_newest_log_in(
    person: Person, providers: dict[str, Scripted]
) -> None:
    person.enter()
    providers["google"].script.people["code-of-ada"] = replace(ADA, name="Ada King")
    answer = person.go_on(person.begin(), "?another=1")
    person.client.get(way_back(answer))
    assert person.redeem().json["name"] == "Ada King"
