"""Decisions at the desk that take a while: what is pressed meanwhile is done after, in order."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from commentbox.lib import ids
from commentbox.models import Status
from tests.e2e.hosts import COMMENTS
from tests.e2e.moderating import Moderated

PATIENCE = 1000  # times ten milliseconds
DECISIONS = re.compile(rf"{COMMENTS}/admin/decisions\?")


class Slow:
    """A queue of six comments on a line on which the first decision is held up."""

    def __init__(self, page: Page, moderated: Moderated) -> None:
        self.page, self.moderated = page, moderated
        words = {f"Reader {n}": f"{ids.new()} {ids.new()}" for n in range(6)}
        moderated.wait_for_a_decision(words)
        self.held: list[Route] = []
        self.sent, self.is_slow = 0, True
        page.on("request", self._count)
        # Before the page is there: of one that has just come, a route now and then catches nothing.
        page.route(DECISIONS, self._hold)
        moderated.sign_in(page)
        found = page.locator(".row").evaluate_all("all => all.map(it => it.id)")
        self.order = [each.removeprefix("comment-") for each in found]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def go_on(self) -> None:
        """Let what is held up arrive, and everything after it."""
        self.first().continue_()

    def first(self) -> Route:
        """Return the first decision, once it is held up."""
        for _ in range(PATIENCE):
            if self.held:
                break
            self.page.wait_for_timeout(10)
        self.is_slow = False
        return self.held.pop()

    def row(self, at: int) -> Locator:
        return self.page.locator(f"#comment-{self.order[at]}")

    def becomes(self, *statuses: Status) -> None:
        """Check what has become of the first comments; the others wait."""
        expect(self.page.locator(".row")).to_have_count(6 - len(statuses))
        found = [self.moderated.status(each) for each in self.order]
        assert found == [*statuses, *[Status.PENDING] * (6 - len(statuses))]

    def _hold(self, route: Route) -> None:
        if self.is_slow:
            self.held.append(route)
        else:
            route.continue_()

    def _count(self, request: object) -> None:
        self.sent += bool(DECISIONS.match(request.url))  # type: ignore[attr-defined]


@pytest.fixture
def slow(moderated: Moderated, page: Page) -> Iterator[Slow]:
    """Return a queue in which nothing went wrong when the test ends."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Slow(page, moderated)
    assert errors == []


def test_each_key_takes_the_comment_that_is_marked_when_its_turn_comes(slow: Slow) -> None:
    slow.press("j", "s", "s", "a", "d")
    slow.go_on()
    slow.becomes(Status.SPAM, Status.SPAM, Status.PUBLISHED, Status.TRASHED)
    expect(slow.row(4)).to_be_focused()


def test_a_key_that_is_held_down_decides_once(slow: Slow) -> None:
    slow.press("j")
    for _ in range(3):
        slow.page.keyboard.down("s")
    slow.page.keyboard.up("s")
    slow.go_on()
    slow.becomes(Status.SPAM)
    assert slow.sent == 1


def test_every_press_on_a_button_counts_once(slow: Slow) -> None:
    slow.row(0).get_by_role("button", name="Spam").click()
    slow.row(1).get_by_role("button", name="Approve").click()
    slow.row(0).get_by_role("button", name="Spam").click()
    slow.row(1).get_by_role("button", name="Approve").click()
    slow.go_on()
    slow.becomes(Status.SPAM, Status.PUBLISHED)
    assert slow.sent == 2


def test_undo_takes_back_what_was_pressed_before_it(slow: Slow) -> None:
    slow.press("j", "s", "u")
    slow.go_on()
    expect(slow.page.locator("[data-notice]")).to_contain_text("Undone: 1 comment")
    slow.becomes()
    expect(slow.row(0)).to_be_focused()


def test_ticks_outlive_every_change_of_the_list_but_of_what_was_decided(slow: Slow) -> None:
    boxes = [slow.row(at).get_by_role("checkbox") for at in range(6)]
    boxes[4].check()
    slow.row(0).get_by_role("button", name="Spam").click()
    boxes[3].check()
    slow.go_on()
    expect(slow.row(0)).to_have_count(0)
    expect(boxes[3]).to_be_checked()
    expect(boxes[4]).to_be_checked()
    expect(slow.page.locator("[data-chosen]")).to_have_text("Selected: 2")
    slow.press("u")
    expect(slow.row(0)).to_have_count(1)
    expect(slow.page.locator("[data-chosen]")).to_have_text("Selected: 2")
    slow.press("d")
    expect(slow.page.locator(".row")).to_have_count(4)
    slow.press("u")
    expect(slow.page.locator(".row")).to_have_count(6)
    expect(slow.page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_what_was_refused_takes_the_keys_after_it_along(slow: Slow) -> None:
    slow.press("j", "s", "s", "s")
    slow.first().fulfill(status=502, body="", content_type="text/html")
    expect(slow.page.get_by_role("alert")).to_have_text("Something went wrong.")
    slow.becomes()
    assert slow.sent == 1


def test_keys_are_forgotten_where_nothing_is_marked_any_more(slow: Slow) -> None:
    slow.press("k", "X", "s", "a", "a")
    came = slow.moderated.wait_for_a_decision({"Ann": "I came meanwhile"})["Ann"]
    slow.go_on()
    expect(slow.page.locator("[data-notice]")).to_contain_text("6 comments marked as spam.")
    expect(slow.page.locator("#main")).to_be_focused()
    assert slow.moderated.status(came) is Status.PENDING
    assert slow.sent == 1


def test_what_follows_the_key_that_opens_a_form_is_text(slow: Slow) -> None:
    slow.press("j", "s", "r")
    slow.page.keyboard.type("as said")
    slow.go_on()
    expect(slow.row(1).get_by_label("Your reply")).to_have_value("as said")
    slow.becomes(Status.SPAM)
