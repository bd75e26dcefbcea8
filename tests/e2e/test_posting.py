"""Posting as a guest, from the box to the place in the thread."""

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from commentbox.models import Policy
from tests.e2e.reading import Reader


def test_a_comment_appears_at_its_place_and_has_the_focus(reader: Reader) -> None:
    assert reader.post("Good morning").status == 201
    comment = reader.comment("Good morning")
    expect(comment).to_be_focused()
    expect(reader.status).to_have_text("Comment posted.")
    expect(reader.frame.locator(".count")).to_have_text("1 comment")
    expect(reader.box).to_have_value("")


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
