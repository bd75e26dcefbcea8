"""Attacks on logging in that take a browser, named after the attack."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from commentbox.cli.demo.providers import Standins
from commentbox.lib import ids, tokens
from tests.e2e.hosts import COMMENTS, EMBED, EVIL, Articles
from tests.e2e.logging_in import Visitor
from tests.servers import until

ARTICLE = "https://blog.test/1"
FORM = """<form method=post target=_blank action="{action}">{fields}<button>Win!</button></form>
<script>heard = []; addEventListener("message", ({{ data }}) => heard.push(data))</script>"""
OPENER = """<button onclick="window.open('{address}')">Win a prize</button>
<script>heard = []; addEventListener("message", ({{ data }}) => heard.push(data))</script>"""
REDEEM = """(body) => fetch("/login/redeem", { method: "POST", body,
  headers: { "Content-Type": "application/json" } }).then((answer) => answer.status)"""
FORGE = """async ([home, session]) => {
  const bodies = [JSON.stringify({ site: "blog", everywhere: true }), new URLSearchParams({
    site: "blog", comment: "Forged", session, url: location.href, page_url: location.href })];
  for (const path of ["/logout", "/embed/blog/comments", "/login/redeem", "/login/google", "/me",
    "/login/email", "/login/email/finish", "/me/sessions/end"])
    for (const body of bodies)
      await fetch(home + path, { method: "POST", mode: "no-cors", credentials: "include", body })
        .catch(() => {});
}"""
JUNK = """(frame) => {
  for (const data of [{ commentbox: "login" }, { commentbox: "login", outcome: "ok", html: "<b>",
    token: "t", name: "Mallory", session: "s" }, { type: "done" }, "login", null, 7])
    for (let turn = 0; turn < 20; turn++) frame.contentWindow.postMessage(data, "*");
}"""
JUNK_LINES = 120


PEEK = """(frame) => {
  const inside = frame.contentWindow;
  const looks = {
    page: () => inside.document.body.innerHTML,
    document: () => frame.contentDocument.body.innerHTML,
    address: () => inside.location.href,
    kept: () => inside.localStorage.length + inside.sessionStorage.length,
    cookies: () => inside.document.cookie,
    name: () => inside.name,
    script: () => inside.eval("1"),
    history: () => inside.history.state,
    opener: () => inside.opener.location.href,
  };
  return Object.keys(looks).filter((name) => {
    try { looks[name](); return true; } catch { return false; }
  });
}"""
FETCH = """(addresses) => Promise.all(addresses.map((address) =>
  fetch(address, { credentials: "include" }).then((answer) => answer.text(), () => "")))"""
SUBMIT = """async (action) => {
  const into = Object.assign(document.createElement("iframe"), { name: "into" });
  const form = Object.assign(document.createElement("form"),
    { method: "post", action, target: "into" });
  document.body.append(into, form);
  await new Promise((done) => { into.onload = done; form.submit(); });
  into.remove();
}"""


@pytest.fixture
def visitor(visitor: Visitor) -> Visitor:
    """Return somebody who is about to write."""
    visitor.box.fill("Mine")
    return visitor


def test_malicious_publisher_the_article_reads_nothing_of_the_frame(
    visitor: Visitor, article: str
) -> None:
    visitor.log_in("google")
    expect(visitor.whose).to_contain_text("Ada Reader")
    page, frame = visitor.page, visitor.element.element_handle()
    assert page.evaluate(PEEK, frame) == []
    seen = page.content() + page.evaluate("JSON.stringify(performance.getEntries())")
    assert "Ada Reader" not in seen
    assert "/embed/blog/me" not in seen
    paths = ("/embed/blog/me", "/embed/blog/mine", "/embed/blog/token", "/me", f"/t?url={article}")
    addresses = [*(COMMENTS + path for path in paths), frame.get_attribute("src")]
    assert page.evaluate(FETCH, addresses) == [""] * len(addresses)
    own = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, name])"
    assert page.evaluate(own) == '[{},{},"",""]'


def test_a_challenge_that_a_stranger_planted_logs_nobody_in(
    context: BrowserContext, articles: Articles, standins: Standins
) -> None:
    verifier = tokens.new()
    fields = {
        "site": "blog",
        "mode": "window",
        "url": ARTICLE,
        "challenge": tokens.challenge(verifier),
    }
    hidden = "".join(
        f'<input type=hidden name={name} value="{value}">' for name, value in fields.items()
    )
    path = f"/{ids.new()}"
    articles.put(path, FORM.format(action=f"{COMMENTS}/login/google", fields=hidden))
    page = context.new_page()
    page.goto(EVIL + path)
    with context.expect_page() as caught:
        page.get_by_role("button").click()
    window = caught.value
    window.wait_for_load_state()
    assert window.url == f"{COMMENTS}/login/google"  # it went no further
    assert context.cookies() == []
    # Nor by a link, with whatever in it: the button there begins a walk for our own page.
    window.goto(f"{COMMENTS}/login/google?" + "&".join(f"{k}={v}" for k, v in fields.items()))
    window.get_by_role("button", name="Log in with Google").click()
    window.wait_for_url("**/t*")
    expect(window.get_by_text("You are commenting using your Google account.")).to_be_visible()
    asked = json.dumps({"verifier": verifier, "site": "blog"})
    assert window.evaluate(REDEEM, asked) == 202
    assert page.evaluate("heard") == []


def test_an_evil_opener_hears_nothing(
    context: BrowserContext, articles: Articles, standins: Standins
) -> None:
    path = f"/{ids.new()}"
    address = f"{COMMENTS}/login/google?site=blog&url={ARTICLE}"
    articles.put(path, OPENER.format(address=address))
    page = context.new_page()
    page.goto(EVIL + path)
    with context.expect_page() as caught:
        page.get_by_role("button").click()
    caught.value.get_by_role("button", name="Log in with Google").click()
    caught.value.wait_for_url("**/t*")
    caught.value.goto(f"{COMMENTS}/login/google/callback?code=x&state=y")
    expect(caught.value.get_by_role("heading")).to_be_visible()
    assert page.evaluate("heard") == []


def test_clickjacking_the_page_that_confirms_stands_in_no_frame(
    visitor: Visitor, articles: Articles, standins: Standins
) -> None:
    visitor.log_in("google")
    visitor.forget_frame()
    visitor.box.focus()
    window = visitor.enter("google")
    expect(window.get_by_role("heading")).to_have_text("Continue as Ada Reader?")
    path = f"/{ids.new()}"
    articles.put(path, f'<iframe src="{window.url}"></iframe>')
    for origin in (EVIL, "https://blog.test"):
        page = visitor.page.context.new_page()
        page.goto(origin + path)
        expect(page.locator("iframe").content_frame.locator("#continue")).to_have_count(0)
        assert page.frames[1].url.startswith("chrome-error:")


def test_clickjacking_a_double_click_for_another_page_confirms_nothing(
    visitor: Visitor,
) -> None:
    visitor.log_in("google")
    visitor.forget_frame()
    visitor.box.focus()
    visitor.page.context.clock.install()
    window = visitor.enter("google")
    button = window.locator("#continue")
    expect(button).to_be_visible()
    expect(button).to_be_disabled()
    window.clock.run_for(700)
    expect(button).to_be_disabled()  # still: nobody has moved
    window.mouse.move(20, 20)
    expect(button).to_be_enabled()
    button.click()
    visitor.is_logged_in("google")


def test_embedder_csrf_the_reader_s_cookie_is_of_no_use_to_the_article(
    visitor: Visitor, folder: Path
) -> None:
    visitor.log_in("google")
    session = visitor.inside.evaluate("fetch('/embed/blog/me').then((me) => me.json())")["session"]
    visitor.page.evaluate(FORGE, [COMMENTS, session])
    log, routes = folder / "log", ("/logout", "/embed/<site_name>/comments")
    begin = log.stat().st_size
    for route in routes:
        visitor.page.evaluate(SUBMIT, COMMENTS + route.replace("<site_name>", "blog"))
    # The driver now and then loses answers once a frame has moved into another process.
    until(lambda: answers(log, begin).keys() >= set(routes))
    assert {answers(log, begin)[route] for route in routes} == {403}
    begin = log.stat().st_size
    visitor.button.click()
    until(lambda: routes[1] in answers(log, begin))
    assert answers(log, begin)[routes[1]] == 201  # still logged in
    visitor.page.reload()
    expect(visitor.comments).to_have_count(1)
    expect(visitor.comment("Mine").locator(".author")).to_have_text("Ada Reader")


def test_session_fixation_junk_that_the_article_says_to_the_frame_logs_nobody_in(
    visitor: Visitor, standins: Standins
) -> None:
    errors: list[str] = []
    visitor.page.on("pageerror", lambda error: errors.append(str(error)))
    visitor.is_ready()
    visitor.inside.evaluate("heard = 0; addEventListener('message', () => heard++)")
    _say_junk(visitor, times=1)
    visitor.is_guest()
    standins.google.answer = ""
    window = visitor.enter("google")
    _say_junk(visitor, times=2)
    visitor.is_connecting()
    window.get_by_role("button", name="Allow", exact=True).click()
    visitor.is_logged_in("google")
    _say_junk(visitor, times=3)
    expect(visitor.whose).to_contain_text("Ada Reader")
    assert errors == []


def _say_junk(visitor: Visitor, *, times: int) -> None:
    """Say it all, and wait until the frame has heard it."""
    visitor.page.evaluate(JUNK, visitor.element.element_handle())
    visitor.inside.wait_for_function(f"heard >= {times * JUNK_LINES}")
    visitor.rest()


def test_cookie_tossing_a_sibling_sets_none_of_our_cookies(
    visitor: Visitor, articles: Articles
) -> None:
    visitor.log_in("google")
    ours = visitor.page.context.cookies(COMMENTS)
    names = {cookie.get("name", "") for cookie in ours}
    assert len(names) == 2
    assert all(name.startswith("__Host-") for name in names)
    page = visitor.page.context.new_page()
    for name in (*names, "plain"):
        path = f"/{ids.new()}"
        tossed = f"{name}=tossed; Domain=comments.test; Path=/; Secure"
        articles.put(path, "Tossed", Set_Cookie=tossed)
        page.goto(f"https://sub.comments.test{path}")
        page.evaluate("(cookie) => { document.cookie = cookie }", tossed)
    now = visitor.page.context.cookies(COMMENTS)
    assert [cookie for cookie in now if cookie not in ours] == [
        cookie for cookie in now if cookie.get("name") == "plain"
    ]
    assert len(now) == len(ours) + 1
    assert visitor.send().status == 201


def test_the_frame_s_cookie_is_of_no_use_below_another_site(
    visitor: Visitor, articles: Articles
) -> None:
    visitor.log_in("google")
    home, frame = sorted(
        visitor.page.context.cookies(COMMENTS), key=lambda cookie: cookie.get("partitionKey") or ""
    )
    assert (home.get("sameSite"), home.get("httpOnly")) == ("Lax", True)
    assert (frame.get("sameSite"), frame.get("httpOnly")) == ("None", True)
    assert frame.get("partitionKey") == "https://blog.test"
    path = f"/{ids.new()}"
    articles.put(path, EMBED)
    stranger = visitor.page.context.new_page()
    stranger.goto(EVIL + path)
    expect(stranger.locator("iframe").content_frame.locator("#commentform")).to_have_count(0)


def answers(log: Path, begin: int) -> dict[str, int]:
    """Return the status of the last answer to each route since the log was `begin` bytes long."""
    lines = log.read_bytes()[begin:].decode("utf-8").splitlines()
    requests = (json.loads(line) for line in lines if line.startswith("{") and line.endswith("}"))
    return {each["route"]: each["status"] for each in requests if each.get("event") == "request"}
