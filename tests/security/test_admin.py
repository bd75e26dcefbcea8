"""Threats to the desk; the name of each test begins with the threat that it answers."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import func, select
from structlog.testing import capture_logs
from werkzeug.routing import Rule

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.models import Account, Comment, Decision, Session, SignInLink, Status, Thread
from tests.conftest import BASE
from tests.corpora import lines
from tests.desk import MIA, Desk

COOKIE = "__Host-cb_admin"
OPEN = {"admin.sign_in.ask", "admin.sign_in.send", "admin.sign_in.confirm", "admin.sign_in.redeem"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</textarea></title></style><svg onload=alert(1)>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Return the browser of an admin of the site `blog`, where one comment waits."""
    desk = Desk(app)
    desk.add_site("blog")
    desk.sign_in(site="blog")
    return desk


def closed_routes(app: Flask) -> Iterator[tuple[str, Rule, str]]:
    """Yield method, rule and an address for each route behind the gate."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin.") and rule.endpoint not in OPEN:
            path = re.sub(r"<\w+>", "0" * 22, rule.rule.replace("<name>", "blog"))
            for method in {"GET", "POST"} & (rule.methods or set()):
                yield method, rule, path


def rows(desk: Desk) -> list[int]:
    """Count what a forged request could change."""
    with desk.app.app_context():
        tables = (Comment, Decision, Session, Account, SignInLink)
        counted = [db.session.scalar(select(func.count()).select_from(each)) for each in tables]
        pending = select(func.count()).where(Comment.status == Status.PENDING)
        return [number or 0 for number in (*counted, db.session.scalar(pending))]


def test_e1_comments_of_another_site_are_not_there(desk: Desk, app: Flask) -> None:
    desk.add_site("other")
    foreign = desk.add_comment("Elsewhere", site="other")
    assert "Elsewhere" not in desk.get("/admin/queue").text
    assert desk.get("/admin/queue?site=other").status_code == 404
    assert desk.get(f"/admin/comments/{foreign}").status_code == 404
    answers = [
        desk.post("/admin/decisions", only=f"approve {foreign}.0"),
        desk.post("/admin/decisions", decision="trash", comment=[f"{foreign}.0"]),
        desk.post(f"/admin/comments/{foreign}", revision="0", comment="Mine"),
        desk.post(f"/admin/comments/{foreign}/replies", revision="0", comment="Mine"),
    ]
    missing = desk.post("/admin/decisions", only=f"approve {'0' * 22}.0")
    assert {answer.status_code for answer in (*answers, missing)} == {404}
    assert desk.status(foreign) is Status.PENDING


def test_e1_a_batch_with_one_foreign_comment_changes_nothing(desk: Desk) -> None:
    desk.add_site("other")
    own, foreign = desk.add_comment("Here"), desk.add_comment("Elsewhere", site="other")
    chosen = [f"{own}.0", f"{foreign}.0"]
    assert desk.post("/admin/decisions", decision="spam", comment=chosen).status_code == 404
    assert (desk.status(own), desk.status(foreign)) == (Status.PENDING, Status.PENDING)


def test_e1_the_undo_of_another_site_is_not_there(desk: Desk, app: Flask) -> None:
    comment = desk.add_comment()
    done = desk.post("/admin/decisions", only=f"trash {comment}.0").location.split("done=")[1]
    desk.add_site("other")
    zoe = Desk(app)
    zoe.sign_in("zoe@example.org", site="other")
    assert zoe.post(f"/admin/decisions/{done}/undo").status_code == 404
    assert "moved to the trash" not in zoe.get(f"/admin/queue?done={done}").text


def test_e4_every_route_of_the_desk_is_closed_to_strangers(app: Flask, desk: Desk) -> None:
    stranger, found = Desk(app), 0
    for method, _rule, path in closed_routes(app):
        found += 1
        if method == "GET":
            answer = stranger.get(path)
            assert (answer.status_code, answer.location[:14]) == (303, "/admin/sign-in"), path
        else:
            assert stranger.post(path, token="x").status_code == 401, path
    assert found >= 10


@pytest.mark.parametrize(
    "path", ["/admin/queue/", "//admin/queue", "/admin%2fqueue", "/ADMIN/queue", "/admin/./queue"]
)
def test_e4_no_spelling_of_an_address_opens_the_desk(app: Flask, desk: Desk, path: str) -> None:
    assert Desk(app).get(path).status_code in {303, 308, 404}


def test_e4_no_header_turns_a_reading_request_into_a_writing_one(desk: Desk) -> None:
    comment = desk.add_comment()
    before = rows(desk)
    for header in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        desk.get(f"/admin/decisions?_method=POST&only=spam {comment}.0", **{header: "POST"})
    assert rows(desk) == before


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.test", "https://blog.test", BASE + "."]
)
def test_e6_a_form_of_another_origin_changes_nothing(app: Flask, desk: Desk, origin: str) -> None:
    comment = desk.add_comment()
    before = rows(desk)
    for method, _rule, path in closed_routes(app):
        if method == "POST":
            answer = desk.post(path, origin=origin, only=f"spam {comment}.0")
            assert answer.status_code == 403, path
    assert rows(desk) == before


def test_e6_a_form_needs_the_token_of_its_own_session(app: Flask, desk: Desk) -> None:
    comment = desk.add_comment()
    other = Desk(app)
    other.sign_in(site="blog")
    foreign = other.token()
    before = rows(desk)
    for token in ("", "x", foreign):
        answer = desk.post("/admin/decisions", only=f"spam {comment}.0", token=token)
        assert answer.status_code == 403
    assert rows(desk) == before


@pytest.mark.parametrize("origin", ["", "null", "https://evil.test"])
def test_e6_nobody_can_be_signed_in_by_another_site(desk: Desk, origin: str) -> None:
    link = desk.link()
    before = rows(desk)
    assert desk.post(link, origin=origin).status_code == 403
    assert desk.post(link, token="").status_code == 403
    assert desk.post("/admin/sign-in", origin=origin, email=MIA).status_code == 403
    assert rows(desk) == before


def test_e6_reading_changes_nothing(app: Flask, desk: Desk) -> None:
    desk.add_comment()
    link = desk.link()
    before = rows(desk)
    for path in [link, *(path for method, _, path in closed_routes(app) if method == "GET")]:
        desk.get(path)
    assert rows(desk) == before


class Shape(HTMLParser):
    """The elements and attributes of a page, without their values."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, tuple(name for name, _ in attrs)))


@pytest.mark.parametrize("field", ["author_name", "author_email", "author_website", "title", "who"])
def test_g1_nothing_that_somebody_typed_becomes_markup(desk: Desk, field: str) -> None:
    comment = desk.add_comment("Harmless")
    desk.post("/admin/decisions", only=f"approve {comment}.0")
    pages = ("/admin/queue?status=published", f"/admin/comments/{comment}", "/admin/account")
    write(desk, comment, field, "https://example.org/")
    plain = [Shape(desk.get(page).text).found for page in pages]
    for typed in HOSTILE + lines("xss/*.txt")[:40]:
        value = f"https://example.org/{typed}" if field == "author_website" else typed
        write(desk, comment, field, value)
        assert [Shape(desk.get(page).text).found for page in pages] == plain, typed


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x", "//evil.test"])
def test_g1_a_website_that_is_none_is_no_link(desk: Desk, website: str) -> None:
    comment = desk.add_comment()
    write(desk, comment, "author_website", website)
    assert website not in desk.get("/admin/queue").text


def test_g1_pages_of_the_desk_run_no_inline_script_and_are_framed_by_nobody(desk: Desk) -> None:
    headers = desk.get("/admin/queue").headers
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-store"


def test_g3_c10_the_cookie_is_strict_and_new_after_each_sign_in(app: Flask, desk: Desk) -> None:
    browser = Desk(app)
    browser.client.set_cookie(COOKIE, "planted-by-somebody", domain="comments.test")
    [cookie] = browser.sign_in(site="blog").headers.getlist("Set-Cookie")
    assert "planted" not in cookie
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))


def test_c11_a_session_that_was_ended_is_dead(desk: Desk) -> None:
    cookie = desk.client.get_cookie(COOKIE, domain="comments.test")
    assert cookie
    desk.post("/admin/sign-out")
    desk.client.set_cookie(COOKIE, cookie.value, domain="comments.test")
    assert desk.post("/admin/decisions", token="x").status_code == 401
    assert desk.get("/admin/queue").status_code == 303


def test_c11_a_role_that_was_taken_ends_what_it_allowed(desk: Desk) -> None:
    with desk.written():
        people.dismiss(MIA)
    assert desk.post("/admin/decisions", token="x").status_code == 401


def test_d3_a_secret_made_for_something_else_signs_nobody_in(desk: Desk) -> None:
    cookie = desk.client.get_cookie(COOKIE, domain="comments.test")
    assert cookie
    for token in (desk.token(), cookie.value, "x" * 43):
        assert desk.get(f"/admin/sign-in/{token}").status_code == 410


@pytest.mark.parametrize("path", ["/admin/setup", "/admin/install", "/admin/register", "/setup"])
def test_g5_a_fresh_service_has_no_way_in(app: Flask, path: str) -> None:
    fresh = Desk(app)
    assert fresh.get(path).status_code == 404
    assert fresh.get("/admin/queue").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Account)).all() == []


def test_g8_the_log_holds_one_line_a_decision_whatever_names_hold(desk: Desk) -> None:
    evil = 'Mallory\r\n{"event": "decided"}\x1b[31m\u2028'
    comment = desk.add_comment("One\nTwo", name=evil)
    desk.post("/admin/account", name=evil)
    with capture_logs() as events:
        desk.post("/admin/decisions", only=f"spam {comment}.0")
    [decided] = [event for event in events if event["event"] == "decided"]
    assert (decided["action"], decided["comments"]) == ("spam", 1)
    assert "Mallory" not in json.dumps(events)


def write(desk: Desk, comment_id: str, field: str, value: str) -> None:
    """Put a value into a row as if a check had been forgotten."""
    with desk.written():
        comment = db.session.get_one(Comment, comment_id)
        if field == "title":
            db.session.get_one(Thread, comment.thread_id).title = value
        elif field == "who":
            account = people.find(MIA)
            assert account
            account.name = value
        else:
            setattr(comment, field, value)
