"""The frame on pages of every kind."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from commentbox.lib import ids
from tests.e2e.hosts import COMMENTS, EMBED, LOADER, Articles
from tests.e2e.reading import Reader

STRICT = f"default-src 'none'; script-src {COMMENTS}; frame-src {COMMENTS}; \
require-trusted-types-for 'script'"
HOSTILE = """<style>
  * { all: unset !important; font-size: 90px !important; color: hotpink !important }
  iframe { display: none !important; height: 9px !important; opacity: 0 !important }
  #commentbox * { position: fixed !important; transform: rotate(9deg) !important }
</style>"""
COUNT_VIOLATIONS = "window.violations = []; \
addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective))"


def test_the_height_follows_both_ways(reader: Reader) -> None:
    expect(reader.box).to_be_visible()
    low = height(reader)
    reader.box.focus()
    reader.page.wait_for_function(f"{HEIGHT} > {low} + 200", timeout=200 + SLOW)
    high = height(reader)
    reader.frame.locator(".count").click()
    reader.page.wait_for_function(f"{HEIGHT} < {high} - 200", timeout=200 + SLOW)
    assert reader.inside.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_form_that_was_left_before_its_modules_came_rests(
    page: Page, visit: Callable[..., Reader]
) -> None:
    held: list[Route] = []
    page.route("**/widget/form.js", lambda route: held.extend([route]))
    reader = visit()
    with page.expect_request("**/widget/form.js"):
        reader.box.focus()
    reader.frame.locator(".count").click()
    held[0].continue_()
    reader.inside.evaluate("async (module) => void (await import(module))", held[0].request.url)
    expect(reader.form).to_have_attribute("data-state", "resting")
    expect(reader.button).to_be_hidden()


def test_a_long_conversation_is_not_cut(reader: Reader) -> None:
    expect(reader.box).to_be_visible()
    reader.inside.evaluate("document.body.style.height = '30000px'")
    reader.page.wait_for_function(f"{HEIGHT} >= 30000")


def test_a_loader_without_a_site_tells_the_owner(page: Page, articles: Articles) -> None:
    with page.expect_console_message() as told:
        page.goto(articles.put(f"/{ids.new()}", EMBED.replace('data-site="blog"', "")))
    assert told.value.type == "warning"
    assert "data-site" in told.value.text
    expect(page.locator("iframe")).to_have_count(0)


@pytest.mark.parametrize(
    "headers",
    [{"Content_Security_Policy": STRICT}, {"Cross_Origin_Opener_Policy": "same-origin"}],
    ids=["strict CSP", "COOP"],
)
def test_a_guest_posts_under_headers_of_the_article(
    page: Page, articles: Articles, headers: dict[str, str]
) -> None:
    page.add_init_script(COUNT_VIOLATIONS)
    page.goto(articles.put(f"/{ids.new()}", EMBED, **headers))
    reader = Reader(page)
    assert reader.post("Under a strict roof").status == 201
    expect(reader.comment("Under a strict roof")).to_be_visible()
    assert page.evaluate("violations") == []
    assert reader.inside.evaluate("violations") == []


def test_styles_of_the_article_do_not_reach_the_frame(page: Page, articles: Articles) -> None:
    page.goto(articles.put(f"/{ids.new()}", EMBED, head=HOSTILE))
    reader = Reader(page)
    expect(reader.box).to_be_visible()
    expect(reader.element).to_have_css("opacity", "1")
    expect(reader.element).to_have_css("position", "static")
    assert height(reader) > 100


def test_two_conversations_on_a_page_stay_apart(page: Page, articles: Articles) -> None:
    names = [ids.new(), ids.new()]
    boxes = "".join(f'<div data-commentbox data-thread-id="{name}"></div>' for name in names)
    page.goto(articles.put(f"/{ids.new()}", boxes + LOADER))
    first, second = Reader(page, 0), Reader(page, 1)
    first.write("To the first")
    second.post("To the second")
    expect(second.comment("To the second")).to_be_visible()
    expect(first.box).to_have_value("To the first")
    expect(first.comments).to_have_count(0)


def test_a_page_can_mount_and_unmount(page: Page, articles: Articles) -> None:
    page.goto(articles.put(f"/{ids.new()}", f"<div id=here></div>{LOADER}"))
    page.wait_for_function("window.Commentbox")
    page.evaluate("Commentbox.mount(here, { threadId: 'one' })")
    expect(Reader(page).box).to_be_visible()
    page.evaluate("Commentbox.unmount(here)")
    expect(page.locator("iframe")).to_have_count(0)


def test_nothing_is_fetched_for_who_does_not_come_near(page: Page, articles: Articles) -> None:
    far = f"<div style='height: 5000px'></div>{EMBED}"
    page.goto(articles.put(f"/{ids.new()}", far))
    page.wait_for_function("window.Commentbox")
    expect(page.locator("iframe")).to_have_count(0)
    page.evaluate("scrollTo(0, 4000)")
    expect(Reader(page).box).to_be_visible()


def test_the_frame_is_dark_where_the_article_is(page: Page, articles: Articles) -> None:
    dark = "<style>body { background: #111; color: #eee }</style>"
    page.goto(articles.put(f"/{ids.new()}", EMBED, head=dark))
    reader = Reader(page)
    expect(reader.frame.locator("html")).to_have_attribute("data-theme", "dark")
    expect(reader.frame.locator("body")).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_the_canonical_link_names_the_conversation(
    page: Page, articles: Articles, post: Callable[..., str], article: str
) -> None:
    post("At the canonical address")
    link = f"<link rel=canonical href='{article}'>"
    page.goto(articles.put(f"/{ids.new()}", EMBED, head=link) + "?page=2#top")
    expect(Reader(page).comment("At the canonical address")).to_be_visible()


def test_links_in_comments_open_a_window_of_their_own(
    visit: Callable[..., Reader], post: Callable[..., str]
) -> None:
    post("See https://blog.test/elsewhere")
    reader = visit()
    with reader.page.context.expect_page() as opened:
        reader.comment("See").locator(".words a").click()
    assert opened.value.evaluate("window.opener") is None
    assert "/elsewhere" not in reader.page.url


def test_a_host_that_is_not_registered_says_so(page: Page, articles: Articles) -> None:
    path = articles.put(f"/{ids.new()}", EMBED).removeprefix("https://blog.test")
    page.goto(f"https://evil.test{path}")
    expect(Reader(page).frame.get_by_text("is not an address of the site")).to_be_visible()


def test_a_page_that_only_borrows_the_canonical_link_says_so_for_good(
    page: Page, articles: Articles, article: str
) -> None:
    link = f"<link rel=canonical href='{article}'>"
    path = articles.put(f"/{ids.new()}", EMBED, head=link).removeprefix("https://blog.test")
    page.clock.install()
    page.goto(f"https://evil.test{path}")
    said = Reader(page).frame.get_by_text("https://evil.test is not an address of the site")
    expect(said).to_be_visible()
    page.wait_for_function(f"{HEIGHT} < 200")
    page.clock.run_for(11_000)
    expect(said).to_be_visible()
    expect(page.get_by_role("link", name="Open the comments")).to_have_count(0)


HEIGHT = "document.querySelector('iframe').offsetHeight"
SLOW = 1_500  # milliseconds that a busy machine may take on top


def height(reader: Reader) -> int:
    """Return how high the frame is on the article's page."""
    return int(reader.page.evaluate(HEIGHT))
