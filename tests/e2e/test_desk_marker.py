"""The mark at the desk: it stays on a comment, whatever comes and goes around it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Comment, Status
from commentbox.moderation import status
from tests.e2e.moderating import Moderated

ENDED = {"words": "Done.", "done": 1, "total": 1, "goes_on": False}
GOES_ON = """
() => {
  const notice = document.createElement("div");
  notice.dataset.progress = "/admin/decisions/ended";
  document.getElementById("main").append(notice);
}
"""
LINED = """
() => {
  const canvas = getComputedStyle(document.body).backgroundColor;
  const lined = (selector, side) => [...document.querySelectorAll(selector)].filter(
    (it) => getComputedStyle(it)[`border${side}Color`] !== canvas);
  return [...lined(".row", "InlineStart"), ...lined(".folders a", "BlockEnd")].map(
    (it) => it.id || it.firstChild.textContent.trim());
}
"""


class Marked:
    """A queue of six comments, and the mark in it."""

    def __init__(self, page: Page, moderated: Moderated) -> None:
        self.page, self.moderated = page, moderated
        self.ids: dict[str, str] = {}
        self.arrive(*(f"Reader {n}" for n in range(6)))
        moderated.sign_in(page)
        # In the order of the list: the newest first.
        self.order = [each.removeprefix("comment-") for each in self._rows()]

    def arrive(self, *names: str) -> None:
        words = {name: f"{ids.new()} {ids.new()}" for name in names}
        self.ids |= self.moderated.wait_for_a_decision(words)

    def row(self, at: int) -> Locator:
        """Return a row by its place when the page was opened."""
        return self.page.locator(f"#comment-{self.order[at]}")

    def status(self, at: int) -> Status:
        return self.moderated.status(self.order[at])

    def decide_elsewhere(self, *places: int) -> None:
        """Let a colleague put some away."""
        with self.moderated.written():
            for at in places:
                status.move(db.session.get_one(Comment, self.order[at]), Status.TRASHED)

    def background_ends(self) -> None:
        """Let something end that went on in the background: the page is fetched anew."""
        self.page.route("**/admin/decisions/ended", lambda route: route.fulfill(json=ENDED))
        with self.page.expect_response("**/admin/queue"):
            self.page.evaluate(GOES_ON)

    def says(self, words: str) -> None:
        expect(self.page.locator("[data-notice]")).to_contain_text(words)

    def is_told_from_others(self, at: int) -> None:
        """Look at it in the few colours that somebody has chosen for all they see."""
        self.page.emulate_media(forced_colors="active")
        expect(self.row(at)).to_have_css("outline-style", "solid")
        assert self.page.evaluate(LINED) == [f"comment-{self.order[at]}", "Pending"]
        self.page.emulate_media(forced_colors="none")

    def _rows(self) -> list[Any]:
        found: list[Any] = self.page.locator(".row").evaluate_all("all => all.map(it => it.id)")
        return found


@pytest.fixture
def marked(moderated: Moderated, page: Page) -> Iterator[Marked]:
    """Return a queue in which nothing went wrong when the test ends."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Marked(page, moderated)
    assert errors == []


def test_after_a_decision_the_mark_is_on_the_next_comment_though_others_came(
    marked: Marked,
) -> None:
    for _ in range(3):
        marked.page.keyboard.press("j")
    marked.arrive("Ann", "Ben")
    marked.page.keyboard.press("d")
    marked.says("1 comment moved to the trash.")
    expect(marked.page.locator(".row")).to_have_count(7)
    expect(marked.row(3)).to_be_focused()
    marked.is_told_from_others(3)
    marked.page.keyboard.press("a")
    marked.says("1 comment approved.")
    passed_over = [marked.status(at) for at in (0, 1)]
    assert passed_over == [Status.PENDING] * 2
    assert (marked.status(2), marked.status(3)) == (Status.TRASHED, Status.PUBLISHED)


def test_what_ends_in_the_background_leaves_the_mark_where_it_is(marked: Marked) -> None:
    for _ in range(3):
        marked.page.keyboard.press("j")
    marked.arrive("Ann", "Ben")
    marked.background_ends()
    expect(marked.page.locator(".row")).to_have_count(8)
    expect(marked.row(2)).to_be_focused()
    marked.decide_elsewhere(2)
    marked.background_ends()
    expect(marked.row(2)).to_have_count(0)
    expect(marked.page.locator("#main")).to_be_focused()


def test_the_mark_passes_over_what_a_colleague_put_away(marked: Marked) -> None:
    for _ in range(3):
        marked.page.keyboard.press("j")
    marked.decide_elsewhere(3, 4)
    marked.page.keyboard.press("d")
    marked.says("1 comment moved to the trash.")
    expect(marked.row(5)).to_be_focused()
    marked.decide_elsewhere(0)
    marked.page.keyboard.press("d")
    expect(marked.row(1)).to_be_focused()


def test_nothing_is_marked_where_none_is_left_that_was_there(marked: Marked) -> None:
    marked.page.keyboard.press("j")
    marked.arrive("Ann")
    marked.decide_elsewhere(1, 2, 3, 4, 5)
    marked.page.keyboard.press("d")
    marked.says("1 comment moved to the trash.")
    expect(marked.page.locator("#main")).to_be_focused()
    marked.page.keyboard.press("a")
    expect(marked.page.locator(".row")).to_be_focused()
    assert marked.moderated.status(marked.ids["Ann"]) is Status.PENDING


def test_undo_leads_back_to_the_comment_that_it_brings_back(marked: Marked) -> None:
    for key in ("j", "j", "j", "s"):
        marked.page.keyboard.press(key)
    marked.says("1 comment marked as spam.")
    marked.arrive("Ann")
    marked.page.keyboard.press("u")
    marked.says("Undone: 1 comment")
    expect(marked.row(2)).to_be_focused()


def test_whoever_types_goes_on_typing_when_the_list_is_fetched_anew(marked: Marked) -> None:
    page, reply = marked.page, marked.row(2).get_by_label("Your reply")
    marked.row(2).get_by_role("link", name="Reply").click()
    expect(reply).to_be_focused()
    marked.arrive("Ann")
    marked.background_ends()
    expect(page.locator(".row")).to_have_count(7)
    page.keyboard.type("sad")
    expect(reply).to_have_value("sad")
    page.get_by_role("searchbox").fill("ph")
    marked.arrive("Ben")
    marked.background_ends()
    expect(page.locator(".row")).to_have_count(8)
    page.keyboard.type("asd")
    expect(page.get_by_role("searchbox")).to_have_value("phasd")
    expect(reply).to_have_value("sad")
    assert {marked.status(at) for at in range(6)} == {Status.PENDING}
