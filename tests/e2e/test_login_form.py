"""The form around a log-in: its views, what it announces, and where the focus goes."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Route, expect
from sqlalchemy import delete, select

from commentbox.cli.demo.providers import Standins
from commentbox.extensions import begin_writing, db
from commentbox.lib import ids
from commentbox.models import Identity, Policy, Session
from tests.e2e.hosts import WIDTHS
from tests.e2e.logging_in import SOON, Visitor
from tests.e2e.test_drafts import kept
from tests.e2e.test_messages import change, close

EXPIRED = "Your login has expired. Log in again to post; your comment is kept."
KNOWN = {"html": "<p>Ada</p>", "name": "Ada", "provider": "google", "label": "Google",
         "session": "old", "has_mail": True}  # fmt: skip
FOCUSED = "document.activeElement.dataset.act ?? document.activeElement.id"


@pytest.mark.parametrize("width", WIDTHS)
def test_somebody_logs_in_and_out_by_keyboard_alone(visitor: Visitor) -> None:
    keyboard = visitor.page.keyboard
    _go_to_the_first_door(visitor)
    with visitor.page.context.expect_page():
        keyboard.press("Enter")
    visitor.is_logged_in("google")
    expect(visitor.frame.locator(".identified .sign svg[aria-hidden=true]")).to_be_visible()
    expect(visitor.status).to_have_text("Logged in as Ada Reader with Google.")
    expect(visitor.box).to_be_focused()
    for act in ("logout", "change"):
        keyboard.press("Tab")
        assert visitor.inside.evaluate(FOCUSED) == act
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    visitor.is_guest()
    expect(visitor.status).to_have_text("Logged out of Google.")
    expect(visitor.door("google")).to_be_focused()
    expect(visitor.box).to_have_value("By keys")


@pytest.mark.parametrize("width", WIDTHS)
def test_escape_leads_back_to_the_door(visitor: Visitor, standins: Standins) -> None:
    standins.google.answer = ""
    _go_to_the_first_door(visitor)
    with visitor.page.context.expect_page() as caught:
        visitor.page.keyboard.press("Enter")
    expect(visitor.frame.get_by_text("Connecting to Google").first).to_be_visible()
    expect(visitor.status).to_have_text("Connecting to Google")
    visitor.look_back(caught.value)
    expect(visitor.cancel).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.door("google")).to_be_focused()
    expect(visitor.status).to_have_text("Google login was cancelled.")


def test_nothing_is_sent_or_lost_while_somebody_logs_in(
    visitor: Visitor, standins: Standins
) -> None:
    visitor.write("Not yet", name="Gus")
    standins.google.answer = ""
    window = visitor.enter("google")
    visitor.look_back(window)
    expect(visitor.form).to_have_attribute("data-state", "connecting")
    visitor.box.press("End")
    visitor.page.keyboard.type(" finished")
    kept(visitor, "Not yet finished")
    expect(visitor.form).to_have_attribute("data-state", "connecting")
    expect(visitor.button).to_be_enabled()
    visitor.button.click()
    expect(visitor.message).to_contain_text("You are still logging in.")
    visitor.is_connecting()
    visitor.cancel.click()
    expect(visitor.message).to_be_hidden()
    expect(visitor.form).to_have_attribute("data-state", "open")
    assert visitor.send().status == 201
    expect(visitor.comments).to_have_count(1)
    expect(visitor.comment("Not yet finished").locator(".author")).to_have_text("Gus")


@pytest.mark.parametrize("width", WIDTHS)
def test_change_keeps_the_login_and_shows_what_the_guest_had(visitor: Visitor) -> None:
    page = visitor.page
    visitor.write("Who am I?", name="Gus")
    visitor.log_in("google")
    visitor.frame.get_by_role("button", name="Change").click()
    visitor.is_guest()
    expect(visitor.door("google")).to_be_focused()
    expect(visitor.frame.locator("#author")).to_have_value("Gus")
    # Looking elsewhere for a while makes nobody of the guest.
    visitor.inside.evaluate("now = Date.now; Date.now = () => now() + 6_000")
    with page.expect_response("**/embed/blog/me"):
        visitor.inside.evaluate("dispatchEvent(new Event('focus')); Date.now = now")
    visitor.rest()
    visitor.is_guest()
    assert visitor.send().status == 201
    expect(visitor.comment("Who am I?").locator(".author")).to_have_text("Gus")
    visitor.door("google").click()
    expect(visitor.identity).to_have_attribute("data-state", "identified", timeout=1_000)
    assert len(page.context.pages) == 1
    visitor.box.fill("And now?")
    assert visitor.send().status == 201
    expect(visitor.comment("And now?").locator(".author")).to_have_text("Ada Reader")


def test_an_empty_form_leads_to_the_way_out(visitor: Visitor) -> None:
    visitor.box.focus()
    visitor.log_in("twitter")
    expect(visitor.frame.get_by_role("button", name="Log Out")).to_be_focused()


def test_an_old_answer_does_not_undo_a_log_out(visitor: Visitor) -> None:
    visitor.box.fill("Leaving")
    visitor.log_in("google")
    waiting: list[Route] = []
    visitor.page.route("**/embed/blog/me", lambda route: waiting.extend([route]))
    visitor.inside.evaluate("now = Date.now; Date.now = () => now() + 6_000")
    with visitor.page.expect_request("**/embed/blog/me"):
        visitor.inside.evaluate("dispatchEvent(new Event('visibilitychange')); Date.now = now")
    visitor.frame.get_by_role("button", name="Log Out").click()
    visitor.is_guest()
    with visitor.page.expect_response("**/embed/blog/me"):
        waiting[0].fulfill(json=KNOWN)
    visitor.rest()
    visitor.is_guest()


def test_who_logs_out_is_asked_for_the_account_again(visitor: Visitor, standins: Standins) -> None:
    visitor.box.fill("Shared computer")
    visitor.log_in("google")
    visitor.frame.get_by_role("button", name="Log Out").click()
    expect(visitor.frame.locator("#left")).to_contain_text("Logged out of Google.")
    standins.google.answer = ""
    window = visitor.enter("google")
    window.wait_for_url("https://google.test/**prompt=select_account**")


@pytest.mark.parametrize("width", WIDTHS)
def test_who_logs_out_can_have_everything_forgotten(visitor: Visitor) -> None:
    visitor.write("Shared computer", name="Gus")
    visitor.log_in("google")
    visitor.frame.get_by_role("button", name="Log Out").click()
    visitor.frame.get_by_role("button", name="Forget my details").click()
    expect(visitor.box).to_have_value("")
    expect(visitor.frame.locator("#author")).to_have_value("")
    expect(visitor.door("google")).to_be_focused()
    kept = visitor.inside.evaluate("JSON.stringify([localStorage, sessionStorage])")
    for word in ("Gus", "Shared computer", "reader:", "author:", "provider"):
        assert word not in kept


@pytest.mark.parametrize("width", WIDTHS)
def test_who_is_logged_in_at_the_service_goes_on_with_one_click(visitor: Visitor) -> None:
    visitor.box.fill("Once more")
    visitor.log_in("google")
    visitor.forget_frame()
    visitor.box.fill("Once more")
    window = visitor.enter("google")
    expect(window.get_by_role("heading")).to_have_text("Continue as Ada Reader?")
    expect(window.get_by_text("blog.test").first).to_be_visible()
    expect(window.get_by_text("An article")).to_be_visible()
    window.mouse.move(10, 10)
    window.get_by_role("button", name="Continue").click()
    visitor.is_logged_in("google")
    assert visitor.send().status == 201


def test_who_sends_no_sign_of_a_move_can_confirm_too(visitor: Visitor) -> None:
    visitor.box.fill("By voice")
    visitor.log_in("google")
    visitor.forget_frame()
    visitor.box.fill("By voice")
    window = visitor.enter("google")
    expect(window.locator("#continue")).to_be_disabled()
    expect(window.locator("#continue")).to_be_enabled(timeout=SOON)
    window.locator("#continue").dispatch_event("click")
    visitor.is_logged_in("google")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_login_that_has_expired_posts_nothing(
    visitor: Visitor, standins: Standins, personas: Callable[[str], str], desk: Flask
) -> None:
    name = f"Ada {ids.new()}"
    standins.facebook.persona = personas(name)
    visitor.box.fill("Kept")
    visitor.log_in("facebook")
    with desk.app_context():
        begin_writing()
        theirs = select(Identity.account_id).where(Identity.name == name)
        db.session.execute(delete(Session).where(Session.account_id.in_(theirs)))
        db.session.commit()
        db.session.remove()
    assert visitor.send().status == 401
    expect(visitor.identity.get_by_role("alert")).to_contain_text(EXPIRED)
    expect(visitor.message).to_be_hidden()
    visitor.is_guest()
    expect(visitor.box).to_have_value("Kept")
    expect(visitor.comments).to_have_count(0)
    with visitor.page.context.expect_page():
        visitor.frame.get_by_role("button", name="Log in again").click()
    visitor.is_logged_in("facebook")
    expect(visitor.identity).not_to_contain_text(EXPIRED, use_inner_text=True)
    expect(visitor.comments).to_have_count(0)
    assert visitor.send().status == 201
    expect(visitor.comment("Kept").locator(".author")).to_have_text(name)


def test_a_closed_thread_asks_nobody_who_they_are(
    visitor: Visitor, desk: Flask, article: str
) -> None:
    visitor.box.fill("The first")
    visitor.log_in("google")
    visitor.send()
    visitor.box.fill("Too late")
    change(desk, article, close)
    visitor.send()
    expect(visitor.message).to_contain_text("Sorry, comments are closed for this item.")
    expect(visitor.identity).to_be_hidden()
    expect(visitor.box).to_have_value("Too late")


def test_another_tab_of_the_site_logs_in_and_out(visitor: Visitor, other_article: str) -> None:
    visitor.write("Untouched", name="Gus")
    other = Visitor(visitor.page.context.new_page())
    other.page.goto(other_article)
    other.box.focus()
    other.log_in("google")
    visitor.is_logged_in("google")
    expect(visitor.box).to_have_value("Untouched")
    visitor.status.evaluate("status => status.append('Logged in')")
    other.frame.get_by_role("button", name="Log Out").click()
    other.is_guest()
    visitor.is_guest()
    expect(visitor.frame.get_by_text(EXPIRED)).to_be_hidden()
    expect(visitor.status).to_have_text("")
    expect(visitor.box).to_have_value("Untouched")
    expect(visitor.frame.locator("#author")).to_have_value("Gus")


def test_who_comes_back_is_known_before_they_write(visitor: Visitor) -> None:
    visitor.box.fill("I was here")
    visitor.log_in("google")
    visitor.send()
    visitor.page.reload()
    visitor.is_logged_in("google")
    expect(visitor.form).to_have_attribute("data-state", "resting")
    visitor.box.click()
    expect(visitor.whose).to_be_visible(timeout=200)
    expect(visitor.frame.locator("#author")).to_be_hidden(timeout=1)


def test_a_log_out_in_another_tab_takes_away_what_was_theirs(
    visitor: Visitor, other_article: str, policy: Callable[[Policy], None]
) -> None:
    policy(Policy.HOLD_ALL)
    visitor.box.fill("For moderators alone")
    visitor.log_in("google")
    visitor.send()
    visitor.page.reload()
    expect(visitor.comment("For moderators alone")).to_be_visible()
    other = Visitor(visitor.page.context.new_page())
    other.page.goto(other_article)
    other.box.focus()
    other.is_logged_in("google")
    other.frame.get_by_role("button", name="Log Out").click()
    expect(visitor.comments).to_have_count(0)
    visitor.is_guest()


def test_strange_people_are_shown_as_what_they_are(visitor: Visitor, standins: Standins) -> None:
    names = {
        "emoji": "Zoë 🧶👩🏽‍🚀 Yarn",
        "right-to-left": "ليلى بنت يوسف",
        "script": "<script>alert(1)</script> Sam",
    }
    for persona, name in names.items():
        standins.twitter.persona = persona
        visitor.box.fill(f"I am {persona}")
        visitor.log_in("twitter")
        expect(visitor.whose.locator("bdi")).to_have_text(name, timeout=SOON)
        assert visitor.send().status == 201
        expect(visitor.comment(f"I am {persona}").locator(".author")).to_have_text(name)
        visitor.frame.get_by_role("button", name="Log Out").click()
        visitor.is_guest()
        visitor.page.context.clear_cookies()


def _go_to_the_first_door(visitor: Visitor) -> None:
    visitor.arrive()
    visitor.type_by_keys("By keys")
    visitor.page.keyboard.press("Tab")
    expect(visitor.door("google")).to_be_focused()
    visitor.is_ready()
