"""Every view of a log-in, one after the other: for what looks at them all.

Each function leads somebody through a part, and yields each view by its name with the page or the
frame that shows it.
"""

from collections.abc import Iterator

from flask import Flask
from playwright.sync_api import Frame, Page, expect

from commentbox.cli.demo.providers import Standins
from commentbox.lib import ids
from tests.e2e.hosts import COMMENTS
from tests.e2e.logging_in import Visitor
from tests.e2e.mail_codes import Panel, another, written

Views = Iterator[tuple[str, Page | Frame]]


def of_a_walk(visitor: Visitor, standins: Standins) -> Views:
    """Log in with a provider, as somebody with a very long name."""
    standins.google.answer, standins.google.persona = "", "long-name"
    visitor.write("It rose twice as high this time.")
    visitor.is_ready()
    yield "doors", visitor.inside
    window = visitor.enter("google")
    visitor.look_back(window)
    yield "connecting", visitor.inside
    visitor.is_late()
    yield "late", visitor.inside
    window.get_by_role("button", name="Deny", exact=True).click()
    expect(visitor.message).to_be_visible()
    yield "refused", visitor.inside
    standins.google.answer = "allow"
    visitor.log_in("google")
    yield "long-name", visitor.inside
    visitor.page.context.clear_cookies()
    visitor.send()
    expect(visitor.frame.get_by_role("button", name="Log in again")).to_be_visible()
    yield "expired", visitor.inside
    visitor.log_in("google")
    visitor.frame.get_by_role("button", name="Log Out").click()
    expect(visitor.frame.locator("#left")).to_be_visible()
    yield "logged-out", visitor.inside


def of_no_address(visitor: Visitor, standins: Standins) -> Views:
    """Log in with a provider that tells no address, and add one."""
    standins.twitter.persona = "no-email"
    visitor.box.focus()
    visitor.log_in("twitter")
    add = visitor.frame.get_by_role("button", name="Add email")
    expect(add).to_be_visible()
    yield "no-address", visitor.inside
    add.click()
    expect(add).to_be_hidden()
    yield "adding-address", visitor.inside


def of_mail(visitor: Visitor, desk: Flask) -> Views:
    """Log in by digits that come by mail, with each mistake on the way."""
    panel, address = Panel(visitor), f"{ids.new().lower()}@example.org"
    visitor.box.fill("By mail")
    visitor.is_ready()
    panel.door.click()
    expect(panel.address).to_be_focused()
    yield "code-address", visitor.inside
    panel.address.fill("ann@")
    panel.send.click()
    expect(panel.address).to_have_attribute("aria-invalid", "true")
    yield "code-address-wrong", visitor.inside
    panel.address.fill(address)
    panel.send.click()
    expect(panel.digits).to_be_focused()
    yield "code-digits", visitor.inside
    panel.digits.fill(another(written(desk, address)))
    panel.log_in.click()
    expect(panel.digits).to_have_attribute("aria-invalid", "true")
    yield "code-digits-wrong", visitor.inside
    panel.digits.fill(written(desk, address))
    panel.log_in.click()
    visitor.is_logged_in("email")
    yield "by-mail", visitor.inside


def logged_out(visitor: Visitor) -> Views:
    """Log out, between two parts."""
    visitor.frame.get_by_role("button", name="Log Out").click()
    visitor.is_guest()
    yield from ()


def of_windows(visitor: Visitor, standins: Standins) -> Views:
    """Be logged in at the service, and see each page of its own."""
    visitor.page.context.route("**/login/done.js", lambda route: route.abort())  # The window stays.
    visitor.box.focus()
    window = visitor.enter("google")
    visitor.is_logged_in("google")
    yield "done", window
    visitor.forget_frame()
    visitor.box.focus()
    window = visitor.enter("google")
    window.wait_for_url("**/login/continue/*")  # With its styles: one without them is wider.
    window.mouse.move(5, 5)
    expect(window.locator("#continue")).to_be_enabled()
    yield "continue", window
    asked = f"site=blog&url={visitor.page.url}&title=Bread for a Sunday"
    for name, path in (
        ("ask", f"/login/facebook?{asked}"),
        ("expired-link", "/login/google/callback?state=gone"),
        ("own-page", f"/t?{asked}"),
    ):
        window.goto(COMMENTS + path)
        yield name, window
    # The page leads on at once: where nothing comes, it stays.
    window.context.route("**/login/continue/*", lambda route: route.fulfill(status=204))
    window.goto(f"{COMMENTS}/login/google?{asked}")
    window.get_by_role("button", name="Log in with Google").click()
    expect(window.get_by_role("heading")).to_have_text("Connecting to Google")
    yield "leading", window
