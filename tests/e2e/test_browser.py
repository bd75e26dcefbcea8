"""The browser of these tests is as strict as that of readers: else what they show is worth nothing.

Playwright switches popup blocking and partitioned storage off unless it is told not to, and by
names that another version may change.
"""

from playwright.sync_api import Page, expect

from commentbox.lib import ids
from tests.e2e.hosts import EVIL, Articles
from tests.e2e.reading import Reader

OPENS = "<script>document.body.dataset.opened = Boolean(window.open('/elsewhere'))</script>"
KEEPS = "plain=1; SameSite=None; Secure; Path=/"
LATE = """<iframe></iframe>
<script>setTimeout(() => (document.querySelector("iframe").src = "{source}"), 500)</script>"""
PARTED = "parted=1; SameSite=None; Secure; Path=/; Partitioned"


def test_no_window_opens_by_itself(page: Page, articles: Articles) -> None:
    # By the page's own script: what a test evaluates, Chromium takes for a reader's click.
    page.goto(articles.put(f"/{ids.new()}", OPENS))
    expect(page.locator("body")).to_have_attribute("data-opened", "false")
    assert len(page.context.pages) == 1


def test_no_cookie_of_a_third_party_is_kept_or_sent(page: Page, articles: Articles) -> None:
    inner = f"/{ids.new()}"
    articles.put(inner, "Inside", Set_Cookie=KEEPS)
    page.goto(EVIL + inner)
    assert page.evaluate("document.cookie") == "plain=1"
    page.goto(articles.put(f"/{ids.new()}", f'<iframe src="{EVIL}{inner}"></iframe>'))
    frame = page.frames[1]
    frame.wait_for_load_state()
    for cookie in (KEEPS, PARTED):
        frame.evaluate("(cookie) => { document.cookie = cookie }", cookie)
    assert frame.evaluate("document.cookie") == "parted=1"
    with page.expect_request(f"{EVIL}/asked") as caught:
        frame.evaluate("fetch('/asked')")
    assert caught.value.all_headers()["cookie"] == "parted=1"


def test_what_a_frame_keeps_is_parted_by_the_page_around_it(page: Page, articles: Articles) -> None:
    inner = f"/{ids.new()}"
    articles.put(inner, "Inside")
    page.goto(EVIL + inner)
    page.evaluate("localStorage.setItem('mine', '1')")
    page.goto(articles.put(f"/{ids.new()}", f'<iframe src="{EVIL}{inner}"></iframe>'))
    frame = page.frames[1]
    frame.wait_for_load_state()
    assert frame.evaluate("localStorage.getItem('mine')") is None


def test_scripts_of_a_test_wait_until_their_frame_has_come(page: Page, articles: Articles) -> None:
    inner = f"/{ids.new()}"
    articles.put(inner, "<main>Inside</main>")
    page.goto(articles.put(f"/{ids.new()}", LATE.format(source=EVIL + inner)))
    assert Reader(page).inside.evaluate("document.querySelector('main') !== null")
