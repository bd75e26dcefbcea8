"""What becomes of a comment that an outside scorer is asked about."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from commentbox.accounts import people
from commentbox.comments import posting
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import (
    Account,
    Batch,
    Block,
    BlockKind,
    Comment,
    Decision,
    Job,
    Policy,
    Site,
    Status,
    Thread,
)
from commentbox.moderation import actions, blocking, intake, reasons
from commentbox.moderation.intake import Answer

Post = Callable[..., Comment]


@pytest.fixture
def mia(site: Site) -> Account:
    """Return who moderates the site."""
    return people.invite("mia@example.org")


@pytest.fixture
def asked(site: Site, thread: Thread) -> Post:
    """Return a function that posts where an outside scorer is asked."""
    site.asks_scorer = True

    def post(source: str = "Hello", **arrival: Any) -> Comment:
        return posting.post(
            thread,
            site,
            author=posting.Guest(name="Ann", email="ann@example.org", key=tokens.new()),
            draft=posting.Draft(source),
            arrival=posting.Arrival(has_scorer=True, **arrival),
        )

    return post


def test_what_was_blocked_or_closed_meanwhile_does_not_appear(
    asked: Post, site: Site, mia: Account
) -> None:
    site.policy = Policy.PUBLISH
    blocked, held = asked("First"), asked("Another thing entirely")
    blocking.add(site, BlockKind.EMAIL, "ann@example.org", by=mia)
    intake.settle(blocked, Answer.FINE)
    assert (blocked.status, blocked.caught_by) == (Status.SPAM, "blocked")
    db.session.execute(delete(Block))
    site.policy = Policy.HOLD_ALL
    intake.settle(held, Answer.FINE)
    assert (held.status, held.caught_by) == (Status.PENDING, "policy")


def jobs() -> list[str]:
    return list(db.session.scalars(select(Job.kind).order_by(Job.id)))


def test_published_before_the_check_ended_never_happens(asked: Post) -> None:
    """A comment that the scorer is asked about waits, however long that takes."""
    waiting = asked("Fine words")
    assert (waiting.status, waiting.caught_by) == (Status.PENDING, "asked")
    assert jobs() == ["comment.scoring"]
    assert reasons.shown(waiting) == [
        "First comment by this author",
        "Waits for the outside spam service",
    ]


@pytest.mark.parametrize(
    ("answer", "status", "caught_by", "told"),
    [
        (Answer.FINE, Status.PUBLISHED, "", ["comment.published"]),
        (Answer.SPAM, Status.SPAM, "scorer", []),
        (Answer.ERROR, Status.PENDING, "scorer-failed", ["comment.pending"]),
    ],
)
def test_the_scorers_answer_settles_what_becomes_of_a_comment(
    asked: Post, answer: Answer, status: Status, caught_by: str, told: list[str]
) -> None:
    comment = asked()
    intake.settle(comment, answer)
    assert (comment.status, comment.first_status) == (status, status)
    assert (comment.caught_by, intake.is_asked(comment)) == (caught_by, False)
    assert jobs() == ["comment.scoring", *told]
    decisions = db.session.scalars(select(Decision)).all()
    assert [(each.account_id, each.after) for each in decisions] == (
        [] if status is Status.PENDING else [(None, status)]
    )
    intake.settle(comment, Answer.SPAM)
    assert comment.status is status


def test_a_first_comment_that_is_fine_waits_for_being_the_first(asked: Post, site: Site) -> None:
    site.policy = Policy.HOLD_FIRST
    comment = asked()
    intake.settle(comment, Answer.FINE)
    assert (comment.status, comment.caught_by) == (Status.PENDING, "first")
    assert jobs() == ["comment.scoring", "comment.pending"]


def test_what_somebody_decided_meanwhile_stays(asked: Post, mia: Account) -> None:
    comment, other = asked("One"), asked("Two")
    actions.approve([actions.Seen.of(comment)], by=mia)
    actions.trash([actions.Seen.of(other)], by=mia)
    actions.restore([actions.Seen.of(other)], by=mia)
    intake.settle(comment, Answer.SPAM)
    intake.settle(other, Answer.FINE)
    assert (comment.status, other.status) == (Status.PUBLISHED, Status.PENDING)


@pytest.mark.parametrize("answer", [Answer.FINE, Answer.SPAM, Answer.ERROR])
def test_what_held_a_comment_first_stays_where_somebody_decided_meanwhile(
    asked: Post, mia: Account, answer: Answer
) -> None:
    comment = asked()
    actions.approve([actions.Seen.of(comment)], by=mia)
    intake.settle(comment, answer)
    assert (comment.first_status, comment.caught_by) == (Status.PENDING, "asked")
    codes = [reason["code"] for reason in comment.reasons]
    assert codes[-1].startswith("scorer")
    assert (codes.count("asked"), intake.is_asked(comment)) == (0, False)


def test_what_the_scorer_did_can_be_taken_back(asked: Post, mia: Account) -> None:
    comment = asked()
    intake.settle(comment, Answer.SPAM)
    batch = db.session.scalars(select(Batch).where(Batch.action == "settled")).one()
    assert (batch.account_id, batch.total, batch.done) == (None, 1, 1)
    actions.undo(batch.id, by=mia)
    assert comment.status is Status.PENDING


def test_nobody_asks_about_what_is_held_anyway(asked: Post, site: Site) -> None:
    assert asked("Filled in", is_trap=True).caught_by == "trap"
    site.asks_scorer = False
    assert asked("Words").is_published
    assert "comment.scoring" not in jobs()
