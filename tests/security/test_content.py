"""Threats in what people type; the name of each test begins with the threat that it answers."""

import random
import time
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask

from commentbox.comments import guests, posting, threads
from commentbox.errors import Invalid
from commentbox.lib import likeness, text, urls
from commentbox.models import Site
from commentbox.moderation import clusters
from tests.conftest import BLOG
from tests.corpora import document, lines
from tests.desk import Desk
from tests.reader import Reader
from tests.security.sinks import WORDS, Element, elements, sinks
from tests.security.ways import ORDINARY, WAYS, by_api, by_frame

ATOM = "{http://www.w3.org/2005/Atom}"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</textarea></title></style></script><svg onload=alert(1)>",
    "<form id=commentform name=phrases action=//evil.test><input name=attributes>",
    "[a](javascript:alert(1)) <javascript:alert(1)> ![b](data:text/html,x)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "]]></content><script>alert(1)</script><!--",
    "\u2028\x00\x1b[31m\u202e<b style=x class=y>",
]


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of a site that takes any number of links."""
    reader = Reader(app)
    reader.change(lambda: setattr(threads.site_named("blog"), "link_limit", 1000))
    # Nobody reads that header; if anybody did, it would be tried everywhere here.
    reader.client.environ_base["HTTP_USER_AGENT"] = HOSTILE[0]
    return reader


@pytest.fixture
def desk(app: Flask, reader: Reader) -> Desk:
    """Return the desk of a moderator of the site."""
    desk = Desk(app)
    desk.sign_in()
    return desk


FOLDED = ORDINARY | {"comment": "See also https://ann.example/b", "address": "b"}
"""What the desk folds with the ordinary comment, by where they link to."""


@ON_SQLITE
@pytest.mark.parametrize("way", WAYS)
def test_f2_f4_no_field_becomes_markup_anywhere(reader: Reader, desk: Desk, way: str) -> None:
    for each in (ORDINARY, FOLDED):
        assert WAYS[way](reader, each) == 201
    ordinary = {each for page in sinks(reader, desk) for each in elements(page)}
    taken = dict.fromkeys(ORDINARY, 0)
    for number, hostile in enumerate(HOSTILE):
        for field in ORDINARY:
            own = {"address": f"{number}-{field}", "comment": f"Words {number} {field}"}
            value = f"{own.get(field, '')}?q={hostile}" if field == "address" else hostile
            status = WAYS[way](reader, ORDINARY | own | {field: value})
            assert status in {201, 422}, (field, hostile)
            taken[field] += status == 201
    assert (taken["comment"], taken["author"], taken["title"]) == (len(HOSTILE),) * 3
    found = {each for page in sinks(reader, desk) for each in elements(page)}
    assert found <= ordinary | WORDS


@ON_SQLITE
def test_f2_g1_nothing_that_a_moderator_types_becomes_markup(reader: Reader, desk: Desk) -> None:
    by_frame(reader, ORDINARY)
    [comment] = reader.comments()
    by_frame(reader, FOLDED)
    [edited] = [each for each in reader.comments() if each.id != comment.id]
    desk.post(f"/admin/comments/{edited.id}", revision="0", comment=FOLDED["comment"] + "/c")
    page = f"/admin/comments/{comment.id}"
    for number in range(len(HOSTILE)):
        desk.post(f"{page}/replies", revision="0", comment=f"Words {number}")
    ordinary = {each for sink in sinks(reader, desk) for each in elements(sink)}
    for number, hostile in enumerate(HOSTILE):
        assert desk.post(page, revision=str(number), comment=hostile).status_code == 303
        assert desk.post(f"{page}/replies", revision=str(number + 1), comment=hostile).status_code
        # The box stays as it was ticked, or its element would be another one.
        account = desk.post("/admin/account", name=hostile, wants_mail="1")
        assert account.status_code in {303, 422}
    found = {each for sink in sinks(reader, desk) for each in elements(sink)}
    assert found <= ordinary | WORDS


def test_f5_whatever_is_taken_for_a_website_is_a_web_address() -> None:
    typed = [*lines("xss/**/*.txt"), *lines("redirect/*.txt"), *HOSTILE]
    typed += [case["input"] for case in document("url/urltestdata.json") if isinstance(case, dict)]
    for each in typed:
        for variant in (each, f"https://ann.example/{each}", f"ann.example?{each}"):
            assert _website(variant) in {"", "http", "https"}, variant


def test_f6_nothing_in_a_comment_fetches_anything(reader: Reader) -> None:
    source = "https://evil.test/pixel.gif"
    before = _fetching(reader)
    for markup in ("![p]({0})", "<img src={0}>", "[![p]({0})]({0})", "<link href={0}>", "![p][1]"):
        reader.write(comment=f"{markup}\n\n[1]: {{0}}".format(source))
    assert reader.get().text.count("evil.test") >= 5
    assert _fetching(reader) == before
    assert {tag for tag, *_rest in before} <= {"svg"}  # the providers' marks in the form


def _fetching(reader: Reader) -> set[Element]:
    kinds = {"img", "iframe", "video", "audio", "svg"}
    return {element for element in elements(reader.get().text) if element[0] in kinds}


def test_f9_text_that_is_slow_to_read_is_posted_in_bounded_time(reader: Reader) -> None:
    for name, source in document("redos/redos-inputs.json").items():
        began = time.process_time()
        fields = {"comment": source[:10_000], "author": source[:245], "url": source[:200]}
        assert reader.write(**_sendable(fields)).status_code in {201, 409, 422}, name
        assert time.process_time() - began < 1, name


@ON_SQLITE
def test_f9_text_that_is_slow_to_compare_holds_up_nobody(reader: Reader) -> None:
    """Each comment is compared with fifty that have a mark in common with it."""
    mark = min((f"{word} mark" for word in _words(5_000)), key=lambda two: likeness.bands(two)[0])
    prose = reader.change(lambda: _seconds_to_compare(mark, "and so on, " * 250))
    hostile = reader.change(lambda: _seconds_to_compare(mark, "\ufdfa" * 2_500))
    assert hostile < 5 * prose


def test_f10_odd_text_is_kept_as_it_was_typed_once_it_is_clean(reader: Reader) -> None:
    odd = {name: value[:9_000] for name, value in _odd() if not text.is_blank(value)}
    for name, value in odd.items():
        whose = {"author": f"Ann {name}"}  # else two that look alike are a duplicate
        assert by_api(reader, ORDINARY | whose | {"comment": value}) == 201, name
        strange = {"comment": f"Named {name}", "author": value[:100], "title": value}
        assert by_api(reader, ORDINARY | whose | strange) in {201, 422}, name
    kept = {comment.source for comment in reader.comments()}
    assert {text.clean(value).strip() for value in odd.values()} <= kept


@ON_SQLITE
def test_k1_feeds_are_well_formed_whatever_was_written(reader: Reader) -> None:
    hostile = [*HOSTILE, *(value for _, value in _odd()), *_blocks(lines("xss/**/*.txt"))]
    found = reader.change(lambda: list(_threads_of(hostile)))
    read = 0
    for thread_id in found:
        feed = reader.client.get(f"/feeds/t/{thread_id}.atom").data
        read += len(ElementTree.fromstring(feed).findall(f"{ATOM}entry"))  # noqa: S314 -- our own
    assert read == len(hostile)


def _words(number: int, seed: int = 0) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(ascii_lowercase, k=5)) for _ in range(number)]


def _seconds_to_compare(mark: str, rest: str) -> float:
    """Return the processor time that comparing takes after fifty with the same mark."""
    site = threads.site_named("blog")
    thread = threads.opened(site, threads.place(site, address=f"{BLOG}/compared"))
    for number in range(51):
        comment = posting.post(
            thread,
            site,
            author=posting.Guest(f"Ann {number}", "ann@example.org"),
            draft=posting.Draft(f"{mark} {' '.join(_words(230, number))} {rest}"),
            arrival=posting.Arrival(),
        )
    marks, began = clusters.marks(comment.source), time.process_time()
    clusters.echo(comment, marks)
    return time.process_time() - began


def _website(typed: str) -> str:
    try:
        return urlsplit(urls.web_address(typed)).scheme
    except Invalid:
        return ""


def _sendable(fields: dict[str, str]) -> dict[str, Any]:
    return {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}


def _odd() -> Iterator[tuple[str, str]]:
    """Yield our own odd strings one by one, and the public list of naughty ones in blocks."""
    for name, value in document("unicode/own-unicode.json").items():
        for number, each in enumerate(value if isinstance(value, list) else [value]):
            yield f"{name}-{number}", str(each)
    yield "surrogate", "a\ud800b"
    for number, block in enumerate(_blocks(list(document("unicode/blns.json")))):
        yield f"naughty-{number}", block


def _blocks(strings: list[str], size: int = 20) -> list[str]:
    """Join strings to comments of that many."""
    return ["\n".join(strings[at : at + size]) for at in range(0, len(strings), size)]


def _threads_of(texts: list[str], size: int = 50) -> Iterator[str]:
    """Post each text, also as its author's name if it can be one, into threads that fit a feed."""
    site = threads.site_named("blog")
    for start in range(0, len(texts), size):
        title = texts[start]
        thread = threads.opened(site, threads.place(site, address=f"{BLOG}/{start}", title=title))
        for number, typed in enumerate(texts[start : start + size]):
            posting.post(
                thread,
                site,
                author=_guest(site, typed),
                draft=posting.Draft(f"{number} {typed}"[:10_000]),
                arrival=posting.Arrival(),
            )
        yield thread.id


def _guest(site: Site, name: str) -> posting.Guest:
    try:
        return guests.guest(
            name=name[:245], email="ann@example.org", website="", key=None, site=site
        )
    except Invalid:
        return posting.Guest("Ann", "ann@example.org")
