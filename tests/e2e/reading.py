"""What a reader sees and does in the frame."""

from typing import Self

from playwright.sync_api import Frame, FrameLocator, Locator, Page, Response, expect

from tests.e2e.hosts import COMMENTS


class Reader:
    """Somebody with an article before them, and the conversation below it."""

    def __init__(self, page: Page, nth: int = 0) -> None:
        self.page = page
        self.element = page.locator("iframe").nth(nth)
        self.frame: FrameLocator = self.element.content_frame
        self.form = self.frame.locator("#commentform")
        self.box = self.frame.locator("#comment")
        self.button = self.frame.locator("#comment-submit")
        self.message = self.frame.locator("#message")
        self.status = self.frame.locator("#status")
        self.comments = self.frame.locator("article.comment")

    def arrive(self) -> Self:
        """Return once the frame is all there.

        While Chromium moves the frame into a process of its own, the driver now and then loses it:
        a route that is set then catches nothing.
        """
        self.inside.wait_for_load_state()
        return self

    def rest(self) -> None:
        """Return once the frame has acted on what it has just heard."""
        self.inside.evaluate("new Promise((done) => setTimeout(() => setTimeout(done)))")

    @property
    def inside(self) -> Frame:
        """Return the frame for scripts of the test, once there is something in it."""
        expect(self.frame.locator("main")).to_be_attached(timeout=10_000)
        handle = self.element.element_handle()
        frame = handle.content_frame()
        assert frame is not None
        return frame

    def comment(self, text: str) -> Locator:
        """Return the comment that says this."""
        return self.comments.filter(has_text=text)

    def introduce(self, name: str = "Ann", email: str = "ann@example.org") -> None:
        """Say who writes."""
        self.frame.locator("#email").fill(email)
        self.frame.locator("#author").fill(name)

    def write(self, text: str, *, name: str = "Ann") -> None:
        """Type a comment and who writes it."""
        self.box.fill(text)
        expect(self.form).not_to_have_attribute("data-state", "resting")
        self.introduce(name)

    def type_by_keys(self, text: str) -> None:
        """Go from the article into the frame, and type where one then is.

        The keyboard follows the focus from one of Chromium's processes to another only in a while;
        people see the box lit before they type.
        """
        self.page.keyboard.press("Tab")
        expect(self.box).to_be_focused()
        self.inside.wait_for_function("document.hasFocus()")
        self.page.keyboard.type(text)

    def send(self) -> Response:
        """Press the button and return the server's answer."""
        with self.page.expect_response(is_post) as caught:
            self.button.click()
        return caught.value

    def post(self, text: str, *, name: str = "Ann") -> Response:
        """Write and send a comment."""
        self.write(text, name=name)
        return self.send()

    def reply_to(self, text: str) -> None:
        """Press Reply below the comment that says this."""
        reply = self.comment(text).get_by_role("button", name="Reply")
        expect(reply).to_be_visible()
        self.inside.wait_for_load_state()  # A press before the script is there does nothing.
        reply.click()


def is_post(response: Response) -> bool:
    """Say whether a response answers a comment's submission."""
    request = response.request
    return request.method == "POST" and request.url.startswith(f"{COMMENTS}/embed/")
