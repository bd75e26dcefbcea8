"""Health, logs and pressure, as whoever runs the service sees them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from commentbox.app import create_app
from commentbox.comments import posting, recount
from commentbox.config import Settings
from commentbox.extensions import READS, db
from tests.conftest import BASE, SECRET
from tests.reader import Reader
from tests.servers import free_port
from tests.web.api.conftest import GUEST, PAGE

log = structlog.get_logger(__name__)
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(app: Flask, capsys: pytest.CaptureFixture[str]) -> Lines:
    """Return a function that gives the lines logged since it was last asked."""
    capsys.readouterr()

    def lines() -> list[dict[str, Any]]:
        captured = capsys.readouterr()
        assert captured.out == ""
        return [json.loads(line) for line in captured.err.splitlines()]

    return lines


def test_health_says_ok_and_nothing_else(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.json) == (200, {"ok": True})
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_bare_address_of_the_service_leads_to_the_desk(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (302, "/admin/")


def test_a_service_without_its_tables_is_alive_but_not_ready(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text('ALTER TABLE site RENAME TO "lost"'))
    client = app.test_client()
    answers = [client.get(path).status_code for path in ("/healthz", "/readyz")]
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text('ALTER TABLE "lost" RENAME TO site'))
    assert answers == [200, 503]


def test_comments_are_taken_while_the_redis_of_rate_limits_is_away(settings: Settings) -> None:
    reader = Reader(create_app(replace(settings, redis_url=f"redis://127.0.0.1:{free_port()}")))
    assert [reader.write(comment=f"Comment {n}").status_code for n in range(3)] == [201] * 3
    assert reader.get().text.count('data-status="published"') == 3
    with reader.app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_a_request_is_one_line_without_its_path(client: FlaskClient, lines: Lines) -> None:
    answer = client.get("/admin/sign-in/secret-token", headers={"X-Forwarded-For": "203.0.113.9"})
    proxy, line = lines()
    assert proxy["event"] == "proxy.not_trusted"
    assert (line["event"], line["status"]) == ("request", answer.status_code)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "secret-token" not in json.dumps([proxy, line])
    assert "203.0.113.9" not in json.dumps([proxy, line])


@pytest.mark.parametrize("near", ["127.0.0.1", "10.0.0.7", "100.64.3.2", "fd00::1", ""])
def test_a_proxy_that_is_not_trusted_is_told_once(
    client: FlaskClient, lines: Lines, near: str
) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    for _time in range(2):
        client.get("/healthz", headers=forwarded, environ_base={"REMOTE_ADDR": near})
    told, *requests = lines()
    assert (told["level"], told["event"]) == ("warning", "proxy.not_trusted")
    assert (told["setting"], told["value"]) == ("COMMENTBOX_TRUSTED_PROXIES", 0)
    assert [line["event"] for line in requests] == ["request"] * 2
    assert "203.0.113.9" not in json.dumps(told)
    assert not near or near not in json.dumps(told)


def test_nothing_is_told_of_a_header_that_no_proxy_of_ours_wrote(
    client: FlaskClient, lines: Lines
) -> None:
    client.get("/healthz")
    client.get(
        "/healthz",
        headers={"X-Forwarded-For": "203.0.113.9"},
        environ_base={"REMOTE_ADDR": "8.8.8.8"},
    )
    assert [line["event"] for line in lines()] == ["request"] * 2


def test_nothing_is_told_of_a_proxy_that_is_trusted(settings: Settings, lines: Lines) -> None:
    trusting = create_app(replace(settings, trusted_proxies=1))
    trusting.test_client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert [line["event"] for line in lines()] == ["request"]


def test_n5_an_unknown_error_is_logged_without_what_was_typed(
    app: Flask, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(app)

    def fail(*_given: object, **_named: object) -> None:
        secret = "typed into the form"
        db.session.execute(text("INSERT INTO nowhere VALUES (:it)"), {"it": secret})

    monkeypatch.setattr(posting, "_take_in", fail)
    lines()
    answer = reader.write(comment="typed into the form", email="ann.private@example.org")
    _token, failed, request = lines()
    assert (answer.status_code, request["status"]) == (500, 500)
    assert failed["event"] == "request.failed"
    assert failed["exception"][0]["frames"]
    for private in ("typed into", "ann.private", "Ann"):
        assert private not in json.dumps(failed)
        assert private not in answer.text
    assert failed["request_id"] in answer.text


def test_n5_an_address_in_a_librarys_message_is_left_out(lines: Lines) -> None:
    try:
        raise ValueError("Key (email)=(ann.private@example.org) already exists.")
    except ValueError:
        log.exception("worker.failed", to=["ann.private@example.org"])
    (line,) = lines()
    assert line["to"] == ["<address>"]
    assert line["exception"][0]["exc_value"] == "Key (email)=(<address>) already exists."


def test_n5_a_forged_line_stays_inside_its_own(lines: Lines) -> None:
    log.info("name\n{}", name='x\r\n{"event": "forged"}\x1b[31m')
    (line,) = lines()
    assert line["name"] == 'x\r\n{"event": "forged"}\x1b[31m'


def test_l8_a_full_pool_is_told_quickly_and_health_goes_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    Reader(app)
    with app.app_context():
        pool: Any = db.engines[READS].pool
    monkeypatch.setattr(pool, "_timeout", 0.05)
    client = app.test_client()
    with ExitStack() as held:
        for _connection in range(pool.size() + pool._max_overflow):
            held.enter_context(db_connection(app))
        busy, alive = client.get("/api/v1/sites/blog/counts?url=x"), client.get("/healthz")
    assert (busy.status_code, busy.json["code"]) == (503, "service.busy")  # type: ignore[index]
    assert busy.headers["Retry-After"] == "2"
    assert alive.status_code == 200
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("state", ["40P01", "40001"])
@pytest.mark.parametrize(("times", "status"), [(1, 201), (2, 503)])
def test_m2_a_transaction_that_was_in_anothers_way_is_begun_once_more(
    app: Flask, monkeypatch: pytest.MonkeyPatch, state: str, times: int, status: int
) -> None:
    reader, take_in, failures = Reader(app), posting._take_in, iter(range(times))

    def give_up(*given: Any, **named: Any) -> Any:
        if next(failures, None) is not None:
            said = f"RAISE EXCEPTION 'in any words' USING ERRCODE = '{state}'"
            db.session.execute(text(f"DO $$ BEGIN {said}; END $$"))
        return take_in(*given, **named)

    monkeypatch.setattr(posting, "_take_in", give_up)
    assert reader.write().status_code == status
    assert reader.count() == (1 if status == 201 else 0)


def test_l8_a_database_that_is_away_is_worth_another_try() -> None:
    away = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/none"
    app = create_app(Settings(secret_key=SECRET, base_url=BASE, database_url=away))
    answer = app.test_client().get("/api/v1/sites/blog/counts?url=x")
    assert (answer.status_code, answer.json["code"]) == (503, "service.busy")  # type: ignore[index]
    assert answer.headers["Retry-After"] == "2"
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_m4_a_full_disk_refuses_writes_and_goes_on_reading(app: Flask) -> None:
    reader = Reader(app)
    reader.write()
    limit(app, pages=1)
    refused = reader.write(comment="x" * 9_000)
    assert (refused.status_code, refused.json["code"]) == (507, "storage.full")  # type: ignore[index]
    assert reader.get().status_code == 200
    limit(app, pages=100_000)
    assert reader.write(comment="x" * 9_000).status_code == 201
    with app.app_context(), db.engine.begin() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_m3_every_commit_is_on_disk_before_it_is_acknowledged(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        asked = ("synchronous", "journal_mode", "foreign_keys", "secure_delete")
        found = [connection.scalar(text(f"PRAGMA {name}")) for name in asked]
    assert found == [2, "wal", 1, 1]


def test_m2_writers_at_once_lose_no_count(app: Flask) -> None:
    reader = Reader(app)
    reader.write()

    def write(number: int) -> int:
        body = GUEST | {"page": PAGE, "comment": f"Number {number}"}
        return app.test_client().post("/api/v1/sites/blog/comments", json=body).status_code

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(write, range(40)))
    with app.app_context():
        assert recount.drift() == []
    assert (set(statuses), reader.count()) == ({201}, 41)


def limit(app: Flask, *, pages: int) -> None:
    """Let the database file grow no more (SQLite never shrinks it below what it has)."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))


def db_connection(app: Flask) -> Any:
    """Take a reading connection out of the pool."""
    with app.app_context():
        return db.engines[READS].connect()
