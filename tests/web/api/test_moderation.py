"""Moderating by program: looking through comments and deciding about them."""

from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import select

from commentbox.comments import recount, reporting
from commentbox.extensions import db
from commentbox.models import Account, Batch, Cause, Comment, Status
from commentbox.moderation import bulk, undoing
from tests.conftest import BASE
from tests.program import OWNER, Program
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
    [found] = program.call("GET", "comments", query={"group": "host"}).json["comments"][:1]
    assert found["group"] is None
    page = program.call("GET", "comments", query={"group": "author", "sort": "oldest"}).json
    assert [each["group"] for each in page["comments"]] == [{"more": 2, "people": 1}]


def test_a_decision_takes_effect_is_told_and_can_be_taken_back(program: Program) -> None:
    one, two = program.desk.add_comment("One"), program.desk.add_comment("Two")
    decided = program.decide("approve", one, two)
    batch = decided.json["id"]
    assert (decided.status_code, decided.json["done"]) == (HTTPStatus.OK, 2)
    assert decided.location.endswith(f"/api/v1/sites/blog/moderation/decisions/{batch}")
    assert program.desk.status(one) is Status.PUBLISHED
    told = program.call("GET", f"decisions/{batch}").json
    assert (told["action"], told["by"], told["goes_on"]) == ("approve", "Olga", False)
    undone = program.call("DELETE", f"decisions/{batch}")
    assert (undone.status_code, undone.json["done"]) == (HTTPStatus.OK, 2)
    assert program.desk.status(one) is program.desk.status(two) is Status.PENDING
    assert program.call("GET", f"decisions/{undone.json['id']}").json["undoes"] == batch
    again = program.call("DELETE", f"decisions/{batch}")
    assert (again.status_code, again.json["code"]) == (HTTPStatus.CONFLICT, "undo.late")


@pytest.mark.parametrize(
    ("action", "status"),
    [("approve", Status.PUBLISHED), ("spam", Status.SPAM), ("trash", Status.TRASHED)],
)
def test_every_decision_is_in_the_history_under_the_name_of_who_made_the_key(
    program: Program, action: str, status: Status
) -> None:
    one = program.desk.add_comment("One")
    program.decide(action, one)
    found = program.call("GET", f"comments/{one}").json
    assert (found["status"], program.desk.status(one)) == (status.value, status)
    [entry] = found["history"]
    assert (entry["action"], entry["by"]) == (action, "Olga")
    with program.app.app_context():
        batch = db.session.get_one(Batch, entry["batch"])
        assert db.session.get_one(Account, batch.account_id).email == OWNER
        assert recount.drift() == []


def test_what_lies_in_the_trash_goes_back_to_where_it_was(program: Program) -> None:
    one = program.desk.add_comment("One")
    program.decide("trash", one)
    assert program.decide("restore", one).json["done"] == 1
    assert program.desk.status(one) is Status.PENDING


def test_a_decision_that_changes_nothing_has_no_id(program: Program) -> None:
    one = program.desk.add_comment("One")
    program.decide("approve", one)
    again = program.decide("approve", one)
    nothing = program.call("POST", "decisions", action="spam", filter={"words": "no such word"})
    for answer in (again, nothing):
        assert (answer.status_code, answer.json["id"]) == (HTTPStatus.OK, None)


def test_a_decision_about_what_was_edited_since_is_refused(program: Program) -> None:
    one = program.desk.add_comment("One")
    seen = program.seen(one)
    program.call("PATCH", f"comments/{one}", comment="Another", revision=0)
    late = program.call("POST", "decisions", action="approve", comments=seen)
    assert (late.status_code, late.json["code"]) == (HTTPStatus.CONFLICT, "comment.edited")
    assert late.json["comment_id"] == one


def test_a_filter_decides_about_all_that_it_lets_through(program: Program) -> None:
    spam = [program.desk.add_comment(f"Cheap pills {number}") for number in range(3)]
    fine = program.desk.add_comment("A word about the article")
    decided = program.call("POST", "decisions", action="spam", filter={"words": "pills"})
    assert (decided.status_code, decided.json["done"]) == (HTTPStatus.OK, 3)
    assert {program.desk.status(each) for each in spam} == {Status.SPAM}
    assert program.desk.status(fine) is Status.PENDING


def test_what_arrived_after_the_program_looked_is_left_alone(program: Program) -> None:
    program.desk.add_comment("One")
    wanted = {"seen_at": "2020-01-01T00:00:00+02:00"}
    decided = program.call("POST", "decisions", action="spam", filter=wanted)
    assert decided.json["id"] is None


def test_a_long_decision_goes_on_in_the_background_and_says_how_far_it_is(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    monkeypatch.setattr(undoing, "AT_ONCE", 3)
    every = [program.desk.add_comment(f"Number {number}") for number in range(7)]
    begun = program.call("POST", "decisions", action="trash", filter={})
    assert (begun.status_code, begun.json["goes_on"]) == (HTTPStatus.ACCEPTED, True)
    path = begun.location.partition("/moderation/")[2]
    program.work()
    half = program.call("GET", path).json
    assert (half["total"], half["done"], half["goes_on"]) == (7, 3, True)
    while program.work():
        pass
    assert program.call("GET", path).json["goes_on"] is False
    assert {program.desk.status(each) for each in every} == {Status.TRASHED}
    back = program.call("DELETE", path)
    assert back.status_code == HTTPStatus.ACCEPTED
    while program.work():
        pass
    assert {program.desk.status(each) for each in every} == {Status.PENDING}


AMBIGUOUS: list[dict[str, Any]] = [
    {"action": "approve"},
    {"action": "approve", "comments": []},
    {"action": "delete", "filter": {}},
    {"action": "approve", "filter": {}, "comments": [{"id": "0" * 22, "revision": 0}]},
    {"action": "approve", "comments": [{"id": "0" * 22, "revision": 0}] * 2},
    {"action": "approve", "comments": [{"id": "nonsense", "revision": 0}]},
    {"action": "approve", "filter": {"status": "nonsense"}},
    {"action": "approve", "filter": {"since": 86400}},
    {"action": "approve", "filter": {"seen_at": "0001-01-01T00:00:00+14:00"}},
    {"action": "approve", "filter": {"seen_at": "2026-01-01T00:00:00"}},
    {"action": "approve", "filter": {"site": "other"}},
]


def test_a_decision_that_is_not_plain_is_refused(program: Program) -> None:
    one = program.desk.add_comment("One")
    for body in AMBIGUOUS:
        answer = program.call("POST", "decisions", **body)
        assert (answer.status_code, answer.json["code"]) == (422, "body.invalid"), body
    assert program.desk.status(one) is Status.PENDING


def test_a_text_is_edited_by_program(program: Program) -> None:
    one = program.desk.add_comment("One")
    edited = program.call("PATCH", f"comments/{one}", comment="*Other*", revision=0)
    assert (edited.json["source"], edited.json["revision"]) == ("*Other*", 1)
    assert edited.json["history"][0]["action"] == "edit"
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
    assert found["open_reports"] == 1
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


def test_sending_a_decision_again_decides_once(program: Program) -> None:
    one = program.desk.add_comment("One")
    body: dict[str, Any] = {"action": "approve", "comments": program.seen(one)}
    key = {"Idempotency-Key": "the-job-of-today"}
    first, again = (program.call("POST", "decisions", headers=key, **body) for _ in range(2))
    other = program.call("POST", "decisions", headers=key, **body | {"action": "spam"})
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json["code"]) == (422, "key.reused")
    with program.app.app_context():
        assert db.session.scalars(select(Batch.action)).all() == ["approve"]
