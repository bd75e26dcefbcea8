"""Answering a comment: the one form goes there and comes back."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from commentbox.comments import reading
from commentbox.lib import ids
from tests.e2e.hosts import EMBED, Articles
from tests.e2e.reading import Reader
from tests.e2e.test_drafts import SENDING
from tests.e2e.test_messages import answer, change


@pytest.fixture
def reader(visit: Callable[..., Reader], post: Callable[..., str]) -> Reader:
    """Return a reader of two comments."""
    post("First of all", name="Zoë")
    post("And then", name="Ben")
    return visit()


def test_reply_brings_the_form_to_the_comment(reader: Reader) -> None:
    reader.reply_to("First of all")
    expect(reader.box).to_be_focused()
    expect(reader.frame.locator("#reply-title")).to_have_text("Leave a Reply to Zoë")
    expect(reader.box).to_have_accessible_name("Reply to Zoë")
    expect(reader.form).to_have_count(1)
    expect(
        reader.frame.locator("li.branch", has_text="First of all").locator("#commentform")
    ).to_be_visible()


def test_what_went_wrong_at_one_place_is_not_said_at_another(reader: Reader) -> None:
    for _ in range(2):
        reader.post("Twice")
    expect(reader.message).to_contain_text("Duplicate comment detected")
    reader.reply_to("First of all")
    expect(reader.message).to_be_hidden()
    expect(reader.box).to_have_value("Twice")


def test_who_must_wait_is_still_told_so_elsewhere(reader: Reader) -> None:
    reader.page.route(SENDING, answer(429, detail="Slow down.", retry_after=60))
    reader.write("Quick")
    reader.button.click()
    reader.reply_to("First of all")
    expect(reader.message).to_contain_text("Slow down. Try again in")
    expect(reader.button).to_be_disabled()


def test_cancel_brings_it_back_and_the_focus_to_reply(reader: Reader) -> None:
    reader.reply_to("First of all")
    reader.frame.get_by_role("button", name="Cancel reply").click()
    expect(reader.frame.locator("#reply-title")).to_have_text("Leave a Reply")
    expect(reader.frame.get_by_role("button", name="Reply to Zoë")).to_be_focused()
    expect(reader.frame.locator("li form")).to_have_count(0)


def test_escape_cancels_only_an_empty_reply(reader: Reader) -> None:
    reader.reply_to("First of all")
    reader.box.fill("Precious")
    reader.page.keyboard.press("Escape")
    expect(reader.box).to_have_value("Precious")
    expect(reader.frame.locator("#reply-title")).to_have_text("Leave a Reply to Zoë")
    reader.box.fill("")
    reader.page.keyboard.press("Escape")
    expect(reader.frame.locator("#reply-title")).to_have_text("Leave a Reply")


def test_a_reply_stands_below_what_it_answers(reader: Reader) -> None:
    reader.reply_to("First of all")
    reader.post("Quite so", name="Ann")
    branch = reader.frame.locator("li.branch", has_text="First of all")
    expect(branch.locator(".replies .comment")).to_contain_text("Quite so")
    reader.reply_to("Quite so")
    reader.post("Deeper", name="Ann")
    expect(branch.locator(".reply.d2")).to_contain_text("Deeper")
    expect(reader.frame.locator("#reply-title")).to_have_text("Leave a Reply")
    reader.page.reload()
    expect(branch.locator(".reply.d2")).to_contain_text("Deeper")


def test_a_branch_folds_by_a_button(reader: Reader) -> None:
    reader.reply_to("First of all")
    reader.post("Quite so", name="Ann")
    expect(reader.comment("Quite so")).to_be_visible()
    reader.page.reload()
    button = reader.frame.get_by_role("button", name="1 reply", exact=True)
    button.click()
    expect(reader.comment("Quite so")).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(reader.comment("Quite so")).to_be_visible()


def test_a_branch_that_has_just_begun_folds_too(reader: Reader) -> None:
    branch = reader.frame.locator("li.branch", has_text="First of all")
    for number, words in enumerate(("1 reply", "2 replies"), start=1):
        reader.reply_to("First of all")
        reader.post(f"Answer {number}")
        expect(branch.locator(".fold")).to_have_text(words)
    branch.locator(".fold").click()
    expect(reader.comment("Answer 1")).to_be_hidden()


def test_what_comes_into_a_folded_branch_opens_it(reader: Reader) -> None:
    reader.reply_to("First of all")
    reader.post("Quite so")
    fold = reader.frame.locator(".fold")
    fold.click()
    reader.reply_to("First of all")
    reader.post("And another")
    expect(reader.comment("And another")).to_be_focused()
    expect(fold).to_have_attribute("aria-expanded", "true")
    expect(reader.comment("Quite so")).to_be_visible()


def test_a_form_with_text_is_not_folded_away(reader: Reader) -> None:
    for words in ("Quite so", "And another"):
        reader.reply_to("First of all")
        reader.post(words)
    reader.reply_to("Quite so")
    reader.box.fill("Precious")
    reader.frame.locator(".fold").click()
    expect(reader.comment("And another")).to_be_hidden()
    expect(reader.comment("Quite so")).to_be_visible()
    expect(reader.box).to_be_visible()
    reader.frame.get_by_role("button", name="Cancel reply").click()
    expect(reader.box).to_have_value("Precious")
    expect(reader.comment("Quite so").get_by_role("button", name="Reply")).to_be_focused()


def test_an_address_can_ask_for_a_reply(
    visit: Callable[..., Reader], post: Callable[..., str]
) -> None:
    asked = post("Answer me", name="Zoë")
    reader = visit(f"?replytocom={asked}#respond")
    expect(reader.frame.locator("#reply-title")).to_have_text("Leave a Reply to Zoë")
    expect(reader.box).to_be_focused()


def test_more_comments_come_by_a_button_and_take_the_focus(
    visit: Callable[..., Reader], post: Callable[..., str]
) -> None:
    for number in range(reading.PAGE + 1):
        post(f"Number {number}.")
    reader = visit()
    expect(reader.comments).to_have_count(reading.PAGE)
    reader.frame.get_by_role("link", name="Show more comments").click()
    expect(reader.comment("Number 0.")).to_be_focused()
    expect(reader.comments).to_have_count(reading.PAGE + 1)


def test_an_address_can_point_at_a_comment(
    visit: Callable[..., Reader], post: Callable[..., str]
) -> None:
    wanted = post("Look here")
    reader = visit(f"#comment-{wanted}")
    expect(reader.comment("Look here")).to_be_in_viewport()
    clear = "rgba(0, 0, 0, 0)"
    expect(reader.comment("Look here")).not_to_have_css("background-color", clear)
    expect(reader.comment("Look here")).to_have_css("background-color", clear)  # after a while


@pytest.mark.parametrize("width", [360])
def test_addresses_lead_to_their_comment_also_below_a_long_article(
    page: Page, articles: Articles, post: Callable[..., str]
) -> None:
    address = articles.put(f"/{ids.new()}", f"<p style='height: 6000px'>Long</p>{EMBED}")
    wanted = post("Look here", url=address)
    for suffix in (f"#comment-{wanted}", "#respond", f"?replytocom={wanted}#respond"):
        page.goto("about:blank")
        page.goto(address + suffix)
        page.wait_for_function("scrollY > 4000")
    reader = Reader(page)
    expect(reader.box).to_be_focused()
    expect(reader.box).to_be_in_viewport()


def test_a_link_within_the_frame_keeps_the_place_of_the_keyboard(
    visit: Callable[..., Reader], post: Callable[..., str], desk: Flask, article: str
) -> None:
    wanted = post("Said early on")
    for number in range(reading.PAGE):
        post(f"Number {number}.")
    change(desk, article, lambda thread: setattr(thread, "pinned_id", wanted))
    reader = visit()
    for name in ("Oldest first", "Newest first"):
        link = reader.frame.get_by_role("link", name=name)
        link.scroll_into_view_if_needed()
        before = reader.page.evaluate("scrollY")
        link.press("Enter")
        expect(link).to_have_attribute("aria-current", "true")
        expect(link).to_be_focused()
        assert reader.page.evaluate("scrollY") == before
    reader.frame.get_by_role("link", name="See it in its place").press("Enter")
    expect(reader.frame.locator(f"#comment-{wanted}")).to_be_focused()
    expect(reader.frame.locator(f"#comment-{wanted}")).to_be_in_viewport()
