"""Threats to tools in the frame: rights (E1), forged requests (E6), what caches keep (E12)."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Membership, Role, Status
from tests.reader import Reader
from tests.toolbox import ACTS, Moderator
from tests.walks import FROM_HERE


@pytest.fixture
def somebody(app: Flask) -> Moderator:
    """Return somebody logged in who is nothing here, before one comment that waits."""
    return Moderator.before_a_comment(app)


@pytest.fixture
def mia(somebody: Moderator) -> Moderator:
    """Return somebody who moderates the site."""
    return somebody.given(Role.MODERATOR)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OWNER, Role.ADMIN])
def test_e1_every_role_on_the_site_has_the_tools(somebody: Moderator, role: Role) -> None:
    answer = somebody.given(role).tools()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Authorization"} <= set(answer.headers["Vary"].split(", "))
    found = answer.get_json()
    assert "1 comment waits here." in found["section"]
    assert "Waiting <strong>words</strong>" in found["waiting"]
    assert "Waits for a decision</b> · Every comment waits on this site" in found["waiting"]
    for act in ("approve", "spam", "trash"):
        assert f'data-moderate="{act}"' in found["waiting"]
    assert set(re.findall(r'data-moderate="(\w+)"', found["tools"])) == {
        *("spam", "trash", "pin", "unpin")
    }
    assert somebody.me().get_json()["moderates"] is True
    assert somebody.use("approve", somebody.ids()[0]).status_code == 200


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.OWNER])
def test_e1_who_is_nothing_on_the_site_is_told_of_no_tools(
    somebody: Moderator, role: Role | None
) -> None:
    if role:
        somebody.given(role, site="other")
    assert "moderates" not in somebody.me().get_json()
    answers = [somebody.tools(), *(somebody.use(act, somebody.ids()[0], token="x") for act in ACTS)]
    assert {(each.status_code, each.get_json()["code"]) for each in answers} == {
        (404, "page.unknown")
    }
    assert somebody.statuses() == [Status.PENDING]


def test_e1_nobody_who_is_not_logged_in_is_told_either(mia: Moderator) -> None:
    comment, token = mia.ids()[0], mia.token()
    mia.client.post("/logout", json={"site": "blog"}, headers=FROM_HERE)
    for answer in (mia.tools(), *(mia.use(act, comment, token=token) for act in ACTS)):
        assert (answer.status_code, answer.get_json()["code"]) == (401, "login.needed")
    assert mia.statuses() == [Status.PENDING]


def test_e1_a_role_that_is_taken_ends_the_tools_at_once(mia: Moderator) -> None:
    token = mia.token()
    mia.reader.change(lambda: db.session.delete(db.session.scalars(select(Membership)).one()))
    assert mia.tools().status_code == 404
    assert mia.use("approve", mia.ids()[0], token=token).status_code == 404


@pytest.mark.parametrize("origin", ["https://blog.test", "https://evil.test", "null", ""])
def test_e6_only_a_page_of_ours_uses_the_tools(mia: Moderator, origin: str) -> None:
    for act in ACTS:
        answer = mia.use(act, mia.ids()[0], origin=origin)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "origin.foreign")
    assert mia.tools(**{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert mia.statuses() == [Status.PENDING]


def test_e6_the_token_is_that_of_the_session(mia: Moderator) -> None:
    stale = mia.token()
    mia.client.post("/logout", json={"site": "blog"}, headers=FROM_HERE)
    mia.enter()
    for token in (stale, mia.reader.token(), "forged", ""):
        answer = mia.use("approve", mia.ids()[0], token=token)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "form.stale")
    with clock.turned_by(timedelta(hours=23)):
        assert mia.use("approve", mia.ids()[0], token=mia.token()).status_code == 200


def test_e12_everybody_gets_the_same_bytes_of_the_page(
    mia: Moderator,
) -> None:
    mia.use("approve", mia.ids()[0])
    theirs, stranger = mia.reader.get(), Reader(mia.app).get()
    assert theirs.data == stranger.data
    for word in ("data-moderate", "Waits for a decision", "moderating"):
        assert word not in theirs.text


def test_e12_the_page_without_script_leads_to_the_desk_whoever_moderates(mia: Moderator) -> None:
    mia.use("approve", mia.ids()[0])
    thread, comment = mia.reader.comments()[0].thread_id, mia.ids()[0]
    page = mia.client.get(f"/t/{thread}")
    assert f'href="/admin/queue?thread={thread}">Open the desk</a>' in page.text
    assert f'href="/admin/comments/{comment}" aria-label="Moderate Zoë">Moderate</a>' in page.text
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert page.headers["Vary"] == "Cookie"
    mia.reader.change(lambda: db.session.delete(db.session.scalars(select(Membership)).one()))
    for client in (mia.client, mia.app.test_client()):
        assert "/admin/" not in client.get(f"/t/{thread}").text
