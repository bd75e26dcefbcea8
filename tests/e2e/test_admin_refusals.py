"""The desk when something is refused: it says so, and everything stays where it is."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.hosts import COMMENTS
from tests.e2e.moderating import WORDS, Moderated

DECISIONS = re.compile(rf"{COMMENTS}/admin/decisions\?")
PAGE = "<!doctype html><title>x</title><h1>Too many requests. Slow down.</h1>"
TOASTS = ".toast:not([hidden]), .toast button"
COVERED = """(toasts) => [...document.querySelectorAll(toasts)].filter((it) => {
  const { x, y, width, height } = it.getBoundingClientRect();
  return !it.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}).map((it) => it.textContent)"""
BREAK = """() => {
  window.whole = Response.prototype.text;
  Response.prototype.text = () => Promise.reject(new TypeError("network error"));
}"""
GOES_ON = """() => {
  const notice = document.createElement("div");
  notice.dataset.progress = "/admin/decisions/it";
  document.getElementById("main").append(notice);
}"""
MEND = "() => { Response.prototype.text = window.whole; }"


@pytest.fixture
def queue(moderated: Moderated, page: Page) -> Page:
    """Return a tab with comments that wait."""
    moderated.wait_for_a_decision(WORDS)
    moderated.sign_in(page)
    return page


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (429, PAGE, "Too many requests. Slow down."),
        (409, PAGE, "Too many requests. Slow down."),
        (502, "<center>nginx</center>", "Something went wrong."),
        (0, "", "The service cannot be reached. Try again."),
    ],
)
def test_a_refusal_is_told_and_everything_stays(
    queue: Page, status: int, body: str, words: str
) -> None:
    def refuse(route: Route) -> None:
        if status:
            route.fulfill(status=status, body=body, content_type="text/html")
        else:
            route.abort("connectionrefused")

    queue.route(DECISIONS, refuse)
    queue.locator("input[name=comment]").first.check()
    queue.locator(".row [data-act=approve]").last.click()
    expect(queue.get_by_role("alert")).to_have_text(words)
    expect(queue.locator(".row")).to_have_count(len(WORDS))
    expect(queue.locator("input[name=comment]").first).to_be_checked()
    queue.unroute(DECISIONS)
    queue.locator(".row [data-act=approve]").last.click()
    expect(queue.locator("[data-notice]")).to_contain_text("1 comment approved.")
    expect(queue.get_by_role("alert")).to_be_hidden()


def test_a_page_that_grew_too_old_is_renewed_and_says_so(queue: Page, moderated: Moderated) -> None:
    queue.evaluate("for (const field of document.getElementsByName('token')) field.value = 'old'")
    queue.locator(".row [data-act=approve]").first.click()
    expect(queue.get_by_role("alert")).to_have_text("Please try again.")
    queue.locator(".row [data-act=approve]").first.click()
    expect(queue.locator("[data-notice]")).to_contain_text("1 comment approved.")


def test_a_refusal_and_the_notice_of_what_was_done_before_are_both_seen(queue: Page) -> None:
    approve = queue.locator(".row [data-act=approve]")
    approve.first.click()
    expect(queue.locator("[data-notice]")).to_contain_text("1 comment approved.")
    queue.route(DECISIONS, lambda route: route.abort("connectionrefused"))
    approve.first.click()
    expect(queue.get_by_role("alert")).to_have_text("The service cannot be reached. Try again.")
    expect(queue.locator(".toast:visible")).to_have_count(2)
    assert queue.evaluate(COVERED, TOASTS) == []
    queue.set_viewport_size({"width": 360, "height": 740})
    assert queue.evaluate(COVERED, TOASTS) == []


def test_an_answer_that_breaks_off_leaves_the_desk_as_it_was(queue: Page) -> None:
    row, alert = queue.locator(".row").first, queue.get_by_role("alert")
    queue.evaluate(BREAK)
    row.get_by_role("link", name="Edit").click()
    expect(alert).to_have_text("The service cannot be reached. Try again.")
    queue.get_by_role("searchbox").focus()
    queue.keyboard.type("bridge")
    expect(queue.get_by_role("searchbox")).to_have_value("bridge")
    queue.evaluate(MEND)
    row.locator("[data-act=approve]").click()
    expect(queue.locator("[data-notice]")).to_contain_text("1 comment approved.")
    expect(alert).to_be_hidden()
    row.get_by_role("link", name="Reply").click()
    row.get_by_label("Your reply").fill("So it was.")
    queue.evaluate(BREAK)
    queue.keyboard.press("Control+Enter")
    expect(alert).to_have_text("The service cannot be reached. Try again.")
    expect(row.get_by_label("Your reply")).to_be_editable()
    expect(queue.locator(".is-going, .is-busy")).to_have_count(0)


def test_who_was_signed_out_is_led_to_the_way_in(queue: Page) -> None:
    queue.context.clear_cookies()
    queue.locator(".row [data-act=approve]").first.click()
    queue.wait_for_url("**/admin/sign-in?**")


def test_a_broken_answer_to_what_is_asked_now_and_then_is_asked_again(queue: Page) -> None:
    errors, counts = list[str](), {"pending": 7}
    queue.on("pageerror", lambda error: errors.append(str(error)))
    queue.clock.install()
    queue.reload()
    queue.evaluate(GOES_ON)
    for address, every in (("**/admin/counts*", 61_000), ("**/admin/decisions/it", 2_000)):
        queue.route(address, lambda route: route.fulfill(body="{", content_type="application/json"))
        with queue.expect_response(address):
            queue.clock.run_for(every)
        queue.unroute(address)
    queue.route("**/admin/counts*", lambda route: route.fulfill(json=counts))
    queue.clock.run_for(61_000)
    expect(queue.locator("[data-count=pending]")).to_have_text("7")
    expect(queue.locator("[data-progress]")).to_have_count(1)
    assert errors == []
