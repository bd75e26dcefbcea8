"""The API against those who mean harm. Each test names its threat."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import func, select

from commentbox.comments import sites
from commentbox.extensions import begin_writing, db
from commentbox.models import Comment, Site, Status, Thread
from commentbox.moderation import status
from commentbox.web.kit import requests
from tests.conftest import BASE, BLOG
from tests.web.api.conftest import GUEST, PAGE

Ask = Callable[..., Any]
POST = "/api/v1/sites/blog/comments"
GOOD = GUEST | {"page": PAGE}


def stored() -> int:
    """Return how many comments there are."""
    begin_writing()
    count = db.session.scalar(select(func.count()).select_from(Comment)) or 0
    db.session.rollback()
    return count


def thread_id() -> str:
    """Return the id of the only thread."""
    return db.session.scalars(select(Thread.id)).one()


@pytest.mark.parametrize("to", [Status.PENDING, Status.SPAM, Status.TRASHED, Status.DELETED])
def test_e1_hidden_comments_look_like_those_that_never_were(
    send: Ask, read: Ask, to: Status
) -> None:
    hidden, shown = send().json["id"], send(comment="Other").json["id"]
    begin_writing()
    status.move(db.session.get_one(Comment, hidden), to)
    db.session.commit()
    listed = read(f"threads/{thread_id()}/comments").json["comments"]
    reply = send(comment="Reply", parent_id=hidden)
    assert read(f"comments/{hidden}").status_code == 404
    assert [comment["id"] for comment in listed] == [shown]
    assert (reply.status_code, reply.json["code"]) == (409, "parent.gone")
    assert "comment_id" not in reply.json


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["comments/{id}", "sites/blog/comments", "sites/blog/counts"])
def test_e1_there_is_no_other_method(
    client: FlaskClient, send: Ask, method: str, path: str
) -> None:
    posted = send().json["id"]
    for headers in ({}, {"X-HTTP-Method-Override": "DELETE"}):
        answer = client.open(f"/api/v1/{path.format(id=posted)}", method=method, headers=headers)
        assert answer.status_code == 405
    assert stored() == 1


def test_e2_nothing_private_leaves(send: Ask, read: Ask) -> None:
    posted = send(website="ann.example")
    row = db.session.scalars(select(Comment)).one()
    answers = [
        posted,
        read(f"comments/{row.id}"),
        read(f"threads/{row.thread_id}/comments"),
        read("sites/blog/threads", url=PAGE["url"]),
    ]
    secrets = ["ann@example.org", row.author_key, row.client, row.fingerprint, "reasons", "source"]
    assert all(secret not in answer.text for secret in secrets for answer in answers)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "0" * 22),
        ("user_id", "1"),
        ("account_id", "1"),
        ("is_admin", True),
        ("is_moderator", True),
        ("status", "published"),
        ("created_at", "2000-01-01T00:00:00Z"),
        ("score", 5),
        ("site_id", "1"),
        ("thread_id", "1"),
        ("html", "<script>"),
        ("is_trap", False),
        ("client", "x"),
    ],
)
def test_e3_fields_that_are_not_a_guests_are_refused(send: Ask, field: str, value: object) -> None:
    answer = send(**{field: value})
    assert (answer.status_code, answer.json["code"]) == (422, "body.invalid")
    assert answer.json["fields"] == {field: "There is no such field."}
    assert stored() == 0


def test_e5_a_site_cannot_be_reached_through_another(send: Ask, read: Ask) -> None:
    first = send().json["id"]
    begin_writing()
    sites.add("other", ["https://other.test"])
    db.session.commit()
    page = {"url": "https://other.test/a"}
    across = send("sites/other/comments", page=page, parent_id=first)
    assert (across.status_code, across.json["code"]) == (409, "parent.gone")
    assert send("sites/other/comments", page=PAGE).json["code"] == "address.not_registered"
    assert read("sites/other/counts", url=PAGE["url"]).json == {"counts": {PAGE["url"]: 0}}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain; application/json",
        "application/json-patch+json",
        "",
    ],
)
def test_e6_what_a_form_of_another_page_can_send_is_refused(
    client: FlaskClient, blog: Site, content_type: str
) -> None:
    answer = client.post(POST, data=json.dumps(GOOD), content_type=content_type)
    assert (answer.status_code, stored()) == (415, 0)


FOREIGN = [
    *("null", "https://evil.test", "https://blog.test.evil.test", "https://evilblog.test"),
    *("http://blog.test", "https://blog.test:444", "HTTPS://BLOG.TEST", "https://www.blog.test"),
    *("https://blog.test/", "https://user@blog.test", "https://blog.test https://evil.test", ""),
]


def test_e6_e7_a_foreign_page_can_neither_write_nor_read(
    client: FlaskClient, send: Ask, read: Ask
) -> None:
    for origin in FOREIGN:
        headers = {"Origin": origin}
        written = send(headers=headers)
        asked = client.options(POST, headers=headers | {"Access-Control-Request-Method": "POST"})
        counted = read("sites/blog/counts", url=PAGE["url"], headers=headers)
        assert (written.status_code, written.json["code"]) == (403, "origin.foreign")
        for answer in (written, asked, counted):
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert "Origin" in answer.headers["Vary"]
    assert stored() == 0


def test_e7_the_sites_own_pages_may_without_cookies(client: FlaskClient, send: Ask) -> None:
    asked = client.options(
        POST, headers={"Origin": BLOG, "Access-Control-Request-Headers": "content-type"}
    )
    written = send(headers={"Origin": BLOG})
    refused = send(headers={"Origin": BLOG})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Methods"] == "POST"
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
    assert (written.status_code, refused.status_code) == (201, 409)
    for answer in (asked, written, refused):
        assert answer.headers["Access-Control-Allow-Origin"] == BLOG
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("where", "origin", "may_read"),
    [
        ("sites/blog", BLOG, True),
        ("threads/{thread}", BLOG, True),
        ("sites/blog", "https://evil.test", False),
        ("sites/nope", BLOG, False),
    ],
)
def test_e7_the_sites_own_pages_learn_when_to_try_again(
    app: Flask, send: Ask, where: str, origin: str, may_read: bool
) -> None:
    send()
    app.extensions["commentbox.settings"] = replace(requests.settings(), request_limit=1)
    send(comment="The one of this minute")
    g.pop("api_origins")  # the context of the test outlives its requests
    answer = send(f"{where.format(thread=thread_id())}/comments", headers={"Origin": origin})
    assert answer.status_code == 429
    assert ("Access-Control-Allow-Origin" in answer.headers) == may_read
    assert "Retry-After" in answer.headers.get("Access-Control-Expose-Headers", "") or not may_read


def test_e7_our_own_pages_and_programs_may_write(send: Ask) -> None:
    assert send(headers={"Origin": BASE}).status_code == 201
    assert send(comment="From a server").status_code == 201


@pytest.mark.parametrize("sort", ["id;--", "created_at", "newest'", "", "NEWEST"])
def test_e10_an_order_is_one_of_two_words(send: Ask, read: Ask, sort: str) -> None:
    send()
    assert read(f"threads/{thread_id()}/comments", sort=sort).status_code == 422


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", '"', "' OR 1=1 --", "';DROP TABLE site;--"])
def test_e10_quotes_and_wildcards_are_only_text(send: Ask, read: Ask, typed: str) -> None:
    send()
    for path in (f"sites/{typed}/counts", f"comments/{typed}", f"threads/{typed}/comments"):
        assert read(path, url=PAGE["url"]).status_code == 404
    assert read("sites/blog/threads", url=PAGE["url"], id=typed).status_code == 404
    assert send(comment=f"{typed} in a comment", name=f"{typed} Ann").status_code == 201


def test_e11_a_page_has_at_most_a_hundred_comments(send: Ask, read: Ask) -> None:
    send()
    for limit in ("0", "-1", "101", "1e9", "9" * 400, "x", "1.5"):
        assert read(f"threads/{thread_id()}/comments", limit=limit).status_code == 422


@pytest.mark.parametrize("cursor", ["x", "-", "0-0", f"{'f' * 16}-{'0' * 22}", "1-'; --", "\0"])
def test_e11_a_forged_cursor_is_refused(send: Ask, read: Ask, cursor: str) -> None:
    send()
    answer = read(f"threads/{thread_id()}/comments", cursor=cursor)
    assert (answer.status_code, answer.json["code"]) in {
        (400, "cursor.invalid"),
        (422, "cursor.invalid"),
    }


def test_k3_there_is_no_jsonp(read: Ask) -> None:
    answer = read("sites/blog/counts", url=PAGE["url"], callback="x", jsonp="y")
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.text.startswith("{")
