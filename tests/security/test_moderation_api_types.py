"""E9: whatever a program with a key sends, it is done or refused, and never fails."""

import itertools
from collections.abc import Iterator
from typing import Any

from commentbox.models import Status
from tests.program import NOBODY, Program, every
from tests.security.test_api_types import RAW

ODD: list[Any] = [*([], {}, None, True, -1, 2**63, 1.5), *("", "\0", "\ud800", "a" * 20_000)]
WANTED = (
    *("status", "words", "reason", "thread_id", "author", "domain", "cluster", "host"),
    *("since", "until", "is_repeated", "is_reported", "seen_at"),
)


def test_e9_json_that_is_not_plain_is_refused(program: Program) -> None:
    headers = {"Authorization": f"Bearer {program.token}", "Content-Type": "application/json"}
    for method, path, _scope in every(only_with_body=True):
        address = f"/api/v1/sites/blog/moderation/{path}"
        for raw in RAW:
            answer = program.client.open(address, method=method, data=raw, headers=headers)
            assert answer.status_code in {400, 422}, (path, raw[:40])


def test_e9_a_field_of_another_type_is_refused(program: Program) -> None:
    one = program.desk.add_comment("One")
    thread = program.call("GET", f"comments/{one}").json["thread"]["id"]
    for method, path, body in bodies(one, thread):
        for field, value in itertools.product(body, ODD):
            answer = program.call(method, path, **body | {field: value})
            assert answer.status_code in {200, 201, 404, 409, 422}, (path, field, value)
            if isinstance(value, list | dict | float) and not isinstance(body[field], list | dict):
                assert answer.status_code == 422, (path, field, value)


def test_e9_so_is_one_of_a_selection(program: Program) -> None:
    for field, value in itertools.product(WANTED, ODD):
        wanted = {"words": "no such words", field: value}
        answer = program.call("POST", "decisions", action="trash", filter=wanted)
        assert answer.status_code in {200, 404, 422}, (field, value)
    for field, value in itertools.product(("id", "revision", "status"), ODD):
        seen = [{"id": NOBODY, "revision": 0, "status": "pending", field: value}]
        answer = program.call("POST", "decisions", action="trash", comments=seen)
        assert answer.status_code in {404, 422}, (field, value)


def test_e9_what_is_to_be_blocked_is_held_to_its_shape(program: Program) -> None:
    kinds = ("account", "email", "domain", "network", "client", "host", "nonsense")
    values = ("\0", "a\0b.example", "%", "", "x" * 256, "é", "\ufffd")
    for kind, value in itertools.product(kinds, values):
        answer = program.call("POST", "blocks/preview", kind=kind, value=value)
        assert answer.status_code in {200, 422}, (kind, value)
        assert program.call("POST", "blocks", kind=kind, value=value).status_code in {201, 422}


QUERIES = [
    *("status=deleted", "status=spam&status=spam", "sort=id;--", "group=x", "since=yesterday"),
    *("since=10000-01-01", "thread_id=x", "author=%00", "reason=%25", "words=" + "a" * 101),
    *("reason=link", "reason=First", "reason=first+policy"),
    *("limit=0", "limit=101", "limit=1e9", "limit=-1", "cursor=x", "cursor=0-0", "cursor=%00"),
    *("host=" + "a" * 300, "is_reported=maybe", "sort=spam&cursor=r7ff0000000000000-" + NOBODY),
]


def test_e9_e10_e11_parameters_are_held_to_their_shape(program: Program) -> None:
    headers, path = {"Authorization": f"Bearer {program.token}"}, "sites/blog/moderation/comments"
    for query in QUERIES:
        answer = program.client.get(f"/api/v1/{path}?{query}", headers=headers)
        assert answer.status_code == 422, query


def test_e11_a_parameter_that_there_is_not_is_named_and_nothing_done(program: Program) -> None:
    one = program.desk.add_comment("One")
    for method, path, _scope in every():
        answer = program.call(method, path, query={"hoost": "shop.example"})
        assert answer.status_code == 422, (method, path)
        assert answer.json["fields"] == {"hoost": "There is no such field."}, (method, path)
    tried: dict[str, Any] = {"action": "trash", "filter": {"status": "pending"}}
    assert program.call("POST", "decisions", query={"dry_run": "1"}, **tried).status_code == 422
    assert program.desk.status(one) is Status.PENDING


def bodies(comment: str, thread: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return a body for every operation that takes one, with all of its fields."""
    words = {"comment": "Words", "revision": 9}
    seen = {"id": NOBODY, "revision": 0, "status": "pending"}
    yield "POST", "decisions", {"action": "trash", "comments": [seen]}
    yield "POST", "decisions", {"action": "trash", "filter": {"words": "no such words"}}
    yield "POST", "purges", {"author": NOBODY, "to": "spam"}
    yield "PATCH", f"comments/{comment}", words
    yield "POST", f"comments/{comment}/replies", words
    yield "PATCH", f"threads/{thread}", {"is_closed": False}
    yield "POST", "blocks", {"kind": "host", "value": "a.example", "note": "x", "until": None}
    yield "POST", "blocks", {"kind": "email", "comment_id": comment}
    yield "POST", "blocks/preview", {"kind": "host", "value": "a.example"}
    yield "PUT", "words", {"hold": "", "spam": ""}
    yield "PATCH", "settings", every_setting()


def every_setting() -> dict[str, Any]:
    """Return a change of every setting."""
    ticks = "filter_holds filter_publishes requires_email requires_name offers_subscription"
    numbers = {"link_limit": 2, "closes_after": 0, "reports_to_hold": 3}
    return {"policy": "hold-all", "heading": "", **numbers, **dict.fromkeys(ticks.split(), True)}
