"""How much a program with a key can do, and how often. Each test names its threat."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from commentbox.comments import recount
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Batch, Role, Status
from tests.program import Program


def test_e8_e13_one_decision_sent_many_times_at_once_is_one(program: Program) -> None:
    one = program.desk.add_comment("One")
    body = {"action": "approve", "comments": program.seen(one)}

    def send(_number: int) -> Any:
        headers = {"Authorization": f"Bearer {program.token}", "Idempotency-Key": "once-and-again"}
        path = "/api/v1/sites/blog/moderation/decisions"
        return program.app.test_client().post(path, json=body, headers=headers)

    with ThreadPoolExecutor(6) as senders:
        answers = list(senders.map(send, range(12)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    with program.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Batch)) == 1
        assert recount.drift() == []


def test_e13_of_opposite_decisions_at_once_the_first_one_stands(program: Program) -> None:
    one = program.desk.add_comment("One")
    seen = program.seen(one)

    def decide(action: str) -> int:
        other = Program(program.app)
        other.token = program.token
        answer = other.call("POST", "decisions", action=action, comments=seen)
        status: int = answer.status_code
        return status

    with ThreadPoolExecutor(3) as deciders:
        statuses = list(deciders.map(decide, ["approve", "trash", "spam"]))
    assert sorted(statuses) == [200, 409, 409]
    history = program.call("GET", f"comments/{one}").json["history"]
    assert program.desk.status(one).value == history[-1]["after"]
    for before, after in itertools.pairwise(history):
        assert before["after"] == after["before"]
    with program.app.app_context():
        assert recount.drift() == []


def test_g9_a_decision_is_bounded_and_all_or_nothing(program: Program) -> None:
    program.desk.add_site("other")
    mine = [program.desk.add_comment(f"Number {number}") for number in range(3)]
    theirs = program.desk.add_comment("Elsewhere", site="other")
    many = [{"id": ids.new(), "revision": 0, "status": "pending"} for _ in range(3_000)]
    for comments, status in (
        ([*many * 3, *many[:1000], *program.seen(*mine, theirs)], 413),
        ([*many, *program.seen(*mine)], 422),
        (program.seen(*mine, theirs), 404),
        ([*program.seen(*mine), many[0]], 404),
    ):
        answer = program.call("POST", "decisions", action="spam", comments=comments)
        assert answer.status_code == status
    assert {program.desk.status(each) for each in [*mine, theirs]} == {Status.PENDING}


def test_g9_what_one_key_decided_all_at_once_is_on_its_site(program: Program) -> None:
    program.desk.add_site("other")
    mine, theirs = program.desk.add_comment("One"), program.desk.add_comment("Two", site="other")
    token = program.key(by="ada@example.org", everywhere=True, role=Role.ADMIN)
    decided = program.call(
        "POST", "decisions", token=token, action="trash", filter={"status": "pending"}
    )
    assert decided.json["done"] == 1
    assert program.desk.status(mine) is Status.TRASHED
    assert program.desk.status(theirs) is Status.PENDING


def test_e11_who_asks_too_often_is_told_to_wait(program: Program) -> None:
    settings = program.app.extensions["commentbox.settings"]
    program.app.extensions["commentbox.settings"] = replace(settings, request_limit=3)
    answers = [program.call("GET", "comments", token="wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
