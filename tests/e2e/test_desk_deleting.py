"""Deleting for good at the desk: never by one press, with and without script."""

import pytest
from playwright.sync_api import Browser, Page, expect

from commentbox.extensions import db
from commentbox.models import Comment, Status
from commentbox.moderation import status
from tests.e2e.axe import faults, is_cut_off
from tests.e2e.hosts import COMMENTS
from tests.e2e.moderating import WORDS, Moderated

SPAM = f"{COMMENTS}/admin/queue?status=spam"


@pytest.fixture
def put_away(moderated: Moderated) -> dict[str, str]:
    """Return the ids of comments in the spam folder by author."""
    found = moderated.wait_for_a_decision(WORDS)
    with moderated.written():
        for each in found.values():
            status.move(db.session.get_one(Comment, each), Status.SPAM)
    return found


def test_it_is_asked_first_and_the_keyboard_is_on_cancel(
    moderated: Moderated, page: Page, put_away: dict[str, str]
) -> None:
    moderated.sign_in(page)
    page.goto(SPAM)
    page.set_viewport_size({"width": 360, "height": 800})
    for name in ("Ann", "Zoë"):
        page.locator(f"#comment-{put_away[name]} input[name=comment]").check()
    page.locator(".bulk").get_by_role("button", name="Delete for good").click()
    asked = page.get_by_role("dialog", name="Delete 2 comments for good?")
    expect(asked).to_contain_text("It cannot be undone.")
    expect(asked.get_by_role("link", name="Cancel")).to_be_focused()
    assert (faults(page), is_cut_off(page)) == ([], False)
    page.keyboard.press("Enter")
    expect(asked).to_have_count(0)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    assert moderated.status(put_away["Ann"]) is Status.SPAM
    page.locator(".bulk").get_by_role("button", name="Delete for good").click()
    page.keyboard.press("d")
    expect(asked).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-notice]")).to_contain_text("2 comments deleted for good.")
    gone = {name for name, each in put_away.items() if moderated.status(each) is Status.DELETED}
    assert gone == {"Ann", "Zoë"}


def test_without_script_it_is_asked_on_a_page_of_its_own(
    browser: Browser, moderated: Moderated, put_away: dict[str, str]
) -> None:
    plain = browser.new_context(java_script_enabled=False, ignore_https_errors=True)
    page = plain.new_page()
    moderated.sign_in(page)
    page.goto(f"{COMMENTS}/admin/comments/{put_away['Ann']}")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("heading", name="Delete 1 comment for good?")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator(".state")).to_have_text("Spam")
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("[data-notice]")).to_contain_text("1 comment deleted for good.")
    assert moderated.status(put_away["Ann"]) is Status.DELETED
    plain.close()
