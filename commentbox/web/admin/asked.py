"""Which part of the queue an address asks for, and the addresses of other parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from commentbox.adapters.translations import N_
from commentbox.errors import Invalid
from commentbox.lib import hosts, ids, text
from commentbox.models import Status
from commentbox.moderation import queue, reasons
from commentbox.moderation.filters import Filter, Group
from commentbox.moderation.ordering import Sort
from commentbox.web.admin import places

E = TypeVar("E", bound=StrEnum)

SORTS: Final = {
    Sort.NEWEST: N_("Newest first"),
    Sort.OLDEST: N_("Oldest first"),
    Sort.SPAM: N_("Most certain spam first"),
    Sort.REPORTED: N_("Most reported first"),
}

GROUPS: Final = {
    Group.TEXT: N_("Nearly the same text"),
    Group.AUTHOR: N_("The same author"),
    Group.HOST: N_("The same link"),
    Group.NONE: N_("Nothing"),
}

_FIRST_DAY: Final = date(1970, 1, 1)
_LAST_DAY: Final = date(9999, 1, 1)
_LONGEST_WORDS: Final = 100
_LONGEST_LINK: Final = 500


@dataclass(frozen=True)
class Asked:
    """What part of the queue the address asks for.

    `author` is a comment of theirs: nobody's address stands in one of ours.
    """

    status: Status = Status.PENDING
    site: str = ""
    words: str = ""
    reason: str = ""
    thread: str = ""
    author: str = ""
    domain: str = ""
    cluster: str = ""
    host: str = ""
    since: date | None = None
    until: date | None = None
    repeated: bool = False
    reported: bool = False
    sort: Sort = Sort.NEWEST
    group: Group = Group.TEXT
    after: str = ""

    @property
    def folded_by(self) -> Group:
        """By what comments are folded: not by what the filter has told apart already."""
        unfolded = {
            Group.TEXT: self.cluster,
            Group.AUTHOR: self.author,
            Group.HOST: self.host,
        }
        return Group.NONE if unfolded.get(self.group) else self.group

    @property
    def kept(self) -> dict[str, str]:
        """The parameters of its address, but for how far one has read."""
        days = {"since": self.since, "until": self.until}
        found = {
            "status": self.status.value,
            "site": self.site,
            "q": self.words,
            "reason": self.reason,
            "thread": self.thread,
            "author": self.author,
            "domain": self.domain,
            "cluster": self.cluster,
            "host": self.host,
            **{name: day.isoformat() for name, day in days.items() if day},
            "repeated": "1" if self.repeated else "",
            "reported": "1" if self.reported else "",
            "sort": "" if self.sort is Sort.NEWEST else self.sort.value,
            "group": "" if self.group is Group.TEXT else self.group.value,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves anything of its folder out, except other sites."""
        return bool(set(self.kept) - {"status", "site", "sort", "group"})

    def url(self, **changes: str) -> str:
        """Return the address of this part with changes; another part starts at its first page."""
        return places.queue_url(**(self.kept | changes))

    def wanted(self, site_ids: tuple[str, ...], *, person: str) -> Filter:
        """Return the filter for it; `person` is who wrote the comment that `author` names."""
        return Filter(
            site_ids,
            self.status,
            words=self.words,
            reason=self.reason,
            thread_id=self.thread,
            person=person,
            domain=self.domain,
            cluster=self.cluster,
            host=self.host,
            since=self.since,
            until=self.until,
            is_repeated=self.repeated,
            is_reported=self.reported,
        )


def read(given: Mapping[str, str]) -> Asked:
    """Read an address's parameters; raise `Invalid("query.invalid")` for what is none of its kind.

    That is a day, an id or a reason. A folder, an order or a way to fold that there is not is the
    first of those there are; the page says which.
    """
    return Asked(
        status=_one_of(queue.FOLDERS, given.get("status", "")),
        site=given.get("site", ""),
        words=_line(given, "q", _LONGEST_WORDS),
        reason=_reason(given),
        thread=_id(given, "thread"),
        author=_id(given, "author"),
        domain=_line(given, "domain", _LONGEST_LINK).lower().rpartition("@")[2],
        cluster=_id(given, "cluster"),
        host=_host(_line(given, "host", _LONGEST_LINK).lower()),
        since=_day(given, "since"),
        until=_day(given, "until"),
        repeated=bool(given.get("repeated")),
        reported=bool(given.get("reported")),
        sort=_one_of(tuple(Sort), given.get("sort", "")),
        group=_one_of(tuple(Group), given.get("group", "")),
        after=given.get("after", ""),
    )


def _one_of(known: tuple[E, ...], value: str) -> E:
    return next((each for each in known if each.value == value), known[0])


def _line(given: Mapping[str, str], name: str, longest: int) -> str:
    return text.clean_line(given.get(name, ""))[:longest]


def _host(typed: str) -> str:
    """Return the host of an address that was copied; what is no host is looked for as it is."""
    return hosts.typed(typed) or typed


def _id(given: Mapping[str, str], name: str) -> str:
    value = given.get(name, "")
    if value and not ids.is_id(value):
        raise Invalid("query.invalid", fields={name: "field.invalid"})
    return value


def _reason(given: Mapping[str, str]) -> str:
    """Return the code of a reason: to leave out one that is unknown would show, and take, more."""
    code = given.get("reason", "")
    if code and code not in reasons.NAMES:
        raise Invalid("query.invalid", fields={"reason": "field.invalid"})
    return code


def _day(given: Mapping[str, str], name: str) -> date | None:
    value = given.get(name, "")
    try:
        day = date.fromisoformat(value) if value else None
    except ValueError:
        day = date.min
    if day and not _FIRST_DAY <= day < _LAST_DAY:
        raise Invalid("query.invalid", fields={name: "field.invalid"})
    return day
