"""Rows J1, J2, J3, J5 and J7: addresses that anybody may give lead nowhere but to the public."""

import gzip
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from ada_url import URL

from commentbox.adapters import http
from commentbox.adapters.http import Deadline, Door, Unreachable, fetch
from tests import corpora
from tests.outside import (
    PUBLIC,
    Authority,
    Internet,
    Reply,
    hangs,
    internet,
    listening,
    says,
    sends,
)

LOOPBACK = ["127.0.0.1"]
# Names of the corpus that are known to lead inside; asking the real DNS is not for tests.
NAMES = {"127.0.0.1.nip.io", "localtest.me", "localhost", "localhost.", "metadata.google.internal"}


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Return an authority."""
    return Authority()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> Iterator[Internet]:
    """Return an internet in which example.com is public."""
    with internet(monkeypatch, authority, example_com=[[PUBLIC]]) as world:
        yield world


def fetched(world: Internet, authority: Authority, reply: Reply, *, seconds: float = 5) -> Any:
    """Return what example.com answers, and the requests it got."""
    with listening(reply, tls=authority.server("example.com")) as listener:
        world.port = listener.port
        return fetch("https://example.com/a?b", most_bytes=1000, seconds=seconds), listener


def refused(url: str) -> str:
    with pytest.raises(Unreachable) as caught:
        fetch(url, most_bytes=1000, seconds=2)
    return caught.value.code


def inside(host: str, port: int) -> list[str]:
    return LOOPBACK if host in NAMES else REAL_LOOK_UP(host, port)


REAL_LOOK_UP = http._look_up


def test_j1_no_address_of_the_corpus_is_connected_to(
    world: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_look_up", inside)
    for entry in corpora.document("ssrf/ssrf-addresses.json") or []:
        if entry["must_block"]:
            refused(entry["url"])
            refused(entry["url"].replace("http:", "https:", 1))
    assert world.connected == []


def test_j1_every_host_of_the_corpus_is_judged_by_its_address() -> None:
    for entry in corpora.document("ssrf/ssrf-addresses.json") or []:
        if entry["url"].startswith("http") and URL.can_parse(entry["url"]):
            host = URL(entry["url"]).hostname.strip("[]")
            if host not in NAMES and not host.endswith((".com", ".example")):
                assert http.is_public(host) is not entry["must_block"], entry


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/", "address.invalid"),
        ("https://u:p@example.com/", "address.invalid"),
        ("https://example.com:22/", "address.port"),
        ("https://example.com:6379/", "address.port"),
        ("nonsense", "address.invalid"),
        ("https://[64:ff9b::7f00:1]/", "address.not_public"),
        ("https://168.63.129.16/", "address.not_public"),
        ("https://0x7f.1/", "address.not_public"),
    ],
)
def test_j1_what_is_no_public_https_address_is_refused(
    world: Internet, url: str, code: str
) -> None:
    assert refused(url) == code
    assert world.connected == []


def test_j1_the_checked_address_is_called_by_the_name_that_was_asked_for(
    world: Internet, authority: Authority
) -> None:
    got, listener = fetched(world, authority, says(b"hello", kind="Image/PNG; x=y"))
    assert (got.status, got.content_type, got.body) == (200, "image/png", b"hello")
    assert world.connected == [(PUBLIC, 443)]
    [request] = listener.requests
    assert request.startswith(b"GET /a?b HTTP/1.1\r\nHost: example.com\r\n")


def test_j1_a_certificate_of_another_host_is_refused(world: Internet, authority: Authority) -> None:
    with listening(says(), tls=authority.server("example.org")) as listener:
        world.port = listener.port
        assert refused("https://example.com/") == "answer.tls"
    assert listener.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_j2_no_redirect_is_followed(world: Internet, authority: Authority, status: int) -> None:
    away = says(status=f"{status} Away", headers={"Location": "https://127.0.0.1/"})
    with pytest.raises(Unreachable, match="redirect"):
        fetched(world, authority, away)
    assert world.connected == [(PUBLIC, 443)]


def test_j3_a_name_is_asked_for_once_and_the_answer_is_kept(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    with internet(monkeypatch, authority, example_com=[[PUBLIC], LOOPBACK]) as world:
        fetched(world, authority, says())
        assert world.asked == ["example.com"]
        assert world.connected == [(PUBLIC, 443)]
        assert refused("https://example.com/") == "address.not_public"


def test_j3_one_private_address_spoils_all(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    with internet(monkeypatch, authority, example_com=[[PUBLIC, "10.0.0.1"]]) as world:
        assert refused("https://example.com/") == "address.not_public"
        assert world.connected == []


def test_j5_a_long_answer_is_given_up(world: Internet, authority: Authority) -> None:
    with pytest.raises(Unreachable, match="too_long"):
        fetched(world, authority, says(b"x" * 1001))
    endless = sends(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 5000)
    with pytest.raises(Unreachable, match="too_long"):
        fetched(world, authority, endless)


def test_j5_an_answer_that_is_cut_off_is_no_answer(world: Internet, authority: Authority) -> None:
    with pytest.raises(Unreachable, match="cut_off"):
        fetched(world, authority, sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"))


def test_j5_what_is_compressed_stays_small(world: Internet, authority: Authority) -> None:
    bomb = gzip.compress(bytes(500_000))
    got, listener = fetched(world, authority, says(bomb, headers={"Content-Encoding": "gzip"}))
    assert got.body == bomb
    assert b"Accept-Encoding: identity" in listener.requests[0]


@pytest.mark.parametrize(
    "reply",
    [
        hangs(),
        sends(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 100, pause=0.05),
        sends(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 90, pause=0.05),
        sends(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 100, pause=0.05),
    ],
    ids=["hang", "body", "headers", "continue"],
)
def test_j5_a_slow_answer_is_given_up_in_time(
    world: Internet, authority: Authority, reply: Reply
) -> None:
    before = time.monotonic()
    with pytest.raises(Unreachable, match="slow"):
        fetched(world, authority, reply, seconds=0.5)
    assert time.monotonic() - before < 2


def test_j5_a_name_that_is_slow_to_find_is_given_up(
    world: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_look_up", lambda *_asked: time.sleep(1))
    with pytest.raises(Unreachable, match="slow"):
        fetch("https://example.com/", most_bytes=1, seconds=0.1)


def sent(url: str) -> requests.Response:
    """Return what a provider's endpoint answers."""
    with requests.Session() as session:
        door = Door(Deadline(5))
        session.mount("https://", door)
        session.mount("http://", door)
        return session.post(url, data={"a": "b"})


def test_j1_an_endpoint_that_the_owner_set_may_be_in_a_private_network(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    with (
        internet(monkeypatch, authority, id_test=[["10.0.0.1"]]) as world,
        listening(says(b"[1]"), tls=authority.server("id.test")) as listener,
    ):
        world.port = listener.port
        assert sent("https://id.test:8444/token?x=1").json() == [1]
    assert world.connected == [("10.0.0.1", 8444)]
    assert listener.requests[0].startswith(b"POST /token?x=1 HTTP/1.1\r\n")
    assert b"Host: id.test:8444\r\n" in listener.requests[0]


def test_j1_an_endpoint_without_tls_is_on_this_machine_or_refused(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    with internet(monkeypatch, authority, id_test=[["10.0.0.1"]]) as world:
        with pytest.raises(Unreachable, match="not_https"):
            sent("http://id.test/token")
        assert world.connected == []


@pytest.mark.parametrize("status", ["302 Found", "307 Away"])
def test_j2_an_endpoint_that_leads_elsewhere_is_not_followed(status: str) -> None:
    away = says(status=status, headers={"Location": "http://127.0.0.1:1/"})
    with listening(away) as listener, pytest.raises(Unreachable, match="redirect"):
        sent(f"http://127.0.0.1:{listener.port}/")


def test_j5_an_address_that_nobody_listens_at_is_tried_and_the_next_one_taken(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    addresses = ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", PUBLIC]
    with internet(monkeypatch, authority, example_com=[addresses]) as world:
        world.silent.add(addresses[0])
        assert fetched(world, authority, says(b"hello"))[0].body == b"hello"


def test_j1_what_is_no_address_is_not_public() -> None:
    assert not http.is_public("example.com")


def test_deadlines_shrink_but_do_not_grow() -> None:
    assert Deadline(1).at_most(9).left() <= 1
    assert Deadline(9).at_most(1).left() <= 1
    with pytest.raises(Unreachable, match="slow"):
        Deadline(0).left()
