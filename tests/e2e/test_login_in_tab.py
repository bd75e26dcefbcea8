"""Where no window to log in opens: the walk goes on in the article's own tab, and comes back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from commentbox.cli.demo.providers import Standins
from tests.e2e.hosts import COMMENTS, EMBED, Articles
from tests.e2e.logging_in import SOON, Visitor


@pytest.fixture
def visitor(visitor: Visitor) -> Visitor:
    """Return a guest who has written something."""
    visitor.write("Keep me", name="Gus")
    return visitor


@pytest.mark.parametrize(
    ("way", "name", "coop"),
    [
        ("a link", "google", "unsafe-none"),
        ("a link", "twitter", "same-origin"),
        ("no windows", "facebook", "unsafe-none"),
        ("no windows", "google", "same-origin"),
    ],
)
def test_where_no_window_opens_the_walk_goes_on_in_the_tab(
    page: Page,
    *,
    way: str,
    name: str,
    coop: str,
    article: str,
    articles: Articles,
    post: Callable[..., str],
    standins: Standins,
) -> None:
    post("What do you think?")
    key = article.removeprefix("https://blog.test")
    body, _ = articles.pages[key]
    if way == "no windows":
        body = body.replace(EMBED, f"<div id=commentbox></div>{_frame(article)}")
    articles.pages[key] = (body, {"Cross-Origin-Opener-Policy": coop})
    page.goto(article)
    visitor = Visitor(page)
    visitor.reply_to("What do you think?")
    visitor.write("In the tab", name="Gus")
    visitor.frame.locator("#subscribe").check()
    standins.by_name[name].answer = ""
    if way == "a link":
        visitor.look_back(visitor.enter(name))
    else:
        visitor.is_ready()
        visitor.door(name).click()
    visitor.is_late()
    visitor.late.get_by_role("link", name="If no window opened, continue here").click()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url(f"{article}#respond")
    _is_told_nothing(page)
    visitor.is_logged_in(name)
    assert len(page.context.pages) == (1 if way == "no windows" else 2)
    expect(visitor.box).to_have_value("In the tab")
    expect(visitor.frame.locator("#subscribe")).to_be_checked()
    expect(visitor.frame.locator("#reply-title")).to_have_text("Leave a Reply to Ann")
    assert visitor.send().status == 201
    expect(visitor.frame.locator(".reply").filter(has_text="In the tab")).to_contain_text("Ada")


def _is_told_nothing(page: Page) -> None:
    """Fail where the article could read of the walk that came back to it."""
    told = "[document.referrer, history.state, name, document.cookie]"
    assert page.evaluate(told) == [f"{COMMENTS}/", None, "", ""]


@pytest.mark.parametrize("opens", [True, False])
def test_the_console_names_what_keeps_a_window_closed(
    visitor: Visitor, article: str, articles: Articles, standins: Standins, *, opens: bool
) -> None:
    page, told, key = visitor.page, list[str](), article.removeprefix("https://blog.test")
    page.on("console", lambda message: told.append(message.text))
    standins.google.answer = ""
    if opens:
        window = visitor.enter("google")
        window.wait_for_timeout(1_100)  # The frame looks once a second whether it is looked at.
        visitor.look_back(window)
    else:
        body, headers = articles.pages[key]
        articles.pages[key] = (body.replace(EMBED, _frame(article)), headers)
        page.reload()
        visitor.box.fill("In the tab")
        visitor.is_ready()
        visitor.door("google").click()
    visitor.is_late()
    assert any("allow-popups-to" in words for words in told) == (not opens)


def test_a_tab_that_was_refused_comes_back_with_the_text(
    visitor: Visitor, standins: Standins
) -> None:
    standins.google.answer = ""
    window = visitor.enter("google")
    visitor.look_back(window)
    visitor.late.get_by_role("link", name="continue here").click()
    visitor.page.get_by_role("button", name="Deny", exact=True).click()
    expect(visitor.message).to_have_text("Google login was cancelled.", timeout=SOON)
    expect(visitor.box).to_have_value("Keep me")
    expect(visitor.frame.locator("#author")).to_have_value("Gus")
    window.close()
    assert visitor.send().status == 201
    expect(visitor.comment("Keep me").locator(".author")).to_have_text("Gus")


def _frame(article: str) -> str:
    """Return a frame that its owner lets open no window."""
    allowed = "allow-scripts allow-same-origin allow-forms allow-top-navigation-by-user-activation"
    page = f"{COMMENTS}/embed/blog?url={article}"
    return f'<iframe src="{page}" sandbox="{allowed}" height=900></iframe>'
