"""What every page of the desk shows: who is here, the notice of what was just done."""

from typing import Any, Final

from flask import render_template, request

from commentbox.adapters.translations import N_, gettext
from commentbox.models import Status
from commentbox.web.admin import judged, notices, places
from commentbox.web.admin.gate import binding, visitor
from commentbox.web.admin.notices import Notice
from commentbox.web.kit import forms
from commentbox.web.kit.problems import SENTENCES, sentence
from commentbox.web.kit.requests import READING

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
    "settings": N_("The settings are saved."),
    "words": N_("The words are saved."),
    "invited": N_("The invitation is on its way."),
    "invited-by-hand": N_(
        "They may come now. No mail was sent: commentbox admins add EMAIL prints a link for them."
    ),
    "role": N_("The role is changed."),
    "dismissed": N_("They have no role here any more."),
    "revoked": N_("The key is revoked, and opens nothing any more."),
    "blocked": N_("Blocked."),
    "unblocked": N_("The block is removed."),
}


def page(template: str, **values: Any) -> str:
    """Return a page of the desk; its forms tell when what it shows was asked for."""
    return render_template(
        template,
        seen_at=visitor().asked_at,
        visitor=visitor(),
        token=forms.form_token(binding()),
        notice=_notice(),
        folders=FOLDERS,
        why_held=judged.explaining(),
        learned=judged.learned,
        ban_url=places.ban_url,
        row_of=places.row_of,
        **values,
    )


def _notice() -> Notice | None:
    """Return what the address tells; a form that is sent to the same address tells its own."""
    if request.method not in READING:
        return None
    problem = request.args.get("problem", "")
    if problem in SENTENCES:
        return Notice(sentence(problem), is_problem=True)
    done = request.args.get("done", "")
    if done in _SAVED:
        return Notice(gettext(_SAVED[done]))
    kind, _, about = done.rpartition(".")
    if kind in notices.OF_AUTHOR:
        return notices.of_author(kind, about)
    told = {"blocked": notices.of_ban, "reply": notices.of_reply}.get(kind, notices.of)
    return told(about)
