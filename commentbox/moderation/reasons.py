"""Why a comment was held, in words for a moderator: of one comment, and of many."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from commentbox.adapters.translations import N_, gettext, ngettext
from commentbox.models import Comment, Status
from commentbox.moderation.clusters import NEWEST
from commentbox.moderation.signals import Signal

NAMES: Final = {
    "first": N_("First comment by its author"),
    "policy": N_("Every comment waits on the site"),
    "guests": N_("Guests wait on the site"),
    "links": N_("Many links"),
    "words": N_("Held word"),
    "words-spam": N_("Spam word"),
    "likely-spam": N_("Spam, says the filter"),
    "unsure": N_("May be spam, says the filter"),
    "like-rejected": N_("Like one that was rejected"),
    "like-spam": N_("Like one that was rejected, by several authors"),
    "like-own": N_("Like another by its author"),
    "like-others": N_("Others say the same"),
    "blocked": N_("Blocked"),
    "trap": N_("Filled in by a program"),
    "reported": N_("Reported by readers"),
    "asked": N_("Waits for the outside service"),
    "scorer": N_("Spam, says the outside service"),
    "scorer-failed": N_("No answer from the outside service"),
    "check-failed": N_("A check could not be made"),
}
"""What may hold a comment, by the codes of signals, as moderators look for it and count it."""

_SENTENCES: Final = {
    "moderator": N_("Written by somebody who moderates here"),
    "trusted": N_("The author is trusted"),
    "first": N_("First comment by this author"),
    "trap": N_("Filled in the way a program does"),
    "policy": N_("Every comment waits on this site"),
    "guests": N_("Comments of guests wait on this site"),
    "open": N_("Such comments appear at once on this site"),
    "check-failed": N_("A check could not be made: %(value)s"),
    "words": N_("Held word: %(value)s"),
    "words-spam": N_("Spam word: %(value)s"),
    "likely-spam": N_("Looks like spam to the filter: %(value)s %%"),
    "unsure": N_("May be spam, says the filter: %(value)s %%"),
    "likely-fine": N_("Looks fine to the filter: %(value)s %%"),
    "asked": N_("Waits for the outside spam service"),
    "scorer": N_("Spam, says the outside service"),
    "scorer-fine": N_("Fine, says the outside service"),
    "scorer-failed": N_("The outside spam service gave no answer"),
}
_BLOCKS: Final = {
    "account": N_("Blocked account"),
    "email": N_("Blocked address"),
    "domain": N_("Blocked domain of addresses"),
    "network": N_("Blocked network"),
    "client": N_("Blocked connection"),
    "host": N_("Links to a blocked host"),
}
# No more than `NEWEST` are compared, so that there may be more.
_AT_LEAST: Final = {
    "like-rejected": N_("Nearly the same was rejected, by at least %(num)d authors"),
    "like-spam": N_("Nearly the same was rejected, by at least %(num)d authors"),
    "like-own": N_("The author has said nearly the same today, at least %(num)d times"),
    "like-others": N_("At least %(num)d other authors say nearly the same today"),
}
# These speak for publishing; they are no news to a moderator.
_SILENT: Final = ("moderator", "trusted", "open", "likely-fine", "scorer-fine")

CODES: Final = (*NAMES, *_SILENT)
"""The codes of all signals that a comment can have."""


def shown(comment: Comment) -> list[str]:
    """Return why a comment is in doubt, in words.

    That is nothing once it is published or in the trash, or if its author had signed in.
    """
    is_in_doubt = comment.status in {Status.PENDING, Status.SPAM} and not comment.is_official
    return in_words(comment.reasons) if is_in_doubt else []


def in_words(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the stored reasons of a comment in words; an unknown code stays as it is."""
    found = map(Signal.stored, reasons)
    return [sentence(signal) for signal in found if signal.code not in _SILENT]


def sentence(signal: Signal) -> str:
    """Return what a signal says, in words."""
    code, value = signal.code, signal.value
    if code in _SENTENCES:
        return gettext(_SENTENCES[code]) % {"value": value}
    if code == "blocked":
        return gettext(_BLOCKS.get(str(value), N_("Blocked")))
    number = value if isinstance(value, int) else 0
    if code in _AT_LEAST and number >= NEWEST:
        return gettext(_AT_LEAST[code]) % {"num": number}
    return _counted(code, number) or code


def _counted(code: str, number: int) -> str:
    """Return a sentence with a number in it; nothing for a code without one."""
    match code:
        case "links":
            words = ngettext("%(num)d link", "%(num)d links", number)
        case "reported":
            words = ngettext("Reported by %(num)d reader", "Reported by %(num)d readers", number)
        case "like-rejected" | "like-spam":
            words = ngettext(
                "Nearly the same was rejected, by %(num)d author",
                "Nearly the same was rejected, by %(num)d authors",
                number,
            )
        case "like-own":
            words = ngettext(
                "The author has said nearly the same today",
                "The author has said nearly the same today, %(num)d times",
                number,
            )
        case "like-others":
            words = ngettext(
                "%(num)d other author says nearly the same today",
                "%(num)d other authors say nearly the same today",
                number,
            )
        case _:
            return ""
    return words % {"num": number}
