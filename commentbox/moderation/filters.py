"""Which comments a moderator looks at: what the queue lists, and what a bulk action takes."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from commentbox.models import Comment, Status


class Group(StrEnum):
    """What puts comments together: that they say nearly the same, their author, where they link."""

    TEXT = "text"
    AUTHOR = "author"
    HOST = "host"
    NONE = "none"


@dataclass(frozen=True)
class Filter:
    """Comments of these sites, in this status, with all that is given; what is empty is open.

    `reason` is the code of a signal, `person`, `cluster`, `domain` and `host` are as in `Comment`,
    `since` and `until` days in UTC, both included. `is_repeated` asks for those that others of the
    folder say nearly alike, `is_reported` for those with open reports.

    Where `chosen` or `groups` are given, they are the ids of comments and the groups by `grouped`
    that somebody selected, and nothing else comes through. `seen_at` leaves out what arrived,
    was edited or was moved later: nobody decides about what was not there when they looked. What
    was written just before may not have been there either: it takes `IN_FLIGHT` until others see
    it. So that comes through only where it was `shown`: these are ids.
    """

    site_ids: tuple[str, ...]
    status: Status = Status.PENDING
    words: str = ""
    reason: str = ""
    thread_id: str = ""
    person: str = ""
    domain: str = ""
    cluster: str = ""
    host: str = ""
    since: date | None = None
    until: date | None = None
    is_repeated: bool = False
    is_reported: bool = False
    grouped: Group = Group.NONE
    groups: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    seen_at: datetime | None = None
    shown: tuple[str, ...] = ()

    @property
    def is_selection(self) -> bool:
        """Whether somebody selected what comes through."""
        return bool(self.chosen or self.groups)

    def as_json(self) -> dict[str, Any]:
        """Return the filter as a job or the log keeps it."""
        values = asdict(self)
        for name in _TIMES:
            values[name] = values[name].isoformat() if values[name] else None
        lists = {name: list(values[name]) for name in _LISTS}
        return {**values, **lists, "status": self.status.value, "grouped": self.grouped.value}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the filter that `as_json` wrote."""
        known = {**values, "status": Status(values["status"])}
        known["grouped"] = Group(values.get("grouped", Group.NONE))
        for name, kind in _TIMES.items():
            known[name] = kind.fromisoformat(known[name]) if known.get(name) else None
        return cls(**known | {name: tuple(known.get(name, ())) for name in _LISTS})

    def of(self, site_ids: Collection[str]) -> Self:
        """Return the filter for some of the sites."""
        return replace(self, site_ids=tuple(site_ids))


_TIMES: Final[dict[str, type[date]]] = {"since": date, "until": date, "seen_at": datetime}
_LISTS: Final = ("site_ids", "groups", "chosen", "shown")

IN_FLIGHT: Final = timedelta(seconds=2)
"""How long it takes at most from the moment of a comment, or an edit, until everybody sees it."""


def conditions(wanted: Filter, row: Any = Comment) -> list[ColumnElement[bool]]:
    """Return what is true of the comments that a filter lets through, except their site.

    It is said of `Comment`, or of the alias of it that `row` is.
    """
    exact = {
        row.thread_id: wanted.thread_id,
        row.person: wanted.person,
        row.author_domain: wanted.domain,
        row.cluster: wanted.cluster,
    }
    found = [row.status == wanted.status]
    found += [column == value for column, value in exact.items() if value]
    if wanted.host:
        found.append(_holds(row.link_hosts, wanted.host))
    if wanted.reason:
        found.append(_holds(row.signal_codes, wanted.reason))
    if wanted.is_repeated:
        found.append(_is_repeated(row))
    if wanted.is_reported:
        found.append(row.open_reports > 0)
    return [*found, *_in_time(wanted, row), *selected(wanted, row), *_with(wanted.words, row)]


def group_of(row: Any, group: Group) -> Any:
    """Return what tells one group from another; it is empty for comments that stand alone."""
    columns = {
        Group.TEXT: row.cluster,
        Group.AUTHOR: row.person,
        Group.HOST: row.link_host,
        Group.NONE: row.id,
    }
    return columns[group]


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.contains(f" {word} ", autoescape=True)
    return found


def _in_time(wanted: Filter, row: Any) -> list[ColumnElement[bool]]:
    found = []
    if wanted.since:
        found.append(row.created_at >= _midnight(wanted.since))
    if wanted.until:
        found.append(row.created_at < _midnight(wanted.until + timedelta(days=1)))
    if wanted.seen_at:
        found.append(or_(row.moved_at.is_(None), row.moved_at <= wanted.seen_at))
        is_read = _says_so(row, since=wanted.seen_at - IN_FLIGHT)
        if wanted.shown:
            is_read |= and_(row.id.in_(wanted.shown), _says_so(row, since=wanted.seen_at))
        found.append(is_read)
    return found


def _says_so(row: Any, *, since: datetime) -> ColumnElement[bool]:
    """Say whether a comment has said what it says since a moment."""
    return and_(row.created_at <= since, or_(row.edited_at.is_(None), row.edited_at <= since))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def selected(wanted: Filter, row: Any = Comment) -> list[ColumnElement[bool]]:
    """Return what is true of the comments that somebody selected; nothing where nobody did."""
    parts = []
    if wanted.chosen:
        parts.append(row.id.in_(wanted.chosen))
    if wanted.groups:
        parts.append(group_of(row, wanted.grouped).in_(wanted.groups))
    return [or_(*parts)] if parts else []


def _is_repeated(row: Any) -> ColumnElement[bool]:
    other = aliased(Comment)
    return (
        select(other.id)
        .where(
            other.site_id == row.site_id,
            other.cluster == row.cluster,
            other.status == row.status,
            other.id != row.id,
        )
        .exists()
    )


def _with(words: str, row: Any) -> list[ColumnElement[bool]]:
    """Find each of the words anywhere: who remembers two seldom knows what stood between them."""
    columns = (row.author_name, row.author_email, row.source)
    return [
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in dict.fromkeys(words.split())
    ]
