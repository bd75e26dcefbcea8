"""For everybody: by keyboard, by ear, on the smallest screens."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import is_cut_off
from tests.e2e.hosts import PROVIDERS
from tests.e2e.reading import Reader, is_post


def test_a_guest_posts_by_keyboard_alone(reader: Reader) -> None:
    expect(reader.box).to_be_visible()
    keyboard = reader.page.keyboard
    reader.type_by_keys("By keys")
    expect(reader.button).to_be_visible()
    for _ in (*PROVIDERS, "email"):
        keyboard.press("Tab")
    for word in ("ann@example.org", "Ann"):
        keyboard.press("Tab")
        keyboard.type(word)
    for _ in ("website", "subscribe", "remember", "button"):
        keyboard.press("Tab")
    expect(reader.button).to_be_focused()
    keyboard.press("Enter")
    expect(reader.comment("By keys")).to_be_focused()


def test_enter_moves_on_where_the_keyboard_says_next(reader: Reader) -> None:
    reader.write("Moving on")
    expect(reader.element).to_have_attribute("title", "Comment form")
    reader.frame.locator("#email").press("Enter")
    expect(reader.frame.locator("#author")).to_be_focused()
    reader.frame.locator("#author").press("Enter")
    expect(reader.frame.locator("#url")).to_be_focused()
    with reader.page.expect_response(is_post):
        reader.frame.locator("#url").press("Enter")
    expect(reader.comment("Moving on")).to_be_focused()


def test_fields_stand_apart_and_in_line_when_one_is_wrong(reader: Reader) -> None:
    reader.box.focus()
    reader.button.click()
    expect(reader.frame.locator("#comment-error")).to_be_visible()
    error, legend = place(reader, "#comment-error"), place(reader, "legend")
    assert legend["y"] - error["y"] - error["height"] >= 8
    reader.frame.locator("#author").fill("Ann")
    expect(reader.frame.locator("#author-error")).to_be_hidden()
    assert place(reader, "#email")["y"] == place(reader, "#author")["y"]


def test_the_order_of_the_keyboard_is_that_of_the_page(reader: Reader) -> None:
    reader.box.focus()
    order = []
    for _ in range(11):
        order.append(reader.inside.evaluate("document.activeElement.id"))
        reader.page.keyboard.press("Tab")
    assert order == [
        *("comment", "postas-google", "postas-twitter", "postas-facebook", "postas-email"),
        *("email", "author", "url", "subscribe", "remember", "comment-submit"),
    ]


@pytest.mark.parametrize("state", ["resting", "open", "errors"])
def test_nothing_scrolls_sideways_at_320_pixels(
    page: Page, visit: Callable[..., Reader], post: Callable[..., str], state: str
) -> None:
    post("x" * 3000, name="y" * 240)
    page.set_viewport_size({"width": 320, "height": 600})
    reader = visit()
    expect(reader.comments).to_have_count(1)
    reader.inside.wait_for_load_state()  # With its styles: without them a word is never broken.
    if state != "resting":
        reader.box.focus()
    if state == "errors":
        reader.button.click()
    assert not is_cut_off(reader.inside)
    assert not is_cut_off(page)


def test_targets_are_large_enough_for_a_finger(
    browser: Browser, article: str, post: Callable[..., str]
) -> None:
    post("Touch me")
    post("Me too")
    context = browser.new_context(
        ignore_https_errors=True, has_touch=True, is_mobile=True, viewport=PHONE
    )
    page = context.new_page()
    page.goto(article)
    reader = Reader(page)
    reader.box.focus()
    for target in (
        reader.button,
        reader.frame.get_by_role("button", name="Reply").first,
        reader.frame.locator("a.when").first,
        reader.frame.get_by_role("link", name="Oldest first"),
        reader.frame.get_by_role("link", name="Open this conversation"),
    ):
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    context.close()


PHONE: Any = {"width": 360, "height": 740}


def place(reader: Reader, selector: str) -> Any:
    """Return where an element stands, in pixels."""
    return reader.frame.locator(selector).bounding_box()
