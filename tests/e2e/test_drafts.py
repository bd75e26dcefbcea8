"""Unsent text is never lost."""

import contextlib
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, Route, expect

from commentbox.comments import reading
from tests.e2e.reading import Reader

SENDING = re.compile(r"/embed/blog/comments\b")
NETWORK = "Could not reach the server. Your comment is kept."


def test_a_draft_outlives_a_reload(reader: Reader) -> None:
    reader.write("Half a thought")
    kept(reader, "Half a thought")
    reader.page.reload()
    expect(reader.box).to_have_value("Half a thought")
    expect(reader.frame.locator("#restored")).to_contain_text("We restored your unsent comment.")
    expect(reader.frame.locator("#author")).to_have_value("Ann")


def test_a_draft_outlives_the_crash_of_its_tab(reader: Reader) -> None:
    reader.write("Before the crash")
    kept(reader, "Before the crash")
    address, context = reader.page.url, reader.page.context
    with contextlib.suppress(Error):
        reader.page.goto("chrome://crash", timeout=5000)
    page = context.new_page()
    page.goto(address)
    expect(Reader(page).box).to_have_value("Before the crash")


def test_what_is_typed_before_a_draft_comes_back_stays_too(reader: Reader) -> None:
    reader.write("Of yesterday")
    kept(reader, "Of yesterday")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    reader.page.route("**/widget/form.js", hold)
    with reader.page.expect_request("**/widget/form.js"):
        reader.page.reload()
    reader.box.fill("Of today")
    for route in held:
        route.continue_()
    expect(reader.box).to_have_value("Of yesterday\nOf today")


def test_text_outlives_a_page_that_is_left_before_the_form_is_ready(reader: Reader) -> None:
    reader.page.route("**/widget/form.js", lambda route: None)
    reader.box.fill("In haste")
    reader.page.unroute_all()
    reader.page.reload()
    expect(reader.box).to_have_value("In haste")


def test_a_form_whose_modules_do_not_come_says_so_and_asks_again(
    page: Page, visit: Callable[..., Reader]
) -> None:
    page.route("**/widget/form.js", lambda route: route.abort())
    reader = visit()
    reader.box.fill("On a bad line")
    reader.introduce()
    reader.button.click()
    expect(reader.message).to_have_text(NETWORK)
    reader.page.unroute_all()
    reader.button.click()
    expect(reader.comment("On a bad line")).to_be_visible()


def test_a_discarded_draft_is_gone(reader: Reader) -> None:
    reader.write("Never mind")
    kept(reader, "Never mind")
    reader.page.reload()
    reader.frame.get_by_role("button", name="Discard").click()
    expect(reader.box).to_have_value("")
    reader.page.reload()
    expect(reader.box).to_be_visible()
    expect(reader.box).to_have_value("")


def test_a_sent_comment_leaves_no_draft(reader: Reader) -> None:
    reader.post("Done")
    expect(reader.comment("Done")).to_be_visible()
    reader.page.reload()
    expect(reader.comment("Done")).to_be_visible()
    expect(reader.box).to_have_value("")


def test_an_error_of_the_server_keeps_everything(reader: Reader) -> None:
    reader.page.route(SENDING, broken)
    reader.post("Keep this")
    expect(reader.message).to_contain_text("The comment could not be saved.")
    expect(reader.message).to_contain_text("Support code: 7f3c")
    expect(reader.box).to_have_value("Keep this")
    expect(reader.frame.locator("#email")).to_have_value("ann@example.org")
    expect(reader.button).to_be_enabled()


def test_a_reader_without_network_keeps_the_text_and_tries_again(reader: Reader) -> None:
    reader.write("From a train")
    reader.page.context.set_offline(True)
    reader.button.click()
    expect(reader.message).to_contain_text(NETWORK)
    expect(reader.box).to_have_value("From a train")
    reader.page.context.set_offline(False)
    reader.frame.get_by_role("button", name="Try again").click()
    expect(reader.comment("From a train")).to_have_count(1)


def test_a_lost_answer_and_a_second_try_make_one_comment(
    reader: Reader, losing: Callable[[Route], None]
) -> None:
    reader.page.route(SENDING, losing, times=1)
    reader.write("Only once, please")
    reader.button.click()
    expect(reader.message).to_contain_text(NETWORK)
    kept(reader, "Only once, please")
    reader.page.reload()
    expect(reader.box).to_have_value("Only once, please")
    answer = reader.send()
    assert answer.headers["idempotent-replayed"] == "true"
    expect(reader.frame.locator(".count")).to_have_text("1 comment")
    reader.page.reload()
    expect(reader.comment("Only once, please")).to_have_count(1)


def test_a_second_try_on_the_same_page_is_counted(
    reader: Reader, losing: Callable[[Route], None]
) -> None:
    reader.page.route(SENDING, losing, times=1)
    reader.write("Counted once")
    reader.button.click()
    reader.frame.get_by_role("button", name="Try again").click()
    expect(reader.comment("Counted once")).to_be_focused()
    expect(reader.frame.locator(".count")).to_have_text("1 comment")


def test_text_changed_after_a_lost_answer_is_sent_as_another(
    reader: Reader, losing: Callable[[Route], None]
) -> None:
    reader.page.route(SENDING, losing, times=1)
    reader.write("With a tpyo")
    reader.button.click()
    expect(reader.message).to_contain_text(NETWORK)
    reader.box.fill("Without a typo")
    reader.button.click()
    expect(reader.comment("Without a typo")).to_be_visible()


def test_each_comment_answered_has_its_own_draft(
    visit: Callable[..., Reader], post: Callable[..., str]
) -> None:
    post("One")
    post("Two")
    reader = visit()
    reader.reply_to("One")
    reader.box.fill("To one")
    kept(reader, "To one")
    reader.frame.get_by_role("button", name="Cancel reply").click()
    expect(reader.box).to_have_value("To one")
    reader.box.fill("To all")
    kept(reader, "To all")
    reader.reply_to("Two")
    expect(reader.box).to_have_value("To all")


def test_a_reply_whose_comment_is_not_in_view_comes_back_at_the_top(
    visit: Callable[..., Reader], post: Callable[..., str]
) -> None:
    for number in range(reading.PAGE + 1):
        post(f"Number {number}.")
    reader = visit()
    reader.frame.get_by_role("link", name="Show more comments").click()
    reader.reply_to("Number 0.")
    reader.write("An answer far down")
    kept(reader, "An answer far down")
    reader.page.reload()
    expect(reader.box).to_have_value("An answer far down")
    expect(reader.frame.locator("#restored")).to_be_visible()
    expect(reader.frame.locator("#reply-title")).to_have_text("Leave a Reply")


def test_two_tabs_do_not_erase_each_others_text(reader: Reader) -> None:
    reader.write("In the first tab")
    kept(reader, "In the first tab")
    page = reader.page.context.new_page()
    page.goto(reader.page.url)
    other = Reader(page)
    expect(other.box).to_have_value("In the first tab")
    other.write("In the second tab")
    kept(other, "In the second tab")
    expect(reader.box).to_have_value("In the first tab")
    reader.send()
    expect(reader.comment("In the first tab")).to_be_visible()
    page.reload()
    expect(other.box).to_have_value("In the second tab")


def test_a_draft_is_kept_for_thirty_days(reader: Reader) -> None:
    reader.write("Long ago")
    kept(reader, "Long ago")
    reader.inside.evaluate(AGE)
    reader.page.reload()
    expect(reader.box).to_be_visible()
    reader.inside.wait_for_function(
        "!Object.keys(localStorage).some((key) => key.includes('draft'))"
    )
    expect(reader.box).to_have_value("")


def test_the_form_is_as_it_was_after_going_back(reader: Reader, other_article: str) -> None:
    reader.write("Back soon")
    reader.page.goto(other_article)
    reader.page.go_back()
    expect(reader.box).to_have_value("Back soon")
    expect(reader.button).to_be_enabled()


def test_a_page_that_was_frozen_while_sending_can_send_again(reader: Reader) -> None:
    reader.page.route(SENDING, lambda route: None)
    reader.write("Frozen")
    reader.button.click()
    expect(reader.button).to_be_disabled()
    reader.inside.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    )
    expect(reader.button).to_be_enabled()
    expect(reader.box).to_have_value("Frozen")
    expect(reader.box).to_be_editable()


def test_another_article_does_not_show_the_draft(reader: Reader, other_article: str) -> None:
    reader.write("About this article")
    kept(reader, "About this article")
    reader.page.goto(other_article)
    expect(reader.box).to_have_value("")


def test_where_storage_is_refused_the_form_works_and_says_so(reader: Reader) -> None:
    refuse = "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, \
name, { get() { throw new DOMException('no', 'SecurityError') } })"
    reader.page.add_init_script(refuse)
    reader.page.reload()
    reader.write("No memory")
    line = reader.frame.get_by_text("Your browser does not let us remember you here.")
    expect(line).to_be_visible()
    assert reader.send().status == 201


AGE = """for (const key of Object.keys(localStorage)) {
  const draft = JSON.parse(localStorage[key]);
  localStorage[key] = JSON.stringify({ ...draft, at: Date.now() - 31 * 86400e3 });
}"""


def kept(reader: Reader, text: str) -> None:
    """Wait until the browser has the draft."""
    reader.inside.wait_for_function(
        "text => Object.values(localStorage).some((value) => value.includes(text))", arg=text
    )


def broken(route: Route) -> None:
    """Answer as a server that has failed."""
    body = '{"code": "internal", "detail": "Something went wrong", "request_id": "7f3c"}'
    route.fulfill(status=500, content_type="application/problem+json", body=body)


@pytest.fixture
def losing(service_port: int) -> Callable[[Route], None]:
    """Return a handler that lets a comment be stored, and loses the answer."""

    def lose(route: Route) -> None:
        stored = route.fetch(url=f"https://127.0.0.1:{service_port}/embed/blog/comments")
        assert stored.status == 201
        route.abort("connectionreset")

    return lose
