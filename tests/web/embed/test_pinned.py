"""The comment that stands above the others, in the frame and on the page without script."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from commentbox.accounts import people
from commentbox.comments import closing, pinning, threads
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Comment
from commentbox.moderation import actions
from commentbox.moderation.actions import Seen
from tests.reader import Reader, queries

MIA = "mia@example.org"


@pytest.fixture
def pin(reader: Reader) -> Callable[[str], str]:
    """Return a function that pins the comment with these words, and returns its id."""

    def pin(words: str) -> str:
        comment_id = next(each.id for each in reader.comments() if each.source == words)
        reader.change(
            lambda: pinning.pin(db.session.get_one(Comment, comment_id), by=people.invite(MIA))
        )
        return comment_id

    return pin


def above(page: str) -> str:
    """Return what stands above the list of comments, without its script and its form."""
    found = re.search(r'<section class="pinned".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def test_it_stands_above_the_others_and_in_its_place(
    reader: Reader, pin: Callable[[str], str]
) -> None:
    thread = reader.fill(20)
    pinned = pin("Words 3")
    with clock.turned_by(timedelta(seconds=2)):
        frame = reader.get().text
    page = reader.client.get(f"/t/{thread}").text
    for html in (frame, page):
        assert html.count("<p>Words 3</p>") == 2
        assert html.index("Pinned") < html.index("<p>Words 3</p>") < html.index('id="comments"')
        assert f'id="comment-{pinned}"' in html.replace(above(html), "")
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
    assert f'href="/t/{thread}?comment={pinned}#comment-{pinned}"' in above(page)
    assert f"&amp;comment={pinned}" in above(frame)
    assert 'target="_self">See it in its place</a>' in above(frame)


def test_only_the_first_page_has_it(reader: Reader, pin: Callable[[str], str]) -> None:
    thread = reader.fill(600)
    root = next(each.id for each in reader.comments() if each.source == "Words 10")
    pin("Words 10")
    page = reader.client.get(f"/t/{thread}").text
    [more] = set(re.findall(rf'href="(/t/{thread}\?after=[^"]+)"', page))
    assert above(page)
    assert not above(reader.client.get(more).text)
    assert not above(reader.client.get(f"/t/{thread}?root={root}").text)
    assert not above(reader.get("comments").text)


def test_it_costs_one_query_and_none_where_nothing_is_pinned(
    app: Flask, reader: Reader, pin: Callable[[str], str]
) -> None:
    reader.fill(100)
    for most in (4, 5):
        app.extensions["commentbox.pages"].empty()
        with queries(app, at_most=most):
            assert bool(above(reader.get().text)) is (most > 4)
        pin("Words 7")


def test_a_page_in_memory_shows_it_within_a_second_and_loses_it_with_its_status(
    reader: Reader, pin: Callable[[str], str]
) -> None:
    reader.fill(10)
    before = reader.get()
    comment_id = pin("Words 0")
    with clock.turned_by(timedelta(seconds=2)):
        page = reader.get(headers={"If-None-Match": before.headers["ETag"]})
        assert above(page.text)
        reader.change(lambda: actions.mark_spam([Seen(comment_id, 0)], by=people.invite(MIA)))
        with clock.turned_by(timedelta(seconds=2)):
            assert not above(reader.get().text)


def test_the_order_of_a_closed_thread_is_chosen_within_the_frame(reader: Reader) -> None:
    thread = reader.fill(10)
    reader.change(lambda: closing.close(threads.by_id(thread)))
    page = reader.get().text
    assert re.search(r'href="/embed/blog\?[^"]*sort=oldest[^"]*" target="_self"', page)
