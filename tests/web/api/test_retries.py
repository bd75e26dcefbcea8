"""One request, sent many times: one comment, one answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

from commentbox.comments import recount, threads
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Comment, Site
from tests.web.api.conftest import GUEST, PAGE

POST = "/api/v1/sites/blog/comments"
BODY = GUEST | {"page": PAGE}


def post(app: Flask, key: str, *, sender: str = "192.0.2.1", **changed: str) -> Any:
    return app.test_client().post(
        POST,
        json=BODY | changed,
        headers={"Idempotency-Key": key},
        environ_base={"REMOTE_ADDR": sender},
    )


def stored() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Comment)) or 0


def test_e8_e13_one_key_at_once_is_one_comment(app: Flask, blog: Site) -> None:
    with ThreadPoolExecutor(10) as clients:
        answers = list(clients.map(lambda _n: post(app, "one-key-for-all"), range(30)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 29
    assert stored() == 1
    assert recount.drift() == []


def test_e8_two_keys_are_two_requests(app: Flask, blog: Site) -> None:
    answers = [post(app, f"key-number-{n}", comment=f"Number {n}") for n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert stored() == 2


def test_e8_the_answer_that_is_kept_holds_no_secret_of_its_reader(app: Flask, blog: Site) -> None:
    first, again = post(app, "one-key-for-all"), post(app, "one-key-for-all")
    key = first.headers["Commentbox-Author"]
    assert "Commentbox-Author" not in again.headers
    with db.engine.connect() as connection:
        kept = [str(row) for row in connection.execute(text("SELECT * FROM answer"))]
    assert not any(key in row for row in kept)


def test_e8_a_long_key_brings_the_secret_again(app: Flask, blog: Site) -> None:
    key = tokens.new()
    first, again = post(app, key), post(app, key)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Commentbox-Author"] == first.headers["Commentbox-Author"]


def test_e8_a_guessed_key_does_not_bring_the_answer_of_another(app: Flask, blog: Site) -> None:
    mine = post(app, "comment-number-000001", author_key=tokens.new())
    others = [
        post(app, "comment-number-000001", author_key=tokens.new()),
        post(app, "comment-number-000001", sender="198.51.100.1"),
    ]
    assert mine.status_code == 201
    assert all("Idempotent-Replayed" not in other.headers for other in others)


def test_a_first_comment_from_many_at_once_opens_one_thread(app: Flask, blog: Site) -> None:
    with ThreadPoolExecutor(8) as clients:
        answers = list(
            clients.map(lambda n: post(app, f"key-number-{n}", comment=f"Number {n}"), range(16))
        )
    assert {answer.status_code for answer in answers} == {201}
    db.session.rollback()
    thread = threads.find(blog, threads.place(blog, address=PAGE["url"]).key)
    assert thread is not None
    assert (thread.comment_count, recount.drift()) == (16, [])
