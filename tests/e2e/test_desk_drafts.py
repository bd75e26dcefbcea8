"""What is typed at the desk is not lost, until it is sent or thrown away."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from commentbox.accounts import people, signin
from commentbox.comments import threads
from commentbox.extensions import db
from commentbox.models import Comment, Status
from commentbox.moderation import status
from tests.e2e.hosts import COMMENTS
from tests.e2e.moderating import WORDS, Moderated

RESTORED = "We restored your unsent comment."
COVERS = "Saving again replaces what it says now."
OURS = "Object.keys(sessionStorage).filter((key) => key.startsWith('commentbox:desk:')).length"


@pytest.fixture
def waiting(moderated: Moderated, page: Page) -> dict[str, str]:
    """Return the ids of comments in the queue that is open in the tab."""
    found = moderated.wait_for_a_decision(WORDS)
    moderated.sign_in(page)
    return found


@pytest.fixture
def row(page: Page, waiting: dict[str, str]) -> Locator:
    return page.locator(f"#comment-{waiting['Ann']}")


def test_a_reply_outlives_the_end_of_a_sign_in(
    moderated: Moderated, page: Page, row: Locator
) -> None:
    begin(row, "So it was.")
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/admin/sign-in?**")
    moderated.sign_in(page)
    row.get_by_role("link", name="Reply").click()
    expect(row.get_by_label("Your reply")).to_have_value("So it was.")
    expect(row.get_by_text(RESTORED)).to_be_visible()


def test_a_reply_outlives_leaving_the_page_and_a_decision_about_its_comment(
    page: Page, row: Locator
) -> None:
    begin(row, "So it was.")
    page.get_by_role("link", name="Numbers").click()
    page.go_back()
    row.get_by_role("link", name="Reply").click()
    expect(row.get_by_label("Your reply")).to_have_value("So it was.")
    row.get_by_role("button", name="Spam").click()
    expect(row).to_have_count(0)
    page.keyboard.press("u")
    row.get_by_role("link", name="Edit").click()
    expect(row.get_by_text(RESTORED)).to_be_hidden()
    row.get_by_role("button", name="Cancel").click()
    row.get_by_role("link", name="Reply").click()
    expect(row.get_by_label("Your reply")).to_have_value("So it was.")
    row.get_by_role("button", name="Cancel").click()
    row.get_by_role("link", name="Reply").click()
    expect(row.get_by_label("Your reply")).to_have_value("")
    assert page.evaluate(OURS) == 0


def test_whoever_signs_in_next_does_not_read_it(
    moderated: Moderated, page: Page, row: Locator
) -> None:
    begin(row, "So it was.")
    page.context.clear_cookies()
    with moderated.written():
        ben = people.invite("ben@example.org", site=threads.site_named(moderated.name))
        token = signin.link_for(ben, valid=signin.BY_HAND)
    page.goto(f"{COMMENTS}/admin/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/queue")
    row.get_by_role("link", name="Reply").click()
    expect(row.get_by_label("Your reply")).to_have_value("")


def test_what_was_sent_is_forgotten(page: Page, row: Locator) -> None:
    row.get_by_role("link", name="Edit").click()
    row.get_by_label("Edit the comment").fill("Edited")
    page.keyboard.press("Control+Enter")
    expect(row.locator(".words")).to_have_text("Edited")
    assert page.evaluate(OURS) == 0


def test_a_comment_s_own_page_keeps_it_until_it_is_sent_or_somebody_signs_out(
    page: Page, waiting: dict[str, str]
) -> None:
    address = f"{COMMENTS}/admin/comments/{waiting['Ben Okafor']}"
    page.goto(address)
    page.get_by_label("Your reply").fill("Do you?")
    page.get_by_role("link", name="Log", exact=True).click()
    page.goto(address)
    expect(page.get_by_label("Your reply")).to_have_value("Do you?")
    expect(page.get_by_text(RESTORED).first).to_be_visible()
    page.get_by_role("button", name="Approve and reply").click()
    expect(page.locator("[data-notice]")).to_contain_text("Your reply is published.")
    assert page.evaluate(OURS) == 0
    page.goto(address)
    page.get_by_label("Your reply").fill("Really?")
    assert page.evaluate(OURS) == 1
    page.get_by_role("link", name="Log", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/admin/sign-in**")
    assert page.evaluate(OURS) == 0


def test_the_browser_asks_before_it_leaves_only_where_nothing_can_be_kept(
    page: Page, row: Locator
) -> None:
    asked: list[str] = []

    def answer(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    begin(row, "So it was.")
    page.reload()
    assert asked == []
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full') } }")
    begin(row, " And more.")
    page.reload()
    assert asked == ["beforeunload"]


def test_a_refused_reply_says_why_and_its_row_is_not_shown_as_waiting(
    moderated: Moderated, page: Page, waiting: dict[str, str], row: Locator
) -> None:
    begin(row, "So it was.")
    with moderated.written():
        status.move(db.session.get_one(Comment, waiting["Ann"]), Status.TRASHED)
    page.keyboard.press("Control+Enter")
    told = page.locator("#refused")
    expect(told).to_be_visible()
    expect(told).not_to_contain_text("Comment by")
    expect(told).to_have_text(re.compile(r"\w+ \w+.*\."))
    expect(row).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()
    assert page.evaluate(OURS) == 1


def test_a_reply_to_what_was_edited_meanwhile_stays_with_what_it_says_now(
    moderated: Moderated, page: Page, waiting: dict[str, str], row: Locator
) -> None:
    begin(row, "So it was.")
    edit_meanwhile(moderated, waiting["Ann"], "Something else")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#refused")).to_contain_text("has been edited since you saw it")
    expect(row.locator(".words")).to_have_text("Something else")
    expect(row.get_by_label("Your reply")).to_have_value("So it was.")
    expect(row.get_by_label("Your reply")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-notice]")).to_contain_text("Your reply is published.")
    assert moderated.status(waiting["Ann"]) is Status.PUBLISHED


def test_an_edit_that_is_restored_covers_nothing_that_was_written_meanwhile(
    moderated: Moderated, page: Page, waiting: dict[str, str], row: Locator
) -> None:
    row.get_by_role("link", name="Edit").click()
    row.get_by_label("Edit the comment").fill("Mine")
    page.get_by_role("link", name="Numbers").click()
    edit_meanwhile(moderated, waiting["Ann"], "Something else")
    page.go_back()
    page.reload()
    row.get_by_role("link", name="Edit").click()
    expect(row.get_by_label("Edit the comment")).to_have_value("Mine")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#refused")).to_contain_text("has been edited since you saw it")
    expect(row.locator(".words")).to_have_text("Something else")
    expect(row.get_by_label("Edit the comment")).to_have_value("Mine")
    expect(row.get_by_label("Edit the comment")).to_have_accessible_description(COVERS)
    # A refusal for another reason shows nothing new, and lets nothing be covered.
    edit_meanwhile(moderated, waiting["Ann"], "Another thing")
    row.get_by_label("Edit the comment").fill("  ")
    page.keyboard.press("Control+Enter")
    expect(row.get_by_role("alert")).to_have_text("Please enter a comment")
    expect(page.locator("#refused")).to_be_hidden()
    row.get_by_label("Edit the comment").fill("Mine")
    page.keyboard.press("Control+Enter")
    expect(row.locator(".words")).to_have_text("Another thing")
    expect(row.get_by_label("Edit the comment")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(row.locator(".words")).to_have_text("Mine")


def test_on_a_comment_s_own_page_what_was_typed_is_saved_once_the_later_text_was_shown(
    moderated: Moderated, page: Page, waiting: dict[str, str]
) -> None:
    page.goto(f"{COMMENTS}/admin/comments/{waiting['Ann']}?back=/admin/queue")
    field, words = page.get_by_label("Edit the comment"), page.locator("article .words")
    page.get_by_label("Your reply").fill("No.")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Your reply")).to_have_value("")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    field.fill("Mine")
    edit_meanwhile(moderated, waiting["Ann"], "Something else")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#refused")).to_contain_text("has been edited since you saw it")
    expect(words).to_have_text("Something else")
    expect(field).to_have_value("Mine")
    expect(field).to_have_accessible_description(COVERS)
    expect(field).to_be_focused()
    # What was shown then is not what is shown after yet another edit.
    page.get_by_role("link", name="Numbers").click()
    edit_meanwhile(moderated, waiting["Ann"], "Another thing")
    page.go_back()
    page.reload()
    expect(field).to_have_value("Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#refused")).to_contain_text("has been edited since you saw it")
    expect(words).to_have_text("Another thing")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/admin/queue?**")
    expect(page.locator(f"#comment-{waiting['Ann']} .words")).to_have_text("Mine")
    assert page.evaluate(OURS) == 0


def test_what_is_sent_is_all_that_was_typed(page: Page, row: Locator) -> None:
    begin(row, "So it was.")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/replies", hold)
    page.keyboard.press("Control+Enter")
    reply = row.get_by_label("Your reply")
    expect(reply).not_to_be_editable()
    page.keyboard.type(" And more.")
    held[0].abort()
    expect(reply).to_be_editable()
    expect(reply).to_be_focused()
    page.keyboard.type(" And more.")
    expect(reply).to_have_value("So it was. And more.")


def edit_meanwhile(moderated: Moderated, comment_id: str, words: str) -> None:
    """Let a colleague replace the text of a comment."""
    with moderated.written():
        comment = db.session.get_one(Comment, comment_id)
        comment.html, comment.revision = f"<p>{words}</p>", comment.revision + 1


def begin(row: Locator, words: str) -> None:
    """Open a reply in a row, and type."""
    row.get_by_role("link", name="Reply").click()
    expect(row.get_by_label("Your reply")).to_be_focused()
    row.page.keyboard.type(words)
