"""The log: who did what, when, and taking it back."""

from flask import Blueprint, request, url_for

from commentbox.errors import Invalid
from commentbox.lib import cursor, ids
from commentbox.moderation import log, queue, subjects
from commentbox.web.admin import desk, logged, of_site
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import given

blueprint = Blueprint("log", __name__)


@blueprint.get("/log")
def show() -> str:
    """Show one page of what was done on the visitor's sites, the newest first."""
    sites, name = queue.sites(visitor().roles), request.args.get("site", "")
    chosen = [site.id for site in of_site.chosen(sites, name)]
    asked = request.args.get("after", "")
    after = cursor.parse(asked) if asked else None
    page = log.page(visitor().roles, site_ids=chosen, after=after)
    return desk.page(
        "admin/log.html",
        sites=sites,
        site=name,
        page=page,
        logged=logged,
        names=logged.called(each.batch for each in page.entries),
        subjects=subjects.of(visitor().roles, (each.batch for each in page.entries)),
        here=url_for(".show", site=name or None, after=asked or None),
    )


@blueprint.get("/log/<batch>")
def entry(batch: str) -> str:
    """Show what was decided at one go: each comment, and where it went."""
    found = log.entry(visitor().roles, given.known_id(batch, code="decision.unknown"))
    after = request.args.get("after", "")
    if after and not ids.is_id(after):
        raise Invalid("cursor.invalid")
    decided = log.decided(visitor().roles, found.batch, after=after, limit=log.PAGE + 1)
    return desk.page(
        "admin/entry.html",
        entry=found,
        decided=decided[: log.PAGE],
        more=decided[log.PAGE - 1][0].id if len(decided) > log.PAGE else "",
        logged=logged,
        names=logged.called([found.batch]),
        subjects={},  # they stand below
        here=url_for(".entry", batch=batch, after=after or None),
    )
