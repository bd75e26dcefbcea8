"""Counting afresh: finds every count that is wrong, and mends it."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from commentbox.comments import recount, reporting, voting
from commentbox.comments.reporting import Reporter
from commentbox.comments.voting import Voter
from commentbox.extensions import db
from commentbox.lib import ids, tokens
from commentbox.models import Cause, Comment, Status, Thread
from commentbox.moderation import status

Post = Callable[..., Comment]
MOVED_TO = st.sampled_from([Status.PENDING, Status.PUBLISHED, Status.SPAM, Status.TRASHED])


@pytest.fixture
def branch(post: Post) -> list[Comment]:
    """Return a root, a reply to it, and a reply to that."""
    root = post("root")
    reply = post("reply", parent=root)
    return [root, reply, post("leaf", parent=reply)]


def test_a_thread_as_it_grew_has_no_drift(thread: Thread, branch: list[Comment]) -> None:
    status.move(branch[0], Status.TRASHED)
    status.move(branch[1], Status.DELETED)
    assert recount.drift(thread.id) == []
    assert recount.drift() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("is_shown", False),
        ("shown_children", 7),
        ("shown_replies", 7),
        ("votes", 7),
        ("open_reports", 7),
    ],
)
def test_a_wrong_count_of_a_comment_is_found_and_mended(
    thread: Thread, branch: list[Comment], column: str, value: object
) -> None:
    root = branch[0]
    db.session.execute(update(Comment).where(Comment.id == root.id).values({column: value}))
    before = thread.revision
    assert [(part.column, part.row) for part in recount.repair()] == [(column, root.id)]
    assert recount.drift() == []
    assert thread.revision == before + 1


def test_votes_and_open_reports_are_counted(branch: list[Comment]) -> None:
    root, reply, _ = branch
    voting.vote(root, by=Voter(key=tokens.new()))
    for _ in range(2):
        reporting.report(reply, by=Reporter(key=tokens.new()), cause=Cause.SPAM)
    assert recount.drift() == []
    db.session.execute(update(Comment).values(votes=0, open_reports=0))
    found = {(part.column, part.row, part.counted) for part in recount.repair()}
    assert found == {("votes", root.id, 1), ("open_reports", reply.id, 2)}
    assert (root.votes, reply.open_reports) == (1, 2)


def test_a_wrong_count_of_a_thread_is_found_and_mended(
    thread: Thread, branch: list[Comment]
) -> None:
    db.session.execute(update(Thread).values(comment_count=99))
    (found,) = recount.drift(thread.id)
    assert str(found) == f"comment_count of {thread.id} is 99, counted 3"
    recount.repair(thread.id)
    assert (thread.comment_count, recount.drift()) == (3, [])


def test_a_status_written_past_the_moves_is_counted_in(
    thread: Thread, branch: list[Comment]
) -> None:
    db.session.execute(update(Comment).values(status=Status.SPAM))
    recount.repair()
    assert (thread.comment_count, [part.is_shown for part in branch]) == (0, [False] * 3)


def test_the_number_of_queries_does_not_grow(post: Post, thread: Thread) -> None:
    for number in range(30):
        post(f"comment {number}")
    seen: list[str] = []
    engine = db.engine

    @event.listens_for(engine, "before_cursor_execute")
    def count(_c: object, _u: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    recount.drift()
    event.remove(engine, "before_cursor_execute", count)
    assert len(seen) == 2


def test_threads_are_held_in_the_order_of_their_ids(post: Post) -> None:
    post("Hello")
    seen: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        seen.append(" ".join(statement.split()))

    recount.repair()
    event.remove(db.engine, "before_cursor_execute", note)
    held, _for, lock = seen[0].partition(" FOR ")
    assert held == "SELECT thread.id FROM thread ORDER BY thread.id"
    assert lock == ("UPDATE" if db.engine.dialect.name == "postgresql" else "")


@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.tuples(st.integers(0, 30), st.one_of(st.none(), MOVED_TO)), max_size=25))
def test_whatever_happens_the_counts_are_those_of_a_recount(
    post: Post, steps: list[tuple[int, Status | None]]
) -> None:
    comments = [post(ids.new())]
    for which, to in steps:
        comment = comments[which % len(comments)]
        if to is None and comment.is_published:
            comments.append(post(ids.new(), parent=comment))
        elif to is not None and to in status.MOVES[comment.status]:
            status.move(comment, to)
    assert recount.drift() == []
