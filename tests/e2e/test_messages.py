"""Every message of the form, where it belongs and in its exact words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Route, expect

from commentbox.comments import threads
from commentbox.extensions import begin_writing, db
from commentbox.models import Comment, Status
from commentbox.moderation import status
from tests.e2e.reading import Reader, is_post
from tests.e2e.test_drafts import SENDING, kept

CACHED = 1_100  # milliseconds that a page may be old
WRONG = [
    ("comment", "   ", "Please enter a comment"),
    ("comment", "x" * 10_001, "Your comment is too long. 10001 of 10000 characters"),
    ("email", "", "Please enter your email address here"),
    ("email", "a@b", "Invalid email address"),
    ("author", "", "Please enter your name here"),
    ("url", "ftp://ann.example", "Enter a web address that starts with http:// or https://"),
    ("url", "https://exa mple.org", "A web address has no spaces in it."),
    ("url", "mia example", "A web address has no spaces in it."),
    ("url", "javascript:alert(1)", "Enter a web address that starts with http:// or https://"),
]


@pytest.mark.parametrize(("field", "typed", "message"), WRONG)
def test_a_mistake_is_shown_at_its_field_and_goes_when_mended(
    reader: Reader, field: str, typed: str, message: str
) -> None:
    reader.write("Hello")
    entry, error = reader.frame.locator(f"#{field}"), reader.frame.locator(f"#{field}-error")
    entry.fill(typed)
    reader.button.click()
    expect(error).to_have_text(message)
    expect(entry).to_have_attribute("aria-invalid", "true")
    expect(entry).to_be_focused()
    expect(entry).to_have_accessible_description(message_of(field, message))
    entry.fill({"email": "ann@example.org", "url": "ann.example"}.get(field, "Ann"))
    expect(error).to_be_hidden()
    expect(entry).not_to_have_attribute("aria-invalid", "true")


def test_all_mistakes_are_shown_at_once_and_the_first_has_the_focus(reader: Reader) -> None:
    reader.box.focus()
    reader.button.click()
    for field in ("comment", "email", "author"):
        expect(reader.frame.locator(f"#{field}-error")).to_be_visible()
    expect(reader.box).to_be_focused()


def test_the_server_says_it_at_the_field_too(reader: Reader) -> None:
    reader.page.route(SENDING, answer(422, fields={"email": "Invalid email address"}))
    reader.post("Hello")
    expect(reader.frame.locator("#email-error")).to_have_text("Invalid email address")
    expect(reader.frame.locator("#email")).to_be_focused()


def test_a_duplicate_is_linked_to_its_twin(reader: Reader) -> None:
    reader.post("Twice")
    expect(reader.comment("Twice")).to_be_visible()
    reader.post("Twice")
    expect(reader.message).to_contain_text(
        "Duplicate comment detected; it looks as though you've already said that!"
    )
    expect(reader.box).to_have_value("Twice")
    reader.frame.get_by_role("link", name="See that comment").click()
    expect(reader.comment("Twice")).to_be_focused()


def test_too_fast_counts_down_and_frees_the_button(reader: Reader) -> None:
    sentence = "You are posting comments too quickly. Slow down."
    reader.page.route(SENDING, answer(429, detail=sentence, retry_after=3))
    reader.write("Quick")
    reader.button.click()
    expect(reader.message).to_contain_text(f"{sentence} Try again in")
    heard = f"- alert: {sentence} Try again in 3 seconds."
    expect(reader.message).to_match_aria_snapshot(heard)
    expect(reader.button).to_be_disabled()
    expect(reader.button).to_be_focused()
    expect(reader.button).to_be_enabled()
    expect(reader.message).to_be_hidden()


def test_the_focus_stays_where_the_form_was_sent(reader: Reader) -> None:
    waiting: list[Route] = []
    reader.page.route(SENDING, lambda route: waiting.extend([route]))
    reader.write("Stay")
    with reader.page.expect_request(SENDING):
        reader.button.click()
    expect(reader.button).to_have_text("Posting Comment…")
    expect(reader.button).to_be_focused()
    waiting[0].fulfill(status=500, body="{}")
    expect(reader.message).to_be_visible()
    expect(reader.button).to_be_focused()


def test_trying_again_does_not_lose_the_focus(reader: Reader) -> None:
    reader.page.route(SENDING, lambda route: route.abort())
    reader.write("Again")
    reader.button.click()
    again = reader.frame.get_by_role("button", name="Try again")
    again.click()
    expect(reader.button).to_be_focused()
    expect(again).to_be_visible()


def test_a_closed_thread_leaves_the_text_to_be_copied(
    reader: Reader, desk: Flask, article: str
) -> None:
    reader.post("The last word")
    reader.write("One more")
    change(desk, article, close)
    reader.send()
    expect(reader.message).to_contain_text("Sorry, comments are closed for this item.")
    expect(reader.box).not_to_be_editable()
    expect(reader.frame.get_by_role("button", name="Copy text")).to_be_visible()
    expect(reader.form).to_have_attribute("data-state", "unavailable")
    expect(reader.frame.get_by_role("heading", name="Comments are closed.")).to_be_visible()
    expect(reader.box).to_be_focused()
    for gone in (reader.button, reader.frame.locator("#email")):
        expect(gone).to_be_hidden()
    expect(reader.frame.get_by_role("button", name="Reply")).to_have_count(0)
    expect(reader.frame.get_by_role("link", name="Report Ann")).to_be_visible()


def test_a_draft_for_a_thread_that_was_closed_can_be_copied(
    reader: Reader, desk: Flask, article: str
) -> None:
    reader.post("The last word")
    reader.write("Too late")
    kept(reader, "Too late")
    change(desk, article, close)
    reader.page.wait_for_timeout(CACHED)
    reader.page.reload()
    expect(reader.frame.get_by_text("Comments are closed.")).to_be_visible()
    expect(reader.frame.get_by_label("Your unsent comment")).to_have_value("Too late")
    expect(reader.frame.get_by_role("button", name="Copy text")).to_be_visible()
    expect(reader.form).to_have_count(0)


def test_a_reply_to_a_comment_that_is_gone_can_be_posted_as_new(
    visit: Callable[..., Reader], post: Callable[..., str], desk: Flask
) -> None:
    gone = post("Soon gone")
    reader = visit()
    reader.reply_to("Soon gone")
    reader.write("I agree")
    with desk.app_context():
        begin_writing()
        status.move(db.session.get_one(Comment, gone), Status.TRASHED)
        db.session.commit()
        db.session.remove()
    reader.send()
    expect(reader.message).to_contain_text("The comment you replied to is no longer available.")
    expect(reader.box).to_have_value("I agree")
    with reader.page.expect_response(is_post) as caught:
        reader.frame.get_by_role("button", name="Post as a new comment").click()
    assert caught.value.status == 201


def test_a_stale_token_is_renewed_silently_once(reader: Reader) -> None:
    stale = answer(403, code="form.stale", detail="Please try again.")
    reader.page.route(SENDING, stale, times=1)
    reader.write("Patience")
    reader.button.click()
    expect(reader.comment("Patience")).to_be_visible()


def test_a_token_that_stays_stale_asks_the_reader(reader: Reader) -> None:
    reader.page.route(SENDING, answer(403, code="form.stale", detail="Please try again."))
    reader.write("Patience")
    reader.button.click()
    expect(reader.message).to_contain_text("Please try again.")


def message_of(field: str, message: str) -> str:
    """Return a field's whole description: its error, and for the address the promise."""
    return f"{message} (Address never made public)" if field == "email" else message


def answer(http: int, **problem: Any) -> Callable[[Route], None]:
    """Return a handler that answers with a problem."""

    def fulfill(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        body = json.dumps({"code": "x", "detail": "", "request_id": "7f3c"} | problem)
        route.fulfill(status=http, content_type="application/problem+json", body=body)

    return fulfill


def close(thread: Any) -> None:
    """Close a thread."""
    thread.is_closed, thread.revision = True, thread.revision + 1


def change(desk: Flask, article: str, work: Callable[[Any], None]) -> None:
    """Change an article's thread, as a moderator would."""
    with desk.app_context():
        begin_writing()
        site = threads.site_named("blog")
        work(threads.find(site, threads.place(site, address=article).key))
        db.session.commit()
        db.session.remove()
