"""Finding threads and counting comments through the API."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from commentbox.extensions import db
from commentbox.models import Thread
from tests.conftest import BLOG

Ask = Callable[..., Any]


def test_a_thread_is_found_by_any_spelling_of_its_address(send: Ask, read: Ask) -> None:
    send()
    found = read("sites/blog/threads", url="http://www.blog.test/article/?utm_source=x#top")
    assert set(found.json) == {"id", "url", "title", "comment_count", "is_closed", "created_at"}
    assert (found.json["url"], found.json["comment_count"]) == (f"{BLOG}/article", 1)


def test_reading_never_opens_a_thread(read: Ask) -> None:
    answer = read("sites/blog/threads", url=f"{BLOG}/new")
    assert (answer.status_code, answer.json["code"]) == (404, "thread.unknown")
    assert db.session.scalars(select(Thread)).all() == []


@pytest.mark.parametrize("path", ["sites/nope/threads", "sites/%00/threads", "sites/nope/counts"])
def test_an_unknown_site_is_not_found(read: Ask, path: str) -> None:
    answer = read(path, url=f"{BLOG}/article")
    assert (answer.status_code, answer.json["code"]) == (404, "site.unknown")


def test_an_owners_own_id_names_the_thread(send: Ask, read: Ask) -> None:
    send(page={"url": f"{BLOG}/a", "id": "post-1"})
    moved = read("sites/blog/threads", url=f"{BLOG}/moved", id="post-1")
    assert moved.json["url"] == f"{BLOG}/a"


def test_counts_come_under_the_addresses_as_given(send: Ask, read: Ask) -> None:
    send()
    send(comment="Second")
    asked = [f"{BLOG}/article?utm_medium=x", f"{BLOG}/none", "https://evil.test/", "nonsense"]
    answer = read("sites/blog/counts", url=asked)
    assert answer.json == {"counts": {asked[0]: 2, asked[1]: 0, asked[2]: 0, asked[3]: 0}}


@pytest.mark.parametrize("bad", ["", "http://[", "\0", f"{BLOG}/{'x' * 9000}", "//", "https://"])
def test_a_bad_address_does_not_spoil_the_counts_of_the_others(
    send: Ask, read: Ask, bad: str
) -> None:
    send()
    answer = read("sites/blog/counts", url=[bad, f"{BLOG}/article"])
    assert answer.json == {"counts": {bad: 0, f"{BLOG}/article": 1}}


@pytest.mark.parametrize("number", [0, 101])
def test_at_most_a_hundred_addresses_are_counted(read: Ask, number: int) -> None:
    answer = read("sites/blog/counts", url=[f"{BLOG}/{n}" for n in range(number)])
    assert (answer.status_code, answer.json["code"]) == (422, "query.invalid")
    assert set(answer.json["fields"]) == {"url"}
