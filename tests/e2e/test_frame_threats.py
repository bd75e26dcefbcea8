"""Threats to the frame, and what it must not do to readers; named by the threat."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from commentbox.lib import ids
from tests import corpora
from tests.e2e.hosts import COMMENTS, EMBED, Articles
from tests.e2e.reading import Reader

FUZZ = """async (frame) => {
  const values = [null, 7, "x", [], { commentbox: 1, theme: "<img onerror=alert(1)>" },
    { commentbox: 1, height: 1e9, focus: "x", token: "t", html: "<b>", submit: true }, NaN];
  for (let turn = 0; turn < 300; turn++) frame.contentWindow.postMessage(values[turn % 7], "*");
}"""
RECORD = """window.heard = [];
addEventListener("message", ({ data, origin }) => heard.push({ data, origin }))"""
FORGED = [1e9, -1, "9;position:fixed", None, {"valueOf": 1}]


def test_b2_messages_change_nothing_in_the_frame(reader: Reader) -> None:
    errors: list[str] = []
    reader.page.on("pageerror", lambda error: errors.append(str(error)))
    expect(reader.box).to_be_visible()
    before = reader.inside.content()
    reader.page.evaluate(FUZZ, reader.element.element_handle())
    reader.page.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert reader.inside.content() == before
    assert errors == []


def test_b3_the_article_hears_of_heights_and_places_alone(page: Page, article: str) -> None:
    page.add_init_script(f"if (location.host === 'blog.test') {{ {RECORD} }}")
    page.goto(article)
    reader = Reader(page)
    reader.post("Nobody's business", name="Quentin")
    expect(reader.comment("Nobody's business")).to_be_visible()
    heard = page.evaluate("heard")
    assert heard
    assert {entry["origin"] for entry in heard} == {COMMENTS}
    for entry in heard:
        assert set(entry["data"]) <= {"commentbox", "height", "top", "focus"}
    said = json.dumps(heard)
    assert "Quentin" not in said
    assert "business" not in said


def test_b4_no_message_makes_the_frame_cover_the_page(reader: Reader) -> None:
    settle(reader)
    before = reader.element.get_attribute("style")
    for height in FORGED:
        reader.page.evaluate(
            "(height) => postMessage({ commentbox: 1, height, top: 1e9, focus: 'x' }, '*')", height
        )
    reader.page.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert reader.element.get_attribute("style") == before


@pytest.mark.parametrize(("said", "most"), [("1e9", 200_000), ("-5", 0), ("NaN", None)])
def test_b4_even_its_own_frame_cannot_be_higher_than_that(
    reader: Reader, said: str, most: int | None
) -> None:
    settle(reader)
    before = reader.element.evaluate("(frame) => frame.offsetHeight")
    reader.inside.evaluate(f"parent.postMessage({{ commentbox: 1, height: {said} }}, '*')")
    reader.page.evaluate("new Promise((done) => setTimeout(done, 100))")
    height = reader.element.evaluate("(frame) => frame.offsetHeight")
    assert height == (before if most is None else most)


def test_b5_the_frame_is_sandboxed_and_never_moves_the_article(
    visit: Callable[..., Reader], post: Callable[..., str]
) -> None:
    post("A [link](https://blog.test/elsewhere)")
    reader = visit()
    sandbox = "allow-scripts allow-same-origin allow-forms allow-popups "
    # The last for logging in where no window opens: it takes a click, and a form of ours.
    sandbox += "allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    expect(reader.element).to_have_attribute("sandbox", sandbox)
    address = reader.page.url
    with reader.page.context.expect_page():
        reader.comment("A link").get_by_role("link", name="link").click()
    assert reader.page.url == address


def test_b8_no_text_reaches_beyond_its_comment(
    visit: Callable[..., Reader], post: Callable[..., str]
) -> None:
    odd = corpora.document("unicode/own-unicode.json")
    texts = [text for text in _strings(odd) if text.strip()][:12]
    post("The neighbour", name="Ann")
    for number, text in enumerate([*texts, "x" * 9_000, "\u202e" + "z\u0352" * 200]):
        post(f"{text[:9_000]} {number}", name="\u202eevil")
    reader = visit()
    expect(reader.comment("The neighbour")).to_be_visible()
    inside = reader.inside
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert inside.evaluate(OVERLAPS) == 0


def test_p1_nothing_is_stored_for_mere_readers(
    visit: Callable[..., Reader], post: Callable[..., str]
) -> None:
    post("Read me")
    reader = visit()
    expect(reader.comment("Read me")).to_be_visible()
    reader.comment("Read me").hover()
    reader.page.mouse.wheel(0, 500)
    reader.page.wait_for_timeout(500)
    stored = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert reader.inside.evaluate(stored) == [0, 0, ""]
    assert reader.inside.evaluate(
        "Promise.all([indexedDB.databases(), caches.keys(), \
navigator.serviceWorker.getRegistrations()])"
    ) == [[], [], []]
    assert reader.page.context.cookies() == []


def test_p2_the_frame_asks_nobody_but_the_service(page: Page, articles: Articles) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(articles.put(f"/{ids.new()}", EMBED))
    Reader(page).post("Hello")
    expect(Reader(page).comment("Hello")).to_be_visible()
    assert hosts == {"blog.test", "comments.test"}


def test_p3_a_guest_who_posts_gets_no_cookie(reader: Reader) -> None:
    reader.post("No cookie, please")
    expect(reader.comment("No cookie, please")).to_be_visible()
    assert reader.page.context.cookies() == []


def test_storage_is_the_frame_s_own_below_each_site(reader: Reader) -> None:
    reader.write("Partitioned")
    reader.inside.wait_for_function("localStorage.length > 0")
    own = reader.page.context.new_page()
    own.goto(f"{COMMENTS}/healthz")
    assert own.evaluate("localStorage.length") == 0


OVERLAPS = """(() => {
  const boxes = [...document.querySelectorAll("article.comment")].map((comment) =>
    comment.getBoundingClientRect());
  return boxes.filter((box, index) => index && box.top < boxes[index - 1].bottom - 1).length;
})()"""


def _strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for part in below for text in _strings(part)]


def settle(reader: Reader) -> None:
    """Wait until the frame is as high as its page."""
    expect(reader.box).to_be_visible()
    inside = reader.inside
    inside.wait_for_function("innerHeight === Math.ceil(document.body.parentNode.offsetHeight)")
