"""The shipped server on a socket: broken requests, forged addresses, deaths and restarts."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bench.chaos import chaos
from commentbox.cli.main import commands
from tests.conftest import SECRET
from tests.servers import Running, command, free_port, until

POST = "/api/v1/sites/blog/comments"
SETTINGS = {"SECRET_KEY": SECRET, "BASE_URL": "http://comments.localhost", "FLOOD_SECONDS": "600"}
HEAD = b"POST /api/v1/sites/blog/comments HTTP/1.1\r\nHost: comments.localhost\r\n"
JSON = b"Content-Type: application/json\r\n"


def body(number: int = 0) -> dict[str, Any]:
    page = {"url": "https://blog.test/a"}
    text = f"Number {number}"
    return {"page": page, "comment": text, "name": "Ann", "email": "ann@example.org"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """Return the service with the site `blog`, on a free port; both workers take requests."""
    environment = {f"COMMENTBOX_{name}": value for name, value in SETTINGS.items()}
    environment["COMMENTBOX_INSTANCE_DIR"] = str(tmp_path / "instance")
    words = ("sites", "add", "blog", "https://blog.test", "--policy", "publish")
    assert CliRunner(env=environment).invoke(commands, words).exit_code == 0
    port = free_port()
    serve = ("serve", "--port", str(port))
    with command(*serve, folder=tmp_path, port=port, settings=SETTINGS) as running:
        running.wait()
        until(lambda: running.listeners() == 2)
        yield running


def stored(server: Running) -> int:
    counts = server.ask("GET", "/api/v1/sites/blog/counts?url=https://blog.test/a")[1]
    return int(json.loads(counts)["counts"]["https://blog.test/a"])


def test_l2_a_body_that_is_not_whole_is_never_taken(server: Running) -> None:
    whole = json.dumps(body()).encode()
    chunk = b"%x\r\n%s\r\n" % (len(whole), whole)
    chunked = HEAD + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
    requests = {
        "cut": HEAD + JSON + b"Content-Length: %d\r\n\r\n%s" % (len(whole) + 1, whole),
        "chunked": chunked + chunk + b"0\r\n\r\n",
        "broken chunk": chunked + chunk + b"zz\r\n",
        "cut chunk": chunked + chunk[:-5],
        "announced too large": HEAD + JSON + b"Content-Length: 5000000\r\n\r\n" + whole,
        "no length": HEAD + JSON + b"\r\n" + whole,
        "length in words": HEAD + JSON + b"Content-Length: ten\r\n\r\n" + whole,
    }
    answered = {"chunked": b"411", "announced too large": b"413"}
    answers = {
        name: server.send(raw, is_whole=name in answered)[:12] for name, raw in requests.items()
    }
    assert all(not answer or answer[9:10] == b"4" for answer in answers.values()), answers
    assert {name: answers[name][9:] for name in answered} == answered
    assert stored(server) == 0
    assert server.ask("POST", POST, body())[0] == HTTPStatus.CREATED


MALFORMED = {
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "length and chunked": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "space before colon": b"Content-Length : 2\r\n\r\n{}",
    "null in a value": b"X: a\0b\r\n\r\n",
    "bare return in a value": b"X: a\rY: b\r\n\r\n",
    "folded line": b"X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
    "negative length": b"Content-Length: -1\r\n\r\n",
    "plus in the length": b"Content-Length: +2\r\n\r\n{}",
    "twice chunked": b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "unknown coding": b"Transfer-Encoding: cow\r\n\r\n{}",
}


def test_l4_malformed_requests_are_refused_and_the_server_lives(server: Running) -> None:
    for name, rest in MALFORMED.items():
        answer = server.send(HEAD + JSON + rest)
        assert answer[9:10] in {b"", b"4"}, (name, answer[:60])
        assert b"Traceback" not in answer
    assert server.ask("GET", "/healthz")[0] == HTTPStatus.OK
    assert stored(server) == 0


@pytest.mark.parametrize("line", [b"GET /healthz HTTP/9.9", b"GET\t/ HTTP/1.1", b"\x16\x03\x01"])
def test_l4_a_line_that_is_no_request_is_refused(server: Running, line: bytes) -> None:
    answer = server.send(line + b"\r\nHost: x\r\n\r\n")
    assert answer[9:10] in {b"", b"4", b"5"}
    assert server.ask("GET", "/healthz")[0] == HTTPStatus.OK


def test_d7_headers_of_a_stranger_do_not_change_who_they_are(server: Running) -> None:
    statuses = []
    for number in range(8):
        forged = f"203.0.113.{number}"
        names = ("X-Forwarded-For", "X_Forwarded_For", "X-Real-IP", "CF-Connecting-IP")
        headers = dict.fromkeys(names, forged) | {"Forwarded": f"for={forged}"}
        statuses.append(server.ask("POST", POST, body(number), headers)[0])
    assert statuses == [201] * 5 + [429] * 3


def test_l9_there_is_nothing_to_look_into(server: Running) -> None:
    assert server.ask("GET", "/?__debugger__=yes") == server.ask("GET", "/")
    for path in ("/console", "/.git/config", "/metrics", "/static/", "/.env"):
        status, answer = server.ask("GET", path)
        assert (status, b"Traceback" in answer) == (HTTPStatus.NOT_FOUND, False), path
    assert server.ask("TRACE", "/healthz")[0] in {HTTPStatus.METHOD_NOT_ALLOWED, 400}
    asked = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    raw = server.send(asked, is_whole=True)
    assert raw.startswith(b"HTTP/1.1 200")
    assert not any(word in raw.lower() for word in (b"python", b"werkzeug", b"granian/"))
    assert json.loads(server.ask("GET", "/healthz")[1]) == {"ok": True}


def test_m1_nothing_acknowledged_is_lost_when_processes_are_killed(tmp_path: Path) -> None:
    figures = chaos(tmp_path, rounds=3, clients=4)
    assert figures.hold, figures.goals
    assert figures.counted["acknowledged"] > 0


def test_m8_a_reload_drops_no_request(server: Running) -> None:
    failed: list[int] = []
    done = threading.Event()

    def load() -> None:
        while not done.is_set():
            status = again()
            failed.extend([status] if status != HTTPStatus.OK else [])

    def again() -> int:
        """Ask, and again where a leaving worker closed the connection, as browsers and proxies do.

        Each of the two may close one connection of each who asks, and none a second time.
        """
        for _attempt in range(3):
            with suppress(ConnectionError):
                return server.ask("GET", "/readyz")[0]
        return 0

    before = set(server.workers())
    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        server.process.send_signal(signal.SIGHUP)
        until(lambda: len(now := set(server.workers())) == 2 and not now & before)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert failed == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_all_processes_ends_them_all(server: Running, number: signal.Signals) -> None:
    os.killpg(server.process.pid, number)
    assert server.process.wait(20) == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(server.process.pid, 0)


def test_workers_that_a_signal_to_all_ends_before_their_master_have_not_failed(
    server: Running,
) -> None:
    server.process.send_signal(signal.SIGSTOP)
    for worker in server.workers():
        os.kill(worker, signal.SIGTERM)
    until(lambda: server.listeners() == 0)
    server.process.send_signal(signal.SIGTERM)
    server.process.send_signal(signal.SIGCONT)
    assert server.process.wait(20) == 0


def test_workers_whose_master_was_killed_leave_the_port(server: Running) -> None:
    server.process.kill()
    server.process.wait()
    until(lambda: _is_gone(server.process.pid))


def test_a_worker_that_dies_is_replaced(server: Running) -> None:
    before = set(server.workers())
    os.kill(min(before), signal.SIGKILL)
    until(lambda: set(server.workers()) != before and server.listeners() == 2)
    assert server.ask("GET", "/readyz")[0] == HTTPStatus.OK


def test_a_port_that_is_taken_is_refused(server: Running, tmp_path: Path) -> None:
    words = ("serve", "--port", str(server.port))
    with command(*words, folder=tmp_path, port=free_port(), settings=SETTINGS) as second:
        assert second.process.wait(20) == 1
        assert "Cannot listen on 127.0.0.1" in second.errors.read_text("utf-8")


def test_n2_n5_neither_command_line_nor_log_says_more_than_needed(server: Running) -> None:
    mine = body() | {"name": "Ann\r\n{forged}", "email": "ann.private@example.org"}
    secret = "s3cr3t-in-an-address"
    posted = server.ask("POST", POST, mine, {"User-Agent": "ua-private", "Cookie": "c=private"})
    server.ask("GET", f"/embed/blog?url=https://blog.test/a%3Ftoken={secret}")
    server.ask("POST", POST, b"\xff")
    server.ask("GET", f"/admin/sign-in/{secret}")
    lines = server.errors.read_text("utf-8").splitlines()
    shown = Path(f"/proc/{server.process.pid}/cmdline").read_text("utf-8")
    assert posted[0] == HTTPStatus.CREATED
    assert all(json.loads(line) for line in lines if line.startswith("{"))
    for private in (SECRET, secret, "ann.private", "Number 0", "forged", "ua-private", "c=private"):
        assert not any(private in line for line in [*lines, shown]), private


def _is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
