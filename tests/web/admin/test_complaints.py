"""What readers reported a comment for stands in its row."""

import pytest

from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Cause, Comment, Report, Ruling, Status
from tests.desk import Desk
from tests.reader import queries

REPORTED = "/admin/queue?status=published&reported=1&group=none"


@pytest.fixture
def report(desk: Desk) -> str:
    """Return the id of a published comment that readers reported."""
    return _reported(desk, Cause.ABUSE, Cause.SPAM, Cause.SPAM)


def test_a_row_says_for_what_readers_reported_the_comment(desk: Desk, report: str) -> None:
    page = desk.get(REPORTED).text
    assert "Reported by 3 readers" in page
    assert "Readers say: Spam, Abuse" in page


def test_what_was_ruled_on_is_not_said_again(desk: Desk, report: str) -> None:
    with desk.written():
        db.session.add(_by("late", report, Cause.OFF_TOPIC, Ruling.REFUSED))
    assert "Off topic" not in desk.get(REPORTED).text


def test_many_reported_comments_take_no_more_queries_than_one(desk: Desk, report: str) -> None:
    with queries(desk.app, at_most=99) as alone:
        desk.get(REPORTED)
    for _ in range(5):
        _reported(desk, Cause.OTHER)
    with queries(desk.app, at_most=len(alone)):
        assert "Readers say: Something else" in desk.get(REPORTED).text


def _reported(desk: Desk, *causes: Cause) -> str:
    comment = desk.add_comment(f"Hello {ids.new()}")
    desk.change(comment, status=Status.PUBLISHED, open_reports=len(causes))
    with desk.written():
        rows = [_by(str(at), comment, cause) for at, cause in enumerate(causes)]
        db.session.add_all(rows)
    return comment


def _by(reporter: str, comment_id: str, cause: Cause, ruling: Ruling = Ruling.OPEN) -> Report:
    site_id = db.session.get_one(Comment, comment_id).site_id
    return Report(
        site_id=site_id, comment_id=comment_id, reporter=reporter, cause=cause, ruling=ruling
    )
