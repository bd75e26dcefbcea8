"""What the tools to moderate do within the frame."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.comments import sites, threads
from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import Account, Batch, Comment, Membership, Status, Thread
from commentbox.moderation import actions
from commentbox.moderation.actions import Seen
from tests.reader import ARTICLE, queries
from tests.toolbox import TOOLS, Moderator
from tests.walks import FROM_HERE


def undo_in(html: str) -> str:
    found = re.search(r'data-moderate="undo" data-batch="([^"]+)"', html)
    return found[1] if found else ""


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


def test_a_decision_that_others_have_made_otherwise_meanwhile_stays(mia: Moderator) -> None:
    [comment] = mia.ids()
    mia.reader.change(lambda: actions.mark_spam([Seen(comment, 0)], by=_somebody()))
    answer = mia.use("approve", comment, status="pending")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "comment.decided")
    assert mia.statuses() == [Status.SPAM]
    assert mia.use("approve", comment, status="spam").status_code == 200


def test_the_tools_come_with_a_comment_as_it_stands_where_that_is_asked_for(
    mia: Moderator,
) -> None:
    [comment] = mia.ids()
    assert mia.tools().get_json()["standing"] == ""
    assert "Waits for a decision" in _standing(mia, comment)
    mia.reader.change(lambda: actions.edit(Seen(comment, 0), typed="Better", by=_somebody()))
    mia.use("approve", comment, revision="1")
    published = _standing(mia, comment)
    assert 'data-status="published" data-revision="1"' in published
    assert ("Better" in published, "Waiting" in published) == (True, False)
    mia.reader.change(lambda: actions.mark_spam([Seen(comment, 1)], by=_somebody()))
    removed = _standing(mia, comment)
    assert "This comment was removed." in removed
    assert ("Better" in removed, "data-moderate" in removed) == (False, False)
    mia.reader.write(comment="Elsewhere", page_url=f"{ARTICLE}/other")
    for unknown in (mia.ids()[-1], ids.new(), "nonsense"):
        assert mia.tools_about(unknown).status_code == 404


def _standing(mia: Moderator, comment: str) -> str:
    return str(mia.tools_about(comment).get_json()["standing"])


def test_undo_takes_back_what_was_decided_about_this_comment_alone(mia: Moderator) -> None:
    mia.reader.write(comment="Another", author="Ben")
    one, other = mia.ids()

    def decided(*comments: str) -> str:
        act = lambda: actions.mark_spam([Seen(each, 0) for each in comments], by=_somebody())  # noqa: E731
        return str(mia.reader.change(act).id)

    for batch in (decided(one, other), ids.new()):
        assert mia.use("undo", one, batch=batch).status_code == 404
    mia.reader.change(lambda: actions.restore([Seen(one, 0), Seen(other, 0)], by=_somebody()))
    batch = decided(one)
    assert mia.use("undo", other, batch=batch).status_code == 404
    assert mia.use("undo", one, batch=batch).status_code == 200
    assert mia.statuses() == [Status.PENDING, Status.PENDING]


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


def test_a_conversation_that_became_too_old_is_opened_for_as_long_as_a_new_one(
    mia: Moderator,
) -> None:
    day = timedelta(days=1, minutes=1)
    mia.reader.change(lambda: sites.change(threads.site_named("blog"), by=None, closes_after=1))
    with clock.turned_by(day):
        assert 'data-moderate="open"' in mia.tools().get_json()["section"]
        answer = mia.use("open").get_json()
        assert (answer["said"], 'data-moderate="close"' in answer["bar"]) == (
            "Comments are open.",
            True,
        )
        assert mia.reader.write(comment="In time").status_code == 202
    with clock.turned_by(2 * day):
        assert mia.reader.write(comment="Late").status_code == 403


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
    assert "data-moderate" not in answer.get_json()["section"]
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
