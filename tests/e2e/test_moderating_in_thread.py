"""A moderator decides within the thread; nobody else gets anything of it."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.cli.demo.providers import Standins
from commentbox.comments import threads
from commentbox.extensions import begin_writing, db
from commentbox.lib import ids
from commentbox.models import Account, Comment, Membership, Policy, Role
from commentbox.moderation import actions
from commentbox.moderation.actions import Done, Seen
from tests.e2e.axe import faults, is_cut_off
from tests.e2e.hosts import WIDTHS
from tests.e2e.logging_in import Visitor
from tests.e2e.reading import Reader
from tests.e2e.test_axe import GROUNDS

LOOK = """
([theme, ground]) => {
  document.documentElement.dataset.theme = theme;
  document.documentElement.style.background = ground;
}
"""
SOON = 2.0  # seconds in which everybody sees a decision
FINE, WAITS, ADVERT = "The bridge was opened in 1986", "May I disagree?", "Cheap shoes here"


class Moderator(Visitor):
    """Somebody in the frame who uses the keyboard."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.tools = self.frame.locator("#moderating")

    def tool(self, name: str, about: str = "") -> Locator:
        """Return a tool of the comment by somebody, or one of the whole thread."""
        name = f"{name}: comment by {about}" if about else name
        return self.frame.get_by_role("button", name=name, exact=True)

    def press(self, name: str, about: str = "") -> None:
        tool = self.tool(name, about)
        expect(tool).to_be_visible()
        tool.press("Enter")

    def is_told(self, words: str) -> None:
        expect(self.tools.get_by_role("status")).to_have_text(words)

    def come_back(self) -> None:
        """Reload the article, and go to the box: then the frame asks who this is."""
        self.page.reload()
        self.arrive()
        self.box.focus()
        self.is_logged_in("google")


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Return the addresses that the page asks for."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    return found


@pytest.fixture
def conversation(post: Callable[..., str], policy: Callable[[Policy], None]) -> None:
    """Let one comment be there, and two wait, before the service has any page of it."""
    policy(Policy.HOLD_ALL)
    post(ADVERT, name="Bob")
    policy(Policy.PUBLISH)
    fine = post(FINE, name="Zoë")
    policy(Policy.HOLD_ALL)
    post(WAITS, name="Ann", parent=fine)


@pytest.fixture
def moderator(
    conversation: None,
    asked: list[str],
    visitor: Visitor,
    standins: Standins,
    personas: Callable[[str], str],
    desk: Flask,
) -> Moderator:
    """Return somebody who logged in, was nothing here and got no tools, and then a role."""
    name = f"Mia {ids.new()}"
    standins.google.persona = personas(name)
    moderator = Moderator(visitor.page)
    moderator.box.focus()
    moderator.log_in("google")
    moderator.come_back()
    assert not [address for address in asked if "moderating" in address]
    with desk.app_context():
        begin_writing()
        account = db.session.scalars(select(Account.id).where(Account.name == name)).one()
        site = threads.site_named("blog").id
        db.session.add(Membership(account_id=account, site_id=site, role=Role.MODERATOR))
        db.session.commit()
        db.session.remove()
    return moderator


@pytest.mark.parametrize("width", WIDTHS)
def test_a_moderator_decides_within_the_thread_by_keyboard(
    moderator: Moderator, browser: Browser, article: str, desk: Flask
) -> None:
    moderator.come_back()
    _approve_one_and_refuse_the_other(moderator)
    _meet_a_colleague(moderator, desk)
    _pin(moderator)
    _is_usable(moderator)
    moderator.press("Close comments")
    moderator.is_told("Comments are closed.")
    expect(moderator.tool("Open comments")).to_be_focused()
    expect(moderator.form).to_be_hidden()
    _everybody_sees_it(browser, article)
    _open_again(moderator)
    _leave(moderator)


def _approve_one_and_refuse_the_other(moderator: Moderator) -> None:
    expect(moderator.tools).to_contain_text("2 comments wait here.")
    expect(moderator.comment(ADVERT)).to_contain_text("Waits for a decision")
    expect(moderator.comments.first).to_contain_text(FINE)  # the newest first
    _is_usable(moderator)
    moderator.press("Approve", "Ann")
    moderator.is_told("Approved.")
    expect(moderator.tool("Undo", "Ann")).to_be_focused()
    expect(moderator.comment(WAITS)).not_to_contain_text("Waits for a decision")
    expect(moderator.frame.locator("li.reply").filter(has_text=WAITS)).to_be_visible()
    expect(moderator.frame.get_by_role("button", name="1 reply")).to_be_visible()
    moderator.press("Spam", "Bob")
    moderator.is_told("Marked as spam.")
    expect(moderator.comment(ADVERT)).to_have_count(0)
    moderator.press("Undo", "Bob")
    moderator.is_told("Undone.")
    expect(moderator.comment(ADVERT)).to_be_focused()
    moderator.press("Spam", "Bob")
    moderator.is_told("Marked as spam.")


def _meet_a_colleague(moderator: Moderator, desk: Flask) -> None:
    """What somebody else has changed since shows as it stands, beside why nothing was done."""
    alerts = moderator.frame.get_by_role("alert")
    moderator.press("Undo", "Bob")
    moderator.is_told("Undone.")
    _change(desk, moderator, ADVERT, lambda seen, by: actions.trash([seen], by=by))
    moderator.press("Approve", "Bob")
    expect(alerts).to_contain_text("Somebody has decided about a comment")
    expect(moderator.frame.locator(".removed:focus")).to_have_text("This comment was removed.")
    better = f"{FINE}, in May"
    _change(desk, moderator, FINE, lambda seen, by: actions.edit(seen, typed=better, by=by))
    moderator.press("Trash", "Zoë")
    expect(alerts).to_contain_text("has been edited since you saw it")
    expect(moderator.comment(better)).to_be_focused()
    moderator.press("Trash", "Zoë")
    moderator.is_told("Moved to the trash.")
    moderator.press("Undo", "Zoë")
    moderator.is_told("Undone.")
    expect(alerts).to_have_count(0)


def _change(
    desk: Flask, moderator: Moderator, words: str, act: Callable[[Seen, Account], Done]
) -> None:
    """Let a colleague do something with a comment of the thread, as it is now."""
    shown = moderator.comment(words).get_attribute("data-id")
    with desk.app_context():
        begin_writing()
        by = people.invite("grace@example.org")
        act(Seen.of(db.session.get_one(Comment, shown)), by)
        db.session.commit()
        db.session.remove()


def _pin(moderator: Moderator) -> None:
    moderator.press("Pin", "Zoë")
    moderator.is_told("Pinned above the others.")
    expect(moderator.tool("Unpin", "Zoë")).to_be_focused()
    expect(moderator.frame.locator("#pinned")).to_contain_text(FINE)


def _is_usable(moderator: Moderator) -> None:
    """Look at it in light and in dark, on the ground that shows through the frame."""
    for theme, ground in GROUNDS.items():
        moderator.inside.evaluate(LOOK, [theme, ground])
        moderator.inside.wait_for_function("document.documentElement.scrollHeight <= innerHeight")
        assert faults(moderator.inside, page_has_heading_one={"enabled": False}) == []
        assert not is_cut_off(moderator.inside)


def _open_again(moderator: Moderator) -> None:
    """The page that is loaded now has no form, and the tools are there without one."""
    moderator.page.reload()
    moderator.arrive()
    expect(moderator.tools).to_contain_text("No comment waits here.")
    moderator.press("Open comments")
    expect(moderator.form).to_be_visible()
    expect(moderator.tool("Close comments")).to_be_visible()


def _leave(moderator: Moderator) -> None:
    moderator.box.focus()
    moderator.is_logged_in("google")
    moderator.frame.get_by_role("button", name="Log Out").click()
    moderator.is_guest()
    expect(moderator.tools).to_have_count(0)
    expect(moderator.frame.locator("[data-moderate], [role=alert]:visible")).to_have_count(0)


def _everybody_sees_it(browser: Browser, article: str) -> None:
    """Open the article as a stranger, soon: the decisions show, and nothing of the tools does."""
    began = time.monotonic()
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    while True:
        page.goto(article)
        reader = Reader(page).arrive()
        if reader.frame.locator("#closed").count():
            break
        assert time.monotonic() - began < SOON
    expect(reader.frame.locator("#pinned")).to_contain_text(FINE)
    expect(reader.comment(WAITS)).to_have_count(1)
    expect(reader.comment(ADVERT)).to_have_count(0)
    html = reader.inside.evaluate("fetch(location.href).then((answer) => answer.text())")
    for words in ("data-moderate", "moderating", "Waits for a decision", ADVERT):
        assert words not in html
    assert not [address for address in asked if "moderating" in address]
    reader.frame.get_by_role("link", name="See it in its place").click()
    expect(reader.frame.locator("#comments article.fresh")).to_contain_text(FINE)
    context.close()
