"""One sentence about what was just done at the desk, or still goes on."""

from dataclasses import dataclass, replace
from typing import Final

from babel.numbers import format_decimal

from commentbox.adapters import translations
from commentbox.adapters.translations import N_, gettext, ngettext
from commentbox.errors import NotFound
from commentbox.lib import ids
from commentbox.models import Batch
from commentbox.moderation import bulk, queue
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import given

_FINAL: Final = {"edit", "delete", "undo"}
_DOING: Final = {
    "approve": N_("Approving: %(done)s of %(total)s comments."),
    "spam": N_("Marking as spam: %(done)s of %(total)s comments."),
    "trash": N_("Moving to the trash: %(done)s of %(total)s comments."),
    "restore": N_("Restoring: %(done)s of %(total)s comments."),
    "delete": N_("Deleting for good: %(done)s of %(total)s comments."),
    "undo": N_("Undoing: %(done)s of %(total)s comments are back."),
}

OF_AUTHOR: Final = {
    "barred": N_("What you chose of %(name)s is blocked."),
    "trusted": N_("What %(name)s writes appears at once from now on."),
    "distrusted": N_("What %(name)s writes is judged as anybody's again."),
}
"""What can be said of the author of a comment, by what was done."""


@dataclass(frozen=True)
class Notice:
    """One sentence about what just happened; `undo` is the batch that can be taken back.

    While it `goes_on` in the background, `done` of `total` comments have been dealt with.
    """

    words: str
    undo: str = ""
    is_problem: bool = False
    batch: str = ""
    goes_on: bool = False
    done: int = 0
    total: int = 0


def of(batch_id: str) -> Notice | None:
    """Return what is to be said of a batch that the visitor may see; nothing of other things."""
    batch = _seen(batch_id)
    if batch is None or batch.action not in {*_DOING, "edit"}:
        return None
    undo = "" if batch.action in _FINAL else batch.id
    if batch.finished_at is None:
        numbers = {"done": _number(batch.done), "total": _number(batch.total)}
        words = gettext(_DOING[batch.action]) % numbers
        return Notice(words, undo, False, batch.id, True, batch.done, batch.total)
    words = _done(batch.action, batch.done)
    words = f"{words} {_left_alone(_left(batch))}".rstrip()
    return Notice(words, undo, batch=batch.id)


def of_ban(batch_id: str) -> Notice | None:
    """Return what is to be said of what a ban moved: taking that back leaves the block."""
    notice = of(batch_id)
    if notice is None or notice.goes_on:
        return notice
    stays = gettext("The author is blocked, also when this is undone.")
    return replace(notice, words=f"{notice.words} {stays}")


def of_reply(batch_id: str) -> Notice | None:
    """Return what is to be said of an answer to a comment that waited, and was approved by that."""
    notice = of(batch_id)
    published = gettext("Your reply is published.")
    return replace(notice, words=f"{published} {notice.words}") if notice else None


def of_author(done: str, comment_id: str) -> Notice | None:
    """Return what is to be said of the author of a comment that the visitor may see."""
    try:
        found = queue.item(visitor().roles, given.known_id(comment_id, code="comment.unknown"))
    except NotFound:
        return None
    name = found.comment.author_name or gettext("Deleted")
    return Notice(gettext(OF_AUTHOR[done]) % {"name": name})


def _seen(batch_id: str) -> Batch | None:
    try:
        return bulk.progress(visitor().roles, batch_id) if ids.is_id(batch_id) else None
    except NotFound:
        return None


def _number(number: int) -> str:
    return format_decimal(number, locale=translations.current())


def _left(batch: Batch) -> int:
    """Return how many comments a batch was meant for as well, but for what others did since."""
    if batch.undoes is None:
        return int((batch.details or {}).get("left", 0))
    undone = _seen(batch.undoes)
    return undone.done - batch.done if undone else 0


def _left_alone(left: int) -> str:
    """Say of how many comments others have decided since."""
    if left <= 0:
        return ""
    return ngettext(
        "%(num)d comment is left as it is: somebody has changed it since.",
        "%(num)d comments are left as they are: somebody has changed them since.",
        left,
    ) % {"num": left}


def _done(action: str, number: int) -> str:
    sentences = {
        "approve": ngettext("%(num)d comment approved.", "%(num)d comments approved.", number),
        "spam": ngettext(
            "%(num)d comment marked as spam.", "%(num)d comments marked as spam.", number
        ),
        "trash": ngettext(
            "%(num)d comment moved to the trash.", "%(num)d comments moved to the trash.", number
        ),
        "restore": ngettext("%(num)d comment restored.", "%(num)d comments restored.", number),
        "delete": ngettext(
            "%(num)d comment deleted for good.", "%(num)d comments deleted for good.", number
        ),
        "undo": ngettext(
            "Undone: %(num)d comment is back where it was.",
            "Undone: %(num)d comments are back where they were.",
            number,
        ),
        "edit": gettext("The comment has been edited."),
    }
    return sentences[action] % {"num": number}
