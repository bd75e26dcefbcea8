"""Ids that nobody made: in every path, and in every form and parameter that takes one."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.comments import following
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.models import Subscription, Thread
from commentbox.notify.links import Links
from tests.conftest import BASE
from tests.desk import Desk

STRANGE = ["\0", "a\0" + "0" * 20, "0" * 21 + "\0", "'", "\ufffe", "x" * 5000, "%", "0" * 22]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Return the browser of an admin, beside a site with a comment that waits."""
    desk = Desk(app)
    desk.add_site("blog")
    desk.add_comment()
    desk.sign_in()
    return desk


@pytest.mark.parametrize("strange", STRANGE)
def test_e9_no_path_with_a_strange_id_is_an_error_of_ours(desk: Desk, strange: str) -> None:
    paths = list(_paths(desk.app, strange))
    token = desk.token()
    for method, path in paths:
        answer = desk.client.open(
            path,
            method=method,
            base_url=BASE,
            data={"token": token, "revision": "0", "comment": "Hello"},
            headers={"Accept": "text/html", "Origin": BASE},
        )
        assert 400 <= answer.status_code < 500, (method, path)
    assert len(paths) >= 30


@pytest.mark.parametrize("strange", STRANGE)
def test_e9_no_form_with_a_strange_id_is_an_error_of_ours(desk: Desk, strange: str) -> None:
    answers = [
        desk.post("/admin/decisions", only=f"spam {strange}.0"),
        desk.post("/admin/decisions", decision="spam", comment=[f"{strange}.0"]),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    told = desk.get(f"/admin/queue?done={quote(strange)}")
    assert told.status_code == 200
    article = "url=https://blog.test/article"
    for part in ("", "/comments", "/replies", "/mine"):
        for name in ("root", "comment", "id", "after"):
            path = f"/embed/blog{part}?{article}&{name}={quote(strange)}"
            assert desk.get(path).status_code in {200, 404, 422}, path


def test_e9_no_ticked_box_of_a_confirmation_is_an_error_of_ours(
    desk: Desk, settings: Settings
) -> None:
    with desk.written():
        following.subscribe(db.session.scalars(select(Thread)).one(), "ann@example.org")
        link = Links.from_settings(settings).confirm(
            db.session.scalars(select(Subscription.id)).one()
        )
    answer = desk.client.post(link, base_url=BASE, data={"also": STRANGE}, headers={"Origin": BASE})
    assert (answer.status_code, "New comments will come by mail." in answer.text) == (200, True)


def _paths(app: Flask, strange: str) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route, with the strange id for each part of the path."""
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for part in rule.arguments:
            for kind in ("", "path:"):
                path = path.replace(f"<{kind}{part}>", quote(strange, safe=""))
        if path != rule.rule:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, path
