"""Typing at the desk: what is text is text, however fast it is typed."""

import re

from playwright.sync_api import Page, Route, expect

from commentbox.models import Status
from tests.e2e.moderating import WORDS, Moderated


def test_what_is_typed_while_a_form_is_on_its_way_is_text_and_no_keys(
    moderated: Moderated, page: Page
) -> None:
    ann = moderated.wait_for_a_decision(WORDS)["Ann"]
    moderated.sign_in(page)
    held: list[Route] = []
    page.route(re.compile("/admin/comments/"), lambda route: held.append(route))  # noqa: PLW0108 -- Playwright marks it
    row = page.locator(f"#comment-{ann}")
    row.get_by_role("link", name="Reply").click()
    page.keyboard.type("As dad saXid.")
    page.keyboard.press("Backspace")
    [route] = held
    route.continue_()
    expect(row.get_by_label("Your reply")).to_have_value("As dad saXid")
    assert moderated.status(ann) is Status.PENDING
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_a_form_that_is_asked_for_twice_comes_once(moderated: Moderated, page: Page) -> None:
    ann = moderated.wait_for_a_decision(WORDS)["Ann"]
    moderated.sign_in(page)
    held: list[Route] = []
    page.route(re.compile("/admin/comments/"), lambda route: held.append(route))  # noqa: PLW0108 -- Playwright marks it
    row = page.locator(f"#comment-{ann}")
    row.get_by_role("link", name="Reply").dblclick()
    page.wait_for_timeout(200)
    for route in held:
        route.continue_()
    expect(row.get_by_label("Your reply")).to_have_value("")
    page.wait_for_timeout(200)
    expect(row.get_by_label("Your reply")).to_have_value("")


def test_keys_are_switched_off_by_whoever_wants_none(moderated: Moderated, page: Page) -> None:
    ann = moderated.wait_for_a_decision({"Ann": WORDS["Ann"]})["Ann"]
    moderated.sign_in(page)
    page.keyboard.press("?")
    page.get_by_label("Use these keys in this browser").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.type("jsxa")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    assert moderated.status(ann) is Status.PENDING
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys in this browser").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.type("js")
    expect(page.locator("[data-notice]")).to_contain_text("1 comment marked as spam.")
