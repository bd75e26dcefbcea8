"""Rows E6, E13, E14, J1, J2, J5, J7 and P15: votes, reports, and the outside scorer."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from commentbox.adapters import http, scorer
from commentbox.adapters.http import Unreachable
from commentbox.adapters.scorer import Scorer
from commentbox.app import create_app
from commentbox.comments import recount, sites
from commentbox.config import BadSetting, Settings
from commentbox.extensions import db
from commentbox.lib import clock, ids, tokens
from commentbox.models import Comment, Report, Site, Status, Vote
from tests.akismet import KEY, SPAM, akismet
from tests.conftest import SECRET
from tests.outside import Authority, internet, listening, says, sends
from tests.postbox import Postbox, work
from tests.reader import ARTICLE, Reader, hidden_fields

STUFFED = 100
AT_ONCE = 20
LAN = "10.0.0.1"


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of a site that publishes every comment at once."""
    return Reader(app)


@pytest.fixture
def path(reader: Reader) -> str:
    """Return the address of a comment."""
    reader.write()
    return f"/c/{reader.comments()[0].id}"


def counted(app: Flask) -> tuple[int, int]:
    """Return the votes and reports of the only comment, which are as many as there are rows."""
    with app.app_context():
        comment = db.session.scalars(select(Comment)).one()
        rows = [
            db.session.scalar(select(func.count()).select_from(each)) or 0
            for each in (Vote, Report)
        ]
        assert (comment.votes, comment.open_reports) == tuple(rows)
        return comment.votes, comment.open_reports


def vote(client: FlaskClient, path: str, address: str = "2001:db8::1", **headers: str) -> int:
    answer = client.put(
        f"/api/v1/comments{path.removeprefix('/c')}/vote",
        headers={"Commentbox-Author": tokens.new()} | headers,
        environ_base={"REMOTE_ADDR": address},
    )
    return answer.status_code


def test_e14_a_hundred_votes_of_one_network_are_one(reader: Reader, path: str) -> None:
    for number in range(STUFFED):
        suffix, forwarded = f"2001:db8::{number:x}:{number:x}", f"203.0.113.{number}"
        assert vote(reader.client, path, suffix, **{"X-Forwarded-For": forwarded}) == 200
    assert counted(reader.app)[0] == 1
    assert vote(reader.client, path, "2001:db8:0:1::1") == 200
    assert counted(reader.app)[0] == 2


def test_e14_a_hundred_guests_take_no_comment_away(reader: Reader, path: str) -> None:
    for number in range(STUFFED):
        form = hidden_fields(reader.client.get(f"{path}/report").text) | {"cause": "spam"}
        address = {"REMOTE_ADDR": f"203.0.{number}.1"}
        headers = {"Origin": "https://comments.test"}
        reader.client.post(f"{path}/report", data=form, headers=headers, environ_base=address)
        reader.client.delete_cookie("__Host-cb_author")
    assert counted(reader.app)[1] == STUFFED
    assert reader.comments()[0].status is Status.PUBLISHED


def test_e13_the_same_vote_at_once_counts_once(app: Flask, reader: Reader, path: str) -> None:
    same = tokens.new()
    with ThreadPoolExecutor(AT_ONCE) as several:
        told = [
            several.submit(vote, app.test_client(), path, **{"Commentbox-Author": same})
            for _ in range(AT_ONCE)
        ]
        assert {each.result() for each in told} <= {200, 503}
    assert counted(app)[0] == 1
    with app.app_context():
        assert recount.drift() == []


FORGED: list[dict[str, Any]] = [
    {"data": {"cause": "spam"}},
    {"data": {"cause": "spam"}, "content_type": "multipart/form-data"},
    {"data": '{"cause":"spam"}', "content_type": "text/plain"},
    {"json": {"cause": "spam"}},
]


@pytest.mark.parametrize("sent", FORGED, ids=["form", "multipart", "beacon", "json"])
@pytest.mark.parametrize("origin", ["https://evil.test", "null", "https://blog.test", ""])
def test_e6_no_page_of_others_reports_for_its_reader(
    reader: Reader, path: str, sent: dict[str, Any], origin: str
) -> None:
    headers = {"Origin": origin} if origin else {}
    token = hidden_fields(reader.client.get(f"{path}/report").text)["token"]
    if isinstance(sent.get("data"), dict):
        sent = sent | {"data": sent["data"] | {"token": token}}
    answer = reader.client.post(f"{path}/report", headers=headers, **sent)
    assert answer.status_code == 403
    assert reader.client.get(f"{path}/report?cause=spam&token={token}").status_code == 200
    assert counted(reader.app)[1] == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_e6_no_link_or_form_votes(reader: Reader, path: str, method: str) -> None:
    address = f"/api/v1/comments{path.removeprefix('/c')}/vote"
    headers = {"Origin": "https://evil.test", "X-HTTP-Method-Override": "PUT"}
    answer = reader.client.open(address, method=method, headers=headers, data={"_method": "PUT"})
    assert answer.status_code == 405
    assert counted(reader.app)[0] == 0


def asks(url: str) -> bool:
    return Scorer(url=url, key=KEY).is_spam({"comment_content": "Hello"})


def test_j1_the_scorer_that_the_owner_set_may_be_in_a_private_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = Authority()
    with (
        internet(monkeypatch, authority, scorer_test=[[LAN]]) as world,
        listening(SPAM, tls=authority.server("scorer.test")) as listener,
    ):
        world.port = listener.port
        assert asks("https://scorer.test:8444/api")
    assert world.connected == [(LAN, 8444)]
    assert listener.requests[0].startswith(b"POST /api/1.1/comment-check HTTP/1.1\r\n")


def test_j1_the_key_goes_over_tls_and_to_the_right_host_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = Authority()
    with (
        internet(monkeypatch, authority, scorer_test=[[LAN]]) as world,
        listening(SPAM, tls=authority.server("other.test")) as listener,
    ):
        world.port = listener.port
        for url in ("https://scorer.test", "http://scorer.test"):
            with pytest.raises(Unreachable):
                asks(url)
    assert listener.requests == []


@pytest.mark.parametrize("url", ["http://scorer.test", "file:///etc/passwd", "//scorer.test"])
def test_j1_an_address_that_is_not_safe_is_refused_at_start(url: str) -> None:
    with pytest.raises(BadSetting, match="AKISMET_URL"):
        Settings(secret_key=SECRET, base_url="https://comments.test", akismet_url=url)


@pytest.mark.parametrize("status", ["301 Away", "302 Away", "307 Away", "308 Away"])
def test_j2_the_scorer_leads_nowhere_else(status: str) -> None:
    with listening(SPAM) as inside:
        away = says(status=status, headers={"Location": f"http://127.0.0.1:{inside.port}/"})
        with akismet(away) as service, pytest.raises(Unreachable, match="redirect"):
            asks(service.url)
    assert inside.requests == []


@pytest.mark.parametrize(
    "reply",
    [
        sends(b"HTTP/1.1 200 OK\r\n\r\n", *[b"true "] * 100, pause=0.05),
        sends(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 90, pause=0.05),
    ],
    ids=["body", "headers"],
)
def test_j5_a_slow_scorer_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch, reply: Any) -> None:
    monkeypatch.setattr(scorer, "SECONDS", 0.3)
    before = time.monotonic()
    with akismet(reply) as service, pytest.raises(Unreachable, match="slow"):
        asks(service.url)
    assert time.monotonic() - before < 2


def test_j5_the_answer_of_a_scorer_is_not_read_for_ever() -> None:
    endless = sends(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 3_000_000)
    with akismet(endless) as service, pytest.raises(Unreachable, match="too_long"):
        asks(service.url)


@pytest.mark.parametrize(("key", "is_wanted"), [("", True), (KEY, False)])
def test_p15_nothing_leaves_unless_the_owner_and_the_site_want_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, key: str, is_wanted: bool
) -> None:
    monkeypatch.setattr(http, "_look_up", lambda *asked: pytest.fail(f"looked for {asked}"))
    reader = Reader(create_app(replace(settings, akismet_key=key)))

    def want() -> None:
        db.session.scalars(select(Site)).one().asks_scorer = is_wanted

    reader.change(want)
    assert reader.write().status_code == 201
    with reader.app.app_context():
        work(reader.app, Postbox())
        db.session.rollback()
        for engine in db.engines.values():
            engine.dispose()


@pytest.mark.parametrize("key", ["", KEY])
@pytest.mark.parametrize("is_wanted", [False, True])
def test_p15_the_form_says_who_else_is_told_of_a_comment(
    reader: Reader, settings: Settings, key: str, *, is_wanted: bool
) -> None:
    reader.app.extensions["commentbox.settings"] = replace(settings, akismet_key=key)
    told = "your comment is also sent to rest.akismet.com"
    assert told not in reader.get().text

    def want() -> None:
        sites.change(db.session.scalars(select(Site)).one(), by=None, asks_scorer=is_wanted)

    reader.change(want)
    with clock.turned_by(timedelta(seconds=2)):  # as long as a page may still be what it was
        page = reader.client.get("/t", query_string={"site": "blog", "url": ARTICLE})
        for form in (reader.get(), page):
            assert (told in form.text) is (is_wanted and bool(key))


def test_p15_a_new_site_asks_nobody(reader: Reader) -> None:
    with reader.app.app_context():
        assert db.session.scalars(select(Site.asks_scorer)).all() == [False]


def test_e14_a_comment_that_is_unknown_has_no_vote(reader: Reader) -> None:
    assert vote(reader.client, f"/c/{ids.new()}") == 404
