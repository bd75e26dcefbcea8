"""Moderating within the frame: asking for the tools, and using them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, jsonify, request
from wtforms import HiddenField, IntegerField

from commentbox.adapters import translations
from commentbox.adapters.translations import N_, gettext
from commentbox.comments import closing, pinning, threads
from commentbox.errors import Invalid, NotFound, NotSignedIn
from commentbox.extensions import db
from commentbox.models import Comment, Status
from commentbox.moderation import actions, log
from commentbox.moderation.actions import Done, Seen
from commentbox.web.embed import places
from commentbox.web.embed.places import Spot
from commentbox.web.embed.tools import Toolbox
from commentbox.web.kit import given, readers
from commentbox.web.kit.forms import Form
from commentbox.web.kit.requests import require_own_origin, require_own_page
from commentbox.web.kit.transaction import writes


class ToolForm(Form):
    """What somebody presses; its token is bound to the session under which the tools were shown.

    `revision` and `status` are those of the comment that was seen; `batch` names what `undo` takes
    back.
    """

    act = HiddenField()
    comment = HiddenField()
    revision = IntegerField()
    status = HiddenField()
    batch = HiddenField()


@dataclass(frozen=True)
class Outcome:
    """What came of it: the words for that, the comment that it is about, what can be taken back."""

    words: str
    comment: Comment | None = None
    batch: str = ""


def tools(site_name: str) -> Response:
    """Return the tools for a thread, what waits in it and what was reported, to a moderator.

    With them comes, as it stands, the comment that was asked `about`. Raises
    `NotSignedIn("login.needed")`, `NotFound("page.unknown")` for any other reader, and
    `NotFound("comment.unknown")`.
    """
    require_own_page()
    box = _toolbox(site_name)
    with translations.speaking(box.view.locale):
        return _private(
            section=box.section(),
            tools=box.of_comments(),
            waiting=box.waiting(),
            reported=box.reported(),
            standing=_standing(box, request.args.get("about", "")),
        )


@writes
def act(site_name: str) -> Response:
    """Do what a tool is for, and return what is to be shown instead of what was there.

    Raises what `tools` does, `NotAllowed("origin.foreign")`, `NotAllowed("form.stale")`,
    `Invalid("action.unknown")`, and the codes of the desk's actions.
    """
    require_own_origin()
    box = _toolbox(site_name)
    form = ToolForm(binding=box.binding)
    form.validate()
    use = TOOLS.get(form.act.data or "")
    if use is None:
        raise Invalid("action.unknown")
    outcome = use(box, form)
    db.session.refresh(box.thread)
    with translations.speaking(box.view.locale):
        return _private(**_told(box, outcome))


def _toolbox(site_name: str) -> Toolbox:
    site = threads.site_named(site_name)
    reader = readers.in_frame(site)
    if reader is None:
        raise NotSignedIn("login.needed")
    place = places.place_of(site, request.args)
    spot = Spot(site, place, threads.find(site, place.key))
    return Toolbox.of(reader, spot, places.view(site, request.args))


def _standing(box: Toolbox, asked: str) -> str:
    if not asked:
        return ""
    return box.decided(_comment(box, asked), said=gettext("This comment was removed."))


def _decides(act: Callable[..., Done], words: str) -> Callable[[Toolbox, ToolForm], Outcome]:
    def decide(box: Toolbox, form: ToolForm) -> Outcome:
        comment = _comment(box, form.comment.data)
        done = act([_seen(comment, form)], by=box.holder)
        return Outcome(words, comment, done.id if done.comments else "")

    return decide


def _seen(comment: Comment, form: ToolForm) -> Seen:
    revision, status = form.revision.data, form.status.data
    known = Status(status) if status in set(Status) else None
    return Seen(comment.id, -1 if revision is None else revision, status=known)


def _undo(box: Toolbox, form: ToolForm) -> Outcome:
    comment = _comment(box, form.comment.data)
    batch = given.known_id(form.batch.data or "", code="decision.unknown")
    if not log.is_about(batch, comment):
        raise NotFound("decision.unknown")
    actions.undo(batch, by=box.holder)
    return Outcome(N_("Undone."), comment)


def _pin(box: Toolbox, form: ToolForm) -> Outcome:
    pinning.pin(_comment(box, form.comment.data), by=box.holder)
    return Outcome(N_("Pinned above the others."))


def _unpin(box: Toolbox, _form: ToolForm) -> Outcome:
    pinning.unpin(box.thread, by=box.holder)
    return Outcome(N_("Not pinned any more."))


def _close(box: Toolbox, _form: ToolForm) -> Outcome:
    closing.close(box.thread, by=box.holder)
    return Outcome(N_("Comments are closed."))


def _open(box: Toolbox, _form: ToolForm) -> Outcome:
    closing.reopen(box.thread, by=box.holder)
    return Outcome(N_("Comments are open."))


TOOLS: Final[Mapping[str, Callable[[Toolbox, ToolForm], Outcome]]] = {
    "approve": _decides(actions.approve, N_("Approved.")),
    "spam": _decides(actions.mark_spam, N_("Marked as spam.")),
    "trash": _decides(actions.trash, N_("Moved to the trash.")),
    "undo": _undo,
    "pin": _pin,
    "unpin": _unpin,
    "close": _close,
    "open": _open,
}
"""What each button does, by its name. Deleting for good is the desk's alone."""


def _comment(box: Toolbox, asked: str | None) -> Comment:
    """Return the comment that a tool is used on: one of this thread."""
    comment_id = given.known_id(asked or "", code="comment.unknown")
    found = db.session.get(Comment, comment_id)
    if found is None or found.thread_id != box.thread.id:
        raise NotFound("comment.unknown")
    return found


def _told(box: Toolbox, outcome: Outcome) -> dict[str, Any]:
    said, comment = gettext(outcome.words), outcome.comment
    return {
        "said": said,
        "count": box.thread.comment_count,
        "bar": box.bar(),
        "pinned": box.pinned(),
        "html": box.decided(comment, said=said, batch=outcome.batch) if comment else "",
        "fold": box.fold(comment) if comment else "",
    }


def _private(**parts: Any) -> Response:
    response = jsonify(parts)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Cookie, Authorization"
    return response
