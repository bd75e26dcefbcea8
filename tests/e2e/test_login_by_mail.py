"""Logging in by six digits: what was written before by this browser is theirs afterwards."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Route, expect
from sqlalchemy import select

from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Comment
from tests.e2e.hosts import PROVIDERS, WIDTHS
from tests.e2e.logging_in import Visitor
from tests.e2e.mail_codes import NAME, Panel, written
from tests.e2e.test_login_form import KNOWN


def test_what_a_guest_wrote_is_theirs_after_the_code(visitor: Visitor, desk: Flask) -> None:
    address = f"{ids.new().lower()}@example.org"
    visitor.box.fill("Written as a guest")
    visitor.introduce("Ann", address)
    visitor.send()
    expect(visitor.comments).to_have_count(1)
    _type_address(visitor, address)
    visitor.frame.locator("[data-act=code]").click()
    visitor.frame.locator("#code-digits").fill(written(desk, address))
    visitor.frame.locator("[data-act=prove]").click()
    visitor.is_logged_in("email")
    ids_twice = "(all => all.filter((id, at) => all.indexOf(id) < at))"
    all_ids = "[...document.querySelectorAll('[id]')].map(({ id }) => id)"
    assert visitor.inside.evaluate(f"{ids_twice}({all_ids})") == []
    with desk.app_context():
        mine = select(Comment).where(Comment.author_email == address)
        assert db.session.scalars(mine).one().account_id


def test_who_is_new_is_asked_for_their_name(visitor: Visitor, desk: Flask) -> None:
    panel, address = Panel(visitor), f"{ids.new().lower()}@example.org"
    visitor.write("By mail", name="Gus")
    _type_address(visitor, address)
    expect(visitor.frame.get_by_text(NAME, exact=True)).to_be_visible()
    panel.send.click()
    expect(panel.name).to_have_value("Gus")
    expect(panel.name).to_have_attribute("autocomplete", "name")
    panel.digits.fill(written(desk, address))
    panel.name.fill("Gus Green")
    panel.name.press("Enter")
    visitor.is_logged_in("email")
    expect(visitor.whose.locator("bdi")).to_have_text("Gus Green")


def test_another_code_is_announced_and_one_too_many_refused(visitor: Visitor) -> None:
    panel, told = Panel(visitor), visitor.frame.locator("#code-sent")
    _type_address(visitor, f"{ids.new().lower()}@example.org")
    for words in (re.compile("^\\s*Type the six"), *[re.compile("We sent another code. Type")] * 2):
        panel.send.click()
        expect(told).to_contain_text(words)
        expect(panel.digits).to_be_focused()
        panel.address.focus()
    panel.send.click()
    expect(visitor.message).to_contain_text("Too many login attempts. Try again in 15 minutes.")


def test_one_s_account_opens_from_the_frame_without_another_code(
    visitor: Visitor, desk: Flask
) -> None:
    address = f"{ids.new().lower()}@example.org"
    _type_address(visitor, address)
    visitor.frame.locator("[data-act=code]").click()
    visitor.frame.locator("#code-digits").fill(written(desk, address))
    visitor.frame.locator("[data-act=prove]").click()
    with visitor.page.context.expect_page() as opened:
        visitor.frame.get_by_role("button", name="Your account").click()
    expect(opened.value.get_by_text("Where you are logged in")).to_be_visible()
    assert opened.value.url.endswith("/me")


@pytest.mark.parametrize("width", WIDTHS)
def test_somebody_logs_in_by_a_code_with_the_keyboard_alone(visitor: Visitor, desk: Flask) -> None:
    panel, keyboard = Panel(visitor), visitor.page.keyboard
    address = f"{ids.new().lower()}@example.org"
    visitor.arrive()
    visitor.type_by_keys("By keys")
    expect(panel.door).to_be_visible()
    for _ in (*PROVIDERS, "email"):
        keyboard.press("Tab")
    expect(panel.door).to_be_focused()
    visitor.is_ready()
    keyboard.press("Enter")
    expect(panel.address).to_be_focused()
    keyboard.press("Escape")
    expect(panel.group).to_be_hidden()
    expect(panel.door).to_be_focused()
    keyboard.press("Enter")
    keyboard.type(address)
    keyboard.press("Enter")
    expect(panel.digits).to_be_focused()
    expect(visitor.status).to_contain_text("Type the six digits that we sent to")
    keyboard.type(written(desk, address))
    keyboard.press("Enter")
    visitor.is_logged_in("email")
    expect(visitor.box).to_be_focused()
    expect(visitor.box).to_have_value("By keys")
    for name in ("Log Out", "Change"):
        keyboard.press("Tab")
        expect(visitor.frame.get_by_role("button", name=name)).to_be_focused()


def test_a_double_press_asks_for_one_mail(visitor: Visitor) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    _type_address(visitor, f"{ids.new()}@example.org")
    visitor.frame.locator("[data-act=code]").dblclick()
    expect(visitor.frame.locator("#code-digits")).to_be_focused()
    assert len([url for url in asked if url.endswith("/login/email")]) == 1


def test_no_answer_counts_once_the_reader_has_left(visitor: Visitor) -> None:
    page, waiting = visitor.page, list[Route]()
    page.route("**/login/email/finish", lambda route: waiting.extend([route]))
    _type_address(visitor, f"{ids.new()}@example.org")
    visitor.frame.locator("[data-act=code]").click()
    visitor.frame.locator("#code-digits").fill("123456")
    with page.expect_request("**/login/email/finish"):
        visitor.frame.locator("[data-act=prove]").click()
    visitor.frame.locator("#comment-form-code").get_by_role("button", name="Cancel").click()
    visitor.is_guest()
    with page.expect_response("**/login/email/finish"):
        waiting[0].fulfill(json=KNOWN)
    visitor.rest()
    visitor.is_guest()


def test_what_is_wrong_is_said_where_it_was_typed(visitor: Visitor) -> None:
    address, digits = (visitor.frame.locator(f"#code-{name}") for name in ("address", "digits"))
    _type_address(visitor, "a@b")
    address.press("Enter")
    _is_wrong(address, "(Address never made public) Invalid email address")
    address.fill(f"{ids.new()}@example.org")
    expect(address).not_to_have_attribute("aria-invalid", "true")
    address.press("Enter")
    digits.fill("000000")
    digits.press("Enter")
    _is_wrong(digits, "This is not the code from the mail.")
    expect(visitor.frame.get_by_role("alert")).to_have_text("This is not the code from the mail.")
    digits.fill("1")
    expect(visitor.frame.locator("#code-digits-error")).to_be_hidden()
    expect(visitor.message).to_be_hidden()


def _is_wrong(field: Locator, description: str) -> None:
    expect(field).to_have_accessible_description(description)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()


def _type_address(visitor: Visitor, address: str) -> None:
    visitor.box.fill("By mail")
    visitor.is_ready()
    visitor.door("email").click()
    visitor.frame.locator("#code-address").fill(address)
