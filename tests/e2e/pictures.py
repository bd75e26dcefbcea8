"""Pictures of the conversation, for eyes: `pytest tests/e2e/pictures.py` writes them.

The name keeps this file out of the suite: a picture proves nothing by itself.
"""

from collections.abc import Callable
from itertools import chain

import pytest
from flask import Flask
from playwright.sync_api import Browser, Frame, Page, expect

from commentbox.accounts import people
from commentbox.cli.demo.providers import Standins
from commentbox.comments import posting
from commentbox.extensions import begin_writing, db
from commentbox.lib import ids
from commentbox.models import Comment, Policy, Site, Thread
from tests.e2e import views
from tests.e2e.hosts import COMMENTS, EMBED, Articles
from tests.e2e.logging_in import Visitor
from tests.e2e.mail_codes import another, written
from tests.e2e.moderating import WORDS, Moderated
from tests.e2e.reading import Reader
from tests.e2e.test_desk_at_once import TEXTS
from tests.e2e.test_drafts import SENDING
from tests.e2e.test_messages import answer
from tests.paths import ROOT

FOLDER = ROOT / ".cache" / "screenshots"
STYLE = """<style>
  :root { color-scheme: light dark }
  body { font: 18px/1.6 Georgia, 'DejaVu Serif', serif; max-width: 42rem }
  body { margin: 2rem auto; padding: 0 1rem }
  .dark { background: #15181c; color: #dde1e6 }
</style>"""
TALK = [
    (
        "Miriam Okafor",
        "I have baked this twice now. The second time I let the dough rest overnight "
        "in the fridge, and the crust was **so** much better.",
        None,
    ),
    ("Jonas", "How long did you let it warm up before shaping?", 0),
    (
        "Miriam Okafor",
        "About an hour. The [original recipe](https://example.org/bread) says two, "
        "but my kitchen is warm.",
        1,
    ),
    (
        "Bartholomew Featherstonehaugh-Cholmondeley von Hohenlohe",
        "Same here.\n\n"
        "> my kitchen is warm\n\nThree things that helped me:\n\n- a *hot* stone\n- steam for ten "
        "minutes\n- patience",
        1,
    ),
    ("نور الهدى", "شكرا على الوصفة، كانت رائعة!", None),
    (
        "李雷",
        "面包很好吃。`time()`:\n\n```\nwhile not doubled(dough):\n    wait()\n```",
        None,
    ),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pictures(
    browser: Browser,
    articles: Articles,
    post: Callable[..., str],
    policy: Callable[[Policy], None],
    desk: Flask,
    theme: str,
    width: int,
) -> None:
    address = _article(articles, "bread", theme, width)
    _answer_as_moderator(desk, _talk(post, address))
    page = _tab(browser, theme, width)
    page.goto(address)
    reader = Reader(page)
    expect(reader.comments).to_have_count(len(TALK))
    reader.frame.get_by_role("link", name="Show 1 more reply").click()
    expect(reader.comments).to_have_count(len(TALK) + 1)
    _take(page, f"1-thread-{theme}-{width}")
    _mistakes(reader, f"{theme}-{width}")
    policy(Policy.HOLD_ALL)
    reader.reply_to("How long did you")
    _take(page, f"5-reply-{theme}-{width}")
    reader.send()
    expect(reader.comment("With rye")).to_be_visible()
    _take(page, f"6-pending-{theme}-{width}")
    reader.box.fill("A thought that was not sent")
    page.goto(_article(articles, "new", theme, width))
    _take(page, f"7-empty-{theme}-{width}")
    page.goto(address)
    expect(reader.box).to_have_value("A thought that was not sent")
    _take(page, f"8-restored-{theme}-{width}")
    page.goto(f"{COMMENTS}/t?site=blog&theme={theme}&url={address}")
    _take(page, f"9-own-page-{theme}-{width}")
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pictures_of_logging_in(
    browser: Browser,
    articles: Articles,
    standins: Standins,
    desk: Flask,
    theme: str,
    width: int,
) -> None:
    page = _tab(browser, theme, width, height=760)
    page.goto(_article(articles, "login", theme, width))
    visitor = Visitor(page)
    every = chain(
        views.of_a_walk(visitor, standins),
        views.of_no_address(visitor, standins),
        views.logged_out(visitor),
        views.of_mail(visitor, desk),
        views.logged_out(visitor),
        views.of_windows(visitor, standins),
    )
    for number, (name, shown) in enumerate(every, 1):
        seen = page if isinstance(shown, Frame) else shown
        _take(seen, f"l{number:02}-{name}-{theme}-{width}")
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pictures_of_pages_about_oneself(
    browser: Browser,
    standins: Standins,
    desk: Flask,
    moderated: Moderated,
    theme: str,
    width: int,
) -> None:
    page, look = _tab(browser, theme, width, height=900), f"{theme}-{width}"
    page.goto(f"{COMMENTS}/me")
    _take(page, f"m1-doors-{look}")
    page.get_by_label("Email").fill("ann@")
    page.keyboard.press("Enter")
    _take(page, f"m2-address-wrong-{look}")
    address = f"{ids.new().lower()}@example.org"
    page.get_by_label("Email").fill(address)
    page.keyboard.press("Enter")
    page.get_by_label("Type the six digits").fill(another(written(desk, address)))
    page.keyboard.press("Enter")
    _take(page, f"m3-code-wrong-{look}")
    page.goto(f"{COMMENTS}/me")
    page.get_by_role("button", name="Log in with Google").click()
    page.wait_for_url("**/me")
    _take(page, f"m4-account-{look}")
    moderated.sign_in(page)
    page.goto(f"{COMMENTS}/admin/account")
    page.get_by_role("button", name="Add Google").click()
    expect(page.get_by_role("status").last).to_be_visible()
    _take(page, f"m5-desk-account-{look}")
    moderated.grow_old()
    page.goto(f"{COMMENTS}/admin/again")
    _take(page, f"m6-desk-again-{look}")
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pictures_of_the_desk(
    browser: Browser, moderated: Moderated, theme: str, width: int
) -> None:
    page, look = _tab(browser, theme, width, height=1200), f"{theme}-{width}"
    spam = {f"Seller {n}": f"{TEXTS[n % 3]}, see https://x{n}.example" for n in range(14)}
    moderated.wait_for_a_decision(spam)
    waiting = moderated.wait_for_a_decision(WORDS)
    moderated.sign_in(page)
    _take(page, f"d1-queue-{look}")
    page.get_by_text("Filter and order").click()
    _take(page, f"d2-filters-{look}")
    page.goto(f"{COMMENTS}/admin/queue?repeated=1&q=see&since=2026-01-02")
    page.keyboard.press("Shift+X")
    page.keyboard.press("s")
    expect(page.locator("[data-notice]")).to_be_visible()
    page.goto(f"{COMMENTS}/admin/queue?sort=oldest&group=host")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator("#reply")).to_be_focused()
    _take(page, f"d3-reply-{look}")
    page.goto(f"{COMMENTS}/admin/comments/{waiting['CHEAP SHOES']}")
    _take(page, f"d4-comment-{look}")
    page.context.close()


def _article(articles: Articles, name: str, theme: str, width: int) -> str:
    body = f"<h1>Bread for a Sunday</h1><p>{'Flour, water, salt and time. ' * 9}</p>"
    look = f"<script>document.documentElement.className='{theme}'</script>{STYLE}"
    return articles.put(f"/{name}-{theme}-{width}", body + EMBED, head=look)


def _talk(post: Callable[..., str], address: str) -> str:
    """Let the readers talk, and return the id of the first comment."""
    posted: list[str] = []
    for name, text, parent in TALK:
        above = None if parent is None else posted[parent]
        posted.append(post(text, name=name, parent=above, url=address))
    return posted[0]


def _answer_as_moderator(desk: Flask, comment_id: str) -> None:
    with desk.app_context():
        begin_writing()
        comment = db.session.get_one(Comment, comment_id)
        lena = people.invite(f"{ids.new()}@blog.test", name="Lena Hart")
        posting.post(
            db.session.get_one(Thread, comment.thread_id),
            db.session.get_one(Site, comment.site_id),
            author=posting.Member(lena),
            draft=posting.Draft("Good point: I have added it to the recipe.", comment_id),
            arrival=posting.Arrival(),
        )
        db.session.commit()
        db.session.remove()


def _mistakes(reader: Reader, look: str) -> None:
    reader.write("A first try, with rye.")
    _take(reader.page, f"2-form-{look}")
    reader.box.fill("")
    reader.introduce("", "ann@")
    reader.frame.locator("#url").fill("ftp://ann.example")
    reader.button.click()
    expect(reader.frame.locator("#email-error")).to_be_visible()
    _take(reader.page, f"3-errors-{look}")
    reader.page.route(SENDING, answer(500))
    reader.frame.locator("#url").fill("")
    reader.write("With rye, then.")
    reader.button.click()
    expect(reader.message).to_be_visible()
    _take(reader.page, f"4-refused-{look}")
    reader.page.unroute_all()


def _tab(browser: Browser, theme: str, width: int, *, height: int = 0) -> Page:
    context = browser.new_context(
        ignore_https_errors=True,
        viewport={"width": width, "height": height or (1900 if width > 480 else 2600)},
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=width < 480,
        device_scale_factor=1,
    )
    return context.new_page()


def _take(page: Page, name: str) -> None:
    page.bring_to_front()  # behind another window it is not painted
    page.wait_for_timeout(300)
    page.screenshot(path=FOLDER / f"{name}.png")
