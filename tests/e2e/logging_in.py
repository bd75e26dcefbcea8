"""A reader who logs in: what they press in the frame, and the window that it opens."""

import re
from contextlib import suppress

from playwright.sync_api import Error, Locator, Page, expect

from tests.e2e.reading import Reader

LABELS = {"google": "Google", "twitter": "Twitter", "facebook": "Facebook"}
SOON = 15_000  # milliseconds that a walk may take on a busy machine
TRIES = 10


class Visitor(Reader):
    """A reader before the doors."""

    def __init__(self, page: Page, nth: int = 0) -> None:
        super().__init__(page, nth)
        self.identity = self.frame.locator("#identity")
        self.cancel = self.frame.locator("#login-cancel")
        self.late = self.frame.locator("#login-late")
        self.whose = self.frame.locator(".whose")

    def door(self, name: str) -> Locator:
        """Return the button of a provider."""
        return self.frame.locator(f"#postas-{name}")

    def enter(self, name: str) -> Page:
        """Press a provider's button, and return the window."""
        self.is_ready()
        with self.page.context.expect_page() as caught:
            self.door(name).click()
        return caught.value

    def is_ready(self) -> None:
        """Wait until the script is there that the doors need."""
        expect(self.frame.locator("#login")).to_have_attribute("novalidate", "")

    def look_back(self, window: Page) -> None:
        """Go back to the article while the window stays open."""
        window.wait_for_load_state("domcontentloaded")
        for _ in range(TRIES):  # a window that is just being shown takes the focus again
            self.page.bring_to_front()
            with suppress(Error):
                self.inside.wait_for_function("document.hasFocus()", timeout=500)
                return
        raise AssertionError("the article does not get the focus")

    def is_late(self) -> None:
        """Wait until the form says that the window may be closed: after 3 s of being looked at."""
        expect(self.late).to_be_visible(timeout=SOON)

    def log_in(self, name: str) -> None:
        """Log in with a provider that allows by itself."""
        self.enter(name)
        self.is_logged_in(name)

    def is_logged_in(self, name: str) -> None:
        """Wait until the form shows somebody of this provider."""
        expect(self.identity).to_have_attribute("data-state", "identified", timeout=SOON)
        expect(self.identity).to_have_attribute("data-provider", name)

    def is_guest(self) -> None:
        """Wait until the form shows a guest."""
        expect(self.identity).to_have_attribute("data-state", "guest")

    def is_connecting(self) -> None:
        """Wait until the form waits for the window."""
        expect(self.identity).to_have_attribute("data-state", "connecting")

    def forget_frame(self) -> None:
        """Let the browser lose the frame's session, and keep that of the service's pages."""
        self.page.context.clear_cookies(name=re.compile("cb_frame"))
        self.inside.evaluate("localStorage.clear()")
        self.page.reload()
        self.is_guest()
