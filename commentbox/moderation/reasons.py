"""Why a comment was held, in words for a moderator."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from commentbox.adapters.translations import N_, gettext, ngettext
from commentbox.models import Comment, Status

_SENTENCES: Final = {
    "first": N_("First comment by this author"),
    "trap": N_("Filled in the way a program does"),
    "policy": N_("Every comment waits on this site"),
}
# These speak for publishing; they are no news to a moderator.
_SILENT: Final = {"open", "moderator"}


def shown(comment: Comment) -> list[str]:
    """Return why a comment is in doubt, in words.

    That is nothing once it is published or in the trash, or if its author had signed in.
    """
    is_in_doubt = comment.status in {Status.PENDING, Status.SPAM} and not comment.is_official
    return in_words(comment.reasons) if is_in_doubt else []


def in_words(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the stored reasons of a comment in words; an unknown code stays as it is."""
    return [_words(reason) for reason in reasons if reason["code"] not in _SILENT]


def _words(reason: Mapping[str, Any]) -> str:
    code, value = str(reason["code"]), reason.get("value", "")
    if code == "links":
        number = int(value or 0)
        return ngettext("%(num)d link", "%(num)d links", number) % {"num": number}
    if code == "reported":
        number = int(value or 0)
        words = ngettext("Reported by %(num)d reader", "Reported by %(num)d readers", number)
        return words % {"num": number}
    return gettext(_SENTENCES.get(code, code))
