"""The desk under a finger: what stands beside each other is told apart by it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from commentbox.lib import ids
from tests.e2e.axe import faults, is_cut_off
from tests.e2e.hosts import COMMENTS
from tests.e2e.moderating import WORDS, Moderated

GAP, HEIGHT = 16, 44


@pytest.fixture
def phone(browser: Browser, moderated: Moderated) -> Iterator[Page]:
    """Return the queue on a telephone."""
    moderated.wait_for_a_decision(WORDS)
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": 360, "height": 740}, has_touch=True
    )
    page = context.new_page()
    moderated.sign_in(page)
    yield page
    context.close()


def test_no_finger_hits_the_button_beside_the_one_that_was_meant(phone: Page) -> None:
    for folder in ("pending", "spam"):
        phone.goto(f"{COMMENTS}/admin/queue?status={folder}")
        row = phone.locator(".row").first
        found = boxes(row.locator(".acts > *"))
        assert len({box["y"] for box in found}) == 1
        far_enough(found)
        # In the other folder as well.
        row.get_by_role("button", name="Spam" if folder == "pending" else "Trash").click()
        expect(phone.locator("[data-notice]")).to_be_visible()
    assert not is_cut_off(phone)


def test_undo_stands_in_one_place_in_the_log(phone: Page) -> None:
    for button, words in (("Approve", "approved"), ("Spam", "as spam"), ("Trash", "the trash")):
        phone.locator(".row").first.get_by_role("button", name=button).click()
        expect(phone.locator("[data-notice]")).to_contain_text(words)
    phone.goto(f"{COMMENTS}/admin/log")
    rows = phone.locator(".log > li")
    first = rows.first.locator(".what b")
    first.evaluate("it => { it.textContent = 'So long a sentence that it takes more than a line' }")
    ends = {round(each["x"] + each["width"]) for each in boxes(phone.locator(".log form button"))}
    assert len(ends) == 1
    below = {
        round(row["y"] + row["height"] - button["y"] - button["height"])
        for button, row in zip(boxes(phone.locator(".log form button")), boxes(rows), strict=True)
    }
    assert len(below) == 1


def test_the_bar_stays_in_sight_and_covers_nothing_that_has_the_focus(
    phone: Page, moderated: Moderated
) -> None:
    moderated.wait_for_a_decision({f"Reader {n}": f"{ids.new()} {ids.new()}" for n in range(20)})
    phone.reload()
    for width in (360, 1280):
        phone.set_viewport_size({"width": width, "height": 740})
        phone.locator(".row input").nth(9).check()
        bar, link = phone.locator(".bulk"), phone.locator("[data-act=edit]").nth(9)
        link.evaluate("it => scrollBy(0, it.getBoundingClientRect().top)")
        assert round(boxes(bar)[0]["y"]) == 0
        expect(bar.get_by_role("button", name="Spam")).to_be_in_viewport(ratio=1)
        phone.locator("[data-act=reply]").nth(9).evaluate("it => it.focus()")
        phone.keyboard.press("Shift+Tab")
        expect(link).to_be_focused()
        assert boxes(link)[0]["y"] >= boxes(bar)[0]["height"]
    assert faults(phone) == []


def test_the_folders_stay_where_they_are_while_the_filter_is_open(phone: Page) -> None:
    phone.set_viewport_size({"width": 1280, "height": 740})
    [before] = boxes(phone.locator(".folders"))
    phone.get_by_text("Filter and order").click()
    assert boxes(phone.locator(".folders")) == [before]


def far_enough(found: list[dict[str, Any]]) -> None:
    """Check that all are high enough, and each far enough from the next."""
    assert min(box["height"] for box in found) >= HEIGHT
    gaps = [other["x"] - one["x"] - one["width"] for one, other in pairwise(found)]
    assert min(gaps) >= GAP


def boxes(found: Locator) -> list[dict[str, Any]]:
    return [dict(box) for each in found.all() if (box := each.bounding_box())]
