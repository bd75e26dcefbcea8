"""Feeds: well-formed whatever was written, and nothing in them that is not public."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from commentbox.comments import listing, posting, threads
from commentbox.extensions import begin_writing, db
from commentbox.lib.text import clean_line
from commentbox.models import Comment, Site, Status, Thread
from commentbox.moderation import status
from commentbox.web.kit.stored import CACHE_CONTROL
from tests import corpora
from tests.conftest import BASE, BLOG
from tests.reader import Reader

MOST = 50  # entries of a feed
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = [
    "]]></content><script>alert(1)</script>",
    "</title><!-- &amp; &#0; &unknown; -->",
    "<![CDATA[ x ]]> \u0000 \u0001 \ufffe \uffff \ud800 \U0001f469\u200d\U0001f680",
]
Post = Callable[..., Comment]


@pytest.fixture
def written(app: Flask) -> list[str]:
    """Store comments of hostile texts by authors of hostile names, and return their threads' ids.

    A thread holds as many as one feed shows.
    """
    Reader(app)
    texts = [*HOSTILE, *corpora.document("unicode/blns.json"), *corpora.lines("xss/*.txt")][:600]
    with app.app_context():
        begin_writing()
        site = threads.site_named("blog")
        for number, text in enumerate(texts):
            address = f"{BLOG}/{number // MOST}"
            thread = threads.opened(site, threads.place(site, address=address, title=HOSTILE[0]))
            author = posting.Guest(
                clean_line(text)[:200], "secret@example.org", "https://ann.example/?a&b"
            )
            draft = posting.Draft(f"{number} {text}"[:9_000])
            posting.post(thread, site, author=author, draft=draft, arrival=posting.Arrival())
        db.session.execute(update(Comment).values(status=Status.PUBLISHED))
        db.session.commit()
        return list(db.session.scalars(select(Thread.id)))


def entries(client: FlaskClient, path: str) -> list[ElementTree.Element]:
    answer = client.get(path)
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert b"secret@example.org" not in answer.data
    return ElementTree.fromstring(answer.data).findall(f"{ATOM}entry")  # noqa: S314 -- our own


def test_a_feed_is_well_formed_whatever_was_written(
    client: FlaskClient, written: list[str]
) -> None:
    paths = ["/feeds/blog.atom", *(f"/feeds/t/{thread}.atom" for thread in written)]
    assert all(1 <= len(entries(client, path)) <= MOST for path in paths)


def test_control_characters_of_old_rows_do_not_break_a_feed(
    app: Flask, client: FlaskClient
) -> None:
    Reader(app).write()
    with app.app_context():
        begin_writing()
        db.session.execute(update(Comment).values(html="<p>\x01\x0b\ufffe</p>", author_name="\x02"))
        db.session.commit()
    assert entries(client, "/feeds/blog.atom")[0].findtext(f"{ATOM}title", "").startswith("\ufffd")


def test_an_entry_says_who_wrote_what_where(app: Flask, client: FlaskClient) -> None:
    reader = Reader(app)
    reader.write(comment="*Hi*", url="ann.example")
    (entry,) = entries(client, "/feeds/blog.atom")
    with app.app_context():
        comment = db.session.scalars(select(Comment)).one()
    link = entry.find(f"{ATOM}link")
    assert entry.findtext(f"{ATOM}title") == "Ann on An article"
    assert entry.findtext(f"{ATOM}content") == comment.html
    assert link is not None
    assert link.get("href") == f"{BASE}/c/{comment.id}"


def test_what_is_not_published_is_in_no_feed(app: Flask, client: FlaskClient) -> None:
    Reader(app).write()
    with app.app_context():
        begin_writing()
        comment = db.session.scalars(select(Comment)).one()
        status.move(comment, Status.SPAM)
        db.session.commit()
    assert entries(client, "/feeds/blog.atom") == []
    assert entries(client, f"/feeds/t/{comment.thread_id}.atom") == []


def test_what_is_removed_leaves_a_feed_as_fast_as_a_page(app: Flask, client: FlaskClient) -> None:
    reader = Reader(app)
    reader.write()
    with app.app_context():
        thread_id = db.session.scalars(select(Comment.thread_id)).one()
    paths = ("/feeds/blog.atom", f"/feeds/t/{thread_id}.atom")
    before = [client.get(path) for path in paths]
    assert {answer.headers["Cache-Control"] for answer in before} == {CACHE_CONTROL}
    with app.app_context():
        begin_writing()
        status.move(db.session.scalars(select(Comment)).one(), Status.SPAM)
        db.session.commit()
    for path, answer in zip(paths, before, strict=True):
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, entries(client, path)) == (200, [])


def test_a_feed_is_sent_again_only_when_it_has_changed(app: Flask, client: FlaskClient) -> None:
    reader = Reader(app)
    empty = client.get("/feeds/blog.atom").headers["ETag"]
    assert client.get("/feeds/blog.atom").headers["ETag"] == empty
    assert client.get("/feeds/blog.atom", headers={"If-None-Match": empty}).status_code == 304
    reader.write()
    assert client.get("/feeds/blog.atom", headers={"If-None-Match": empty}).status_code == 200


@pytest.mark.parametrize("path", ["nope.atom", "t/nope.atom", f"t/{'0' * 22}.atom", "%00.atom"])
def test_a_feed_of_nothing_is_not_found(app: Flask, client: FlaskClient, path: str) -> None:
    Reader(app)
    assert client.get(f"/feeds/{path}").status_code == 404


def test_the_newest_of_a_site_come_in_two_queries_at_most(
    site: Site, thread: Thread, post: Post
) -> None:
    posted: list[Any] = [post(f"Number {number}").id for number in range(60)]
    found = listing.of_site(site, limit=50)
    assert [comment.id for comment, _thread in found] == posted[:9:-1]
