"""axe-core finds nothing and nothing is cut off: in every state, on every look of the page."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Frame, Page, Route, expect

from commentbox.cli.demo.providers import Standins
from commentbox.models import Policy
from tests.e2e import views
from tests.e2e.axe import faults, is_cut_off
from tests.e2e.hosts import COMMENTS, Articles
from tests.e2e.logging_in import Visitor
from tests.e2e.test_drafts import SENDING
from tests.e2e.test_messages import answer, change, close

SCREENS = ((1280, 800), (360, 740))
SMALLEST = (320, 640)
DRESS = """([theme, ground]) => {
  document.documentElement.dataset.theme = theme;
  document.documentElement.style.background = ground;
}"""
GROUNDS = {"dark": "#15181c", "light": "#fff"}
LOOKS = [(theme, screen) for screen in SCREENS for theme in GROUNDS]


class Seen(Visitor):
    """Somebody whose every view is looked at, on every screen, in light and in dark."""

    def is_fine(self, shown: Page | Frame | None = None) -> None:
        """Fail where axe finds something, or where something is cut off; in the frame, if none."""
        shown = shown or self.inside
        found = []
        for look in LOOKS:
            rules = self._look(shown, *look)
            found.append((look, faults(shown, **rules), is_cut_off(shown)))
        assert found == [(look, [], False) for look in LOOKS]
        self._resize(shown, SMALLEST)
        assert not is_cut_off(shown)

    def _resize(self, shown: Page | Frame, screen: tuple[int, int]) -> None:
        width, height = screen
        page = self.page if isinstance(shown, Frame) else shown
        page.set_viewport_size({"width": width, "height": height})
        margin = 40  # around the frame
        shown.wait_for_function(
            "([least, most]) => innerWidth >= least && innerWidth <= most",
            arg=[width - margin, width],
        )

    def _look(self, shown: Page | Frame, theme: str, screen: tuple[int, int]) -> dict[str, Any]:
        """Show it like that, and return what of axe's rules does not hold there."""
        self._resize(shown, screen)
        if isinstance(shown, Page):
            shown.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            return {}
        # The ground that shows through the frame; and the first heading is the article's.
        shown.evaluate(DRESS, [theme, GROUNDS[theme]])
        return {"page_has_heading_one": {"enabled": False}}


@pytest.fixture
def seen(
    browser: Browser, articles: Articles, article: str, post: Callable[..., str]
) -> Iterator[Seen]:
    """Return a reader of a small conversation."""
    first = post("First **of all**, see https://example.org", name="Zoë")
    post("`And` then\n\n> quoted", name="نور", parent=first)
    context = browser.new_context(
        ignore_https_errors=True,
        bypass_csp=True,  # for axe alone
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(article)
    yield Seen(page).arrive()
    context.close()


def test_axe_finds_nothing_until_a_comment_is_sent(seen: Seen) -> None:
    expect(seen.comments).to_have_count(2)
    seen.is_fine()  # resting
    seen.box.focus()
    seen.is_fine()  # open
    seen.button.click()
    expect(seen.frame.locator("#email-error")).to_be_visible()
    seen.is_fine()  # errors
    seen.page.route(SENDING, answer(429, detail="Slow down.", retry_after=2))
    seen.post("Hello there")
    expect(seen.message).to_be_visible()
    seen.is_fine()  # refused
    expect(seen.button).to_be_enabled()
    seen.page.unroute_all()
    held: list[Route] = []
    seen.page.route(SENDING, lambda route: held.extend([route]))
    seen.button.click()
    expect(seen.button).to_have_text("Posting Comment…")
    seen.is_fine()  # submitting
    held[0].continue_()
    expect(seen.comment("Hello there")).to_be_focused()
    seen.is_fine()  # sent and published


def test_axe_finds_nothing_where_a_comment_waits_or_is_kept(
    seen: Seen, desk: Flask, article: str, policy: Callable[[Policy], None]
) -> None:
    policy(Policy.HOLD_ALL)
    seen.reply_to("First of all")
    seen.is_fine()  # reply
    seen.post("Hello there")
    expect(seen.comment("Hello there")).to_be_focused()
    seen.is_fine()  # sent and held
    seen.box.fill("Not sent yet")
    seen.inside.wait_for_function("JSON.stringify(localStorage).includes('Not sent yet')")
    seen.page.reload()
    expect(seen.frame.locator("#restored")).to_be_visible()
    seen.is_fine()  # restored
    change(desk, article, close)
    seen.send()
    expect(seen.message).to_contain_text("Sorry, comments are closed for this item.")
    seen.is_fine()  # unavailable
    seen.page.reload()
    expect(seen.frame.get_by_role("button", name="Copy text")).to_be_visible()
    seen.is_fine()  # unavailable from the beginning


def test_axe_finds_nothing_while_somebody_logs_in(seen: Seen, standins: Standins) -> None:
    for _name, shown in chain(views.of_a_walk(seen, standins), views.of_no_address(seen, standins)):
        seen.is_fine(shown)


def test_axe_finds_nothing_while_somebody_logs_in_by_mail_and_on_pages_of_our_own(
    seen: Seen, standins: Standins, desk: Flask
) -> None:
    for _name, shown in chain(
        views.of_mail(seen, desk), views.logged_out(seen), views.of_windows(seen, standins)
    ):
        seen.is_fine(shown)


def test_letters_can_be_read_on_every_colour_of_a_person(seen: Seen) -> None:
    seen.inside.evaluate(
        """for (let hue = 0; hue < 12; hue++) {
          const avatar = document.createElement("span");
          [avatar.className, avatar.dataset.hue, avatar.textContent] = ["avatar", `${hue}`, "A"];
          document.getElementById("thread").append(avatar);
        }"""
    )
    seen.is_fine()


def test_axe_finds_nothing_on_the_page_of_our_own(seen: Seen) -> None:
    seen.page.goto(f"{COMMENTS}/t?site=blog&url={seen.page.url}")
    seen.is_fine(seen.page)


def test_axe_finds_nothing_where_a_comment_is_reported(seen: Seen) -> None:
    with seen.page.context.expect_page() as opened:
        seen.frame.get_by_role("link", name="Report Zoë").click()
    page = opened.value
    send = page.get_by_role("button", name="Send report")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report a comment")
    seen.is_fine(page)
    send.click()
    expect(page.get_by_role("alert")).to_have_text("Choose what is wrong with it.")
    expect(page.get_by_label("It is spam or an advert")).to_be_focused()
    seen.is_fine(page)
    page.get_by_label("It is spam or an advert").check()
    send.click()
    expect(page.get_by_role("status")).to_have_text("A moderator will see your report.")
    seen.is_fine(page)
