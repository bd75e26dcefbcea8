"""What the checks, the filter and readers said of a comment, in words."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

from commentbox.adapters.translations import N_, gettext, ngettext
from commentbox.models import Cause, Comment, Decision, Site, Status
from commentbox.moderation import reasons
from commentbox.spam import progress
from commentbox.spam.progress import Progress
from commentbox.spam.verdict import FINE_UNTIL, LESSONS, LESSONS_OF_EACH, SPAM_FROM

CAUSES: Final = {
    Cause.SPAM: N_("Spam"),
    Cause.ABUSE: N_("Abuse"),
    Cause.OFF_TOPIC: N_("Off topic"),
    Cause.OTHER: N_("Something else"),
}

ACTIONS: Final = {
    "approve": N_("Approved"),
    "spam": N_("Marked as spam"),
    "trash": N_("Moved to the trash"),
    "restore": N_("Restored"),
    "delete": N_("Deleted for good"),
    "edit": N_("Edited"),
    "undo": N_("Undone"),
    "reported": N_("Held"),
    "settled": N_("Settled"),
    "empty": N_("Deleted for good"),
}

GONE: Final = N_("Somebody whose account is gone")

_OF_SERVICE: Final = {
    "reported": N_("Reports of readers"),
    "settled": N_("The outside spam service"),
    "empty": N_("The service, after 30 days"),
}
_SCORED: Final = {"likely-spam", "unsure"}
_IN_DOUBT: Final = {Status.PENDING, Status.SPAM}


def explaining() -> Callable[[Comment], list[str]]:
    """Return a function that says why a comment is in doubt: by the checks, the filter, readers.

    However many comments it is asked about, it asks the database once, if at all.
    """
    deciding = cache(progress.deciding)

    def reasons_in_words(comment: Comment) -> list[str]:
        found = [*reasons.shown(comment), _score(comment, deciding), _reported(comment)]
        return [words for words in found if words]

    return reasons_in_words


def learned(sites: Iterable[Site]) -> list[tuple[Site, str]]:
    """Return what the filter of each site has learned from, in words. One query."""
    sites = list(sites)
    found = progress.of([site.id for site in sites])
    return [(site, _learned(found[site.id])) for site in sites]


def who(decision: Decision) -> str:
    """Say what decided where that was nobody in person, or nobody who is still there."""
    return gettext(_OF_SERVICE.get(decision.action, GONE))


def _score(comment: Comment, deciding: Callable[[], Mapping[str, bool]]) -> str:
    """Say what the learned filter made of it, unless the reasons do, or it only guessed.

    One that may hold has a reason for all that it does not take for fine: without one, it had not
    learned enough when the comment came.
    """
    told = any(reason["code"] in _SCORED for reason in comment.reasons)
    if comment.spam_score is None or comment.status not in _IN_DOUBT or told:
        return ""
    holds = deciding().get(comment.site_id)
    if holds is None or (holds and comment.spam_score > FINE_UNTIL):
        return ""
    values: dict[str, Any] = {"value": round(comment.spam_score * 100)}
    if comment.spam_score >= SPAM_FROM:
        return gettext("Looks like spam to the filter: %(value)s %%") % values
    if comment.spam_score <= FINE_UNTIL:
        return gettext("Looks fine to the filter: %(value)s %%") % values
    return gettext("May be spam, says the filter: %(value)s %%") % values


def _learned(known: Progress) -> str:
    values = {"spam": known.spam, "fine": known.fine, "least": LESSONS, "each": LESSONS_OF_EACH}
    if not known.lessons:
        words = gettext(
            "It has learned from no comment yet, and decides from %(least)d on, %(each)d of each."
        )
    elif known.is_enough:
        words = ngettext(
            "It has learned from %(num)d comment (%(spam)d spam, %(fine)d fine), "
            "which is enough to decide.",
            "It has learned from %(num)d comments (%(spam)d spam, %(fine)d fine), "
            "which is enough to decide.",
            known.lessons,
        )
    else:
        words = ngettext(
            "It has learned from %(num)d comment (%(spam)d spam, %(fine)d fine) "
            "and decides from %(least)d on, %(each)d of each.",
            "It has learned from %(num)d comments (%(spam)d spam, %(fine)d fine) "
            "and decides from %(least)d on, %(each)d of each.",
            known.lessons,
        )
    return words % {"num": known.lessons, **values}


def _reported(comment: Comment) -> str:
    """Say how many reports wait for a ruling, unless the reasons do."""
    number, is_in_doubt = comment.open_reports, comment.status in _IN_DOUBT
    told = is_in_doubt and any(reason["code"] == "reported" for reason in comment.reasons)
    if not number or told:
        return ""
    words = ngettext("Reported by %(num)d reader", "Reported by %(num)d readers", number)
    return words % {"num": number}
