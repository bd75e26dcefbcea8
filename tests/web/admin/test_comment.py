"""The page of one comment, without script: its history, an edit, an answer."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Comment, Status, Thread, Wording
from commentbox.moderation import actions, queue
from commentbox.moderation.actions import Seen
from tests.desk import MIA, Desk


def test_an_edit_shows_in_the_history(desk: Desk) -> None:
    comment = desk.add_comment("Old")
    answer = desk.post(f"/admin/comments/{comment}", revision="0", comment="*New*")
    assert "The comment has been edited." in desk.get(answer.location).text
    assert answer.location.endswith(f"#comment-{comment}")
    page = desk.get(f"/admin/comments/{comment}").text
    assert "<em>New</em>" in page
    assert "Edited" in page


@pytest.mark.parametrize(("typed", "words"), [(" ", "Please enter"), ("x" * 10_001, "too long")])
def test_a_bad_edit_is_explained_in_place(desk: Desk, typed: str, words: str) -> None:
    comment = desk.add_comment("Old")
    for path, field in (("", "edit"), ("/replies", "reply")):
        answer = desk.post(f"/admin/comments/{comment}{path}", revision="0", comment=typed)
        assert answer.status_code == 422
        [wrong] = re.findall(r'<textarea [^>]*id="(\w+)"[^>]*aria-invalid="true"', answer.text)
        assert wrong == field
        said = re.search(rf'id="{field}-wrong" role="alert">([^<]*)<', answer.text)
        assert said
        assert words in said[1]


def test_a_stale_edit_keeps_what_was_typed(desk: Desk) -> None:
    comment = desk.add_comment("Old")
    desk.post(f"/admin/comments/{comment}", revision="0", comment="First")
    answer = desk.post(f"/admin/comments/{comment}", revision="0", comment="My long text")
    assert answer.status_code == 409
    assert "My long text" in answer.text
    assert 'aria-describedby="edit-covers">My long text</textarea>' in answer.text
    assert 'id="edit-covers">Saving again replaces what it says now.</p>' in answer.text


def test_the_way_back_leads_to_its_row_where_there_is_one(desk: Desk) -> None:
    comment = desk.add_comment()
    for back in ("/admin/queue?q=hello", "/admin/log"):
        page = desk.get(f"/admin/comments/{comment}?{urlencode({'back': back})}").text
        row = f"#comment-{comment}" if "queue" in back else ""
        assert f'class="back" href="{back}{row}"' in page


def test_what_a_comment_said_before_an_edit_stands_in_its_history_until_it_is_deleted(
    desk: Desk,
) -> None:
    comment = desk.add_comment("The very first <words>")
    desk.post(f"/admin/comments/{comment}", revision="0", comment="Others")
    history = desk.get(f"/admin/comments/{comment}").text.partition('id="history"')[2]
    assert "What it said before</summary><bdi>The very first &lt;words&gt;</bdi>" in history
    desk.post("/admin/decisions", only=f"trash {comment}.1")
    with desk.written():
        actions.delete([Seen(comment, 1)], by=people.known_by(MIA))
    with desk.app.app_context():
        assert db.session.scalars(select(Wording)).all() == []
    left = desk.get(f"/admin/comments/{comment}").text
    assert "<title>Comment by Deleted" in left
    assert ">Comment by Deleted</h1>" in left
    assert "<title>About Deleted" in desk.get(f"/admin/comments/{comment}/ban").text


def test_a_page_counts_as_seen_from_when_it_was_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = desk.add_comment()
    read, find = [], queue.item

    def item(*asked: Any) -> queue.Item:
        found = find(*asked)
        read.append(clock.now())
        return found

    monkeypatch.setattr(queue, "item", item)
    page = desk.get(f"/admin/comments/{comment}").text
    [seen] = re.findall(r'name="seen" value="([^"]+)"', page)
    assert datetime.fromisoformat(seen) <= read[0]


def test_an_answer_approves_what_waits_and_is_published(desk: Desk) -> None:
    comment = desk.add_comment("Question")
    desk.post("/admin/account", name="Mia")
    answer = desk.post(f"/admin/comments/{comment}/replies", revision="0", comment="Answer")
    page = desk.get(answer.location).text
    assert "Your reply is published. 1 comment approved." in page
    assert desk.status(comment) is Status.PUBLISHED
    with desk.app.app_context():
        reply = db.session.scalars(select(Comment).where(Comment.parent_id == comment)).one()
        assert (reply.status, reply.author_name) == (Status.PUBLISHED, "Mia")
        assert reply.account_id
        assert db.session.scalars(select(Thread)).one().comment_count == 2
        reply_id = reply.id
    log = desk.get("/admin/log").text
    assert f'href="/admin/comments/{reply_id}"><b>Replied to a comment' in log
    [undo] = re.findall(r'action="(/admin/decisions/\w+/undo)"', page)
    desk.post(undo)
    assert (desk.status(comment), desk.status(reply_id)) == (Status.PENDING, Status.PUBLISHED)


def test_an_answer_to_what_was_edited_since_it_was_seen_is_refused(desk: Desk) -> None:
    comment = desk.add_comment("Question")
    decide = {"revision": "0", "comment": "Answer"}
    desk.post("/admin/decisions", only=f"approve {comment}.0")
    desk.post(f"/admin/comments/{comment}", revision="0", comment="Another question")
    answer = desk.post(f"/admin/comments/{comment}/replies", **decide)
    assert (answer.status_code, "Answer" in answer.text) == (409, True)
    assert "Saving again" not in answer.text


def test_an_answer_by_a_moderator_stands_in_the_queue_without_reasons(desk: Desk) -> None:
    comment = desk.add_comment("Question")
    desk.post(f"/admin/comments/{comment}/replies", revision="0", comment="Answer")
    assert "First comment by this author" not in desk.get("/admin/queue?status=published").text
    with desk.written():
        reply = db.session.scalars(select(Comment).where(Comment.parent_id == comment)).one()
        reply_id, reply.status = reply.id, Status.PENDING
    assert "First comment by this author" not in desk.get(f"/admin/comments/{reply_id}").text


def test_an_answer_to_spam_is_refused_and_kept(desk: Desk) -> None:
    comment = desk.add_comment("Buy")
    desk.post("/admin/decisions", only=f"spam {comment}.0")
    answer = desk.post(f"/admin/comments/{comment}/replies", revision="0", comment="Never")
    assert answer.status_code == 409
    assert desk.status(comment) is Status.SPAM


def test_an_answer_to_nothing_is_not_found(desk: Desk) -> None:
    path = f"/admin/comments/{'0' * 22}/replies"
    assert desk.post(path, revision="0", comment="Hi").status_code == 404


def test_an_answer_publishes_nothing_that_was_held_since_it_was_seen(desk: Desk) -> None:
    comment = desk.add_comment("Question")
    desk.post("/admin/decisions", only=f"approve {comment}.0")
    form = desk.get(f"/admin/comments/{comment}").text.partition('data-form="reply"')[2]
    [status] = re.findall(r'name="status" value="(\w+)"', form)
    desk.change(comment, status=Status.PENDING)  # as readers' reports do
    path = f"/admin/comments/{comment}/replies"
    answer = desk.post(path, revision="0", status=status, comment="Answer")
    assert (answer.status_code, "Answer" in answer.text) == (409, True)
    assert desk.status(comment) is Status.PENDING
