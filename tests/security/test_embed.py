"""Threats to the conversation; the name of each test begins with the threat that it answers."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Comment, Status
from commentbox.moderation import status
from tests.conftest import BLOG
from tests.corpora import document, lines
from tests.reader import ARTICLE, Reader

SECOND = timedelta(seconds=1)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</script><!--<script>",
    "{{7*7}}${7*7}",
    "javascript:alert(1)",
    "\r\nX-Canary: 1",
    "\x00\ufffd",
]
FRAMED = ("", "comments")
PARAMETERS = ("url", "canonical", "id", "sort", "theme", "lang", "h", "comment", "title", "x")
CANARIES = ["X-Forwarded-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "Via"]


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of a thread of ten comments."""
    reader = Reader(app)
    reader.fill(10)
    return reader


@pytest.mark.parametrize("kind", FRAMED)
def test_b1_only_the_site_s_pages_may_frame_the_conversation(reader: Reader, kind: str) -> None:
    for _ in range(2):  # rendered, then from memory
        headers = reader.get(kind).headers
        assert _directives(headers)["frame-ancestors"] == [BLOG]
        assert "X-Frame-Options" not in headers


@pytest.mark.parametrize("origin", [BLOG, "", "https://evil.test", "*", "null", "x; sandbox"])
def test_b1_what_a_request_says_of_its_page_opens_no_conversation(
    reader: Reader, origin: str
) -> None:
    for _ in range(2):
        page = reader.get(from_=origin)
        is_theirs = origin in {BLOG, ""}
        assert ("data-id=" in page.text) is is_theirs
        assert _directives(page.headers)["frame-ancestors"] == [BLOG if is_theirs else "*"]


@pytest.mark.parametrize("path", ["/t", "/t/x", "/c/x", "/nowhere"])
def test_b1_nobody_may_frame_any_other_page(reader: Reader, path: str) -> None:
    headers = reader.client.get(path).headers
    assert _directives(headers)["frame-ancestors"] == ["'none'"]
    assert headers["X-Frame-Options"] == "DENY"


def test_b6_the_policy_lets_nothing_foreign_or_inline_in(reader: Reader) -> None:
    rules = _directives(reader.get().headers)
    assert rules["default-src"] == rules["base-uri"] == rules["object-src"] == ["'none'"]
    assert rules["script-src"] == rules["connect-src"] == rules["form-action"] == ["'self'"]
    assert rules["require-trusted-types-for"] == ["'script'"]
    sources = {source for rule in rules.values() for source in rule}
    assert not any("unsafe" in source or "*" in source for source in sources)


def test_b6_the_page_needs_no_inline_code(reader: Reader) -> None:
    found = _Tags.of(reader.get().text)
    scripts = [attributes for tag, attributes in found if tag == "script"]
    assert [s.get("type") for s in scripts if "src" not in s] == ["application/json"]
    assert not [tag for tag, _ in found if tag == "style"]
    assert not [a for _, attributes in found for a in attributes if a in {"style", "onclick"}]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_b7_no_parameter_becomes_part_of_the_page_s_structure(
    reader: Reader, parameter: str
) -> None:
    ordinary = _Tags.of(reader.get().text)
    for hostile in [*HOSTILE, *lines("xss/payloadbox-xss-payload-list.txt")[:100]]:
        asked: dict[str, Any] = {parameter: hostile}
        answer = reader.get(**asked)
        assert answer.status_code in {200, 403, 422}
        assert "X-Canary" not in answer.headers
        tags = {(tag, *sorted(attributes)) for tag, attributes in _Tags.of(answer.text)}
        assert tags <= _known(reader, ordinary), hostile


def test_k2_a_hostile_name_stays_text(reader: Reader) -> None:
    ordinary = _Tags.of(reader.get().text)
    for number, hostile in enumerate(HOSTILE[:-1]):
        posted = reader.write(author=hostile, comment=f"Comment {number}")
        assert posted.status_code == 201
    found = {(tag, *sorted(a)) for tag, a in _Tags.of(reader.get().text)}
    assert found <= _known(reader, ordinary)


def test_e9_strange_text_is_never_an_error_of_ours(reader: Reader) -> None:
    strange = [*HOSTILE, "%ff%fe", "\x00", "\u202e" * 50, *document("unicode/blns.json")][:60]
    for number, text in enumerate(strange):
        for field in ("author", "comment", "email", "url", "parent", "page_id", "page_url"):
            changed: dict[str, Any] = {"comment": f"Comment {number} {field}", field: text}
            changed = {name: _sendable(value) for name, value in changed.items()}
            assert reader.write(**changed).status_code < 500, (field, text)


@pytest.mark.parametrize("limit", ["1e9", "-1", "100000"])
def test_e11_nobody_asks_for_more_than_a_page(reader: Reader, limit: str) -> None:
    reader.fill(2000)
    page = reader.get("comments", limit=limit).text
    assert page.count("<article") <= 50 * 4


@pytest.mark.parametrize("after", ["x", "-1", "ffffffffffffffff-" + "0" * 22, "0-" + "z" * 22])
def test_e11_a_forged_cursor_is_refused_or_finds_a_place(reader: Reader, after: str) -> None:
    for kind in FRAMED:
        assert reader.get(kind, after=after).status_code in {200, 422}
    assert reader.client.get("/t", query_string={"after": after}).status_code == 404


def test_e12_no_header_of_the_request_is_in_a_shared_page(reader: Reader) -> None:
    names = {line.split(":")[0].strip() for line in lines("crlf/*.txt")} | set(CANARIES)
    clean = reader.get().text
    for name in sorted(filter(re.compile(r"[A-Za-z-]+").fullmatch, names)):
        reader.app.extensions["commentbox.pages"].forget()
        answer = reader.get(headers={name: "canary.test"}, unknown=name)
        assert answer.text == clean
        assert "canary" not in str(answer.headers)


def test_e12_two_readers_get_the_same_bytes(app: Flask, reader: Reader) -> None:
    own = reader.write(comment="Mine").headers["Commentbox-Author"]
    mine = reader.get(headers={"Commentbox-Author": own, "Cookie": "__Host-cb_author=x"})
    theirs = Reader(app).get()
    assert mine.data == theirs.data
    assert mine.headers["Cache-Control"].startswith("public")
    assert "Cookie" not in mine.headers["Vary"]


def test_e12_what_is_one_s_own_is_kept_by_no_cache(reader: Reader) -> None:
    for kind in ("mine", "token"):
        assert reader.get(kind).headers["Cache-Control"] == "private, no-store"
        assert reader.get(f"{kind}/x.css").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_e15_a_broken_database_shows_nothing_of_the_inside(reader: Reader) -> None:
    reader.change(lambda: db.session.connection().exec_driver_sql("DROP TABLE comment"))
    reader.app.extensions["commentbox.pages"].forget()
    for answer in (reader.get(sort="oldest"), reader.write()):
        assert answer.status_code == 500
        # Words of more than an id may have by chance.
        inside = ("SELECT ", "FROM comment", "sqlite3", "Traceback", '.py"', "no such table")
        assert [word for word in inside if word.lower() in answer.text.lower()] == []
        assert answer.get_json()["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("to", [Status.TRASHED, Status.SPAM, Status.PENDING, Status.DELETED])
def test_k4_a_removed_comment_is_on_no_page_a_second_later(reader: Reader, to: Status) -> None:
    comment = reader.write(comment="Regrettable words").headers["Location"].removeprefix("/c/")
    pages = list(_pages(reader, comment))
    tags = [reader.client.get(path).headers.get("ETag", "") for path in pages]
    reader.change(lambda: status.move(db.session.get_one(Comment, comment), to))
    with clock.turned_by(SECOND):
        for path, tag in zip(pages, tags, strict=True):
            answer = reader.client.get(path, headers={"If-None-Match": tag})
            assert answer.status_code == 200
            assert "Regrettable" not in answer.text


def _pages(reader: Reader, comment_id: str) -> Iterator[str]:
    for query in ("", "&sort=oldest", f"&comment={comment_id}", "&lang=en&theme=dark&h=2"):
        yield f"/embed/blog?url={ARTICLE}{query}"
    yield f"/embed/blog/comments?url={ARTICLE}"
    yield f"/t/{reader.comments()[0].thread_id}"


def _directives(headers: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _known(reader: Reader, ordinary: list[tuple[str, dict[str, str]]]) -> set[tuple[str, ...]]:
    """Return every element, with the names of its attributes, that our own pages have."""
    pages = [reader.get(url="https://other.test/"), reader.get(comment="0" * 22)]
    pages += [reader.get(id="y"), reader.get(sort="oldest", h="2"), reader.get(url="x")]
    pages += [reader.client.get("/nowhere")]
    found = [*ordinary, *(tag for page in pages for tag in _Tags.of(page.text))]
    return {(tag, *sorted(attributes)) for tag, attributes in found}


class _Tags(HTMLParser):
    @classmethod
    def of(cls, html: str) -> list[tuple[str, dict[str, str]]]:
        parser = cls()
        parser.feed(html)
        return parser.found

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
