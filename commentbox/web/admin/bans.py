"""Keeping the author of a comment away from a site, or trusting them there."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from commentbox import policy
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db
from commentbox.models import Account, BlockKind, Status
from commentbox.moderation import blocking, bulk, queue, trust
from commentbox.moderation.filters import Filter
from commentbox.moderation.queue import Item
from commentbox.policy import Action
from commentbox.web.admin import deciding, desk, places, spans
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import desk_session, given
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("bans", __name__, url_prefix="/comments/<comment_id>")

_TICKED: Final = {BlockKind.ACCOUNT, BlockKind.EMAIL}
_PURGED: Final = (Status.PENDING, Status.PUBLISHED)


@dataclass(frozen=True)
class Typed:
    """What the form says, as it is shown again."""

    chosen: Collection[str]
    span: str = "good"
    note: str = ""
    purge: bool = False


@blueprint.get("/ban")
def ask(comment_id: str) -> str:
    """Show what of the author can be blocked, for how long, and whether they are trusted."""
    item = _item(comment_id, right=Action.BAN)
    usual = [_key(kind, value) for kind, value, _ in _offered(item) if kind in _TICKED]
    return _page(item, typed=Typed(usual), back=desk_session.local(request.args.get("back", "")))


@blueprint.post("/ban")
@writes
def ban(comment_id: str) -> ResponseReturnValue:
    """Block what is ticked, and move all that the person wrote to spam if that is."""
    item, back = _item(comment_id, right=Action.BAN), _back()
    form = request.form
    typed = Typed(
        chosen=form.getlist("what"),
        span=form.get("span", ""),
        note=form.get("note", ""),
        purge="purge" in form,
    )
    try:
        done = _act(item, typed)
    except Invalid as problem:
        db.session.rollback()
        page = _page(_item(comment_id, right=Action.BAN), typed=typed, back=back, problem=problem)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return deciding.to(places.with_notice(back, done=done, at=comment_id))


@blueprint.post("/trust")
@writes
def grant(comment_id: str) -> ResponseReturnValue:
    """Let what the author writes on the site appear at once."""
    item = _item(comment_id, right=Action.TRUST)
    trust.grant(item.site, _author(item), by=visitor().account)
    return _done("trusted", comment_id)


@blueprint.post("/trust/end")
@writes
def revoke(comment_id: str) -> ResponseReturnValue:
    """Judge what the author writes as anybody's."""
    item = _item(comment_id, right=Action.TRUST)
    trust.revoke(item.site, _author(item), by=visitor().account)
    return _done("distrusted", comment_id)


def _done(what: str, comment_id: str) -> ResponseReturnValue:
    done = f"{what}.{comment_id}"
    return deciding.to(places.with_notice(_back(), done=done, at=comment_id))


def _act(item: Item, typed: Typed) -> str:
    """Do what was chosen of what is offered, and return what the next page is to tell of it."""
    until = spans.until(typed.span)
    chosen = [each for each in _offered(item) if _key(*each[:2]) in typed.chosen]
    if not chosen and not typed.purge:
        raise Invalid("block.nothing")
    by = visitor().account
    for kind, value, _ in chosen:
        blocking.add(item.site, kind, value, by=by, until=until, note=typed.note)
    batch = None
    if typed.purge:
        batch = bulk.purge(item.site, item.comment.person, to=Status.SPAM, by=by)
    if not chosen:
        return batch.id if batch else ""
    return f"blocked.{batch.id}" if batch else f"barred.{item.comment.id}"


def _item(comment_id: str, *, right: Action) -> Item:
    known = given.known_id(comment_id, code="comment.unknown")
    item = queue.item(visitor().roles, known)
    policy.require(visitor().roles, right, site_id=item.site.id)
    return item


def _offered(item: Item) -> list[tuple[BlockKind, str, str]]:
    """Return what can be blocked; of somebody who moderates here, nothing."""
    return [] if item.comment.is_official else blocking.offered(item.comment)


def _author(item: Item) -> Account:
    account = _account(item)
    if account is None:
        raise NotFound("person.unknown")
    return account


def _account(item: Item) -> Account | None:
    account_id = item.comment.account_id
    return db.session.get(Account, account_id) if account_id else None


def _key(kind: BlockKind, value: str) -> str:
    return f"{kind.value} {value}"


def _back() -> str:
    return desk_session.local(request.form.get("back", ""))


def _page(item: Item, *, typed: Typed, back: str, problem: Invalid | None = None) -> str:
    account, person = _account(item), item.comment.person
    counts = queue.counts(Filter((item.site.id,), person=person)) if person else {}
    return desk.page(
        "admin/ban.html",
        item=item,
        site=item.site,
        offered=[(_key(kind, value), words) for kind, value, words in _offered(item)],
        standing=trust.standing(item.site.id, account) if account else None,
        counts=counts,
        number=sum(counts.get(status, 0) for status in _PURGED),
        is_capped=any(counts.get(status) == queue.COUNTED for status in _PURGED),
        most=queue.COUNTED,
        spans=spans.SPANS,
        longest_note=blocking.LONGEST_NOTE,
        typed=typed,
        back=back,
        problem=sentence(problem.code) if problem else "",
    )
