"""One's own account in a browser, without script; at the desk with it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from commentbox.cli.demo.providers import Standins
from commentbox.lib import ids
from commentbox.models import Status
from tests.e2e.axe import faults, is_cut_off
from tests.e2e.hosts import COMMENTS
from tests.e2e.logging_in import SOON
from tests.e2e.mail_codes import another, written
from tests.e2e.moderating import WORDS, Moderated

ME = f"{COMMENTS}/me"
LOOKS = [("light", 1280), ("dark", 320)]  # Each is seen, and each page in both.


@pytest.fixture
def plain(browser: Browser, standins: Standins, personas: Callable[[str], str]) -> Iterator[Page]:
    """Return a tab on a phone that runs no script, of somebody whom nobody knows yet."""
    context = browser.new_context(
        ignore_https_errors=True, java_script_enabled=False, viewport={"width": 320, "height": 700}
    )
    context.set_default_timeout(SOON)
    standins.google.persona = standins.facebook.persona = personas("Nick Nophoto")
    yield context.new_page()
    context.close()


def test_a_person_logs_in_links_unlinks_and_leaves_without_script(plain: Page) -> None:
    plain.goto(ME)
    _press(plain, "Log in with Google")
    expect(plain).to_have_url(ME, timeout=SOON)
    _press(plain, "Add Facebook")
    told = plain.get_by_role("status")
    expect(told).to_contain_text("You can log in with that as well now.", timeout=SOON)
    expect(plain.locator("[aria-labelledby=ways] .rows li")).to_have_count(2)
    plain.get_by_role("button", name="Unlink Facebook").click()
    expect(told).to_contain_text("You do not log in with that any more.", timeout=SOON)
    plain.get_by_label("Website").fill("ada.example")
    _press(plain, "Save")
    expect(plain.get_by_label("Website")).to_have_value("https://ada.example/")
    _press(plain, "Log out everywhere")
    expect(told).to_have_text("You are logged out everywhere.", timeout=SOON)


def test_a_button_stands_apart_from_the_field_above_it(plain: Page) -> None:
    plain.goto(ME)
    field = plain.get_by_label("Email").bounding_box()
    button = plain.get_by_role("button", name="Send code").bounding_box()
    assert field
    assert button
    assert button["y"] - field["y"] - field["height"] >= 8


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Browser, standins: Standins, desk: Flask, theme: str, width: int
) -> None:
    context = browser.new_context(
        ignore_https_errors=True,
        bypass_csp=True,  # for axe alone
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    page.goto(ME)
    _is_fine(page)
    _look_at_codes(page, desk)
    page.goto(ME)
    _press(page, "Log in with Google")
    expect(page).to_have_url(ME, timeout=SOON)
    _is_fine(page)
    page.get_by_label("Name").fill(" ")
    _press(page, "Save")
    expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    _is_fine(page)
    context.close()


def test_a_moderator_adds_a_provider_and_comes_back_by_it(
    moderated: Moderated, page: Page, standins: Standins, personas: Callable[[str], str]
) -> None:
    standins.google.persona = personas("ليلى بنت يوسف")
    moderated.sign_in(page)
    page.goto(f"{COMMENTS}/admin/account")
    _press(page, "Add Google")
    expect(page.get_by_role("status").last).to_contain_text("as well now", timeout=SOON)
    _press(page, "Sign out")
    _press(page, "Log in with Google")
    page.wait_for_url("**/admin/queue", timeout=SOON)
    page.goto(f"{COMMENTS}/admin/account")
    page.get_by_role("button", name="Unlink Google").click()
    expect(page.get_by_role("button", name="Send me a link")).to_be_visible()
    _press(page, "Log in with Google")
    expect(page.get_by_role("heading")).to_contain_text("Nobody who logs in with this moderates")


def test_an_old_sign_in_is_led_to_the_ways_to_sign_in_again(
    moderated: Moderated, page: Page, desk: Flask
) -> None:
    found = moderated.wait_for_a_decision(WORDS)
    moderated.sign_in(page)
    moderated.grow_old()
    comment = _to_spam(page, found)
    page.goto(f"{COMMENTS}/admin/queue?status=spam")
    page.locator(f"#comment-{comment} [name=comment]").check()
    page.locator(".bulk [data-act=delete]").click()
    page.wait_for_url("**/admin/again**")
    expect(page.get_by_role("heading", name="Sign in again")).to_be_visible()
    for theme, width in LOOKS:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 800})
        _is_fine(page)
    assert moderated.status(comment) is Status.SPAM
    page.get_by_role("link", name="Go back").click()
    page.wait_for_url("**/admin/queue?status=spam")


def _to_spam(page: Page, found: dict[str, str]) -> str:
    comment = found["CHEAP SHOES"]
    page.locator(f"#comment-{comment} [data-act=spam]").click()
    expect(page.locator(f"#comment-{comment}")).to_have_count(0)
    return comment


def _press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def _look_at_codes(page: Page, desk: Flask) -> None:
    """Log in by a code and out again, with each mistake on the way."""
    address = f"{ids.new().lower()}@example.org"
    page.get_by_label("Email").fill("ann@")
    _press(page, "Send code")
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    _is_fine(page)
    page.get_by_label("Email").fill(address)
    page.keyboard.press("Enter")
    digits = page.get_by_label("Type the six digits that we sent you:")
    expect(digits).to_be_focused()
    _is_fine(page)
    right = written(desk, address)
    digits.fill(another(right))
    page.keyboard.press("Enter")
    expect(digits).to_have_attribute("aria-invalid", "true")
    expect(digits).to_be_focused()
    _is_fine(page)
    digits.fill(right)
    page.keyboard.press("Enter")
    expect(page).to_have_url(ME, timeout=SOON)
    _press(page, "Log out everywhere")
    expect(page.get_by_role("status")).to_be_visible()


def _is_fine(page: Page) -> None:
    assert faults(page) == []
    assert not is_cut_off(page)
