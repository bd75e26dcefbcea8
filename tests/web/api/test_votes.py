"""Votes and reports of guests by the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from commentbox.extensions import begin_writing, db
from commentbox.lib import ids, tokens
from commentbox.models import Comment, Report, Status
from commentbox.moderation import status
from commentbox.web.kit.reports import PER_MINUTE
from tests.conftest import BLOG
from tests.web.api.test_openapi import check

Ask = Callable[..., Any]
AUTHOR = "Commentbox-Author"
REPORT = {"cause": "spam", "note": "An advert"}


@pytest.fixture
def path(send: Ask) -> str:
    """Return the address of a published comment."""
    return f"/api/v1/comments/{send().json['id']}"


def vote(client: FlaskClient, path: str, key: str = "", method: str = "PUT", **sent: str) -> Any:
    headers = sent | ({AUTHOR: key} if key else {})
    return client.open(f"{path}/vote", method=method, headers=headers)


def report(client: FlaskClient, path: str, headers: Any = None, **changed: object) -> Any:
    return client.post(f"{path}/reports", json=REPORT | changed, headers=headers)


def hide(path: str) -> None:
    begin_writing()
    status.move(db.session.get_one(Comment, path.rpartition("/")[2]), Status.SPAM)
    db.session.commit()


def test_a_guest_votes_once_and_takes_it_back(client: FlaskClient, path: str) -> None:
    first = vote(client, path)
    check(first, "Votes")
    assert first.json == {"votes": 1, "is_counted": True}
    key = first.headers[AUTHOR]
    assert vote(client, path, key).json == {"votes": 1, "is_counted": False}
    read: Any = client.get(path)
    assert read.json["votes"] == 1
    assert vote(client, path, key, "DELETE").json == {"votes": 0, "is_counted": True}
    assert vote(client, path, key, "DELETE").json == {"votes": 0, "is_counted": False}
    assert vote(client, path, key).json == {"votes": 1, "is_counted": True}


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_secret_that_is_none_is_refused(client: FlaskClient, path: str, method: str) -> None:
    answer = vote(client, path, "short", method)
    check(answer, "Problem")
    assert (answer.status_code, answer.json["code"]) == (422, "author_key.invalid")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_pages_of_the_site_alone_may_vote(client: FlaskClient, path: str, method: str) -> None:
    own = vote(client, path, method=method, Origin=BLOG)
    assert (own.status_code, own.headers["Access-Control-Allow-Origin"]) == (200, BLOG)
    assert AUTHOR in own.headers["Access-Control-Expose-Headers"]
    for origin in ("https://evil.test", "null"):
        answer = vote(client, path, method=method, Origin=origin)
        assert (answer.status_code, answer.json["code"]) == (403, "origin.foreign")
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_browser_that_asks_beforehand_learns_the_methods_and_headers(
    client: FlaskClient, path: str
) -> None:
    asked = {"Origin": BLOG, "Access-Control-Request-Method": "PUT"}
    answer = client.options(f"{path}/vote", headers=asked)
    assert answer.headers["Access-Control-Allow-Methods"] == "PUT, DELETE"
    assert AUTHOR in answer.headers["Access-Control-Allow-Headers"]


def test_what_readers_do_not_see_has_neither_votes_nor_reports(
    client: FlaskClient, path: str
) -> None:
    hide(path)
    for other in (path, f"/api/v1/comments/{ids.new()}"):
        answers = [vote(client, other), vote(client, other, method="DELETE"), report(client, other)]
        assert {answer.status_code for answer in answers} == {404}
        assert {answer.json["code"] for answer in answers} == {"comment.unknown"}


def test_a_report_is_kept_once_for_each_guest(client: FlaskClient, path: str) -> None:
    first = report(client, path)
    check(first, "Reported")
    assert (first.status_code, first.json["cause"]) == (201, "spam")
    key = first.headers[AUTHOR]
    again = report(client, path, cause="off-topic", note="", author_key=key)
    assert (again.status_code, again.json["cause"], again.json["note"]) == (201, "off-topic", "")
    [kept] = db.session.scalars(select(Report))
    assert (kept.reporter, kept.cause.value) == (tokens.digest(key), "off-topic")
    assert db.session.scalars(select(Comment.open_reports)).one() == 1


def test_a_report_that_is_sent_again_gets_the_same_answer(client: FlaskClient, path: str) -> None:
    headers = {"Idempotency-Key": "a-long-and-random-key"}
    first, again = report(client, path, headers), report(client, path, headers)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (first.json, first.headers[AUTHOR]) == (again.json, again.headers[AUTHOR])
    assert len(db.session.scalars(select(Report)).all()) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"cause": "treason"}, "body.invalid"),
        ({"cause": None}, "body.invalid"),
        ({"note": "x" * 501}, "report.note_too_long"),
        ({"author_key": "short"}, "body.invalid"),
        ({"account_id": "somebody"}, "body.invalid"),
    ],
)
def test_what_is_no_report_is_refused(
    client: FlaskClient, path: str, changed: dict[str, object], code: str
) -> None:
    answer = report(client, path, **changed)
    check(answer, "Problem")
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_authors_do_not_report_their_own(client: FlaskClient, send: Ask) -> None:
    posted = send()
    path, key = f"/api/v1/comments/{posted.json['id']}", posted.headers[AUTHOR]
    answer = report(client, path, author_key=key)
    assert (answer.status_code, answer.json["code"]) == (409, "report.own")


def test_pages_of_the_site_alone_may_report(client: FlaskClient, path: str) -> None:
    assert report(client, path, {"Origin": BLOG}).status_code == 201
    answer = report(client, path, {"Origin": "https://evil.test"})
    assert (answer.status_code, answer.json["code"]) == (403, "origin.foreign")


def test_a_network_reports_only_so_quickly(client: FlaskClient, path: str) -> None:
    for _ in range(PER_MINUTE):
        assert report(client, path).status_code == 201
    answer = report(client, path)
    assert (answer.status_code, answer.json["code"]) == (429, "report.too_many")
    assert answer.json["retry_after"] > 0
