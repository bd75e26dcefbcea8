"""The way in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Job
from tests.conftest import BASE
from tests.desk import MIA, Desk

COOKIE = "__Host-cb_admin"


def test_a_link_opens_the_desk_once(stranger: Desk) -> None:
    link = stranger.link()
    token = stranger.get(link)
    assert MIA in token.text
    assert stranger.post(link).headers["Location"] == "/admin/queue"
    assert stranger.get("/admin/queue").status_code == 200
    assert stranger.get(link).status_code == 410


def test_without_providers_no_list_of_them_is_drawn(stranger: Desk) -> None:
    assert "ways-in" not in stranger.get("/admin/sign-in").text


def test_opening_a_link_changes_nothing(stranger: Desk) -> None:
    link = stranger.link()
    for _ in range(3):
        assert stranger.get(link, Purpose="prefetch").status_code == 200
        assert stranger.client.head(link, base_url=BASE).status_code == 200
    assert stranger.post(link).status_code == 303


def test_the_cookie_is_for_this_host_and_out_of_reach_of_scripts(stranger: Desk) -> None:
    [cookie] = stranger.sign_in().headers.getlist("Set-Cookie")
    assert cookie.startswith(f"{COOKIE}=")
    for flag in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


def test_every_sign_in_has_a_new_token_and_ends_the_old_one(stranger: Desk) -> None:
    stranger.sign_in()
    first = stranger.client.get_cookie(COOKIE, domain="comments.test")
    stranger.sign_in()
    second = stranger.client.get_cookie(COOKIE, domain="comments.test")
    assert first
    assert second
    assert first.value != second.value
    stranger.client.set_cookie(COOKIE, first.value, domain="comments.test")
    assert stranger.get("/admin/queue").status_code == 303


def test_asking_for_a_link_answers_the_same_for_everybody(stranger: Desk) -> None:
    stranger.link()
    known = stranger.post("/admin/sign-in", email=MIA)
    unknown = stranger.post("/admin/sign-in", email="eve@example.org")
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(MIA, "eve@example.org") == unknown.text
    with stranger.app.app_context():
        asked = [job.payload for job in db.session.scalars(select(Job).order_by(Job.id))]
    assert asked == [
        {"email": MIA, "next": "/admin/queue"},
        {"email": "eve@example.org", "next": "/admin/queue"},
    ]


def test_one_address_is_sent_one_mail_a_minute(stranger: Desk) -> None:
    for _ in range(2):
        stranger.post("/admin/sign-in", email=MIA)
    with stranger.app.app_context():
        assert len(db.session.scalars(select(Job.id)).all()) in {1, 2}  # a minute may pass between


def test_a_wrong_address_is_shown_again_with_what_is_wrong(stranger: Desk) -> None:
    answer = stranger.post("/admin/sign-in", email="mia@")
    assert answer.status_code == 422
    assert "Invalid email address" in answer.text
    assert 'value="mia@"' in answer.text


@pytest.mark.parametrize("path", ["/admin/", "/admin/queue?status=spam", "/admin/account"])
def test_a_stranger_is_led_to_the_sign_in_page(stranger: Desk, path: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/admin/sign-in")


def test_after_the_sign_in_one_stands_where_one_wanted_to_go(stranger: Desk) -> None:
    page = stranger.get("/admin/queue?status=spam", Sec_Fetch_Site="none").location
    assert 'value="/admin/queue?status=spam"' in stranger.get(page).text
    answer = stranger.post(stranger.link(), next="/admin/queue?status=spam")
    assert answer.location == "/admin/queue?status=spam"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.test/admin/queue",
        "//evil.test/admin/queue",
        "/\\evil.test",
        "\\\\evil.test/admin/queue",
        "/admin/../../evil",
        "javascript:alert(1)",
        "/admin/sign-out",
        "/admin/sign-in",
        "/embed/blog",
        "/admin/queue\r\nSet-Cookie: a=b",
        "http:///admin/queue",
        "https:evil.test",
        " /admin/queue",
        "[",
        "",
    ],
)
def test_a_sign_in_leads_nowhere_but_to_the_desk(stranger: Desk, wanted: str) -> None:
    answer = stranger.post(stranger.link(), next=wanted)
    assert answer.location == "/admin/queue"
    assert len(answer.headers.getlist("Set-Cookie")) == 1


def test_a_link_from_a_mail_is_followed_again_with_the_cookie(stranger: Desk) -> None:
    answer = stranger.get("/admin/queue", Sec_Fetch_Site="cross-site")
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0">' in answer.text
    assert stranger.get("/admin/queue", Sec_Fetch_Site="same-origin").status_code == 303


def test_signing_out_ends_the_session_on_the_server(desk: Desk) -> None:
    cookie = desk.client.get_cookie(COOKIE, domain="comments.test")
    assert cookie
    assert desk.post("/admin/sign-out").location == "/admin/sign-in"
    assert desk.client.get_cookie(COOKIE, domain="comments.test") is None
    desk.client.set_cookie(COOKIE, cookie.value, domain="comments.test")
    assert desk.get("/admin/queue").status_code == 303


def test_another_sign_in_can_be_ended_from_here(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    other = browser_of(MIA)
    page = desk.get("/admin/account").text
    assert page.count("since") == 2
    assert desk.post("/admin/sessions/end").status_code == 303
    assert other.get("/admin/queue").status_code == 303
    assert desk.get("/admin/queue").status_code == 200


def test_nobody_can_end_the_sign_in_of_somebody_else(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    ben = browser_of("ben@example.org")
    theirs = ben.get("/admin/account").text
    assert "/admin/sessions/" not in theirs.replace("/admin/sessions/end", "")
    assert desk.post(f"/admin/sessions/{'0' * 22}/end").status_code == 404
    assert ben.get("/admin/queue").status_code == 200


def test_a_session_has_an_end(desk: Desk) -> None:
    with clock.turned_by(timedelta(days=30)):
        assert desk.get("/admin/queue").status_code == 303


def test_who_loses_the_last_role_is_out_at_once(desk: Desk) -> None:
    with desk.written():
        people.dismiss(MIA)
    assert desk.get("/admin/queue").status_code == 303
    assert desk.post("/admin/decisions", token="x").status_code == 401


def test_the_name_that_readers_see_can_be_changed(desk: Desk) -> None:
    assert desk.post("/admin/account", name=" Mia ").status_code == 303
    assert 'value="Mia"' in desk.get("/admin/account").text
    refused = desk.post("/admin/account", name=" ")
    assert (refused.status_code, "Please enter your name here" in refused.text) == (422, True)
