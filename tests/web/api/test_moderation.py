"""Comments as programs that moderate see, edit and answer them."""

from http import HTTPStatus
from typing import Any

import pytest

from commentbox.comments import reporting
from commentbox.extensions import db
from commentbox.models import Cause, Comment, Status
from tests.conftest import BASE
from tests.program import Program
from tests.reader import queries


def ids(answer: Any) -> list[str]:
    """Return the comments of a page, in its order."""
    return [comment["id"] for comment in answer.json["comments"]]


def test_a_program_sees_what_waits_as_moderators_do(program: Program) -> None:
    waits = program.desk.add_comment("Buy *this* at https://shop.example/x")
    [found] = program.call("GET", "comments").json["comments"]
    assert (found["id"], found["status"], found["revision"]) == (waits, "pending", 0)
    assert found["author"] == {
        "name": "Ann",
        "email": "ann@example.org",
        "website": "",
        "provider": "",
        "has_account": False,
        "is_moderator": False,
    }
    assert "<em>this</em>" in found["html"]
    assert (found["source"][:3], found["hosts"]) == ("Buy", ["shop.example"])
    assert {"policy", "first"} <= {reason["code"] for reason in found["reasons"]}
    assert "First comment by this author" in found["why"]
    assert found["thread"]["url"] == "https://blog.test/article"
    assert found["permalink"] == f"{BASE}/c/{waits}"


FILTERS: list[tuple[dict[str, str], set[str]]] = [
    ({}, {"one", "two", "three"}),
    ({"words": "SHOP"}, {"one", "two"}),
    ({"host": "Shop.example"}, {"one", "two"}),
    ({"reason": "policy"}, {"one", "two", "three"}),
    ({"reason": "trap"}, set()),
    ({"domain": "example.org"}, {"one", "two", "three"}),
    ({"domain": "elsewhere.example"}, set()),
    ({"until": "2020-01-01"}, set()),
    ({"since": "2020-01-01"}, {"one", "two", "three"}),
    ({"is_reported": "true"}, set()),
    ({"status": "published"}, {"four"}),
    ({"status": "spam"}, set()),
]


def test_comments_are_found_by_any_filter(program: Program) -> None:
    known = {
        "one": program.desk.add_comment("Shop at https://shop.example/1 while it lasts"),
        "two": program.desk.add_comment("A shop is at https://shop.example/2", name="Ben"),
        "three": program.desk.add_comment("Nothing to sell, only words"),
        "four": program.desk.add_comment("Seen by everybody"),
    }
    program.decide("approve", known["four"])
    for query, expected in FILTERS:
        found = set(ids(program.call("GET", "comments", query=query)))
        assert found == {known[name] for name in expected}, query


def test_comments_of_one_thread_and_of_one_author_are_found(program: Program) -> None:
    one = program.desk.add_comment("One")
    found = program.call("GET", f"comments/{one}").json
    assert ids(program.call("GET", "comments", query={"thread_id": found["thread"]["id"]})) == [one]
    assert ids(program.call("GET", "comments", query={"author": one})) == [one]
    assert ids(program.call("GET", "comments", query={"thread_id": "0" * 22})) == []
    unknown = program.call("GET", "comments", query={"author": "0" * 22})
    assert (unknown.status_code, unknown.json["code"]) == (404, "comment.unknown")


def test_every_folder_is_counted(program: Program) -> None:
    for number in range(3):
        program.desk.add_comment(f"Pills {number}")
    program.decide("spam", program.desk.add_comment("Something else"))
    counted = program.call("GET", "counts").json
    assert counted == {"pending": 3, "published": 0, "spam": 1, "trashed": 0}
    assert program.call("GET", "counts", query={"words": "pills"}).json["spam"] == 0


@pytest.mark.parametrize("sort", ["newest", "oldest", "spam", "reported"])
def test_pages_follow_one_another_without_a_gap(program: Program, sort: str) -> None:
    every = {program.desk.add_comment(f"Number {number}") for number in range(5)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = program.call("GET", "comments", query={"limit": 2, "sort": sort, "cursor": cursor})
        seen += ids(page)
        cursor = page.json["next"]
    assert (len(seen), set(seen)) == (5, every)


def test_comments_that_say_the_same_are_shown_as_one(program: Program) -> None:
    text = "The very best pills are sold over there, come and buy them all today"
    for name in ("Ann", "Ben", "Cat"):
        program.desk.add_comment(text, name=name)
    for group in ("text", "author"):
        page = program.call("GET", "comments", query={"group": group}).json
        assert [each["group"] for each in page["comments"]] == [{"more": 2, "people": 1}]
    alone = program.call("GET", "comments", query={"group": "host"}).json["comments"]
    assert [each["group"] for each in alone] == [None, None, None]


def test_a_text_is_edited_by_program(program: Program) -> None:
    one = program.desk.add_comment("One")
    edited = program.call("PATCH", f"comments/{one}", comment="*Other*", revision=0)
    assert (edited.json["source"], edited.json["revision"]) == ("*Other*", 1)
    assert edited.json["html"] == "<p><em>Other</em></p>"
    assert program.call("GET", f"comments/{one}").json["history"][0]["action"] == "edit"
    late = program.call("PATCH", f"comments/{one}", comment="Third", revision=0)
    empty = program.call("PATCH", f"comments/{one}", comment=" ", revision=1)
    assert (late.json["code"], empty.json["code"]) == ("comment.edited", "comment.empty")


def test_an_answer_appears_in_the_name_of_who_made_the_key(program: Program) -> None:
    one = program.desk.add_comment("A question")
    answered = program.call("POST", f"comments/{one}/replies", comment="An answer", revision=0)
    assert answered.status_code == HTTPStatus.CREATED
    assert program.desk.status(one) is Status.PUBLISHED
    assert program.call("GET", f"decisions/{answered.json['approval']}").json["done"] == 1
    with program.app.app_context():
        reply = db.session.get_one(Comment, answered.json["id"])
        assert (reply.author_name, reply.is_official, reply.parent_id) == ("Olga", True, one)
        assert reply.is_published


def test_reports_are_told_without_who_reported(program: Program) -> None:
    one = program.desk.add_comment("One")
    program.decide("approve", one)
    with program.desk.written():
        reporting.report(
            db.session.get_one(Comment, one),
            by=reporting.Reporter(key="x" * 43),
            cause=Cause.SPAM,
            note="It is everywhere",
        )
    found = program.call("GET", f"comments/{one}").json
    [report] = found["reports"]
    assert (report["cause"], report["note"], report["ruling"]) == (
        "spam",
        "It is everywhere",
        "open",
    )
    assert (found["open_reports"], found["reported"], found["decisions"]) == (1, 1, 1)
    assert ids(
        program.call("GET", "comments", query={"status": "published", "is_reported": "1"})
    ) == [one]


def test_the_number_of_queries_does_not_grow_with_the_comments(program: Program) -> None:
    for number in range(12):
        program.desk.add_comment(f"Number {number}")
    for limit in (1, 12):
        with queries(program.app, at_most=6):
            found = program.call("GET", "comments", query={"limit": limit})
        assert len(ids(found)) == limit


def test_a_comment_that_is_none_is_not_found(program: Program) -> None:
    for path in ("comments/nonsense", f"comments/{'0' * 22}", "decisions/%00", "comments/%ff"):
        assert program.call("GET", path).status_code == HTTPStatus.NOT_FOUND
