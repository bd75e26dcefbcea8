"""Whom and what a site takes no comments from: the list, and a block that is looked at first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.accounts import people
from commentbox.adapters.translations import N_, gettext
from commentbox.errors import Invalid
from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import Block, BlockKind, Site
from commentbox.moderation import blocking, previews, queue
from commentbox.moderation.previews import Preview
from commentbox.policy import Action
from commentbox.web.admin import deciding, places, site_pages, spans
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import given
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("blocks", __name__, url_prefix="/sites/<name>/blocks")

PAGE: Final = 50

KINDS: Final = {
    BlockKind.EMAIL: N_("Email address"),
    BlockKind.DOMAIN: N_("All addresses at a domain"),
    BlockKind.HOST: N_("Links to a host"),
    BlockKind.NETWORK: N_("Network"),
}
"""What can be typed; accounts and connections are blocked from a comment."""

EVERY_KIND: Final = {
    **KINDS,
    BlockKind.ACCOUNT: N_("Account"),
    BlockKind.CLIENT: N_("Connection, for that day"),
}
"""What all kinds of blocks are called."""


@dataclass(frozen=True)
class Typed:
    """What the form says, as it is shown again."""

    kind: str = BlockKind.EMAIL.value
    value: str = ""
    span: str = "good"
    note: str = ""

    @property
    def seen(self) -> str:
        """What a preview was shown of: another value is looked at anew."""
        return f"{self.kind} {self.value.strip()}"


@blueprint.get("")
def show(name: str) -> str:
    """Show what is blocked, and the form for one more."""
    return _page(site_pages.site(name, right=Action.BAN), typed=Typed())


@blueprint.post("")
@writes
def add(name: str) -> ResponseReturnValue:
    """Show what a block would have hit; once that has been seen, set it."""
    site, form = site_pages.site(name, right=Action.BAN), request.form
    fields = ("kind", "value", "span", "note")
    typed = Typed(**{field: form.get(field, "") for field in fields})
    try:
        kind, until = _kind(typed.kind), spans.until(typed.span)
        if "block" in form and form.get("seen") == typed.seen:
            by = visitor().account
            blocking.add(site, kind, typed.value, by=by, until=until, note=typed.note)
            return _back(site, done="blocked")
        db.session.remove()  # counting goes through all comments: nobody waits for it to write
        preview = previews.of(site, kind, typed.value)
    except Invalid as problem:
        at = "span" if problem.code == "block.until" else "value"
        page = _page(site, typed=typed, wrong={at: sentence(problem.code)})
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(site, typed=typed, preview=preview)


@blueprint.post("/<block_id>/remove")
@writes
def remove(name: str, block_id: str) -> ResponseReturnValue:
    """Take comments again."""
    site = site_pages.site(name, right=Action.BAN)
    known = given.known_id(block_id, code="block.unknown")
    blocking.remove(known, by=visitor().account, roles=visitor().roles)
    return _back(site, done="unblocked")


def what(kind: BlockKind, value: str, names: Mapping[str | None, str]) -> str:
    """Return what is blocked, as people say it: no id, and no hash."""
    if kind is BlockKind.ACCOUNT:
        return names.get(value) or gettext("somebody who is not here any more")
    return "" if kind is BlockKind.CLIENT else value


def _kind(typed: str) -> BlockKind:
    if typed not in set(KINDS):
        raise Invalid("field.invalid")
    return BlockKind(typed)


def _back(site: Site, *, done: str) -> ResponseReturnValue:
    return deciding.to(places.with_notice(url_for(".show", name=site.name), done=done))


def _page(
    site: Site,
    *,
    typed: Typed,
    preview: Preview | None = None,
    wrong: Mapping[str, str] | None = None,
) -> str:
    after = request.args.get("after", "")
    if after and not ids.is_id(after):
        raise Invalid("cursor.invalid")
    found = blocking.of_site(site.id, after=after, limit=PAGE + 1)
    names = people.names([*(each.account_id for each in found), *_accounts(found)])
    return site_pages.page(
        "admin/blocks.html",
        site,
        blocks=[(each, what(each.kind, each.value, names)) for each in found[:PAGE]],
        more=found[PAGE - 1].id if len(found) > PAGE else "",
        after=after,
        names=names,
        now=clock.now(),
        kinds=KINDS,
        every_kind=EVERY_KIND,
        spans=spans.SPANS,
        longest_note=blocking.LONGEST_NOTE,
        typed=typed,
        preview=preview,
        most=queue.COUNTED,
        wrong=wrong or {},
    )


def _accounts(blocks: Sequence[Block]) -> list[str]:
    return [block.value for block in blocks if block.kind is BlockKind.ACCOUNT]
