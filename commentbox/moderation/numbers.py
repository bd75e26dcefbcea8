"""How much came in, and what became of it: the figures of the last days."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Select, func, select

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Comment, Status

DAYS: Final = 30


@dataclass(frozen=True)
class Day:
    """How many comments came in on a day (UTC), by what was done with them at once."""

    day: date
    published: int = 0
    held: int = 0
    spam: int = 0

    @property
    def total(self) -> int:
        """Return how many came in."""
        return self.published + self.held + self.spam


@dataclass(frozen=True)
class Numbers:
    """The days, the first first; what was caught by which signal, the most first.

    `missed` were published at once and are spam now; `freed` were taken for spam and are not.
    """

    days: list[Day]
    caught: list[tuple[str, int]] = field(default_factory=list)
    missed: int = 0
    freed: int = 0

    @property
    def total(self) -> Day:
        """Return the sum of all days, by the date of the last."""
        return Day(
            self.days[-1].day,
            published=sum(each.published for each in self.days),
            held=sum(each.held for each in self.days),
            spam=sum(each.spam for each in self.days),
        )


def of(site_ids: Collection[str]) -> Numbers:
    """Return the figures of the sites for the last `DAYS` days, today included, in one query."""
    last = clock.now().date()
    first = last - timedelta(days=DAYS - 1)
    came: Counter[tuple[date, Status]] = Counter()
    caught: Counter[str] = Counter()
    turned: Counter[tuple[Status, Status]] = Counter()
    for day, before, by, now, number in db.session.execute(_counted(site_ids, first)):
        came[date.fromisoformat(str(day)), before] += number
        turned[before, now] += number
        if by and before is not Status.PUBLISHED:  # of older comments nobody knows by what
            caught[by] += number
    return Numbers(
        [_day(first + timedelta(days=passed), came) for passed in range(DAYS)],
        caught.most_common(),
        missed=turned[Status.PUBLISHED, Status.SPAM],
        freed=turned[Status.SPAM, Status.PUBLISHED],
    )


def _counted(site_ids: Collection[str], first: date) -> Select[str, Status, str, Status, int]:
    # `date()` is the same word in both databases; times are kept in UTC.
    day = func.date(Comment.created_at)
    kept = (day, Comment.first_status, Comment.caught_by, Comment.status)
    since = datetime.combine(first, time.min, UTC)
    return (
        select(*kept, func.count())
        .where(Comment.site_id.in_(site_ids), Comment.created_at >= since)
        .group_by(*kept)
    )


def _day(day: date, came: Counter[tuple[date, Status]]) -> Day:
    return Day(
        day,
        published=came[day, Status.PUBLISHED],
        held=came[day, Status.PENDING],
        spam=came[day, Status.SPAM],
    )
