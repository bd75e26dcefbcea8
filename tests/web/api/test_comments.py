"""Posting and reading comments through the API."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from commentbox.comments import recount
from commentbox.extensions import begin_writing, db
from commentbox.lib import tokens
from commentbox.models import Comment, Job, Policy, Site, Status, Thread
from commentbox.moderation import status
from tests.conftest import BASE

Ask = Callable[..., Any]
PUBLIC = {
    *("id", "thread_id", "parent_id", "root_id", "author", "html"),
    *("created_at", "edited_at", "permalink", "reply_count", "votes"),
}


def test_the_first_comment_opens_the_thread(send: Ask) -> None:
    answer = send()
    comment, thread = db.session.scalars(select(Comment)).one(), db.session.scalars(select(Thread))
    assert answer.status_code == HTTPStatus.CREATED
    assert answer.json == {
        "id": comment.id,
        "status": "published",
        "permalink": f"{BASE}/c/{comment.id}",
    }
    assert answer.location == f"{BASE}/c/{comment.id}"
    assert [(found.key, found.title) for found in thread] == [
        ("https://blog.test/article", "An article")
    ]
    assert db.session.scalars(select(Job.kind)).all() == ["comment.published"]


def test_a_reply_goes_into_the_thread_of_what_it_answers(send: Ask, read: Ask) -> None:
    first = send().json
    thread = db.session.scalars(select(Thread.id)).one()
    reply = send(f"threads/{thread}/comments", comment="Reply", parent_id=first["id"])
    found = read(f"comments/{reply.json['id']}").json
    assert (found["parent_id"], found["root_id"]) == (first["id"], first["id"])
    assert read(f"comments/{first['id']}").json["reply_count"] == 1


def test_a_held_comment_is_accepted_and_seen_by_nobody(send: Ask, read: Ask, blog: Site) -> None:
    begin_writing()
    blog.policy = Policy.HOLD_FIRST
    db.session.merge(blog)
    db.session.commit()
    held = send()
    thread = db.session.scalars(select(Thread)).one()
    assert (held.status_code, held.json["status"]) == (HTTPStatus.ACCEPTED, "pending")
    assert read(f"comments/{held.json['id']}").status_code == HTTPStatus.NOT_FOUND
    assert read(f"threads/{thread.id}/comments").json == {"comments": [], "next": None}
    assert recount.drift() == []


def test_readers_get_the_public_fields_and_no_others(send: Ask, read: Ask) -> None:
    posted = send(website="ann.example", comment="*Hi*").json
    found = read(f"comments/{posted['id']}").json
    assert set(found) == PUBLIC
    assert found["author"] == {
        "name": "Ann",
        "website": "https://ann.example/",
        "is_moderator": False,
    }
    assert found["html"] == "<p><em>Hi</em></p>"


def test_pages_of_a_thread_follow_each_other_both_ways(send: Ask, read: Ask) -> None:
    posted = [send(comment=f"Number {number}").json["id"] for number in range(5)]
    thread = db.session.scalars(select(Thread.id)).one()
    for sort, expected in [("oldest", posted), ("newest", posted[::-1])]:
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = read(f"threads/{thread}/comments", sort=sort, limit=2, cursor=cursor).json
            seen += [comment["id"] for comment in page["comments"]]
            cursor = page["next"]
        assert seen == expected


def test_a_guest_without_a_key_gets_one_and_is_known_by_it(send: Ask) -> None:
    key = send().headers["Commentbox-Author"]
    again = send(comment="Again", author_key=key)
    stored = set(db.session.scalars(select(Comment.author_key)))
    assert again.headers["Commentbox-Author"] == key
    assert stored == {tokens.digest(key)}


def test_all_faults_of_the_details_are_named_at_once(send: Ask) -> None:
    answer = send(comment=" ", email="a@b", name="")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "comment.empty"
    assert answer.json["fields"] == {
        "comment": "Please enter a comment",
        "email": "Invalid email address",
        "name": "Please enter your name here",
    }
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_what_the_form_refuses_the_api_refuses(send: Ask) -> None:
    first = send()
    twin = send()
    orphan = send(comment="Reply", parent_id="nonsense")
    assert twin.status_code == orphan.status_code == HTTPStatus.CONFLICT
    assert (twin.json["code"], twin.json["comment_id"]) == ("comment.duplicate", first.json["id"])
    assert orphan.json["code"] == "parent.gone"


def test_a_page_of_a_foreign_host_opens_no_thread(send: Ask) -> None:
    answer = send(page={"url": "https://evil.test/article"})
    assert (answer.status_code, answer.json["code"]) == (422, "address.not_registered")
    assert db.session.scalars(select(Thread)).all() == []


def test_a_closed_thread_takes_no_comment(send: Ask) -> None:
    send()
    begin_writing()
    thread = db.session.scalars(select(Thread)).one()
    thread.is_closed = True
    db.session.commit()
    assert send(comment="Late").json["code"] == "thread.closed"


def test_the_same_key_and_body_make_one_comment(send: Ask) -> None:
    headers = {"Idempotency-Key": "a-key-of-my-own"}
    first, second = send(headers=headers), send(headers=headers)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (first.data, first.status_code, first.location) == (
        second.data,
        second.status_code,
        second.location,
    )
    assert len(db.session.scalars(select(Comment.id)).all()) == 1
    assert send(headers=headers, comment="Other").json["code"] == "key.reused"


def test_a_refused_request_leaves_its_key_free(send: Ask) -> None:
    headers = {"Idempotency-Key": "a-key-of-my-own"}
    assert send(headers=headers, comment="").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert send(headers=headers).status_code == HTTPStatus.CREATED


@pytest.mark.parametrize("to", [Status.SPAM, Status.TRASHED, Status.PENDING, Status.DELETED])
def test_a_comment_that_is_not_published_does_not_exist(send: Ask, read: Ask, to: Status) -> None:
    posted = send().json["id"]
    begin_writing()
    status.move(db.session.get_one(Comment, posted), to)
    db.session.commit()
    hidden, unknown = read(f"comments/{posted}"), read(f"comments/{'0' * 22}")
    for answer in (hidden, unknown):
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert answer.json["code"] == "comment.unknown"


def test_a_list_is_sent_again_only_when_it_has_changed(
    send: Ask, client: FlaskClient, blog: Site
) -> None:
    send()
    path = f"/api/v1/threads/{db.session.scalars(select(Thread.id)).one()}/comments"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == HTTPStatus.NOT_MODIFIED
    send(comment="New")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == HTTPStatus.OK
