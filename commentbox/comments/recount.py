"""Comparing every count with the comments themselves, and mending it.

Counts change by differences as comments move, and as readers vote and report. Here they are
counted afresh from the statuses, votes and open reports, in two queries however many comments there
are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    case,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from commentbox.extensions import db
from commentbox.models import Comment, Report, Ruling, Status, Thread, Vote

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Drift:
    """A stored count that is not what the rows say.

    `row` is the id of the comment or thread, `thread_id` the thread that it belongs to.
    """

    column: str
    row: str
    thread_id: str
    stored: int
    counted: int

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.column} of {self.row} is {self.stored}, counted {self.counted}"


def drift(thread_id: str | None = None) -> list[Drift]:
    """Return every count that is wrong, in one thread or in all."""
    return [*_of_comments(thread_id), *_of_threads(thread_id)]


def repair(thread_id: str | None = None) -> list[Drift]:
    """Write what was counted where it differs, and return the differences.

    The threads are held meanwhile, as whoever posts or moderates holds them; in the order of their
    ids, so that two who hold several never wait for each other.
    """
    held = _within(select(Thread.id), Thread.id, thread_id).order_by(Thread.id)
    db.session.scalars(held.with_for_update()).all()
    found = drift(thread_id)
    for column in {part.column for part in found}:
        model = Thread if column == "comment_count" else Comment
        _write(model, column, [part for part in found if part.column == column])
    _touch({part.thread_id for part in found})
    db.session.expire_all()
    return found


def _of_comments(thread_id: str | None) -> Iterable[Drift]:
    shown = _shown(thread_id)
    by_parent = _counted(shown, shown.c.parent_id)
    by_root = _counted(shown, shown.c.root_id)
    votes, reports = _rows(Vote.comment_id), _rows(Report.comment_id, Report.ruling == Ruling.OPEN)
    counted: dict[str, ColumnElement[Any]] = {
        "is_shown": case((shown.c.id.is_not(None), literal(True)), else_=literal(False)),
        "shown_children": func.coalesce(by_parent.c.count, 0),
        "shown_replies": func.coalesce(by_root.c.count, 0),
        "votes": func.coalesce(votes.c.count, 0),
        "open_reports": func.coalesce(reports.c.count, 0),
    }
    stored = {name: getattr(Comment, name) for name in counted}
    query = (
        select(Comment.id, Comment.thread_id, *stored.values(), *counted.values())
        .outerjoin(shown, shown.c.id == Comment.id)
        .outerjoin(by_parent, by_parent.c.of == Comment.id)
        .outerjoin(by_root, by_root.c.of == Comment.id)
        .outerjoin(votes, votes.c.of == Comment.id)
        .outerjoin(reports, reports.c.of == Comment.id)
        .where(or_(*(stored[name] != counted[name] for name in counted)))
    )
    for row, thread, *values in db.session.execute(_within(query, Comment.thread_id, thread_id)):
        pairs = zip(values[: len(counted)], values[len(counted) :], strict=True)
        for name, (before, after) in zip(counted, pairs, strict=True):
            if before != after:
                yield Drift(name, row, thread, int(before), int(after))


def _of_threads(thread_id: str | None) -> Iterable[Drift]:
    published = (
        _within(
            select(Comment.thread_id.label("of"), func.count().label("count")),
            Comment.thread_id,
            thread_id,
        )
        .where(Comment.status == Status.PUBLISHED)
        .group_by(Comment.thread_id)
        .subquery()
    )
    counted = func.coalesce(published.c.count, 0)
    query = (
        select(Thread.id, Thread.comment_count, counted)
        .outerjoin(published, published.c.of == Thread.id)
        .where(Thread.comment_count != counted)
    )
    for row, stored, count in db.session.execute(_within(query, Thread.id, thread_id)):
        yield Drift("comment_count", row, row, stored, count)


def _shown(thread_id: str | None) -> CTE:
    """Return the comments that are published, and all those above them, each once."""
    start = _within(
        select(Comment.id, Comment.parent_id, Comment.root_id), Comment.thread_id, thread_id
    ).where(Comment.status == Status.PUBLISHED)
    shown = start.cte("shown", recursive=True)
    above = aliased(Comment)
    return shown.union(
        select(above.id, above.parent_id, above.root_id).join(shown, above.id == shown.c.parent_id)
    )


def _counted(shown: CTE, of: ColumnElement[Any]) -> Any:
    return (
        select(of.label("of"), func.count().label("count"))
        .where(shown.c.parent_id.is_not(None))
        .group_by(of)
        .subquery()
    )


def _rows(of: InstrumentedAttribute[str], *which: ColumnElement[bool]) -> Any:
    query = select(of.label("of"), func.count().label("count"))
    return query.where(*which).group_by(of).subquery()


def _within(query: S, column: Any, thread_id: str | None) -> S:
    return query if thread_id is None else query.where(column == thread_id)


def _write(model: type[Comment] | type[Thread], column: str, found: list[Drift]) -> None:
    kind = bool if column == "is_shown" else int
    rows = [{"id": part.row, column: kind(part.counted)} for part in found]
    db.session.execute(update(model), rows)


def _touch(thread_ids: set[str]) -> None:
    """Say that these threads have changed, so that no page of before is shown again."""
    for thread_id in sorted(thread_ids):
        db.session.execute(
            update(Thread).where(Thread.id == thread_id).values(revision=Thread.revision + 1)
        )
