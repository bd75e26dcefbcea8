"""The page of our own, in a browser that runs no script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from commentbox.cli.demo.providers import Standins
from tests.e2e.hosts import COMMENTS

QUICKEST = 2_100  # milliseconds; the server takes whoever sends sooner for a program


@pytest.fixture
def plain(browser: Browser, article: str) -> Iterator[Page]:
    """Return the conversation of an article in a browser without script."""
    context = browser.new_context(ignore_https_errors=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{COMMENTS}/t?site=blog&url={article}")
    yield page
    context.close()


def test_a_guest_posts_without_script(plain: Page) -> None:
    plain.locator("#comment").fill("Without script")
    plain.locator("#email").fill("ann@example.org")
    plain.locator("#author").fill("Ann")
    plain.wait_for_timeout(QUICKEST)
    plain.get_by_role("button", name="Post Comment").click()
    expect(plain.locator("article.comment")).to_contain_text("Without script")
    expect(plain).to_have_url(re.compile(r"/t/\w+"))


def test_enter_in_a_field_posts_and_logs_nobody_in(plain: Page) -> None:
    plain.locator("#comment").fill("By a key")
    plain.locator("#email").fill("ann@example.org")
    plain.locator("#author").fill("Ann")
    plain.wait_for_timeout(QUICKEST)
    plain.locator("#author").press("Enter")
    expect(plain.locator("article.comment")).to_contain_text("By a key")


def test_mistakes_come_back_with_everything_that_was_typed(plain: Page) -> None:
    plain.locator("#comment").fill("Keep me")
    plain.locator("#email").fill("ann@")
    plain.get_by_role("button", name="Post Comment").click()
    expect(plain.locator("#email-error")).to_have_text("Invalid email address")
    expect(plain.locator("#comment")).to_have_value("Keep me")
    expect(plain.locator("#email")).to_have_attribute("aria-invalid", "true")


def test_what_only_a_script_can_do_is_not_offered(plain: Page) -> None:
    expect(plain.get_by_text("Save my name, email, and website")).to_be_hidden()
    expect(plain.get_by_role("button", name="Post Comment")).to_be_visible()


def test_somebody_logs_in_posts_and_logs_out_without_script(
    plain: Page, standins: Standins
) -> None:
    standins.facebook.answer = ""
    plain.locator("#comment").fill("By nobody's script")
    plain.get_by_role("button", name="Log in with Facebook").click()
    if not plain.url.startswith("https://facebook.test"):  # the page in between leads on
        plain.wait_for_url("https://facebook.test/**")
    plain.get_by_role("button", name="Allow", exact=True).click()
    plain.wait_for_url("**/t*")
    expect(plain.get_by_text("You are commenting using your Facebook account.")).to_be_visible()
    expect(plain.locator("#comment")).to_have_value("By nobody's script")
    plain.wait_for_timeout(QUICKEST)
    plain.get_by_role("button", name="Post Comment").click()
    expect(plain.locator("article.comment .author")).to_have_text("Ada Reader")
    plain.get_by_role("button", name="Log Out").click()
    expect(plain.get_by_role("button", name="Log in with Facebook")).to_be_visible()
    expect(plain.locator("article.comment")).to_contain_text("By nobody's script")
