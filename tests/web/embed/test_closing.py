"""Threads that close by themselves some days after they began."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.comments import threads
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Thread
from tests.reader import ARTICLE, Reader, queries

DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("stopped")


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of a thread that closes a day after it began."""
    reader = Reader(app)
    reader.fill(10)
    reader.change(partial(_close_after, 1))
    return reader


def test_a_page_in_memory_is_closed_when_the_time_has_come(app: Flask, reader: Reader) -> None:
    """Nothing is written then, and nothing more is asked than the revision once a second."""
    open_page, before = reader.get(), _revision(app)
    assert "commentform" in open_page.text
    with clock.turned_by(DAY):
        with queries(app, at_most=8):
            page = reader.get(headers={"If-None-Match": open_page.headers["ETag"]})
        assert "Comments are closed." in page.text
        assert "commentform" not in page.text
        assert "data-reply" not in page.text + reader.get("comments").text
        assert _revision(app) == before
        with queries(app, at_most=0):
            reader.get()


def test_no_comment_is_taken_then(reader: Reader) -> None:
    with clock.turned_by(DAY):
        refusal = reader.write(comment="Late")
    assert (refusal.status_code, refusal.get_json()["code"]) == (403, "thread.closed")
    assert reader.write(comment="In time").status_code == 201


def test_the_page_without_script_and_the_api_say_so(reader: Reader) -> None:
    thread = reader.client.get("/api/v1/sites/blog/threads", query_string={"url": ARTICLE})
    page = f"/t/{thread.get_json()['id']}"
    assert thread.get_json()["is_closed"] is False
    assert "commentform" in reader.client.get(page).text
    with clock.turned_by(DAY):
        thread = reader.client.get("/api/v1/sites/blog/threads", query_string={"url": ARTICLE})
        assert thread.get_json()["is_closed"] is True
        assert "Comments are closed." in reader.client.get(page).text


def test_with_more_days_the_thread_is_open_again(reader: Reader) -> None:
    with clock.turned_by(DAY):
        reader.get()
        reader.change(partial(_close_after, 0))
        with clock.turned_by(timedelta(seconds=1)):
            assert "commentform" in reader.get().text


def _close_after(days: int) -> None:
    site = threads.site_named("blog")
    site.closes_after, site.revision = days, site.revision + 1


def _revision(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(Thread.revision)).one()
