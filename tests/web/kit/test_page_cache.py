"""Pages as bytes, answered before Flask."""

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import brotli
import pytest
from flask import Flask

from commentbox.comments import threads
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.web.embed import pages, places
from commentbox.web.kit.page_cache import Drawn, PageCache
from commentbox.web.kit.stored import StoredPage
from tests.conftest import BLOG
from tests.reader import ARTICLE, Reader, queries

SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.usefixtures("stopped")


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of a thread of ten comments."""
    reader = Reader(app)
    reader.fill(10)
    return reader


def test_a_page_is_rendered_once_and_then_answered_without_the_database(
    app: Flask, reader: Reader
) -> None:
    first = reader.get()
    with queries(app, at_most=0):
        second = reader.get()
    assert second.text == first.text
    assert "X-Request-Id" in first.headers
    assert "X-Request-Id" not in second.headers
    assert _pages(app).renders == 1


def test_both_ways_send_the_same_headers(reader: Reader) -> None:
    first, second = dict(reader.get().headers), dict(reader.get().headers)
    first.pop("X-Request-Id")
    assert first == second
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=30"
    assert first["Vary"] == "Accept-Encoding"
    assert first["Content-Security-Policy"].endswith(f"frame-ancestors {BLOG}")


def test_what_the_browser_has_is_not_sent_again(reader: Reader) -> None:
    tag = reader.get().headers["ETag"]
    for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        answer = reader.get(headers={"If-None-Match": known})
        assert (answer.status_code, answer.data) == (304, b"")
    assert reader.get(headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("", None),
        ("identity", None),
        ("*;q=0.1, \x7f,,", None),
    ],
)
def test_the_page_comes_in_an_encoding_that_the_browser_reads(
    reader: Reader, accepted: str, encoding: str | None
) -> None:
    plain = reader.get().data
    answer = reader.get(headers={"Accept-Encoding": accepted})
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert answer.headers.get("Content-Encoding") == encoding
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert unpack(answer.data) == plain


def test_a_head_request_gets_the_headers_alone(reader: Reader) -> None:
    whole = reader.get()
    for _ in range(2):
        head = reader.client.head("/embed/blog", query_string={"url": ARTICLE})
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["ETag"] == whole.headers["ETag"]
        assert head.headers["Content-Length"] == str(len(whole.data))


def test_one_s_own_comment_is_there_at_once(reader: Reader) -> None:
    reader.get()
    reader.write(comment="Brand new")
    assert "Brand new" in reader.get().text


def test_a_change_of_another_process_is_there_within_a_second(reader: Reader) -> None:
    old = reader.get().headers["ETag"]
    reader.fill(10)
    assert reader.get().headers["ETag"] == old
    with clock.turned_by(SECOND):
        assert reader.get().headers["ETag"] != old


def test_the_first_comment_of_another_process_is_there_within_a_second(app: Flask) -> None:
    reader = Reader(app)
    assert 'data-count="0"' in reader.get().text
    reader.fill(10)
    with clock.turned_by(SECOND):
        assert 'data-count="10"' in reader.get().text


def test_a_change_of_the_site_is_there_within_a_second(reader: Reader) -> None:
    reader.get()
    reader.change(_move_site)
    with clock.turned_by(SECOND):
        assert reader.get().status_code == 403
        assert reader.get().status_code == 403


def test_spellings_of_one_address_share_the_page(app: Flask, reader: Reader) -> None:
    for number in range(5):
        assert reader.get(url=f"{ARTICLE}/?utm_source={number}", unknown=number).status_code == 200
    assert _pages(app).renders == 1
    with clock.turned_by(SECOND), queries(app, at_most=2):
        reader.get(url=f"{ARTICLE}/?utm_source=1", unknown=1)
        reader.get(url=f"{ARTICLE}/?utm_source=2", unknown=2)


def test_a_refusal_is_not_kept(app: Flask, reader: Reader) -> None:
    reader.get(url="https://other.test/")
    reader.client.get("/embed/nobody", query_string={"url": ARTICLE})
    reader.get("replies", root="0" * 22)
    assert _pages(app).kept == 0


def test_what_is_not_there_drives_no_page_out(app: Flask, reader: Reader) -> None:
    shown = reader.comments()[0].id
    reader.get()
    reader.get(comment=shown)
    for number in range(50):
        assert reader.get(url=f"{ARTICLE}/{number}").status_code == 200
        assert "no longer here" in reader.get(comment=f"{number:022}").text
        reader.get(root=f"{number:022}")
        reader.get("comments", root=f"{number:022}")
    assert _pages(app).kept == 2
    with queries(app, at_most=0):
        reader.get()


def test_an_article_without_comments_is_rendered_once(app: Flask, reader: Reader) -> None:
    for number in (1, 2, 2, 1):
        assert reader.get(url=f"{ARTICLE}/{number}").status_code == 200
    assert _pages(app).renders == 2


def test_a_slow_reader_does_not_keep_an_old_page_as_the_new_one(app: Flask, reader: Reader) -> None:
    with app.test_request_context("/embed/blog", query_string={"url": ARTICLE}):
        old = places.spot("blog", {"url": ARTICLE})
        reader.fill(10)
        _pages(app).forget()
        assert places.spot("blog", {"url": ARTICLE}).thread != old.thread
        pages.answer(old, "page", places.view(old.site, {}), lambda: Drawn("old"))
    assert 'data-count="10"' in reader.get().text


def test_what_is_read_while_another_changes_it_is_not_kept_as_the_change(
    app: Flask, reader: Reader
) -> None:
    """Readers and a writer at once: afterwards the page shows the last state."""
    stop = threading.Event()

    def read() -> None:
        browser = app.test_client()
        while not stop.is_set():
            browser.get("/embed/blog", query_string={"url": ARTICLE})

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for number in range(10):
            assert reader.write(comment=f"Comment {number}").status_code == 201
            assert f"Comment {number}<" in reader.get().text
        stop.set()
        for each in readers:
            each.result()


def test_an_unpacked_page_is_what_was_rendered() -> None:
    page = StoredPage("<p>é</p>", {})
    _status, headers, body = page.answer(accept_encoding="", if_none_match="")
    assert body == "<p>é</p>".encode()
    assert ("Content-Length", str(len(body))) in headers


def _pages(app: Flask) -> PageCache:
    found: PageCache = app.extensions["commentbox.pages"]
    return found


def _move_site() -> None:
    site = threads.site_named("blog")
    site.origins, site.revision = ["https://elsewhere.test"], site.revision + 1
    db.session.flush()
