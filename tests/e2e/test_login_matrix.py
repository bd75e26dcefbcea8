"""Logging in from the frame, whatever the article and the provider do to the window's opener."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from commentbox.cli.demo.providers import COOPS, Standins
from commentbox.comments import threads
from commentbox.lib import ids
from tests.e2e.hosts import EMBED, PROVIDERS, Articles
from tests.e2e.logging_in import LABELS, Visitor
from tests.e2e.overhearing import Overheard


@pytest.mark.parametrize("provider", COOPS)
@pytest.mark.parametrize(("article", "width"), [("none", 1280), ("same-origin", 360)])
def test_readers_log_in_and_nobody_overhears_a_secret(
    context: BrowserContext,
    *,
    articles: Articles,
    standins: Standins,
    post: Callable[..., str],
    desk: Flask,
    folder: Path,
    article: str,
    provider: str,
) -> None:
    heard = Overheard.of(context)
    page = context.new_page()
    headers = {} if article == "none" else {"Cross_Origin_Opener_Policy": article}
    for name in PROVIDERS:
        standins.by_name[name].coop = provider
        address = articles.put(f"/{ids.new()}", f"<h1>An article</h1>{EMBED}", **headers)
        post("What do you think?", url=address)
        page.goto(address)
        visitor = Visitor(page)
        _answers_as(visitor, name)
        heard.look_at(page)
        page.reload()
        expect(visitor.comment(f"By {name}").locator(".author")).to_have_text("Ada Reader")
        visitor.box.focus()
        visitor.is_logged_in(name)
        heard.look_at(page)
        for path in _public(desk, address):
            heard.ask(visitor.inside, path)
    heard.read(folder / "log")
    assert len(heard.secrets) >= 3 * len(PROVIDERS)
    walks = [name for name in heard.cookies if name.startswith("__Host-cb_try.")]
    assert len(walks) == len(PROVIDERS)
    assert heard.leaks({"You can close this window"}), "the last page was not heard"
    assert heard.leaks({"no-store"}), "no header was heard"
    assert heard.leaks(standins.secrets()) == []


def _answers_as(visitor: Visitor, name: str) -> None:
    """Answer a comment; log in only when the answer is written."""
    visitor.reply_to("What do you think?")
    visitor.box.fill(f"By {name}")
    if name != PROVIDERS[0]:
        visitor.frame.get_by_role("button", name="Change").click()
    visitor.log_in(name)
    expect(visitor.status).to_have_text(f"Logged in as Ada Reader with {LABELS[name]}.")
    expect(visitor.whose).to_contain_text(f"commenting using your {LABELS[name]} account.")
    expect(visitor.box).to_have_value(f"By {name}")
    expect(visitor.box).to_be_focused()
    assert visitor.send().status == 201
    comment = visitor.comment(f"By {name}")
    expect(comment.locator(".author")).to_have_text("Ada Reader")
    expect(visitor.frame.locator(".reply").filter(has_text=f"By {name}")).to_be_visible()


def _public(desk: Flask, address: str) -> list[str]:
    """Return where everybody can read what was said below an article."""
    with desk.app_context():
        site = threads.site_named("blog")
        thread = threads.find(site, threads.place(site, address=address).key)
        assert thread is not None
        return [
            f"/t/{thread.id}",
            f"/feeds/t/{thread.id}.atom",
            f"/embed/blog?url={address}",
            f"/api/v1/threads/{thread.id}/comments",
        ]
