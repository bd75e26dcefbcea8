"""Replies to replies to replies, hundreds deep."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from commentbox.comments import recount
from commentbox.extensions import db
from commentbox.models import Comment, Status, Thread
from commentbox.moderation import status
from tests.reader import Reader, queries

DEPTH = 800


@pytest.fixture
def chain(reader: Reader) -> list[str]:
    """Return the ids of comments each of which answers the one before."""
    reader.fill(DEPTH)
    found: list[str] = reader.change(_nest)
    return found


@pytest.mark.parametrize("kind", ["", "comments", "replies"])
@pytest.mark.parametrize("number", [0, -1])
def test_a_deep_branch_costs_as_many_queries_as_a_flat_one(
    app: Flask, reader: Reader, chain: list[str], kind: str, number: int
) -> None:
    with queries(app, at_most=12):
        answer = reader.get(kind, root=chain[0], comment=chain[number])
    assert answer.status_code == 200


def test_the_page_without_script_costs_no_more(
    app: Flask, reader: Reader, chain: list[str]
) -> None:
    thread = reader.comments()[0].thread_id
    for query in ("", f"?comment={chain[-1]}", f"?root={chain[0]}", f"?replytocom={chain[-1]}"):
        with queries(app, at_most=12):
            assert reader.client.get(f"/t/{thread}{query}").status_code == 200


def test_the_last_reply_goes_and_comes_at_the_cost_of_any(
    app: Flask, reader: Reader, chain: list[str]
) -> None:
    """All above it are removed, and keep their places only for it."""
    reader.change(lambda: _remove(chain[:-1]))
    for to in (Status.TRASHED, Status.PUBLISHED):
        with queries(app, at_most=20):
            _move(reader, chain[-1], to)
    with app.app_context():
        assert recount.drift() == []


def _nest() -> list[str]:
    found = list(db.session.scalars(select(Comment).order_by(Comment.created_at, Comment.id)))
    for depth, comment in enumerate(found):
        comment.root_id, comment.depth = found[0].id, depth
        comment.parent_id = found[depth - 1].id if depth else None
        comment.shown_children = 1 if depth + 1 < len(found) else 0
        comment.shown_replies = 0 if depth else len(found) - 1
    return [comment.id for comment in found]


def _remove(comment_ids: list[str]) -> None:
    removed = update(Comment).where(Comment.id.in_(comment_ids))
    db.session.execute(removed.values(status=Status.TRASHED))
    db.session.execute(update(Thread).values(comment_count=1))


def _move(reader: Reader, comment_id: str, to: Status) -> None:
    reader.change(lambda: status.move(db.session.get_one(Comment, comment_id), to))
