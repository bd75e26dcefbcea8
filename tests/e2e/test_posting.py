"""Posting as a guest, from the box to the place in the thread."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from commentbox.lib import ids
from commentbox.models import Policy
from tests.e2e.hosts import EMBED, Articles
from tests.e2e.reading import Reader, is_post


def test_a_comment_appears_at_its_place_and_has_the_focus(reader: Reader) -> None:
    assert reader.post("Good morning").status == 201
    comment = reader.comment("Good morning")
    expect(comment).to_be_focused()
    expect(reader.status).to_have_text("Comment posted.")
    expect(reader.frame.locator(".count")).to_have_text("1 comment")
    expect(reader.box).to_have_value("")
    expect(reader.form).to_have_attribute("data-state", "sent-published")


def test_the_number_of_comments_is_told_in_words(reader: Reader) -> None:
    for number, words in enumerate(("1 comment", "2 comments", "3 comments")):
        reader.post(f"Number {number}")
        expect(reader.frame.locator(".count")).to_have_text(words)


def test_where_the_oldest_comes_first_a_new_comment_comes_last(
    page: Page, articles: Articles
) -> None:
    oldest = EMBED.replace("data-site", 'data-sort="oldest" data-site')
    page.goto(articles.put(f"/{ids.new()}", oldest))
    reader = Reader(page)
    reader.post("The first")
    reader.post("The second")
    expect(reader.comments.last).to_contain_text("The second")


def test_a_published_comment_becomes_the_fragment_of_the_article(reader: Reader) -> None:
    reader.post("Where am I?")
    comment = reader.comment("Where am I?").get_attribute("id")
    reader.page.wait_for_url(f"**#{comment}")


def test_a_held_comment_is_shown_to_its_author_alone(
    reader: Reader, policy: Callable[[Policy], None], browser: Browser
) -> None:
    policy(Policy.HOLD_ALL)
    assert reader.post("Hold me").status == 202
    expect(reader.comment("Hold me")).to_contain_text("Your comment is awaiting moderation.")
    reader.page.reload()
    expect(reader.comment("Hold me")).to_be_visible()
    stranger = browser.new_context(ignore_https_errors=True)
    page = stranger.new_page()
    page.goto(reader.page.url)
    other = Reader(page)
    expect(other.box).to_be_visible()
    expect(other.comments).to_have_count(0)
    stranger.close()


def test_the_note_on_a_held_comment_depends_on_being_remembered(
    reader: Reader, policy: Callable[[Policy], None]
) -> None:
    policy(Policy.HOLD_ALL)
    reader.post("First")
    note = reader.comment("First").locator(".note")
    expect(note).to_contain_text("This is a preview; your comment will be visible after it")
    reader.write("Second")
    reader.frame.locator("#remember").check()
    reader.send()
    note = reader.comment("Second").locator(".note")
    expect(note).to_have_text("Your comment is awaiting moderation.")
    expect(reader.status).to_have_text("Your comment is awaiting moderation.")
    reader.page.reload()
    expect(note).to_have_text("Your comment is awaiting moderation.")


def test_a_held_comment_offers_no_reply_and_no_live_link(
    reader: Reader, policy: Callable[[Policy], None]
) -> None:
    policy(Policy.HOLD_ALL)
    reader.post("See https://example.org/offer")
    held = reader.comment("See https://example.org/offer")
    expect(held.locator(".words a")).to_have_count(0)
    expect(held.get_by_role("button")).to_have_count(0)
    expect(held.locator("time")).to_be_visible()
    expect(held.locator("a.when")).to_have_count(0)


def test_a_double_click_posts_one_comment(reader: Reader) -> None:
    reader.write("Once")
    with reader.page.expect_response(is_post):
        reader.button.dblclick()
    expect(reader.comment("Once")).to_have_count(1)
    reader.page.reload()
    expect(reader.comments).to_have_count(1)


def test_control_and_enter_in_the_box_post_one_comment(reader: Reader) -> None:
    reader.write("Swift")
    reader.box.focus()
    with reader.page.expect_response(is_post):
        reader.page.keyboard.press("Control+Enter")
        reader.page.keyboard.press("Control+Enter")
    expect(reader.comment("Swift")).to_have_count(1)
    reader.page.reload()
    expect(reader.comments).to_have_count(1)


def test_a_click_after_control_and_enter_is_not_a_second_comment(reader: Reader) -> None:
    reader.write("Swift")
    reader.box.focus()
    reader.page.keyboard.press("Control+Enter")
    expect(reader.comment("Swift")).to_be_visible()
    reader.button.evaluate("(button) => button.click()")
    expect(reader.frame.locator("#comment-error")).to_be_hidden()
    expect(reader.comment("Swift")).to_be_focused()


def test_details_are_remembered_only_on_request(reader: Reader) -> None:
    reader.write("Remember me")
    reader.frame.locator("#remember").check()
    reader.send()
    page = reader.page.context.new_page()
    page.goto(reader.page.url.split("#")[0])
    later = Reader(page)
    later.box.focus()
    expect(later.frame.locator("#email")).to_have_value("ann@example.org")
    expect(later.frame.locator("#remember")).to_be_checked()
    later.frame.locator("#remember").uncheck()
    later.post("Forget me")
    expect(later.comment("Forget me")).to_be_visible()
    last = page.context.new_page()
    last.goto(page.url.split("#")[0])
    reader = Reader(last)
    reader.box.focus()
    expect(reader.frame.locator("#email")).to_have_value("")


def test_a_bare_host_becomes_a_web_address(reader: Reader) -> None:
    reader.write("My page")
    reader.frame.locator("#url").fill("ann.example")
    reader.send()
    author = reader.comment("My page").locator("a.author")
    expect(author).to_have_attribute("href", "https://ann.example/")


def test_a_reader_who_follows_is_told_to_confirm(reader: Reader) -> None:
    reader.write("Tell me more")
    reader.frame.locator("#subscribe").check()
    reader.send()
    expect(reader.frame.get_by_text("Check your email to confirm notifications.")).to_be_visible()


def test_an_untouched_form_rests_again(reader: Reader) -> None:
    reader.box.focus()
    expect(reader.form).to_have_attribute("data-state", "open")
    reader.frame.locator(".count").click()
    expect(reader.form).to_have_attribute("data-state", "resting")
    expect(reader.button).to_be_hidden()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "script not yet there"])
def test_the_first_press_below_an_untouched_form_counts(
    page: Page, visit: Callable[..., Reader], post: Callable[..., str], has_script: bool
) -> None:
    post("Good morning", parent=post("Good evening"))
    if not has_script:
        page.route("**/widget/form*.js", lambda route: None)
    reader = visit()
    reader.box.click()
    expect(reader.button).to_be_visible()
    press(reader, reader.frame.locator(".fold"))
    expect(reader.comment("Good morning")).to_be_hidden()
    expect(reader.button).to_be_hidden()


def press(reader: Reader, button: Locator) -> None:
    """Press where the button is seen, as a hand does: it does not follow what moves away."""
    button.scroll_into_view_if_needed()
    place = button.bounding_box()
    assert place is not None
    mouse = reader.page.mouse
    mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    mouse.down()
    reader.rest()
    mouse.up()
