"""Threats that come all at once; the name of each test begins with the threat it answers."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Answer, Comment, Job, Status, Thread
from commentbox.moderation import status
from tests.conftest import BASE, BLOG
from tests.reader import ANN, ARTICLE, Reader

MOST_BODY = 256 * 1024


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of a site without comments."""
    return Reader(app)


def test_e8_one_comment_sent_fifty_times_at_once_is_stored_once(reader: Reader) -> None:
    key = {"Idempotency-Key": tokens.new(), "Origin": BASE}
    form = ANN | {"token": reader.token(), "page_url": ARTICLE}
    with clock.turned_by(timedelta(seconds=3)):
        answers = _at_once(50, lambda _: _post(reader.app, form, key))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 49
    assert _counts(reader) == {"comments": 1, "answers": 1, "jobs": 1, "counted": 1}


def test_e8_the_same_words_without_a_key_are_stored_once_too(reader: Reader) -> None:
    form = ANN | {"token": reader.token(), "page_url": ARTICLE}
    with clock.turned_by(timedelta(seconds=3)):
        answers = _at_once(20, lambda _: _post(reader.app, form, {"Origin": BASE}))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert _counts(reader) == {"comments": 1, "answers": 0, "jobs": 1, "counted": 1}


def test_e13_first_comments_at_once_open_one_thread_and_all_count(reader: Reader) -> None:
    form = ANN | {"token": reader.token(), "page_url": ARTICLE}

    def post(number: int) -> Any:
        return _post(reader.app, form | {"comment": f"Comment {number}"}, {"Origin": BASE})

    with clock.turned_by(timedelta(seconds=3)):
        answers = _at_once(30, post)
    assert {answer.status_code for answer in answers} == {201}
    assert _counts(reader) == {"comments": 30, "answers": 0, "jobs": 30, "counted": 30}


def test_e13_a_comment_removed_by_many_at_once_is_counted_out_once(reader: Reader) -> None:
    reader.write()
    comment = reader.comments()[0].id

    def remove(_: int) -> bool:
        try:
            reader.change(lambda: status.move(db.session.get_one(Comment, comment), Status.SPAM))
        except Conflict:
            return False
        return True

    assert sum(_at_once(20, remove)) == 1
    assert _counts(reader)["counted"] == 0


def test_l5_a_cold_thread_is_rendered_once_for_everybody(app: Flask, reader: Reader) -> None:
    reader.fill(10_000)
    answers = _at_once(500, lambda _: app.test_client().get(f"/embed/blog?url={ARTICLE}"))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert app.extensions["commentbox.pages"].renders <= 2


def test_l5_unknown_parameters_do_not_fill_the_memory(app: Flask, reader: Reader) -> None:
    reader.fill(10)
    for number in range(200):
        assert reader.get(theme=f"x{number}", sort=f"y{number}", z=number).status_code == 200
    assert app.extensions["commentbox.pages"].kept == 1


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"CONTENT_LENGTH": "5000000"}, "413"),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, "411"),
        ({"CONTENT_LENGTH": "-1"}, "400"),
        ({"CONTENT_LENGTH": "1e3"}, "400"),
        ({"CONTENT_LENGTH": "\u0661"}, "400"),
        ({"cut": True}, "400"),
    ],
)
def test_l2_a_body_that_is_not_whole_is_refused_and_nothing_stored(
    reader: Reader, changed: dict[str, Any], expected: str
) -> None:
    body = f"token={reader.token()}&comment=Hello&email=a%40b.org&author=Ann&page_url={ARTICLE}"
    length = len(body) + 100 if "cut" in changed else len(body)
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/embed/blog/comments",
        "SERVER_NAME": "comments.test",
        "SERVER_PORT": "443",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(length),
        "HTTP_ORIGIN": BASE,
        "wsgi.input": io.BytesIO(body.encode()),
        "wsgi.url_scheme": "https",
    }
    seen: list[str] = []
    with clock.turned_by(timedelta(seconds=3)):
        reader.app.wsgi_app(environ | changed, lambda line, *_: seen.append(line))  # type: ignore[arg-type]
    assert seen[0].startswith(expected)
    assert reader.count() == 0


@pytest.mark.parametrize("status", [400, 411, 413])
@pytest.mark.parametrize(
    ("path", "kind"),
    [("/embed/blog/comments", "text/html"), ("/api/v1/sites/blog/comments", "application/problem")],
)
def test_a_refused_body_is_answered_like_every_other_error(
    reader: Reader, status: int, path: str, kind: str
) -> None:
    length = {"CONTENT_LENGTH": "5000000"} if status == 413 else {"CONTENT_LENGTH": "ten"}
    changed = {"HTTP_TRANSFER_ENCODING": "chunked"} if status == 411 else length
    answer = reader.client.post(
        path, headers={"Origin": BLOG, "Accept": "text/html"}, environ_overrides=changed
    )
    assert (answer.status_code, answer.content_type.startswith(kind)) == (status, True)
    assert answer.headers["Connection"] == "close"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-Id"] in answer.text
    is_readable = answer.headers.get("Access-Control-Allow-Origin") == BLOG
    assert is_readable == path.startswith("/api/")


def test_l2_a_body_as_large_as_allowed_is_read_whole(reader: Reader) -> None:
    answer = reader.write(comment="x" * (MOST_BODY - 2000))
    assert answer.get_json()["code"] == "comment.too_long"
    assert reader.write(comment="x" * MOST_BODY).status_code == 413


def _at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(act, range(number)))


def _post(app: Flask, form: dict[str, str], headers: dict[str, str]) -> Any:
    return app.test_client().post("/embed/blog/comments", data=form, headers=headers)


def _counts(reader: Reader) -> dict[str, int]:
    with reader.app.app_context():
        tables = {"comments": Comment, "answers": Answer, "jobs": Job}
        found = {
            name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }
        return found | {"counted": db.session.scalar(select(Thread.comment_count)) or 0}
