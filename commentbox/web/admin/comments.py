"""One comment: its history, an edit, an answer."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from commentbox import policy
from commentbox.comments import answering
from commentbox.errors import Closed, Conflict, Invalid
from commentbox.extensions import db
from commentbox.models import Status
from commentbox.moderation import actions, queue, wordings
from commentbox.policy import Action
from commentbox.spam import judging
from commentbox.web.admin import deciding, desk, judged, places
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import desk_session, given
from commentbox.web.kit.problems import problem
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("comments", __name__, url_prefix="/comments/<comment_id>")


@blueprint.get("")
def show(comment_id: str) -> str:
    """Show a comment with everything that was decided about it."""
    return _page(comment_id, back=desk_session.local(request.args.get("back", "")))


@blueprint.post("")
@writes
def edit(comment_id: str) -> ResponseReturnValue:
    """Replace the text."""
    seen, typed, back = _form(comment_id)
    try:
        batch = actions.edit(seen, typed=typed, by=visitor().account)
    except (Invalid, Conflict) as error:
        return _again(comment_id, error, back=back, field="edit", typed=typed)
    return deciding.to(places.with_notice(back, done=batch.id, at=comment_id))


@blueprint.post("/replies")
@writes
def reply(comment_id: str) -> ResponseReturnValue:
    """Publish an answer; the comment is approved first if it waits."""
    seen, typed, back = _form(comment_id)
    status = request.form.get("status", "")
    seen = replace(seen, status=Status(status) if status in set(Status) else None)
    try:
        approval = answering.answer(seen, typed=typed, by=visitor().account).approval
    except (Invalid, Conflict, Closed) as error:
        return _again(comment_id, error, back=back, field="reply", typed=typed)
    done = f"reply.{approval.id}" if approval else "reply"
    return deciding.to(places.with_notice(back, done=done, at=comment_id))


def _form(comment_id: str) -> tuple[actions.Seen, str, str]:
    form = request.form
    seen = deciding.seen(f"{comment_id}.{form.get('revision', '')}")
    return seen, form.get("comment", ""), desk_session.local(form.get("back", ""))


def _again(
    comment_id: str, error: Invalid | Conflict | Closed, *, back: str, field: str, typed: str
) -> ResponseReturnValue:
    """Show the page again with what was typed: no text is lost to an error."""
    db.session.rollback()
    trouble = problem(error)
    at = field if isinstance(error, Invalid) else ""
    kept: dict[str, Any] = {field: typed} if typed.strip() else {}
    kept["covers"] = field == "edit" and error.code == "comment.edited"
    return _page(comment_id, back=back, problem=trouble.detail, at=at, **kept), trouble.status


def _page(
    comment_id: str,
    *,
    back: str,
    edit: str = "",
    reply: str = "",
    problem: str = "",
    at: str = "",
    covers: bool = False,
) -> str:
    """Show a comment; a problem is said beside the field that it is `at`, if any.

    An edit that `covers` what somebody else wrote meanwhile says so before it is saved again.
    """
    comment_id = given.known_id(comment_id, code="comment.unknown")
    item = queue.item(visitor().roles, comment_id)
    return desk.page(
        "admin/comment.html",
        item=item,
        history=queue.history(item.comment),
        wordings=wordings.of(item.comment),
        reports=queue.reports(item.comment),
        totals=dict(zip(("history", "reports"), queue.totals(item.comment), strict=True)),
        most=queue.COUNTED,
        evidence=judging.explain(item.site.id, item.comment),
        said={"actions": judged.ACTIONS, "causes": judged.CAUSES, "who": judged.who},
        only_url=partial(places.queue_url, status=item.comment.status.value),
        may_delete={item.site.id} if _may_delete(item) else set(),
        back=back,
        edit=edit or item.comment.source,
        reply=reply,
        problem=problem,
        at=at,
        covers=covers,
    )


def _may_delete(item: queue.Item) -> bool:
    return policy.may(visitor().roles, Action.DELETE, site_id=item.site.id)
