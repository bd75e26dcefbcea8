"""What the checks, the filter and readers said of a comment, in words."""

from typing import Any, Final

from commentbox.adapters.translations import N_, gettext, ngettext
from commentbox.models import Cause, Comment, Decision, Status
from commentbox.moderation import reasons
from commentbox.spam.verdict import FINE_UNTIL, SPAM_FROM

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


def reasons_in_words(comment: Comment) -> list[str]:
    """Return why a comment is in doubt: what the checks, the filter and readers say of it."""
    found = reasons.shown(comment)
    score = _score(comment)
    reported = _reported(comment)
    return [*found, *(words for words in (score, reported) if words)]


def who(decision: Decision) -> str:
    """Say what decided where that was nobody in person, or nobody who is still there."""
    return gettext(_OF_SERVICE.get(decision.action, GONE))


def _score(comment: Comment) -> str:
    """Say what the learned filter made of it, unless the reasons do."""
    told = any(reason["code"] in _SCORED for reason in comment.reasons)
    if comment.spam_score is None or comment.status not in _IN_DOUBT or told:
        return ""
    values: dict[str, Any] = {"value": round(comment.spam_score * 100)}
    if comment.spam_score >= SPAM_FROM:
        return gettext("Looks like spam to the filter: %(value)s %%") % values
    if comment.spam_score <= FINE_UNTIL:
        return gettext("Looks fine to the filter: %(value)s %%") % values
    return gettext("May be spam, says the filter: %(value)s %%") % values


def _reported(comment: Comment) -> str:
    """Say how many reports wait for a ruling, unless the reasons do."""
    number, is_in_doubt = comment.open_reports, comment.status in _IN_DOUBT
    told = is_in_doubt and any(reason["code"] == "reported" for reason in comment.reasons)
    if not number or told:
        return ""
    words = ngettext("Reported by %(num)d reader", "Reported by %(num)d readers", number)
    return words % {"num": number}
