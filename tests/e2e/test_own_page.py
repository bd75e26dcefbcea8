"""The page of our own in a browser that runs script: nothing that was typed gets lost."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from commentbox.cli.demo.providers import Standins
from tests.e2e.hosts import COMMENTS
from tests.e2e.test_without_script import QUICKEST


@pytest.fixture
def page(browser: Browser, article: str) -> Iterator[Page]:
    """Return the conversation of an article, where one comment has been written."""
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(f"{COMMENTS}/t?site=blog&url={article}")
    _write(page, "The first")
    _send(page)
    yield page
    context.close()


def test_a_reload_keeps_text_details_and_target(page: Page) -> None:
    page.get_by_role("link", name="Reply to Ann").click()
    _write(page, "Not sent yet", name="Ben")
    page.reload()
    expect(page.locator("#comment")).to_have_value("Not sent yet")
    expect(page.locator("#author")).to_have_value("Ben")
    expect(page.locator("#reply-title")).to_have_text("Leave a Reply to Ann")
    expect(page.get_by_text("We restored your unsent comment.")).to_be_visible()
    page.get_by_role("link", name="Cancel reply").click()
    expect(page.locator("#comment")).to_have_value("")


def test_what_was_sent_does_not_come_back(page: Page) -> None:
    expect(page.locator("#comment")).to_have_value("")
    page.reload()
    expect(page.locator("#comment")).to_have_value("")
    _write(page, "a@b is no address", email="a@b")
    page.wait_for_timeout(QUICKEST)
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator("#email-error")).to_have_text("Invalid email address")
    page.goto(page.url)
    expect(page.locator("#comment")).to_have_value("a@b is no address")
    page.locator("#email").fill("ann@example.org")
    _send(page)
    page.reload()
    expect(page.locator("#comment")).to_have_value("")


def test_what_is_discarded_is_gone(page: Page) -> None:
    _write(page, "Better not")
    page.reload()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#comment")).to_have_value("")
    page.reload()
    expect(page.locator("#comment")).to_have_value("")


def test_a_log_in_and_a_change_keep_it(page: Page, standins: Standins) -> None:
    _write(page, "Who am I?", name="Gus")
    page.get_by_role("button", name="Log in with Google").click()
    expect(page.get_by_text("You are commenting using your Google account.")).to_be_visible()
    expect(page.locator("#comment")).to_have_value("Who am I?")
    page.locator("#comment").fill("Who am I now?")
    page.get_by_role("link", name="Change").click()
    expect(page.locator("#author")).to_have_value("Gus")
    expect(page.locator("#comment")).to_have_value("Who am I now?")


def _write(page: Page, text: str, *, name: str = "Ann", email: str = "ann@example.org") -> None:
    for field, value in (("comment", text), ("email", email), ("author", name)):
        page.locator(f"#{field}").fill(value)


def _send(page: Page) -> None:
    before = page.locator("article.comment").count()
    page.wait_for_timeout(QUICKEST)
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator("article.comment")).to_have_count(before + 1)
    expect(page).to_have_url(re.compile("#comment-"))
