"""What an address leaves out of its folder, in words, each with the address without it."""

from dataclasses import dataclass
from datetime import date, datetime, time

from commentbox.adapters.translations import gettext
from commentbox.models import Comment, Thread
from commentbox.moderation import reasons
from commentbox.web.admin.asked import GROUPS, SORTS, Asked
from commentbox.web.kit.words import day


@dataclass(frozen=True)
class Chip:
    """One thing that is set; `url` leads to the same part of the queue without it."""

    words: str
    url: str


def of(asked: Asked, *, thread: Thread | None, author: Comment | None) -> list[Chip]:
    """Return what is set, in the order in which people ask for it."""
    found = {
        "q": gettext("“%(words)s”") % {"words": asked.words},
        "author": gettext("By %(name)s") % {"name": author.author_name if author else ""},
        "thread": gettext("On %(title)s") % {"title": thread.title or thread.url if thread else ""},
        "domain": gettext("Addresses at %(domain)s") % {"domain": asked.domain},
        "cluster": gettext("Nearly the same text"),
        "host": gettext("Links to %(host)s") % {"host": asked.host},
        "reason": gettext(reasons.NAMES[asked.reason]) if asked.reason else "",
        "since": gettext("From %(day)s") % {"day": _day(asked.since)} if asked.since else "",
        "until": gettext("Until %(day)s") % {"day": _day(asked.until)} if asked.until else "",
        "repeated": gettext("Repeated"),
        "reported": gettext("Reported"),
        "sort": gettext(SORTS[asked.sort]),
        "group": gettext("Folded by: %(what)s") % {"what": gettext(GROUPS[asked.group])},
    }
    return [
        Chip(words, asked.url(**{name: ""})) for name, words in found.items() if name in asked.kept
    ]


def _day(date: date) -> str:
    return day(datetime.combine(date, time.min))
