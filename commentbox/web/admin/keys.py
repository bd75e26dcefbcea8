"""The keys with which programs moderate a site."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.accounts import api_keys, people, sessions
from commentbox.adapters.translations import N_
from commentbox.errors import Conflict, Invalid
from commentbox.lib import clock, ids
from commentbox.models import Scope, Site
from commentbox.moderation import site_keys
from commentbox.policy import Action
from commentbox.web.admin import deciding, places, proof, site_pages
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import given
from commentbox.web.kit.problems import Problem, problem
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("keys", __name__, url_prefix="/sites/<name>/keys")

SCOPES: Final = {
    Scope.READ: (N_("Read"), N_("All comments with addresses, the log, numbers and settings.")),
    Scope.DECIDE: (N_("Decide"), N_("Decide and undo, edit, answer, pin, close, block and trust.")),
    Scope.SETTINGS: (N_("Settings"), N_("Change settings and words.")),
}
LIVES: Final = {
    "": N_("Until it is revoked"),
    "30": N_("30 days"),
    "90": N_("90 days"),
    "365": N_("A year"),
}


@blueprint.get("")
def show(name: str) -> str:
    """Show the keys of a site."""
    return _page(site_pages.site(name, right=Action.KEYS))


@blueprint.post("")
@writes
def make(name: str) -> ResponseReturnValue:
    """Make a key, and show its token this once."""
    site = site_pages.site(name, right=Action.KEYS)
    if way := proof.wanted(_here(site)):
        return way
    form = request.form
    scopes = [scope for scope in Scope if scope.value in form.getlist("scope")]
    try:
        _, token = site_keys.make(
            site,
            name=form.get("title", ""),
            scopes=scopes,
            by=visitor().account,
            expires_at=_expires(form.get("days", "")),
            key_id=form.get("id", ""),
        )
    except (Invalid, Conflict) as error:
        typed = {"title": form.get("title", ""), "days": form.get("days", ""), "scopes": scopes}
        refused = problem(error)
        return _page(site, typed=typed, refused=refused), refused.status
    return _page(site, made=token), HTTPStatus.CREATED


@blueprint.post("/<key_id>/revoke")
@writes
def revoke(name: str, key_id: str) -> ResponseReturnValue:
    """End a key at once."""
    site = site_pages.site(name, right=Action.KEYS)
    if way := proof.wanted(_here(site)):
        return way
    known = given.known_id(key_id, code="api_key.unknown")
    site_keys.revoke(site, known, by=visitor().account)
    return deciding.to(places.with_notice(_here(site), done="revoked"))


def _expires(days: str) -> datetime | None:
    if days not in LIVES:
        raise Invalid("choice.unknown")
    return clock.now() + timedelta(days=int(days)) if days else None


def _here(site: Site) -> str:
    return url_for(".show", name=site.name)


def _page(
    site: Site,
    *,
    made: str = "",
    typed: Mapping[str, Any] | None = None,
    refused: Problem | None = None,
) -> str:
    keys = api_keys.of_site(site.id)
    return site_pages.page(
        "admin/keys.html",
        site,
        keys=keys,
        names=people.names(key.account_id for key in keys),
        now=clock.now(),
        scopes=SCOPES,
        lives=LIVES,
        longest_name=api_keys.LONGEST_NAME,
        is_fresh=sessions.is_fresh(visitor().session),
        here=_here(site),
        new_id=ids.new(),
        made=made,
        typed=typed or {"title": "", "days": "90", "scopes": []},
        problems=refused.fields if refused else {},
        refused=refused.detail if refused else "",
    )
