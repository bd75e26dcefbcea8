"""When logging in does not go well: the right words, the text kept, and a next step that works."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from commentbox.app import create_app
from commentbox.cli.demo.providers import Standins
from commentbox.config import Settings
from commentbox.models import Policy
from tests.e2e.hosts import COMMENTS
from tests.e2e.logging_in import LABELS, SOON, Visitor
from tests.servers import until

CANCELLED, NO_ANSWER = "{} login was cancelled.", "{} did not answer. Try again."
TOLD = {
    ("google", "deny"): CANCELLED,
    ("google", "error"): NO_ANSWER,
    ("google", "expired"): NO_ANSWER,
    ("twitter", "deny"): CANCELLED,
    ("twitter", "expired"): NO_ANSWER,
    ("facebook", "deny"): CANCELLED,
    ("facebook", "cancel"): CANCELLED,
    ("facebook", "error"): NO_ANSWER,
}
FAULTS = [
    *(("google", "token", kind) for kind in ("429", "502", "html", "empty", "{}")),
    *(("twitter", "me", kind) for kind in ("500", "429", "{}")),
    *(("facebook", "token", kind) for kind in ("redirect", "no-token", "[]")),
]


@pytest.fixture
def visitor(visitor: Visitor) -> Visitor:
    """Return a guest who has written something."""
    visitor.write("Keep me", name="Gus")
    return visitor


def test_a_refusal_is_told_and_the_door_has_the_focus_again(
    visitor: Visitor, standins: Standins
) -> None:
    for (name, way), words in TOLD.items():
        standins.by_name[name].answer = way
        visitor.enter(name)
        expect(visitor.message).to_have_text(words.format(LABELS[name]), timeout=SOON)
        visitor.is_guest()
        expect(visitor.door(name)).to_be_focused()
        expect(visitor.box).to_have_value("Keep me")
    _posts_as_guest(visitor)


def test_a_provider_that_is_broken_is_told_like_one_that_is_down(
    visitor: Visitor, standins: Standins
) -> None:
    for name, endpoint, kind in FAULTS:
        standins.by_name[name].faults[endpoint] = kind
        window = visitor.enter(name)
        expect(visitor.message).to_have_text(NO_ANSWER.format(LABELS[name]), timeout=SOON)
        visitor.is_guest()
        assert window.is_closed()
        standins.by_name[name].faults.clear()
    for skew in (timedelta(minutes=10), timedelta(hours=-2)):  # Its clock is wrong.
        standins.google.skew = skew
        visitor.enter("google")
        expect(visitor.message).to_have_text(NO_ANSWER.format("Google"), timeout=SOON)
        visitor.is_guest()
        expect(visitor.box).to_have_value("Keep me")
    standins.google.skew = timedelta(seconds=-60)  # As clocks are.
    visitor.log_in("google")
    assert visitor.send().status == 201
    expect(visitor.comment("Keep me").locator(".author")).to_have_text("Ada Reader")


def test_no_answer_of_a_window_that_was_cancelled_counts(
    visitor: Visitor, standins: Standins
) -> None:
    standins.google.answer = ""
    window = visitor.enter("google")
    visitor.cancel.click()
    visitor.is_guest()
    expect(visitor.status).to_have_text("Google login was cancelled.")
    expect(visitor.door("google")).to_be_focused()
    standins.facebook.persona = "other"
    visitor.log_in("facebook")
    with window.expect_event("close"):
        window.get_by_role("button", name="Allow", exact=True).click()
    # The service knows how that walk ended, and nobody has asked for it.
    visitor.is_logged_in("facebook")
    expect(visitor.whose).to_contain_text("Ben Other")
    assert visitor.send().status == 201
    expect(visitor.comment("Keep me").locator(".author")).to_have_text("Ben Other")


def test_a_window_that_was_closed_or_hangs_can_be_opened_again(
    visitor: Visitor, standins: Standins
) -> None:
    standins.google.answer = ""
    window = visitor.enter("google")
    window.close()
    visitor.is_late()
    expect(visitor.late).to_contain_text("Finish logging in in the other window. Closed it?")
    standins.google.answer, before = "hang", standins.google.visits
    with visitor.page.context.expect_page() as caught:
        visitor.late.get_by_role("button", name="Try again").click()
    expect(visitor.late).to_be_hidden()
    until(lambda: standins.google.visits > before)
    visitor.look_back(caught.value)
    standins.google.answer = "slow"
    standins.google.slow_seconds = 1.0
    visitor.is_late()
    with visitor.page.context.expect_page():
        visitor.late.get_by_role("button", name="Try again").click()
    visitor.is_logged_in("google")
    caught.value.close()
    expect(visitor.box).to_have_value("Keep me")


def test_what_waits_is_there_again_after_a_reload(
    visitor: Visitor, policy: Callable[[Policy], None]
) -> None:
    def without_cookie(route: Route) -> None:
        if "authorization" in route.request.headers:
            route.continue_()
        else:
            route.fulfill(status=401)

    policy(Policy.HOLD_ALL)
    visitor.page.route("**/embed/blog/me", without_cookie)
    visitor.box.fill("Mine alone")
    visitor.log_in("google")
    assert visitor.send().status == 202
    visitor.page.context.clear_cookies(name=re.compile("cb_frame"))
    visitor.page.reload()
    visitor.arrive()
    expect(visitor.comment("Mine alone")).to_be_visible()
    visitor.is_logged_in("google")


def test_a_provider_s_own_error_page_leaves_every_way_open(
    visitor: Visitor, standins: Standins
) -> None:
    standins.facebook.answer = "page"
    window = visitor.enter("facebook")
    expect(window.get_by_text("Something went wrong.")).to_be_visible()
    visitor.is_connecting()
    visitor.cancel.press("Escape")
    visitor.is_guest()
    standins.google.answer = "deny-stateless"
    window = visitor.enter("google")
    expect(window.get_by_role("heading")).to_have_text("That login link has expired. Try again.")
    expect(window.get_by_text("You can close this window.")).to_be_visible()
    visitor.is_connecting()
    visitor.cancel.click()
    _posts_as_guest(visitor)


def test_forty_seconds_at_the_provider_are_not_too_long(
    page: Page, article: str, standins: Standins
) -> None:
    page.clock.install()
    page.goto(article)
    visitor = Visitor(page)
    visitor.write("Patience")
    standins.google.answer = ""
    window = visitor.enter("google")
    expect(window.get_by_role("button", name="Allow", exact=True)).to_be_visible()
    visitor.look_back(window)
    visitor.box.focus()
    page.clock.run_for(38_000)
    # Ten seconds of unbroken attention brought the form back, and nobody's typing was disturbed.
    visitor.is_guest()
    expect(visitor.status).to_have_text("Google login was cancelled.")
    expect(visitor.box).to_be_focused()
    window.get_by_role("button", name="Allow", exact=True).click()
    visitor.is_logged_in("google")
    expect(visitor.box).to_have_value("Patience")
    expect(visitor.box).to_be_focused()


def test_after_five_minutes_nobody_waits_any_more(visitor: Visitor, standins: Standins) -> None:
    standins.google.answer = ""
    visitor.enter("google")
    until = "JSON.parse(sessionStorage['commentbox:attempt:blog']).until"
    assert 290_000 < visitor.inside.evaluate(f"{until} - Date.now()") <= 300_000
    visitor.inside.evaluate("const now = Date.now; Date.now = () => now() + 301_000")
    expect(visitor.message).to_have_text("That login link has expired. Try again.")
    visitor.is_guest()
    visitor.page.bring_to_front()
    expect(visitor.door("google")).to_be_focused()


def test_too_many_walks_are_told_in_the_window(
    visitor: Visitor, service_settings: Settings, standins: Standins
) -> None:
    context = visitor.page.context
    strict = create_app(replace(service_settings, request_limit=10)).test_client()
    strict.post("/login/google", headers={"Origin": COMMENTS})  # The only one of this minute

    def ask_the_strict(route: Route) -> None:
        asked = route.request
        answer = strict.post("/login/google", data=asked.post_data_buffer, headers=asked.headers)
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)

    context.route(f"{COMMENTS}/login/google", ask_the_strict)
    window = visitor.enter("google")
    told = re.compile(r"Too many login attempts\. Try again in \d+ seconds\.")
    expect(window.get_by_text(told).first).to_be_visible()
    window.close()
    context.unroute_all()
    visitor.is_late()
    expect(visitor.box).to_have_value("Keep me")
    with context.expect_page():
        visitor.late.get_by_role("button", name="Try again").click()
    visitor.is_logged_in("google")


def test_a_door_that_is_pressed_before_its_script_is_there_opens_nothing(
    page: Page, article: str, standins: Standins
) -> None:
    page.route("**/widget/login/*.js", lambda route: route.abort())
    page.goto(article)
    visitor = Visitor(page)
    visitor.box.fill("Too early")
    visitor.door("google").click()
    # Whatever the press set off has happened once the reader's next one has been taken.
    visitor.introduce("Gus")
    assert len(page.context.pages) == 1
    expect(visitor.box).to_have_value("Too early")


def _posts_as_guest(visitor: Visitor) -> None:
    assert visitor.send().status == 201
    expect(visitor.comment("Keep me").locator(".author")).to_have_text("Gus")
