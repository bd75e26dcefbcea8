"""What every page of the desk shows: who is here, the notice of what was just done."""

from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request

from commentbox.adapters.translations import N_, gettext, ngettext
from commentbox.lib import ids
from commentbox.models import Status
from commentbox.moderation import queue, reasons
from commentbox.web.admin.gate import binding, visitor
from commentbox.web.kit import forms
from commentbox.web.kit.problems import SENTENCES, sentence

FOLDERS: Final = {
    Status.PENDING: N_("Pending"),
    Status.PUBLISHED: N_("Published"),
    Status.SPAM: N_("Spam"),
    Status.TRASHED: N_("Trash"),
}

_SAVED: Final = {
    "reply": N_("Your reply is published."),
    "account": N_("Your account is saved."),
    "linked": N_("You can sign in with that as well now. Your other sign-ins have ended."),
    "unlinked": N_("You do not sign in with that any more. Your other sign-ins have ended."),
}
_FINAL: Final = {"edit", "delete", "undo"}


@dataclass(frozen=True)
class Notice:
    """One sentence about what just happened; `undo` is the batch that can be taken back."""

    words: str
    undo: str = ""
    is_problem: bool = False


def page(template: str, **values: Any) -> str:
    """Return a page of the desk."""
    return render_template(
        template,
        visitor=visitor(),
        token=forms.form_token(binding()),
        notice=_notice(),
        folders=FOLDERS,
        why_held=reasons.shown,
        **values,
    )


def _notice() -> Notice | None:
    problem = request.args.get("problem", "")
    if problem in SENTENCES:
        return Notice(sentence(problem), is_problem=True)
    batch = request.args.get("done", "")
    if batch in _SAVED:
        return Notice(gettext(_SAVED[batch]))
    decisions = queue.decided(visitor().roles, batch) if ids.is_id(batch) else []
    if not decisions:
        return None
    action = decisions[0].action
    words = _done(action, len(decisions))
    if decisions[0].undoes:
        words = f"{words} {_left(decisions[0].undoes, len(decisions))}".rstrip()
    return Notice(words, undo="" if action in _FINAL else batch)


def _left(undone: str, number: int) -> str:
    """Say how many comments of a batch were not taken back, as others have decided since."""
    left = len(queue.decided(visitor().roles, undone)) - number
    if left <= 0:
        return ""
    return ngettext(
        "%(num)d comment is left as it is: somebody has decided about it since.",
        "%(num)d comments are left as they are: somebody has decided about them since.",
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
    return sentences.get(action, "%(num)d") % {"num": number}
