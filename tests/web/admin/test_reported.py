"""Readers who reported what is fine: the desk answers them."""

import re

import pytest

from commentbox.extensions import db
from commentbox.models import Cause, Comment, Report, Ruling, Status
from tests.desk import Desk

FOLDER = "/admin/queue?status=published"
APPROVE = re.compile(r'name="only" value="(approve [\w.]+)"')


@pytest.fixture
def reported(desk: Desk) -> str:
    """Return a published comment that a reader reported."""
    comment = desk.add_comment("A pelican")
    with desk.written():
        place = {"site_id": db.session.get_one(Comment, comment).site_id, "comment_id": comment}
        db.session.add(Report(**place, reporter="account:x", cause=Cause.ABUSE))
    desk.change(comment, status=Status.PUBLISHED, open_reports=1)
    return comment


def ruling(desk: Desk) -> Ruling:
    """Return what was said of the only report."""
    with desk.app.app_context():
        return db.session.query(Report).one().ruling


def test_what_readers_reported_is_approved_where_it_is_published(desk: Desk, reported: str) -> None:
    [approve] = APPROVE.findall(desk.get(FOLDER).text)
    assert APPROVE.findall(desk.get(f"/admin/comments/{reported}").text) == [approve]
    answer = desk.post("/admin/decisions", only=approve, back=f"{FOLDER}&reported=1")
    page = desk.get(answer.location).text
    assert "1 comment approved." in page
    assert "A pelican" not in page
    assert ruling(desk) is Ruling.REFUSED
    assert desk.status(reported) is Status.PUBLISHED
    [undo] = re.findall(r'action="(/admin/decisions/\w+/undo)"', page)
    desk.post(undo)
    assert ruling(desk) is Ruling.OPEN


def test_what_is_reported_and_published_is_seen_where_comments_wait(
    desk: Desk, reported: str
) -> None:
    [(way, number)] = re.findall(
        r'href="([^"]+)">Published, and reported <span class="count">(\d+)<',
        desk.get("/admin/queue").text,
    )
    assert number == "1"
    assert "A pelican" in desk.get(way.replace("&amp;", "&")).text
    desk.change(reported, open_reports=0)
    assert "Published, and reported" not in desk.get("/admin/queue").text


def test_all_that_readers_reported_is_approved_at_once(desk: Desk, reported: str) -> None:
    page = desk.get(f"{FOLDER}&reported=1").text
    assert 'name="decision" value="approve"' in page
    desk.post(
        f"/admin/decisions?{FOLDER.partition('?')[2]}&reported=1", decision="approve", all="1"
    )
    assert ruling(desk) is Ruling.REFUSED


def test_what_nobody_reported_is_not_approved_twice(desk: Desk) -> None:
    desk.change(desk.add_comment("A pelican"), status=Status.PUBLISHED)
    page = desk.get(FOLDER).text
    assert "A pelican" in page
    assert 'data-act="approve"' not in page
