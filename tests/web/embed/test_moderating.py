"""Moderating within the frame: who gets the tools, and what they do."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.comments import sites, threads
from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import (
    Account,
    Batch,
    Comment,
    Identity,
    Membership,
    Policy,
    Role,
    Status,
    Thread,
)
from commentbox.moderation import actions
from commentbox.moderation.actions import Seen
from tests.conftest import BASE
from tests.reader import ARTICLE, Reader, queries
from tests.walks import FROM_HERE, Person, scripted

TOOLS = "/embed/blog/moderating"
HERE = {"url": ARTICLE}


class Moderator(Person):
    """Somebody logged in to the frame, with a role once it is given."""

    def given(self, role: Role, *, site: str = "blog") -> "Moderator":
        """Give the person a role on a site; an admin's reaches over all."""
        self.reader.change(lambda: _give(role, site))
        return self

    def tools(self, **headers: str) -> Any:
        return self.client.get(TOOLS, query_string=HERE, headers=headers)

    def token(self) -> str:
        found = re.search(r'data-token="([^"]+)"', self.tools().get_json()["bar"])
        assert found
        return found[1]

    def use(self, act: str, comment: str = "", *, origin: str = BASE, **fields: Any) -> Any:
        """Press a tool; the comment is as it was when it was posted, unless told otherwise."""
        form = {"act": act, "comment": comment, "revision": "0"} | fields
        form = form if "token" in form else form | {"token": self.token()}
        headers = {"Origin": origin} if origin else {}
        return self.client.post(TOOLS, query_string=HERE, data=form, headers=headers)

    def ids(self) -> list[str]:
        return [comment.id for comment in self.reader.comments()]

    def statuses(self) -> list[Status]:
        return [comment.status for comment in self.reader.comments()]


def _give(role: Role, site: str) -> None:
    account = db.session.scalars(select(Identity.account_id)).one()
    site_id = None if role is Role.ADMIN else threads.site_named(site).id
    db.session.add(Membership(account_id=account, site_id=site_id, role=role))


@pytest.fixture
def reader(app: Flask) -> Moderator:
    """Return somebody logged in who is nothing here, before one comment that waits."""
    scripted(app)
    person = Moderator(app)
    person.reader.change(lambda: sites.add("other", ["https://other.test"]))
    person.reader.change(lambda: _policy(Policy.HOLD_ALL))
    person.reader.write(comment="Waiting **words**", author="Zoë")
    person.enter()
    return person


@pytest.fixture
def mia(reader: Moderator) -> Moderator:
    """Return somebody who moderates the site."""
    return reader.given(Role.MODERATOR)


def _policy(policy: Policy) -> None:
    site = threads.site_named("blog")
    site.policy, site.revision = policy, site.revision + 1


def undo_in(html: str) -> str:
    found = re.search(r'data-moderate="undo" data-batch="([^"]+)"', html)
    return found[1] if found else ""


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OWNER, Role.ADMIN])
def test_every_role_on_the_site_has_the_tools(reader: Moderator, role: Role) -> None:
    answer = reader.given(role).tools()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Authorization"} <= set(answer.headers["Vary"].split(", "))
    found = answer.get_json()
    assert "1 comment waits here." in found["bar"]
    assert "Waiting <strong>words</strong>" in found["waiting"]
    assert "Waits for a decision</b> · Every comment waits on this site" in found["waiting"]
    for act in ("approve", "spam", "trash"):
        assert f'data-moderate="{act}"' in found["waiting"]
    assert set(re.findall(r'data-moderate="(\w+)"', found["tools"])) == {
        *("spam", "trash", "pin", "unpin")
    }
    assert reader.me().get_json()["moderates"] is True
    assert reader.use("approve", reader.ids()[0]).status_code == 200


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.OWNER])
def test_who_is_nothing_on_the_site_is_told_of_no_tools(
    reader: Moderator, role: Role | None
) -> None:
    if role:
        reader.given(role, site="other")
    assert "moderates" not in reader.me().get_json()
    answers = [reader.tools(), *(reader.use(act, reader.ids()[0], token="x") for act in ACTS)]
    assert {(each.status_code, each.get_json()["code"]) for each in answers} == {
        (404, "page.unknown")
    }
    assert reader.statuses() == [Status.PENDING]


ACTS = ("approve", "spam", "trash", "undo", "pin", "unpin", "close", "open")


def test_nobody_who_is_not_logged_in_is_told_either(mia: Moderator) -> None:
    comment, token = mia.ids()[0], mia.token()
    mia.client.post("/logout", json={"site": "blog"}, headers=FROM_HERE)
    for answer in (mia.tools(), *(mia.use(act, comment, token=token) for act in ACTS)):
        assert (answer.status_code, answer.get_json()["code"]) == (401, "login.needed")
    assert mia.statuses() == [Status.PENDING]


def test_a_role_that_is_taken_ends_the_tools_at_once(mia: Moderator) -> None:
    token = mia.token()
    mia.reader.change(lambda: db.session.delete(db.session.scalars(select(Membership)).one()))
    assert mia.tools().status_code == 404
    assert mia.use("approve", mia.ids()[0], token=token).status_code == 404


@pytest.mark.parametrize("origin", ["https://blog.test", "https://evil.test", "null", ""])
def test_only_a_page_of_ours_uses_the_tools(mia: Moderator, origin: str) -> None:
    for act in ACTS:
        answer = mia.use(act, mia.ids()[0], origin=origin)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "origin.foreign")
    assert mia.tools(**{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert mia.statuses() == [Status.PENDING]


def test_the_token_is_that_of_the_session(mia: Moderator) -> None:
    stale = mia.token()
    mia.client.post("/logout", json={"site": "blog"}, headers=FROM_HERE)
    mia.enter()
    for token in (stale, mia.reader.token(), "forged", ""):
        answer = mia.use("approve", mia.ids()[0], token=token)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "form.stale")
    with clock.turned_by(timedelta(hours=23)):
        assert mia.use("approve", mia.ids()[0], token=mia.token()).status_code == 200


def test_an_approved_comment_comes_back_as_readers_see_it(mia: Moderator) -> None:
    answer = mia.use("approve", mia.ids()[0]).get_json()
    assert (answer["said"], answer["count"]) == ("Approved.", 1)
    assert "No comment waits here." in answer["bar"]
    assert 'data-status="published"' in answer["html"]
    assert "Waits for a decision" not in answer["html"]
    assert "Waiting <strong>words</strong>" in mia.reader.get().text


@pytest.mark.parametrize(
    ("act", "status"),
    [("spam", Status.SPAM), ("trash", Status.TRASHED), ("approve", Status.PUBLISHED)],
)
def test_each_decision_is_taken_back_from_where_it_was_made(
    mia: Moderator, act: str, status: Status
) -> None:
    [comment] = mia.ids()
    made = mia.use(act, comment).get_json()
    assert mia.statuses() == [status]
    assert 'aria-label="Undo: comment by Zoë"' in made["html"]
    undone = mia.use("undo", comment, batch=undo_in(made["html"])).get_json()
    assert (undone["said"], mia.statuses()) == ("Undone.", [Status.PENDING])
    assert "Waits for a decision" in undone["html"]
    again = mia.use("undo", comment, batch=undo_in(made["html"]))
    assert (again.status_code, again.get_json()["code"]) == (409, "undo.late")


def test_a_decision_about_words_that_have_changed_is_refused(mia: Moderator) -> None:
    [comment] = mia.ids()
    edit = lambda: actions.edit(Seen(comment, 0), typed="Spam", by=_somebody())  # noqa: E731
    mia.reader.change(edit)
    for revision in ("0", "", "-1", "nonsense", "9" * 30):
        answer = mia.use("approve", comment, revision=revision)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "comment.edited")
    assert mia.statuses() == [Status.PENDING]
    assert 'data-revision="1"' in mia.tools().get_json()["waiting"]
    assert mia.use("approve", comment, revision="1").status_code == 200
    assert f'data-id="{comment}" data-parent="" data-status="published" data-revision="1"' in (
        mia.reader.get().text
    )


def _somebody() -> Account:
    return db.session.scalars(select(Account).join(Membership)).one()


def test_a_comment_of_another_thread_is_out_of_reach_here(mia: Moderator) -> None:
    mia.reader.write(comment="Elsewhere", page_url=f"{ARTICLE}/other")
    elsewhere = mia.ids()[-1]
    for comment in (elsewhere, ids.new(), "nonsense", "\0", ""):
        answer = mia.use("spam", comment)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "comment.unknown")
    assert set(mia.statuses()) == {Status.PENDING}


def test_what_is_no_tool_does_nothing(mia: Moderator) -> None:
    for act in ("delete", "restore", "empty", "", "__class__"):
        answer = mia.use(act, mia.ids()[0])
        assert (answer.status_code, answer.get_json()["code"]) == (422, "action.unknown")
    answer = mia.use("undo", mia.ids()[0], batch=ids.new())
    assert (answer.status_code, answer.get_json()["code"]) == (404, "decision.unknown")
    assert mia.statuses() == [Status.PENDING]


def test_pinning_shows_the_comment_above_the_others(mia: Moderator) -> None:
    [comment] = mia.ids()
    refused = mia.use("pin", comment)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "pin.unpublished")
    mia.use("approve", comment)
    answer = mia.use("pin", comment).get_json()
    assert 'id="pinned"' in answer["pinned"]
    assert f'data-pinned="{comment}"' in answer["bar"]
    assert 'id="pinned"' in mia.reader.get().text
    answer = mia.use("unpin", comment).get_json()
    assert (answer["pinned"], 'data-pinned=""' in answer["bar"]) == ("", True)
    assert 'id="pinned"' not in mia.reader.get().text


def test_closing_takes_no_more_comments_until_it_is_opened(mia: Moderator) -> None:
    answer = mia.use("close").get_json()
    assert answer["said"] == "Comments are closed."
    assert 'data-moderate="open"' in answer["bar"]
    assert mia.reader.write(comment="Late").status_code == 403
    answer = mia.use("open").get_json()
    assert answer["said"] == "Comments are open."
    assert 'data-moderate="close"' in answer["bar"]
    assert mia.reader.write(comment="In time").status_code == 202


def test_what_is_done_here_is_in_the_log_under_the_persons_name(mia: Moderator) -> None:
    [comment] = mia.ids()
    for act in ("approve", "pin", "unpin", "close", "open"):
        mia.use(act, comment)
    with mia.app.app_context():
        rows = list(db.session.scalars(select(Batch).order_by(Batch.id)))
        assert [row.action for row in rows] == ["approve", "pin", "unpin", "close", "open"]
        assert {row.account_id for row in rows} == {_somebody().id}


def test_what_readers_reported_is_said_and_can_be_kept(mia: Moderator) -> None:
    [comment] = mia.ids()
    mia.use("approve", comment)
    mia.reader.change(lambda: _reported(comment))
    found = mia.tools().get_json()["reported"]
    assert f'data-of="{comment}">Reported by 2 readers <button' in found
    mia.use("approve", comment)
    assert mia.statuses() == [Status.PUBLISHED]


def _reported(comment: str) -> None:
    db.session.get_one(Comment, comment).open_reports = 2


def test_an_article_without_comments_has_no_tools_but_says_so(mia: Moderator) -> None:
    asked = {"url": f"{ARTICLE}/new"}
    answer = mia.client.get(TOOLS, query_string=asked)
    assert (answer.status_code, answer.get_json()["waiting"].strip()) == (200, "")
    assert "data-moderate" not in answer.get_json()["bar"]
    form = {"act": "close", "token": mia.token()}
    answer = mia.client.post(TOOLS, query_string=asked, data=form, headers=FROM_HERE)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "thread.unknown")
    with mia.app.app_context():
        assert len(list(db.session.scalars(select(Thread)))) == 1


def test_the_tools_cost_the_same_however_much_waits(mia: Moderator) -> None:
    mia.tools()
    with queries(mia.app, at_most=20) as few:
        mia.tools()
    for number in range(20):
        mia.reader.write(comment=f"Words {number}")
    with queries(mia.app, at_most=len(few)) as many:
        assert mia.tools().get_json()["waiting"].count("<article") == 21
    assert all(each.startswith(("SELECT", "PRAGMA")) for each in many)


def test_the_page_that_everybody_gets_is_the_same_bytes_for_who_moderates(mia: Moderator) -> None:
    mia.use("approve", mia.ids()[0])
    theirs, stranger = mia.reader.get(), Reader(mia.app).get()
    assert theirs.data == stranger.data
    for word in ("data-moderate", "Waits for a decision", "moderating"):
        assert word not in theirs.text
