"""Moderating by program against those who mean harm. Each test names its threat."""

import json
import logging
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from commentbox.accounts import api_keys, people
from commentbox.comments import threads
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import (
    Account,
    Answer,
    ApiKey,
    Block,
    Comment,
    Membership,
    Role,
    Scope,
    Status,
)
from commentbox.moderation import actions
from commentbox.moderation.actions import Seen
from tests.conftest import BLOG
from tests.program import NOBODY, OWNER, Program, every


def refusals(program: Program, **shown: Any) -> set[tuple[int, str]]:
    """Return what every operation answers: status and code."""
    answers = [program.call(method, path, **shown) for method, path, _scope in every()]
    return {(answer.status_code, answer.json["code"]) for answer in answers}


def test_e1_e4_nothing_is_done_without_a_live_key(program: Program) -> None:
    ended = program.key(expires_at=clock.now() + timedelta(days=1))
    revoked = program.key()
    with program.desk.written():
        site, key = threads.site_named("blog"), api_keys.known(revoked)
        assert key
        api_keys.revoke(site, key.id)
    for token in ("", "x", revoked, program.token[:-1], program.token.removeprefix("cbk_")):
        assert refusals(program, token=token) == {(401, "api_key.wrong")}
    with clock.turned_by(timedelta(days=2)):
        assert refusals(program, token=ended) == {(401, "api_key.wrong")}
    assert program.call("GET", "comments", token="").headers["WWW-Authenticate"] == "Bearer"


def test_e4_a_key_is_taken_from_its_header_alone(program: Program) -> None:
    for name in ("access_token", "token", "key", "api_key", "Authorization"):
        answer = program.call("GET", "comments", token="", query={name: program.token})
        assert answer.status_code == 401
    program.client.set_cookie("Authorization", f"Bearer {program.token}", domain="comments.test")
    for header in (program.token, f"Basic {program.token}", f"Bearer{program.token}", "Bearer é"):
        answer = program.call("GET", "comments", token="", headers={"Authorization": header})
        assert answer.status_code == 401


def test_e4_a_key_does_what_its_scopes_say(program: Program) -> None:
    for scope in Scope:
        token = program.key(scope)
        for method, path, needed in every():
            answer = program.call(method, path, token=token)
            refused = answer.status_code == 403 and answer.json["code"] == "api_key.scope"
            assert refused is (needed != scope.value), (method, path, scope)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_e5_a_key_opens_its_own_site_alone_whatever_its_maker_may(
    program: Program, role: Role
) -> None:
    program.desk.add_site("other")
    theirs = program.desk.add_comment("Elsewhere", site="other")
    token = program.key(by="ada@example.org", role=role, everywhere=True)
    program.key(by="ada@example.org", site="other")
    for name in ("other", "nowhere", "BLOG", "blog%00"):
        assert refusals(program, token=token, site_name=name) == {(404, "site.unknown")}
    seen = program.seen(theirs)
    for method, path, body in (
        ("GET", f"comments/{theirs}", {}),
        ("PATCH", f"comments/{theirs}", {"comment": "Mine", "revision": 0}),
        ("POST", f"comments/{theirs}/replies", {"comment": "Mine", "revision": 0}),
        ("POST", "decisions", {"action": "approve", "comments": seen}),
        ("POST", "decisions", {"action": "approve", "filter": {"author": theirs}}),
    ):
        answer = program.call(method, path, token=token, **body)
        assert (answer.status_code, answer.json["code"]) == (404, "comment.unknown")
    by_author = program.call("GET", "comments", token=token, query={"author": theirs})
    assert by_author.status_code == 404
    assert program.call("GET", "comments", token=token).json["comments"] == []
    assert program.desk.status(theirs) is Status.PENDING


def test_e5_decisions_that_reach_elsewhere_are_none_of_a_keys(program: Program) -> None:
    program.desk.add_site("other")
    here, there = program.desk.add_comment("Here"), program.desk.add_comment("There", site="other")
    token = program.key(by="ada@example.org", everywhere=True, role=Role.ADMIN)
    with program.desk.written():
        ada = people.find("ada@example.org")
        assert ada
        both = actions.mark_spam([Seen(here, 0), Seen(there, 0)], by=ada)
        other = actions.restore([Seen(there, 0)], by=ada)
        batches = [both.id, other.id]
    for batch in batches:
        for method in ("GET", "DELETE"):
            answer = program.call(method, f"decisions/{batch}", token=token)
            assert (answer.status_code, answer.json["code"]) == (404, "decision.unknown")
    assert program.desk.status(here) is Status.SPAM


def test_g4_a_key_dies_with_the_role_of_who_made_it(program: Program) -> None:
    with program.desk.written():
        people.dismiss(OWNER)
    assert refusals(program) == {(401, "api_key.wrong")}


def test_g4_a_key_dies_with_the_account_of_who_made_it(program: Program) -> None:
    with program.desk.written():
        account = people.find(OWNER)
        assert account
        people.block(account)
    assert refusals(program) == {(401, "api_key.wrong")}
    with program.desk.written():
        people.unblock(db.session.merge(account))
        db.session.execute(update(ApiKey).values(account_id=None))
    assert refusals(program) == {(401, "api_key.wrong")}


def test_g4_a_key_does_no_more_than_who_made_it_may_now(program: Program) -> None:
    one = program.desk.add_comment("One")
    with program.desk.written():
        db.session.execute(update(Membership).values(role=Role.MODERATOR))
    answers = {
        path: program.call(method, path) for method, path, scope in every() if scope == "settings"
    }
    assert {answer.status_code for answer in answers.values()} <= {403}
    assert program.decide("approve", one).status_code == 200


def test_n5_an_address_stands_in_no_url_and_no_log(program: Program) -> None:
    path, address = "/api/v1/sites/blog/moderation", "ann@secret.example"
    headers = {"Authorization": f"Bearer {program.token}"}
    with capture_logs() as events:
        for method in ("GET", "HEAD"):
            query = {"kind": "email", "value": address}
            answer = program.client.open(
                f"{path}/blocks/preview", method=method, query_string=query, headers=headers
            )
            assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        looked = program.call("POST", "blocks/preview", kind="email", value=address)
        program.call("GET", "comments", query={"words": address})
    assert looked.json == {"number": 0, "is_everybodys": False}
    assert [each["status"] for each in events if each["event"] == "request"] == [405, 405, 200, 200]
    assert "secret.example" not in str(events)


def test_e4_looking_at_what_a_block_would_hit_writes_nothing(program: Program) -> None:
    token = program.key(Scope.READ)
    key = {"Idempotency-Key": "looked-at-once"}
    answer = program.call(
        "POST", "blocks/preview", token=token, headers=key, kind="host", value="a.example"
    )
    assert answer.status_code == HTTPStatus.OK
    with program.app.app_context():
        stored = [db.session.scalar(select(func.count()).select_from(it)) for it in (Block, Answer)]
    assert stored == [0, 0]


FOREIGN = ("id", "by", "account_id", "status", "site", "site_id", "is_admin", "scopes", "batch")


def test_e3_fields_that_are_not_a_programs_are_refused(program: Program) -> None:
    one = program.desk.add_comment("One")
    before = _row(program, one)
    foreign: dict[str, Any] = dict.fromkeys(FOREIGN, "x")
    for method, path, _scope in every(only_with_body=True):
        answer = program.call(method, path.replace(NOBODY, one), **foreign)
        assert answer.status_code == 422, (method, path)
        refused = [answer.json["fields"][field] for field in FOREIGN]
        assert set(refused) == {"There is no such field."}
    assert _row(program, one) == before


def test_e6_e7_no_page_may_moderate_for_its_readers(program: Program) -> None:
    one = program.desk.add_comment("One")
    for origin in (BLOG, "https://evil.test", "null"):
        asked = program.client.options(
            "/api/v1/sites/blog/moderation/decisions",
            headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
        )
        read = program.call("GET", "comments", headers={"Origin": origin})
        refused = program.call("GET", "comments", token="", headers={"Origin": origin})
        assert asked.status_code == 405
        for answer in (asked, read, refused):
            assert not [name for name in answer.headers if name[0].startswith("Access-Control")]
    sent = program.client.post(
        "/api/v1/sites/blog/moderation/decisions",
        data=json.dumps({"action": "spam", "comments": program.seen(one)}),
        headers={"Authorization": f"Bearer {program.token}", "Content-Type": "text/plain"},
    )
    assert sent.status_code == 415
    assert program.desk.status(one) is Status.PENDING


def test_e10_quotes_and_wildcards_are_only_text(program: Program) -> None:
    odd = ["%", "_", "\\", "'", '"', "' OR 1=1 --"]
    mine = {typed: program.desk.add_comment(f"Here is <{typed}> in words") for typed in odd}
    program.desk.add_comment("Nothing of that here: 0123")
    for typed in odd:
        for field in ("words", "host", "domain"):
            answer = program.call("GET", "comments", query={field: f"\0{typed}"})
            assert answer.status_code == 200
        found = program.call("GET", "comments", query={"words": f"<{typed}>"}).json["comments"]
        assert [comment["id"] for comment in found] == [mine[typed]]


def test_e2_what_no_moderator_sees_is_in_no_answer(program: Program) -> None:
    one = program.desk.add_comment("One")
    answers = [
        program.call("GET", "comments"),
        program.call("GET", f"comments/{one}"),
        program.decide("approve", one),
    ]
    with program.app.app_context():
        row = db.session.get_one(Comment, one)
        olga = db.session.scalars(select(Account.email)).one()
    secrets = [row.fingerprint, row.person, olga, "author_key", "client", "token", program.token]
    assert all(secret not in answer.text for secret in secrets for answer in answers)
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers)


def test_e2_a_key_that_may_not_read_learns_no_address(program: Program) -> None:
    one, token = program.desk.add_comment("One"), program.key(Scope.DECIDE)
    answers = [
        program.call("POST", "blocks", token=token, kind="email", comment_id=one),
        program.call("PATCH", f"comments/{one}", token=token, comment="Two", revision=0),
        program.call("POST", f"comments/{one}/replies", token=token, comment="Yes", revision=1),
        program.call("POST", "purges", token=token, author=one),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 201, 200]
    assert all("example.org" not in answer.text for answer in answers)


def test_n5_a_key_is_known_to_the_log_by_its_id_alone(
    program: Program, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = program.desk.add_comment("One")
    program.decide("approve", one)
    program.call("GET", "comments", token=program.token + "x")
    program.call("GET", "comments", site_name="other")
    written = capfd.readouterr()
    said = written.out + written.err + caplog.text
    assert "moderation/comments" in said
    assert program.token not in said
    with program.app.app_context():
        [key] = db.session.scalars(select(ApiKey.id))
    assert f'"key": "{key}"' in next(line for line in said.splitlines() if "decided" in line)


def _row(program: Program, comment_id: str) -> dict[str, Any]:
    with program.app.app_context():
        row = db.session.get_one(Comment, comment_id)
        return {column.key: getattr(row, column.key) for column in Comment.__table__.columns}
