"""Nobody's text runs: the hostile corpus in every place that shows what people wrote.

In most tests the browser is told to ignore the pages' Content-Security-Policy, so that what the
sanitiser and the templates do is proven by itself. One test shows that this hears a script.
"""

from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from sqlalchemy import Select, select, update

from commentbox.accounts import people, signin
from commentbox.adapters.mailer import Letter, compose
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db
from commentbox.models import Account, Comment, Site, Subscription, Thread
from commentbox.notify.links import Links
from commentbox.notify.mail import Entry, Letters
from tests.e2e import hostile
from tests.e2e.hostile import Hostile
from tests.e2e.hosts import COMMENTS, Articles
from tests.e2e.watching import Watch, changed_by_parsing, offences

LOADER = f'<script async src="{COMMENTS}/embed.js" data-site="{hostile.NAME}"></script>'
SCRIPT = "<script>alert(1)</script><img src=/missing onerror=alert(2)><svg onload=alert(3)></svg>"
AUTHOR = "__Host-cb_author"
IN_A_LETTER = 200  # entries
READ_ALONE = 100  # comments between two whose own page is read

Open = Callable[..., tuple[Page, Watch]]


@pytest.fixture(scope="module")
def posted(desk: Flask) -> Hostile:
    """Return the site on which the corpus was posted."""
    return hostile.fill(desk)


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Return a function that opens a watched browser; at the end nothing must have run in it."""
    contexts: list[tuple[BrowserContext, Watch]] = []

    def opened(*, ignores_policy: bool) -> tuple[Page, Watch]:
        context = browser.new_context(ignore_https_errors=True, bypass_csp=ignores_policy)
        contexts.append((context, Watch.over(context)))
        return context.new_page(), contexts[-1][1]

    yield opened
    for context, _ in contexts:
        context.close()


@pytest.fixture
def signed_in(desk: Flask, posted: Hostile, opened: Open) -> tuple[Page, Watch]:
    """Return a moderator's tab, whose browser ignores the policy."""
    page, watch = opened(ignores_policy=True)
    with desk.app_context():
        begin_writing()
        token = signin.link_for(_moderator(), valid=signin.BY_HAND)
        db.session.commit()
    page.goto(f"{COMMENTS}/admin/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/queue")
    return page, watch


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_f1_f3_f6_nothing_runs_in_the_frame(
    posted: Hostile, opened: Open, articles: Articles, order: str
) -> None:
    """Each comment comes with the page in one order, and by script in the other."""
    page, watch = opened(ignores_policy=True)
    shown: list[str] = []
    for number, (_, address) in enumerate(posted.threads):
        article = f'<div id="commentbox" data-url="{address}" data-sort="{order}"></div>{LOADER}'
        articles.put(f"/hostile-{number}-{order}", article)
        page.goto(f"{hostile.ORIGIN}/hostile-{number}-{order}")
        frame = _frame(page)
        _show_all(frame)
        assert offences(frame) == changed_by_parsing(frame) == []
        shown += _ids(frame)
    assert sorted(shown) == sorted(posted.published)
    watch.assert_quiet()


def test_f1_b6_nothing_even_tries_to_run_where_the_policy_holds(
    posted: Hostile, opened: Open
) -> None:
    page, watch = opened(ignores_policy=False)
    shown: set[str] = set()
    for thread_id, _ in posted.threads:
        for _ in _pages(page, f"/t/{thread_id}"):
            assert offences(page) == []
            shown |= set(_ids(page.main_frame))
    assert shown == posted.published
    watch.assert_quiet()


def test_f1_nothing_runs_in_the_preview_that_authors_see(posted: Hostile, opened: Open) -> None:
    page, watch = opened(ignores_policy=True)
    page.context.add_cookies(
        [{"name": AUTHOR, "value": posted.author, "url": f"{COMMENTS}/", "secure": True}]
    )
    for comment_id, thread_id in posted.held.items():
        page.goto(f"{COMMENTS}/t/{thread_id}")
        assert _ids(page.main_frame) == [comment_id]
        assert offences(page) == changed_by_parsing(page) == []
    watch.assert_quiet()


def test_g1_nothing_runs_in_the_queue(posted: Hostile, signed_in: tuple[Page, Watch]) -> None:
    page, watch = signed_in
    shown: set[str] = set()
    for folder in ("pending", "published"):
        for _ in _pages(page, f"/admin/queue?status={folder}&group=none"):
            assert offences(page) == changed_by_parsing(page) == []
            shown |= _row_ids(page)
    assert shown == posted.published | set(posted.held)
    watch.assert_quiet()


def test_g1_nothing_runs_on_the_page_of_a_comment(
    posted: Hostile, signed_in: tuple[Page, Watch]
) -> None:
    page, watch = signed_in
    for comment_id in [*posted.held, *sorted(posted.published)[::READ_ALONE]]:
        page.goto(f"{COMMENTS}/admin/comments/{comment_id}")
        expect(page.locator("#edit")).to_have_count(1)
        assert offences(page) == changed_by_parsing(page) == []
    watch.assert_quiet()


def test_g1_i2_nothing_runs_in_a_letter(
    posted: Hostile, opened: Open, desk: Flask, service_settings: Settings
) -> None:
    page, watch = opened(ignores_policy=True)
    for letter in _letters(desk, service_settings):
        message = compose(letter, sender="comments@comments.test")
        page.set_content(_html(message))
        assert offences(page, is_letter=True) == []
    watch.assert_quiet()


def test_k1_nothing_runs_in_what_a_feed_reader_shows(posted: Hostile, opened: Open) -> None:
    page, watch = opened(ignores_policy=True)
    reader = page.context.new_page()
    page.goto(f"{COMMENTS}/healthz")
    for thread_id, _ in posted.threads:
        entries = _entries_of_feed(page, f"/feeds/t/{thread_id}.atom")
        reader.set_content("".join(f'<div class="words">{html}</div>' for html in entries))
        assert offences(reader) == changed_by_parsing(reader) == []
    watch.assert_quiet()


@pytest.mark.parametrize("ignores_policy", [False, True])
def test_b6_script_that_stands_in_the_database_is_stopped_by_the_policy(
    desk: Flask, post: Callable[..., str], opened: Open, article: str, *, ignores_policy: bool
) -> None:
    comment_id = post("Words")
    _store(desk, comment_id, SCRIPT)
    page, watch = opened(ignores_policy=ignores_policy)
    page.goto(article)
    expect(_frame(page).locator(".comment script")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert bool(watch.ran) is ignores_policy
    assert bool(watch.refused) is not ignores_policy
    assert offences(_frame(page))
    _store(desk, comment_id, "<p>Words</p>")


def _store(desk: Flask, comment_id: str, html: str) -> None:
    with desk.app_context():
        begin_writing()
        db.session.execute(update(Comment).where(Comment.id == comment_id).values(html=html))
        db.session.commit()


def _frame(page: Page) -> Frame:
    element = page.locator("iframe").element_handle()
    frame = element.content_frame()
    assert frame
    frame.wait_for_selector(".comment")
    return frame


def _show_all(frame: Frame) -> None:
    """Press the button for more comments, as often as it is there."""
    while frame.locator("[data-more]").count():
        before = len(_ids(frame))
        frame.locator("[data-more]").click()
        frame.wait_for_function(
            "before => document.querySelectorAll('.comment').length > before", arg=before
        )


def _pages(page: Page, path: str) -> Iterator[None]:
    """Go from page to page, as long as there is a link to more below the list."""
    page.goto(f"{COMMENTS}{path}")
    yield
    while more := page.locator("a.more:not([data-swap])").all():
        page.goto(f"{COMMENTS}{more[0].get_attribute('href')}")
        yield


def _ids(frame: Frame) -> list[str]:
    found: list[str] = frame.evaluate(
        "[...document.querySelectorAll('article.comment')].map((comment) => comment.dataset.id)"
    )
    return found


def _row_ids(page: Page) -> set[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.row')].map((row) => row.id.replace('comment-', ''))"
    )
    return set(found)


def _letters(desk: Flask, settings: Settings) -> Iterator[Letter]:
    """Write to a moderator and to a follower about everything that stands on the site."""
    writer = Letters(desk.jinja_env, Links.from_settings(settings))
    with desk.app_context():
        entries = [Entry(*row) for row in db.session.execute(_everything())]
        for start in range(0, len(entries), IN_A_LETTER):
            part = entries[start : start + IN_A_LETTER]
            follower = Subscription(id="0" * 22, email="ann@example.org")
            yield writer.held(_moderator(), part, count=len(part))
            yield writer.news(follower, part[:10], unlisted=0)


def _moderator() -> Account:
    found = people.find(hostile.MODERATOR)
    assert found
    return found


def _everything() -> Select[Comment, Thread, Site]:
    return (
        select(Comment, Thread, Site)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Site, Site.id == Comment.site_id)
        .where(Site.name == hostile.NAME)
    )


def _html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part
    return str(part.get_content())


def _entries_of_feed(page: Page, path: str) -> list[str]:
    """Return the HTML of a feed's entries as the browser's own parser reads it."""
    found: list[str] = page.evaluate(
        """async (path) => {
          const text = await (await fetch(path)).text();
          const feed = new DOMParser().parseFromString(text, "application/xml");
          if (feed.querySelector("parsererror")) throw new Error("not well-formed");
          return [...feed.querySelectorAll("entry > content")].map((part) => part.textContent);
        }""",
        path,
    )
    assert found
    return found
