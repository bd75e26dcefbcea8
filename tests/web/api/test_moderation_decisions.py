"""Deciding about comments by program, and taking that back."""

from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import select

from commentbox.accounts import api_keys
from commentbox.comments import recount, threads
from commentbox.extensions import db
from commentbox.models import Account, Batch, Status
from commentbox.moderation import bulk, undoing
from tests.program import OWNER, Program


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


def test_a_decision_about_what_a_person_has_decided_otherwise_is_refused(program: Program) -> None:
    one = program.desk.add_comment("One")
    seen = program.seen(one)
    program.decide("spam", one)
    late = program.call("POST", "decisions", action="approve", comments=seen)
    assert (late.status_code, late.json["code"]) == (HTTPStatus.CONFLICT, "comment.decided")
    assert program.desk.status(one) is Status.SPAM


def test_a_filter_decides_about_all_that_it_lets_through(program: Program) -> None:
    spam = [program.desk.add_comment(f"Cheap pills {number}") for number in range(3)]
    fine = program.desk.add_comment("A word about the article")
    decided = program.call("POST", "decisions", action="spam", filter={"words": "pills"})
    assert (decided.status_code, decided.json["done"]) == (HTTPStatus.OK, 3)
    assert {program.desk.status(each) for each in spam} == {Status.SPAM}
    assert program.desk.status(fine) is Status.PENDING


def test_what_arrived_after_the_program_looked_is_left_alone(program: Program) -> None:
    program.desk.add_comment("One")
    wanted = {"status": "pending", "seen_at": "2020-01-01T00:00:00+02:00"}
    decided = program.call("POST", "decisions", action="spam", filter=wanted)
    assert decided.json["id"] is None


def test_a_long_decision_goes_on_in_the_background_and_says_how_far_it_is(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    monkeypatch.setattr(undoing, "AT_ONCE", 3)
    every = [program.desk.add_comment(f"Number {number}") for number in range(7)]
    begun = program.call("POST", "decisions", action="trash", filter={"status": "pending"})
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


def test_what_goes_on_when_a_key_is_revoked_ends_and_is_taken_back_by_another(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    every = [program.desk.add_comment(f"Number {number}") for number in range(7)]
    begun = program.call("POST", "decisions", action="trash", filter={"status": "pending"})
    with program.desk.written():
        revoked = api_keys.known(program.token)
        assert revoked
        api_keys.revoke(threads.site_named("blog"), revoked.id)
    path = begun.location.partition("/moderation/")[2]
    assert program.call("DELETE", path).status_code == HTTPStatus.UNAUTHORIZED
    while program.work():
        pass
    assert {program.desk.status(each) for each in every} == {Status.TRASHED}
    assert program.call("DELETE", path, token=program.key()).status_code < 300
    while program.work():
        pass
    assert {program.desk.status(each) for each in every} == {Status.PENDING}


NOBODY = {"id": "0" * 22, "revision": 0, "status": "pending"}
AMBIGUOUS: list[dict[str, Any]] = [
    {"action": "approve"},
    {"action": "approve", "comments": []},
    {"action": "delete", "filter": {"status": "pending"}},
    {
        "action": "approve",
        "filter": {"status": "pending"},
        "comments": [NOBODY],
    },
    {"action": "approve", "filter": {}},
    {"action": "approve", "filter": {"words": "", "host": "", "is_reported": False}},
    {"action": "approve", "comments": [NOBODY] * 2},
    {"action": "approve", "comments": [NOBODY | {"id": "nonsense"}]},
    {"action": "approve", "comments": [{"id": "0" * 22, "revision": 0}]},
    {"action": "approve", "filter": {"status": "nonsense"}},
    {"action": "approve", "filter": {"reason": "link"}},
    {"action": "approve", "filter": {"since": 86400}},
    {"action": "approve", "filter": {"seen_at": "0001-01-01T00:00:00+14:00"}},
    {"action": "approve", "filter": {"seen_at": "2026-01-01T00:00:00"}},
    {"action": "approve", "filter": {"seen_at": "2026-01-01T00:00:00Z"}},
    {"action": "approve", "filter": {"seen_at": "2026-01-01T00:00:00Z", "words": ""}},
    {"action": "approve", "filter": {"site": "other"}},
]


def test_a_filter_of_nothing_is_told_to_name_a_status(program: Program) -> None:
    one = program.desk.add_comment("One")
    refused = program.call("POST", "decisions", action="trash", filter={})
    assert (refused.status_code, refused.json["code"]) == (422, "body.invalid")
    assert 'such as {"status": "pending"}' in refused.json["fields"]["filter"]
    assert program.desk.status(one) is Status.PENDING


def test_a_decision_that_is_not_plain_is_refused(program: Program) -> None:
    one = program.desk.add_comment("One")
    for body in AMBIGUOUS:
        answer = program.call("POST", "decisions", **body)
        assert (answer.status_code, answer.json["code"]) == (422, "body.invalid"), body
    assert program.desk.status(one) is Status.PENDING


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
