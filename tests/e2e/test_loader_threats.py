"""Threats to the page that embeds; the name of each test begins with the threat that it answers."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Dialog, Page, Route, expect
from sqlalchemy import text

from commentbox.extensions import db
from commentbox.lib import ids
from tests import corpora
from tests.e2e.hosts import BLOG, COMMENTS, EMBED, LOADER, Articles
from tests.e2e.reading import Reader

FORBIDDEN = re.compile(r"\beval\b|new Function|innerHTML|outerHTML|document\.write|insertAdjacent")
CLOBBERS = "".join(
    f'<img name="{name}"><a id="{name}" href="https://evil.test/">x</a>'
    for name in (
        "config",
        "Commentbox",
        "createElement",
        "querySelector",
        "querySelectorAll",
        "currentScript",
        "readyState",
        "title",
        "head",
        "commentsConfig",
    )
)
POLLUTED = """Object.assign(Object.prototype, { src: "https://evil.test/", site: "evil", url: 7,
  theme: "evil", root: "evil", threadId: "evil", frame: 7, rootMargin: 7, credentials: "include",
  body: "evil", method: "POST", commentbox: 1, height: 7, focus: "evil", link: 7 })"""


def test_a1_the_loader_uses_nothing_that_makes_text_into_code(page: Page) -> None:
    answer = page.goto(f"{COMMENTS}/embed.js")
    assert answer is not None
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert FORBIDDEN.search(answer.text()) is None


def test_a1_the_loader_can_be_pinned_by_its_hash(page: Page, articles: Articles) -> None:
    page.goto(articles.put(f"/{ids.new()}", "<p>An article"))
    digest = page.evaluate(
        """async (address) => {
          const bytes = await (await fetch(address)).arrayBuffer();
          const hash = new Uint8Array(await crypto.subtle.digest("SHA-384", bytes));
          return btoa(String.fromCharCode(...hash));
        }""",
        f"{COMMENTS}/embed.js",
    )
    pinned = EMBED.replace("async", f'async crossorigin integrity="sha384-{digest}"')
    page.goto(articles.put(f"/{ids.new()}", pinned))
    expect(Reader(page).box).to_be_visible()


def test_a3_nothing_in_the_page_s_data_runs_or_leads_elsewhere(
    page: Page, articles: Articles
) -> None:
    hostile = [*corpora.lines("xss/payloadbox-xss-payload-list.txt")[:40], "javascript:alert(1)"]
    ran: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto(articles.put(f"/{ids.new()}", f"<div id=here></div>{LOADER}"))
    page.wait_for_function("window.Commentbox")
    for value in hostile:
        page.evaluate(MOUNT_WITH, value)
        # The frame comes once the browser has drawn the page, which may take it a while.
        address = page.locator("iframe").evaluate("frame => frame.src")
        page.wait_for_timeout(50)  # for what would run
        page.evaluate("Commentbox.unmount(here)")
        assert urlsplit(address).netloc == "comments.test"
        assert urlsplit(address).path.startswith("/embed/")
    assert ran == []


def test_a4_elements_and_prototypes_of_the_page_change_nothing(
    page: Page, articles: Articles
) -> None:
    page.add_init_script(f"if (location.host === 'blog.test') {POLLUTED}")
    page.goto(articles.put(f"/{ids.new()}", CLOBBERS + EMBED))
    address = page.locator("iframe").get_attribute("src") or ""
    assert address.startswith(f"{COMMENTS}/embed/blog?url=https%3A%2F%2Fblog.test%2F")
    assert "evil" not in address
    expect(Reader(page).box).to_be_visible()


def test_a4_options_cannot_spoil_the_prototype(page: Page, articles: Articles) -> None:
    page.goto(articles.put(f"/{ids.new()}", f"<div id=here></div>{LOADER}"))
    page.wait_for_function("window.Commentbox")
    page.evaluate("""Commentbox.mount(here, JSON.parse('{"__proto__": {"x": 1}}'))""")
    expect(Reader(page).box).to_be_visible()
    assert page.evaluate("({}).x") is None


def test_a5_secrets_of_the_address_stay_with_the_reader(
    page: Page, articles: Articles, desk: Flask, folder: Any
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
    address = articles.put(f"/{ids.new()}", EMBED)
    page.goto(f"{address.replace('https://', 'https://user:pw9Zx@')}?token=SECRET8&a=1#frag7")
    Reader(page).post("A public remark")
    expect(Reader(page).comment("A public remark")).to_be_visible()
    ours = [entry for entry in asked if COMMENTS in entry.split()[0]]
    with desk.app_context():
        kept = str(db.session.execute(text("SELECT * FROM thread")).all())
    log = (folder / "log").read_text("utf-8")
    for secret in ("SECRET8", "frag7", "pw9Zx"):
        assert not any(secret in entry for entry in ours)
        assert secret not in kept + log


def test_a5_referrers_hold_the_origin_alone(page: Page, articles: Articles) -> None:
    page.goto(articles.put(f"/{ids.new()}", EMBED, Referrer_Policy="unsafe-url") + "?private=1")
    reader = Reader(page)
    expect(reader.box).to_be_visible()
    assert reader.inside.evaluate("document.referrer") == f"{BLOG}/"


@pytest.mark.parametrize("how", ["refused", "busy", "silent"])
def test_a6_a_dead_service_does_not_touch_the_article(
    page: Page, articles: Articles, how: str
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route(f"{COMMENTS}/embed/**", lambda route: _die(route, how))
    counted = f"<a data-commentbox-count='/x'>?</a>{EMBED}"
    page.clock.install()
    page.goto(
        articles.put(f"/{ids.new()}", counted), wait_until="load" if how == "busy" else "commit"
    )
    page.wait_for_function("document.querySelector('iframe')")
    page.clock.run_for(11_000)
    link = page.get_by_role("link", name="Open the comments in a new window")
    expect(link).to_have_attribute("href", re.compile(rf"^{COMMENTS}/t\?site=blog&url="))
    expect(page.locator("iframe")).to_have_css("height", "0px")
    assert errors == []


def test_a6_a_frame_that_comes_late_takes_the_place_of_the_link(
    page: Page, articles: Articles
) -> None:
    held: list[Route] = []
    page.route(f"{COMMENTS}/embed/**", lambda route: held.extend([route]))
    page.clock.install()
    page.goto(articles.put(f"/{ids.new()}", EMBED), wait_until="commit")
    page.wait_for_function("document.querySelector('iframe')")
    page.clock.run_for(11_000)
    link = page.get_by_role("link", name="Open the comments in a new window")
    expect(link).to_be_visible()
    held[0].continue_()
    expect(Reader(page).box).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').offsetHeight > 100")
    expect(link).to_have_count(0)


def test_a6_without_the_loader_the_article_is_whole(page: Page, articles: Articles) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route(f"{COMMENTS}/**", lambda route: route.abort())
    page.goto(articles.put(f"/{ids.new()}", f"<h1>Whole</h1>{EMBED}"))
    expect(page.get_by_role("heading", name="Whole")).to_be_visible()
    assert errors == []


def test_a6_the_article_does_not_move(page: Page, articles: Articles) -> None:
    page.add_init_script(MOVES)
    page.goto(articles.put(f"/{ids.new()}", f"<p style='height: 600px'>Words</p>{EMBED}<p>End"))
    expect(Reader(page).box).to_be_visible()
    page.wait_for_timeout(500)
    assert page.evaluate("moved") <= 0.1


def test_a7_the_loader_twice_is_the_loader_once(page: Page, articles: Articles) -> None:
    page.goto(articles.put(f"/{ids.new()}", EMBED + LOADER + LOADER))
    expect(Reader(page).box).to_be_visible()
    expect(page.locator("iframe")).to_have_count(1)
    assert _listeners(page) == 1


def test_a7_mounting_fifty_times_leaves_nothing_behind(page: Page, articles: Articles) -> None:
    page.goto(articles.put(f"/{ids.new()}", f"<div id=here></div>{LOADER}"))
    page.wait_for_function("window.Commentbox")
    before = _listeners(page)
    page.evaluate(
        """for (let turn = 0; turn < 50; turn++) {
          Commentbox.mount(here, { threadId: `${turn}` });
          Commentbox.unmount(here);
        }"""
    )
    expect(page.locator("iframe")).to_have_count(0)
    assert _listeners(page) == before


def test_counts_stand_beside_links(
    page: Page, articles: Articles, article: str, post: Callable[..., str]
) -> None:
    post("One")
    post("Two")
    path = article.removeprefix(BLOG)
    spots = f"<b data-commentbox-count='{path}'></b><b data-commentbox-count='/none'></b>"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(articles.put(f"/{ids.new()}", spots + LOADER))
    expect(page.locator("b").first).to_have_text("2")
    expect(page.locator("b").last).to_have_text("0")
    assert sum("/counts?" in address for address in asked) == 1


def test_many_links_and_a_bad_one_leave_the_other_counts_alone(
    page: Page, articles: Articles, article: str, post: Callable[..., str]
) -> None:
    post("One")
    path = article.removeprefix(BLOG)
    spot = "<b data-commentbox-count='{}'></b>"
    others = "".join(spot.format(f"/none/{number}") for number in range(120))
    bad = "<i data-commentbox-count='http://['>some</i>"
    page.goto(articles.put(f"/{ids.new()}", bad + others + spot.format(path) + LOADER))
    expect(page.locator("b").last).to_have_text("1")
    expect(page.locator("b").first).to_have_text("0")
    expect(page.locator("i")).to_have_text("some")


MOUNT_WITH = """(value) => {
  const names = ["site", "threadId", "title", "lang", "theme", "sort", "headingLevel", "label"];
  document.title = value;
  try { location.hash = value } catch {}
  Commentbox.mount(here, Object.fromEntries(names.map((name) => [name, value])));
}"""
MOVES = """window.moved = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) moved += entry.value;
}).observe({ type: "layout-shift", buffered: true })"""


def _die(route: Route, how: str) -> None:
    if how == "refused":
        route.abort("connectionrefused")
    elif how == "busy":
        route.fulfill(status=503, body="")


def _listeners(page: Page) -> int:
    """Return how many listeners for messages the article's window has."""
    session = page.context.new_cdp_session(page)
    window = session.send("Runtime.evaluate", {"expression": "window"})
    found = session.send(
        "DOMDebugger.getEventListeners", {"objectId": window["result"]["objectId"]}
    )
    session.detach()
    return sum(listener["type"] == "message" for listener in found["listeners"])
