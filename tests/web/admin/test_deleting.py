"""Deleting for good: it is asked first, with the number, and only then done."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from commentbox.models import Role, Status
from tests.desk import Desk

SPAM = "/admin/queue?status=spam"
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
SENT = ("decision", "only", "comment", "all", "seen", "back", "confirm")
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.fixture
def alike(desk: Desk) -> list[str]:
    """Return the ids of three comments in the spam folder that say nearly the same."""
    found = desk.add_alike(3)
    desk.change(*found, status=Status.SPAM)
    return found


def test_a_comment_s_own_page_asks_first_and_deletes_after(desk: Desk) -> None:
    comment = _spam(desk)
    asked = desk.post("/admin/decisions", only=f"delete {comment}.0", back=f"{SPAM}&q=hello")
    assert "Delete 1 comment for good?" in asked.text
    assert 'href="/admin/queue?status=spam&amp;q=hello"' in asked.text
    assert desk.status(comment) is Status.SPAM
    answer = _say_yes(desk, asked)
    assert "1 comment deleted for good." in desk.get(answer.location).text
    assert desk.status(comment) is Status.DELETED


def test_several_are_asked_about_as_one(desk: Desk) -> None:
    comments = [_spam(desk, f"Number {number}") for number in range(3)]
    rows = [f"{each}.0" for each in comments]
    asked = desk.post("/admin/decisions", decision="delete", comment=rows, back=SPAM)
    assert "Delete 3 comments for good?" in asked.text
    assert {desk.status(each) for each in comments} == {Status.SPAM}
    _say_yes(desk, asked)
    assert {desk.status(each) for each in comments} == {Status.DELETED}


def test_a_folded_row_counts_with_all_of_it(desk: Desk, alike: list[str]) -> None:
    other = _spam(desk, "A pelican")
    asked = _ask(desk, SPAM, comment=f"group.{alike[-1]}.0")
    assert "Delete 3 comments for good?" in asked.text
    assert {desk.status(each) for each in alike} == {Status.SPAM}
    _say_yes(desk, asked)
    assert {desk.status(each) for each in alike} == {Status.DELETED}
    assert desk.status(other) is Status.SPAM


def test_all_that_match_are_counted_and_nothing_that_came_later(
    desk: Desk, alike: list[str]
) -> None:
    other = _spam(desk, "A pelican")
    asked = _ask(desk, f"{SPAM}&q=cheap&group=none", all="1")
    assert "Delete 3 comments for good?" in asked.text
    late = desk.add_comment("Cheap and late", ago=-timedelta(minutes=1))
    desk.change(late, status=Status.SPAM)
    _say_yes(desk, asked)
    assert {desk.status(each) for each in alike} == {Status.DELETED}
    assert {desk.status(each) for each in (other, late)} == {Status.SPAM}


def test_where_nothing_is_left_nothing_is_asked(desk: Desk) -> None:
    answer = _ask(desk, f"{SPAM}&q=nobody", all="1")
    assert "problem=selection.empty" in answer.location


def test_whoever_may_not_delete_is_not_even_asked(
    desk: Desk, browser_of: Callable[..., Desk], alike: list[str]
) -> None:
    ben = browser_of("ben@example.org", site="blog", role=Role.MODERATOR)
    assert _ask(ben, SPAM, comment=f"group.{alike[-1]}.0").status_code == 403
    assert ben.post("/admin/decisions", only=f"delete {alike[0]}.0").status_code == 403


def test_rows_do_not_offer_it(desk: Desk, alike: list[str]) -> None:
    page = desk.get(SPAM).text
    assert 'value="trash group.' in page
    assert 'value="delete group.' not in page
    assert page.count('value="delete"') == 1
    assert f'value="delete {alike[0]}.0"' in desk.get(f"/admin/comments/{alike[0]}").text


def _spam(desk: Desk, source: str = "Hello") -> str:
    comment = desk.add_comment(source)
    desk.change(comment, status=Status.SPAM)
    return comment


def _ask(desk: Desk, page: str, **form: str) -> TestResponse:
    """Press the button in the bar of a page."""
    shown = desk.get(page).text
    seen = SEEN.search(shown)
    moment = seen[1] if seen else ""
    return desk.post(_address(page), decision="delete", back=page, seen=moment, **form)


def _say_yes(desk: Desk, asked: TestResponse) -> TestResponse:
    action = re.search(r'method="post" action="([^"]+)" data-swap', asked.text)
    assert action
    fields: dict[str, Any] = {}
    for name, value in FIELD.findall(asked.text):
        if name in SENT:
            fields.setdefault(name, []).append(unescape(value))
    return desk.post(unescape(action[1]), **fields)


def _address(page: str) -> str:
    return page.replace("/queue", "/decisions")
