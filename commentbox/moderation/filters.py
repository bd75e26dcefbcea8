"""Which comments a moderator looks at: what the queue lists, and what a bulk action takes."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from commentbox.models import Comment, Status


@dataclass(frozen=True)
class Filter:
    """Comments of these sites, in this status, with all that is given; what is empty is open.

    `reason` is the code of a signal, `person`, `cluster`, `domain` and `host` are as in `Comment`,
    `since` and `until` days in UTC, both included. `is_repeated` asks for those that others of the
    folder say nearly alike, `is_reported` for those with open reports.
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

    def as_json(self) -> dict[str, Any]:
        """Return the filter as a job or the log keeps it."""
        values = {**asdict(self), "site_ids": list(self.site_ids), "status": self.status.value}
        for name in ("since", "until"):
            values[name] = values[name].isoformat() if values[name] else None
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the filter that `as_json` wrote."""
        known = {
            **values,
            "site_ids": tuple(values["site_ids"]),
            "status": Status(values["status"]),
        }
        for name in ("since", "until"):
            known[name] = date.fromisoformat(known[name]) if known[name] else None
        return cls(**known)

    def of(self, site_ids: Collection[str]) -> Self:
        """Return the filter for some of the sites."""
        return replace(self, site_ids=tuple(site_ids))


def conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """Return what is true of the comments that a filter lets through, except their site."""
    exact = {
        Comment.thread_id: wanted.thread_id,
        Comment.person: wanted.person,
        Comment.author_domain: wanted.domain,
        Comment.cluster: wanted.cluster,
    }
    found = [Comment.status == wanted.status]
    found += [column == value for column, value in exact.items() if value]
    if wanted.host:
        found.append(_holds(Comment.link_hosts, wanted.host))
    if wanted.reason:
        found.append(_holds(Comment.signal_codes, wanted.reason))
    if wanted.since:
        found.append(Comment.created_at >= _midnight(wanted.since))
    if wanted.until:
        found.append(Comment.created_at < _midnight(wanted.until + timedelta(days=1)))
    if wanted.is_repeated:
        found.append(_is_repeated())
    if wanted.is_reported:
        found.append(Comment.open_reports > 0)
    return [*found, *_with(wanted.words)]


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.contains(f" {word} ", autoescape=True)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _is_repeated() -> ColumnElement[bool]:
    other = aliased(Comment)
    return (
        select(other.id)
        .where(
            other.site_id == Comment.site_id,
            other.cluster == Comment.cluster,
            other.status == Comment.status,
            other.id != Comment.id,
        )
        .exists()
    )


def _with(words: str) -> list[ColumnElement[bool]]:
    if not words:
        return []
    columns = (Comment.author_name, Comment.author_email, Comment.source)
    return [or_(*(column.icontains(words, autoescape=True) for column in columns))]
