"""Reports are ruled on with the comment, and a decision taken back opens them again."""

from collections.abc import Callable

import pytest
from flask import Flask

from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Cause, Comment, Report, Ruling
from commentbox.moderation import rulings
from tests.reader import queries

Post = Callable[..., Comment]


def reported(comment: Comment, *reporters: str) -> Comment:
    """Return the comment with open reports by these."""
    place = {"site_id": comment.site_id, "comment_id": comment.id}
    for reporter in reporters:
        db.session.add(Report(**place, reporter=reporter, cause=Cause.SPAM))
    comment.open_reports = len(reporters)
    db.session.flush()
    return comment


def found(comment: Comment) -> dict[str, Ruling]:
    """Return how each report of the comment was ruled on."""
    reports = db.session.query(Report).filter_by(comment_id=comment.id)
    return {report.reporter: report.ruling for report in reports}


def test_a_decision_closes_the_open_reports_of_what_it_takes(post: Post) -> None:
    gone, stays, other = (reported(post(word), "a", "b") for word in ("One", "Two", "Three"))
    rulings.rule([gone], upheld=True, batch=ids.new())
    rulings.rule([stays], upheld=False, batch=ids.new())
    assert found(gone) == {"a": Ruling.UPHELD, "b": Ruling.UPHELD}
    assert found(stays) == {"a": Ruling.REFUSED, "b": Ruling.REFUSED}
    assert found(other) == {"a": Ruling.OPEN, "b": Ruling.OPEN}
    assert [each.open_reports for each in (gone, stays, other)] == [0, 0, 2]


def test_what_is_taken_back_opens_exactly_what_it_had_closed(post: Post) -> None:
    comment, first, second = reported(post(), "a", "b"), ids.new(), ids.new()
    rulings.rule([comment], upheld=True, batch=first)
    db.session.add(
        Report(site_id=comment.site_id, comment_id=comment.id, reporter="c", cause=Cause.ABUSE)
    )
    comment.open_reports += 1
    rulings.rule([comment], upheld=False, batch=second)
    rulings.take_back(first, of=[comment])
    assert found(comment) == {"a": Ruling.OPEN, "b": Ruling.OPEN, "c": Ruling.REFUSED}
    assert comment.open_reports == 2
    rulings.take_back(second, of=[comment])
    assert comment.open_reports == 3
    rulings.take_back(second, of=[comment])
    assert comment.open_reports == 3
    assert {report.batch for report in db.session.query(Report)} == {None}


def test_a_decision_may_be_taken_back_for_some_of_its_comments(post: Post) -> None:
    back, stays, batch = reported(post("One"), "a"), reported(post("Two"), "a"), ids.new()
    rulings.rule([back, stays], upheld=True, batch=batch)
    rulings.take_back(batch, of=[back])
    assert (found(back), back.open_reports) == ({"a": Ruling.OPEN}, 1)
    assert (found(stays), stays.open_reports) == ({"a": Ruling.UPHELD}, 0)


def test_many_comments_cost_no_more_than_few(app: Flask, post: Post) -> None:
    many, batch = [reported(post(f"Number {number}"), "a", "b") for number in range(20)], ids.new()
    with queries(app, at_most=2):
        rulings.rule(many, upheld=True, batch=batch)
    with queries(app, at_most=2):
        rulings.take_back(batch, of=many)
    assert {comment.open_reports for comment in many} == {2}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_piece_of_a_long_decision_reads_no_reports_but_its_own(app: Flask, post: Post) -> None:
    comment, batch = reported(post(), "a"), ids.new()
    rulings.rule([comment], upheld=True, batch=batch)
    with queries(app, at_most=2) as sent:
        rulings.take_back(batch, of=[comment])
    connection = db.session.connection()
    plans = [
        str(
            connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {query}", ("",) * query.count("?")
            ).all()
        )
        for query in sent
    ]
    assert sent
    assert not [plan for plan in plans if "report" in plan and "(batch=?)" in plan], plans
