"""Rate limits: counted for each caller, with Redis and without."""

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from commentbox.adapters import logs
from commentbox.adapters.throttle import PAUSE, Throttle
from commentbox.errors import TooFast
from commentbox.lib import clock
from tests.servers import free_port

LATER = timedelta(seconds=PAUSE)


@pytest.fixture
def away() -> Throttle:
    """Return rate limits that should be counted where nobody listens."""
    logs.configure("INFO")
    return Throttle(f"redis://:hunter2@127.0.0.1:{free_port()}/0")


@pytest.fixture
def silent() -> Iterator[str]:
    """Return the address of a Redis that takes connections and never answers."""

    class Silence(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError):
                while self.request.recv(1024):
                    pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silence) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
        server.shutdown()
        thread.join()


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_hour_has_a_limit_of_its_own() -> None:
    throttle = Throttle()
    throttle.check("mail", "ann", per_minute=9, per_hour=2)
    throttle.check("mail", "ann", per_minute=9, per_hour=2)
    throttle.check("mail", "ann", per_minute=9)
    with pytest.raises(TooFast) as refusal:
        throttle.check("mail", "ann", per_minute=9, per_hour=2)
    assert refusal.value.retry_after > 60


def test_each_caller_has_a_limit_of_their_own() -> None:
    throttle = Throttle()
    throttle.check("write", "ann", per_minute=1)
    throttle.check("write", "ben", per_minute=1)
    with pytest.raises(TooFast) as refusal:
        throttle.check("write", "ann", per_minute=1)
    assert 1 <= refusal.value.retry_after <= 61


def test_without_its_redis_a_process_counts_by_itself(away: Throttle) -> None:
    away.check("write", "ann", per_minute=1)
    with pytest.raises(TooFast):
        away.check("write", "ann", per_minute=1)


def test_a_redis_that_is_away_is_one_line_in_the_log(
    away: Throttle, capsys: pytest.CaptureFixture[str]
) -> None:
    for step in range(3):
        with clock.turned_by(step * LATER):
            away.check("write", "ann", per_minute=100)
    (line,) = said(capsys)
    assert (line["event"], line["level"]) == ("redis.away", "warning")
    assert "hunter2" not in str(line)


def test_a_redis_that_is_back_counts_again(
    away: Throttle, capsys: pytest.CaptureFixture[str]
) -> None:
    away.check("write", "ann", per_minute=1)
    away._shared = Throttle()._own
    with pytest.raises(TooFast):
        away.check("write", "ann", per_minute=1)
    with clock.turned_by(LATER):
        away.check("write", "ann", per_minute=1)
    assert [line["event"] for line in said(capsys)] == ["redis.away", "redis.back"]


def test_a_redis_that_never_answers_delays_one_request_a_little(silent: str) -> None:
    throttle, began = Throttle(silent), time.monotonic()
    for _request in range(20):
        throttle.check("write", "ann", per_minute=100)
    assert time.monotonic() - began < 2
