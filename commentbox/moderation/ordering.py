"""In which order a moderator looks through comments, and where a page of it begins."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, tuple_

from commentbox.errors import Invalid
from commentbox.lib.cursor import Cursor, Rank
from commentbox.models import Comment


class Sort(StrEnum):
    """What stands first: the newest, the oldest, the surest spam, what most readers reported."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SPAM = "spam"
    REPORTED = "reported"


@dataclass(frozen=True)
class Part:
    """A stretch of a list in one order, which an index has: by the key, then by the id.

    Of `Comment`, or of the alias that it was made for, `only` says which stand in it.
    """

    row: Any
    key: Any
    only: tuple[ColumnElement[bool], ...] = field(default=())
    rises: bool = False

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        """By what to sort."""
        return self.ordered(self.key, self.row.id)

    def ordered(self, *columns: Any) -> tuple[ColumnElement[Any], ...]:
        """Return by what to sort rows that have its columns under other names."""
        return tuple(each.asc() if self.rises else each.desc() for each in columns)

    def after(self, place: Cursor | Rank) -> ColumnElement[bool]:
        """Return what is true of the rows behind a place."""
        here, there = tuple_(self.key, self.row.id), tuple_(*_place(place))
        return here > there if self.rises else here < there

    def until(self, place: Cursor | Rank) -> ColumnElement[bool]:
        """Return what is true of the rows up to a place, and of the one there."""
        value, _ = _place(place)
        # By the key alone PostgreSQL knows how few these are.
        return and_(~self.after(place), self.key <= value if self.rises else self.key >= value)

    def ahead_of(self, other: "Part") -> ColumnElement[bool]:
        """Return what is true of the rows that come before the row of the same part elsewhere."""
        here, there = tuple_(self.key, self.row.id), tuple_(other.key, other.row.id)
        return here < there if self.rises else here > there

    def place(self, comment: Comment) -> Cursor | Rank:
        """Return the place just behind a comment of this part."""
        return self.place_of(getattr(comment, self.key.key), comment.id)

    def place_of(self, value: Any, comment_id: str) -> Cursor | Rank:
        """Return the place just behind the comment that has this value for the key."""
        is_moment = self.key.key == Comment.created_at.key
        return Cursor(value, comment_id) if is_moment else Rank(float(value), comment_id)


def parts(sort: Sort, row: Any = Comment) -> list[Part]:
    """Return the stretches of a list; where numbers decide, those without one come last."""
    if sort is Sort.SPAM:
        ranked, rest = row.spam_score.is_not(None), row.spam_score.is_(None)
        return [Part(row, row.spam_score, (ranked,)), Part(row, row.created_at, (rest,))]
    if sort is Sort.REPORTED:
        ranked, rest = row.open_reports > 0, row.open_reports == 0
        return [Part(row, row.open_reports, (ranked,)), Part(row, row.created_at, (rest,))]
    return [Part(row, row.created_at, rises=sort is Sort.OLDEST)]


def reached(every: Sequence[Part], after: Cursor | Rank | None) -> int:
    """Return which stretch a place stands in; raise `Invalid("cursor.invalid")` for none."""
    if after is None:
        return 0
    is_ranked = isinstance(after, Rank)
    for number, part in enumerate(every):
        if is_ranked is not (part.key.key == Comment.created_at.key):
            return number
    raise Invalid("cursor.invalid")


def _place(place: Cursor | Rank) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    value = place.moment if isinstance(place, Cursor) else place.number
    return literal(value), literal(place.id)
