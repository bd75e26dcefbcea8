"""The main story: a guest writes, a moderator decides, and everybody sees what was decided.

Article and service are two sites, third-party cookies are blocked, and each person has a browser of
their own. What the browsers of readers received is recorded: the guest's address is nowhere in it.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from commentbox.accounts import people, signin
from commentbox.extensions import begin_writing, db
from commentbox.lib import ids
from commentbox.models import Policy
from tests.e2e.hosts import COMMENTS
from tests.e2e.reading import Reader

SOON = 2.0  # seconds in which everybody sees a decision
DATABASE = "commentbox.db"
_FETCH = """
(asked) => Promise.all(Object.entries(asked).map(async ([path, tag]) => {
  const headers = tag ? { "If-None-Match": tag } : {};
  const answer = await fetch(path, { headers, cache: "no-store" });
  return [path, answer.status, answer.headers.get("ETag") ?? "", await answer.text()];
}))
"""


@dataclass(frozen=True)
class Surface:
    """What a public address answers."""

    status: int
    etag: str
    text: str


class Public:
    """Everything that shows comments to everybody, as a stranger's browser gets it."""

    def __init__(self, page: Page, article: str) -> None:
        self.page, self.article = page, article
        page.goto(f"{COMMENTS}/healthz")

    def surfaces(self, tags: dict[str, str] | None = None) -> dict[str, Surface]:
        """Fetch all addresses anew, those with an ETag under the condition that it is stale."""
        asked = {path: (tags or {}).get(path, "") for path in self._paths()}
        return {path: Surface(*rest) for path, *rest in self.page.evaluate(_FETCH, asked)}

    def await_text(self, text: str, *, is_there: bool, tags: dict[str, str]) -> None:
        """Wait until every place shows the text, or none does; fail when that takes too long."""
        ends = time.monotonic() + SOON
        while True:
            found = self.surfaces(tags)
            if all((text in each.text) is is_there for each in found.values()):
                break
            assert time.monotonic() < ends, {path: each.status for path, each in found.items()}
        assert {each.status for each in found.values()} == {200}
        assert self.count() == int(is_there)

    def count(self) -> int:
        """Return how many comments the article has, as its page would say."""
        path = f"/api/v1/sites/blog/counts?url={quote(self.article, safe='')}"
        [(_path, _status, _tag, text)] = self.page.evaluate(_FETCH, {path: ""})
        return int(json.loads(text)["counts"][self.article])

    def _paths(self) -> list[str]:
        where = f"url={quote(self.article, safe='')}"
        [(*_rest, text)] = self.page.evaluate(_FETCH, {f"/api/v1/sites/blog/threads?{where}": ""})
        thread = json.loads(text)["id"]
        return [
            *(f"/embed/blog?{where}", f"/embed/blog?{where}&sort=oldest&theme=dark"),
            *(f"/embed/blog/comments?{where}", f"/t/{thread}"),
            *(f"/api/v1/threads/{thread}/comments", f"/feeds/t/{thread}.atom", "/feeds/blog.atom"),
        ]


class Recorder:
    """Browsers whose every answer is kept."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder
        self._contexts: list[BrowserContext] = []

    def browser(self) -> BrowserContext:
        """Return a fresh one."""
        context = self._browser.new_context(
            ignore_https_errors=True,
            record_har_path=self._folder / f"{len(self._contexts)}.har",
            record_har_content="embed",
        )
        self._contexts.append(context)
        return context

    def close(self) -> list[str]:
        """Close them, and return all that they were answered: headers and bodies."""
        for context in self._contexts:
            context.close()
        records = [json.loads(file.read_bytes()) for file in self._folder.glob("*.har")]
        return [_said(entry["response"]) for har in records for entry in har["log"]["entries"]]


@pytest.fixture
def recorder(browser: Browser, tmp_path: Path) -> Iterator[Recorder]:
    """Return what records the browsers of readers."""
    recorder = Recorder(browser, tmp_path)
    yield recorder
    recorder.close()


@pytest.fixture
def moderator(page: Page, desk: Flask) -> Page:
    """Return the desk of a moderator who signed in by a link that works once."""
    with desk.app_context():
        begin_writing()
        account = people.invite("mia@example.org", name="Mia")
        token = signin.link_for(account, valid=signin.BY_HAND)
        db.session.commit()
    page.goto(f"{COMMENTS}/admin/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/queue")
    return page


def test_a_guest_s_comment_waits_appears_goes_as_spam_and_comes_back(
    recorder: Recorder,
    moderator: Page,
    article: str,
    policy: Callable[[Policy], None],
    folder: Path,
) -> None:
    words, email = f"Words of {ids.new()}", f"ann.{ids.new().lower()}@example.org"
    policy(Policy.HOLD_ALL)
    author = _write(recorder.browser().new_page(), article, words, email)
    stranger = recorder.browser()
    public = Public(stranger.new_page(), article)
    other = stranger.new_page()
    other.goto(article)

    public.await_text(words, is_there=False, tags={})
    _expect(other, words, count=0)
    held = _tags(public)

    _decide(moderator, words, "Approve")
    public.await_text(words, is_there=True, tags=held)
    _expect(other, words, count=1)
    _expect_published(author, words)
    shown = _tags(public)

    moderator.goto(f"{COMMENTS}/admin/queue?status=published")
    _decide(moderator, words, "Spam")
    public.await_text(words, is_there=False, tags=shown)
    _expect(other, words, count=0)

    moderator.get_by_role("button", name="Undo").click()
    expect(moderator.locator("[data-notice]")).to_contain_text("Undone")
    public.await_text(words, is_there=True, tags=held)
    _expect(other, words, count=1)

    answers = recorder.close()
    assert any(words in answer for answer in answers)
    assert not [answer for answer in answers if email in answer.lower()]
    assert _files_with(email, folder) == {DATABASE}


def _write(page: Page, article: str, words: str, email: str) -> Reader:
    """Post a comment, which only its author sees, also after a reload."""
    page.goto(article)
    reader = Reader(page)
    reader.write(words)
    reader.introduce("Ann", email)
    assert reader.send().status == 202
    for _ in range(2):
        expect(reader.comment(words)).to_contain_text("Your comment is awaiting moderation.")
        page.reload()
    expect(reader.comment(words)).to_be_visible()
    return reader


def _decide(moderator: Page, words: str, decision: str) -> None:
    moderator.reload()
    row = moderator.locator(".row").filter(has_text=words)
    row.get_by_role("button", name=decision).click()
    expect(moderator.locator("[data-notice]")).to_be_visible()


def _expect(page: Page, words: str, *, count: int) -> None:
    page.reload()
    reader = Reader(page)
    expect(reader.box).to_be_visible()
    expect(reader.comment(words)).to_have_count(count)


def _expect_published(author: Reader, words: str) -> None:
    author.page.reload()
    expect(author.comment(words)).to_have_count(1)
    expect(author.comment(words)).not_to_contain_text("awaiting")


def _tags(public: Public) -> dict[str, str]:
    found = {path: each.etag for path, each in public.surfaces().items() if each.etag}
    assert len(found) >= 4
    return found


def _said(response: dict[str, Any]) -> str:
    content = response["content"]
    text = content.get("text", "")
    if content.get("encoding") == "base64":
        text = base64.b64decode(text).decode(errors="replace")
    return f"{response['headers']} {text}"


def _files_with(text: str, folder: Path) -> set[str]:
    """Return the files in which a text stands; the database's log of writes counts as it."""
    return {
        file.name.removesuffix("-wal")
        for file in folder.rglob("*")
        if file.is_file() and text.encode() in file.read_bytes()
    }
