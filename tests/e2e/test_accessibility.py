"""For everybody: by keyboard, by ear, on the smallest screens."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from commentbox.cli.demo.providers import Standins
from commentbox.models import Policy
from tests.e2e.hosts import COMMENTS, PROVIDERS
from tests.e2e.logging_in import Visitor
from tests.e2e.reading import Reader, is_post
from tests.e2e.test_drafts import SENDING
from tests.e2e.test_messages import answer
from tests.paths import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
SIZES = [(360, 740), (1280, 800)]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    """Return a colour scheme."""
    return str(request.param)


@pytest.fixture(params=SIZES, ids=["phone", "desk"])
def seen(
    request: pytest.FixtureRequest,
    browser: Browser,
    articles: Any,
    article: str,
    theme: str,
    post: Callable[..., str],
) -> Any:
    """Return a reader of a small conversation, in each colour scheme and at each size."""
    first = post("First **of all**, see https://example.org", name="Zoë")
    post("`And` then\n\n> quoted", name="نور", parent=first)
    width, height = request.param
    context = browser.new_context(
        ignore_https_errors=True,
        bypass_csp=True,  # for axe alone
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    page = context.new_page()
    colours = "#15181c; color: #e6e9ed" if theme == "dark" else "#fff; color: #111"
    articles.pages[article.removeprefix("https://blog.test")] = (
        articles.pages[article.removeprefix("https://blog.test")][0].replace(
            "</head>", f"<style>body {{ background: {colours} }}</style></head>"
        ),
        {},
    )
    page.goto(article)
    yield Reader(page)
    context.close()


def test_axe_finds_nothing_in_any_state(
    seen: Reader, theme: str, policy: Callable[[Policy], None]
) -> None:
    expect(seen.comments).to_have_count(2)
    assert faults(seen, theme) == []  # resting
    seen.box.focus()
    assert faults(seen, theme) == []  # open
    seen.button.click()
    expect(seen.frame.locator("#email-error")).to_be_visible()
    assert faults(seen, theme) == []  # errors
    seen.page.route(SENDING, answer(429, detail="Slow down.", retry_after=2))
    seen.post("Hello there")
    expect(seen.message).to_be_visible()
    assert faults(seen, theme) == []  # refused
    expect(seen.button).to_be_enabled()
    seen.page.unroute_all()
    policy(Policy.HOLD_ALL)
    seen.reply_to("First of all")
    assert faults(seen, theme) == []  # reply
    seen.send()
    expect(seen.comment("Hello there")).to_be_visible()
    assert faults(seen, theme) == []  # held


def test_axe_finds_nothing_while_somebody_logs_in(
    seen: Reader, theme: str, standins: Standins
) -> None:
    visitor = Visitor(seen.page)
    visitor.box.fill("Hello there")
    standins.google.answer = ""
    window = visitor.enter("google")
    visitor.look_back(window)
    assert faults(seen, theme) == []  # connecting
    expect(visitor.late).to_be_visible()
    assert faults(seen, theme) == []  # late
    window.get_by_role("button", name="Allow", exact=True).click()
    visitor.is_logged_in("google")
    assert faults(seen, theme) == []  # identified
    visitor.frame.get_by_role("button", name="Log Out").click()
    expect(visitor.frame.locator("#left")).to_be_visible()
    assert faults(seen, theme) == []  # logged out
    standins.google.answer = "allow"
    visitor.log_in("google")
    visitor.forget_frame()
    visitor.box.focus()
    window = visitor.enter("google")
    expect(window.locator("#continue")).to_be_visible()
    query = f"site=blog&url={seen.page.url}"
    for address in (
        "",  # the page that asks to continue
        f"/login/google?{query}",
        "/login/google/callback?state=gone",
    ):
        if address:
            window.goto(COMMENTS + address)
        window.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        window.evaluate(AXE)
        assert window.evaluate("axe.run()")["violations"] == []


def test_letters_can_be_read_on_every_colour_of_a_person(seen: Reader, theme: str) -> None:
    seen.inside.evaluate(
        """for (let hue = 0; hue < 12; hue++) {
          const avatar = document.createElement("span");
          [avatar.className, avatar.dataset.hue, avatar.textContent] = ["avatar", `${hue}`, "A"];
          document.getElementById("thread").append(avatar);
        }"""
    )
    assert faults(seen, theme) == []


def test_axe_finds_nothing_on_the_page_of_our_own(seen: Reader, theme: str) -> None:
    query = f"site=blog&url={seen.page.url}&theme={theme}"
    seen.page.goto(f"{COMMENTS}/t?{query}")
    seen.page.evaluate(AXE)
    assert seen.page.evaluate("axe.run()")["violations"] == []


def test_a_guest_posts_by_keyboard_alone(reader: Reader) -> None:
    expect(reader.box).to_be_visible()
    keyboard = reader.page.keyboard
    keyboard.press("Tab")
    expect(reader.box).to_be_focused()
    keyboard.type("By keys")
    expect(reader.button).to_be_visible()
    for _ in (*PROVIDERS, "email"):
        keyboard.press("Tab")
    for word in ("ann@example.org", "Ann"):
        keyboard.press("Tab")
        keyboard.type(word)
    for _ in ("website", "subscribe", "remember", "button"):
        keyboard.press("Tab")
    expect(reader.button).to_be_focused()
    keyboard.press("Enter")
    expect(reader.comment("By keys")).to_be_focused()


def test_enter_moves_on_where_the_keyboard_says_next(reader: Reader) -> None:
    reader.write("Moving on")
    expect(reader.element).to_have_attribute("title", "Comment form")
    reader.frame.locator("#email").press("Enter")
    expect(reader.frame.locator("#author")).to_be_focused()
    reader.frame.locator("#author").press("Enter")
    expect(reader.frame.locator("#url")).to_be_focused()
    with reader.page.expect_response(is_post):
        reader.frame.locator("#url").press("Enter")
    expect(reader.comment("Moving on")).to_be_focused()


def test_fields_stand_apart_and_in_line_when_one_is_wrong(reader: Reader) -> None:
    reader.box.focus()
    reader.button.click()
    expect(reader.frame.locator("#comment-error")).to_be_visible()
    error, legend = place(reader, "#comment-error"), place(reader, "legend")
    assert legend["y"] - error["y"] - error["height"] >= 8
    reader.frame.locator("#author").fill("Ann")
    expect(reader.frame.locator("#author-error")).to_be_hidden()
    assert place(reader, "#email")["y"] == place(reader, "#author")["y"]


def test_the_order_of_the_keyboard_is_that_of_the_page(reader: Reader) -> None:
    reader.box.focus()
    order = []
    for _ in range(11):
        order.append(reader.inside.evaluate("document.activeElement.id"))
        reader.page.keyboard.press("Tab")
    assert order == [
        *("comment", "postas-google", "postas-twitter", "postas-facebook", "postas-email"),
        *("email", "author", "url", "subscribe", "remember", "comment-submit"),
    ]


@pytest.mark.parametrize("state", ["resting", "open", "errors"])
def test_nothing_scrolls_sideways_at_320_pixels(
    page: Page, visit: Callable[..., Reader], post: Callable[..., str], state: str
) -> None:
    post("x" * 3000, name="y" * 240)
    page.set_viewport_size({"width": 320, "height": 600})
    reader = visit()
    expect(reader.comments).to_have_count(1)
    reader.inside.wait_for_load_state()  # With its styles: without them a word is never broken.
    if state != "resting":
        reader.box.focus()
    if state == "errors":
        reader.button.click()
    width = "[document.documentElement.scrollWidth, innerWidth]"
    used, given = reader.inside.evaluate(width)
    assert used <= given
    used, given = page.evaluate(width)
    assert used <= given


def test_targets_are_large_enough_for_a_finger(
    browser: Browser, article: str, post: Callable[..., str]
) -> None:
    post("Touch me")
    post("Me too")
    context = browser.new_context(
        ignore_https_errors=True, has_touch=True, is_mobile=True, viewport=PHONE
    )
    page = context.new_page()
    page.goto(article)
    reader = Reader(page)
    reader.box.focus()
    for target in (
        reader.button,
        reader.frame.get_by_role("button", name="Reply").first,
        reader.frame.locator("a.when").first,
        reader.frame.get_by_role("link", name="Oldest first"),
        reader.frame.get_by_role("link", name="Open this conversation"),
    ):
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    context.close()


PHONE: Any = {"width": 360, "height": 740}


def place(reader: Reader, selector: str) -> Any:
    """Return where an element stands, in pixels."""
    return reader.frame.locator(selector).bounding_box()


def faults(reader: Reader, theme: str) -> list[str]:
    """Return what axe-core finds in the frame, on the ground that shows through it."""
    frame = reader.inside
    ground = "#15181c" if theme == "dark" else "#fff"
    frame.evaluate(f"document.documentElement.style.background = '{ground}'")
    frame.evaluate(AXE)
    # The heading of the first level is the article's.
    found = frame.evaluate("axe.run({ rules: { 'page-has-heading-one': { enabled: false } } })")
    return [
        f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]
    ]
