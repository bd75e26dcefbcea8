"""The visitor's sites, and how commenting works on each of them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.adapters.translations import gettext
from commentbox.comments import sites as features
from commentbox.errors import Invalid
from commentbox.models import Policy, Site
from commentbox.moderation import members, queue
from commentbox.policy import Action
from commentbox.web.admin import deciding, desk, places, site_pages
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import offers
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("settings", __name__, url_prefix="/sites")

TICKS: Final = (
    "filter_holds",
    "filter_publishes",
    "requires_email",
    "requires_name",
    "offers_subscription",
)
"""The settings that are on or off, but for one that not every service can offer."""

_MOST_DIGITS: Final = 9


@blueprint.get("")
def sites() -> str:
    """Show the sites that the visitor moderates, and what they may change on each."""
    known = queue.sites(visitor().roles)
    return desk.page(
        "admin/sites.html",
        sites=[(site, site_pages.parts(site)) for site in known],
        sees_people=members.reaches(visitor().roles, None),
    )


@blueprint.get("/<name>")
def show(name: str) -> str:
    """Show how commenting works on a site."""
    site = site_pages.site(name, right=Action.SETTINGS)
    return _page(site, typed=_now(site), problems={})


@blueprint.post("/<name>")
@writes
def save(name: str) -> ResponseReturnValue:
    """Change how commenting works on a site."""
    site = site_pages.site(name, right=Action.SETTINGS)
    try:
        features.change(site, by=visitor().account, **_given(site))
    except Invalid as problem:
        problems = {field: _wrong(field, code) for field, code in problem.fields.items()}
        return _page(site, typed=request.form, problems=problems), HTTPStatus.UNPROCESSABLE_ENTITY
    return deciding.to(places.with_notice(url_for(".show", name=site.name), done="settings"))


def _given(site: Site) -> dict[str, Any]:
    """Return what the form says; raise `Invalid("settings.invalid")` with the fields at fault."""
    form, faults = request.form, {}
    given: dict[str, Any] = {name: name in form for name in _ticks()}
    given["heading"] = form.get("heading", site.heading)
    for name in features.LIMITS:
        typed = form.get(name, "").strip()
        if typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS:
            given[name] = int(typed)
        else:
            faults[name] = "setting.number"
    if form.get("policy") in set(Policy):
        given["policy"] = Policy(form["policy"])
    else:
        faults["policy"] = "field.invalid"
    if faults:
        raise Invalid("settings.invalid", fields=faults)
    return given


def _wrong(field: str, code: str) -> str:
    allowed = features.LIMITS.get(field)
    if code == "setting.range" and allowed:
        words = gettext("Enter a number from %(least)d to %(most)d.")
        return words % {"least": allowed.start, "most": allowed.stop - 1}
    return sentence(code)


def _now(site: Site) -> dict[str, Any]:
    """Return the settings as the form would send them: what is not ticked is not there."""
    named = {name: str(getattr(site, name)) for name in features.LIMITS}
    ticked = {name: "on" for name in _ticks() if getattr(site, name)}
    return named | ticked | {"policy": site.policy.value, "heading": site.heading}


def _ticks() -> tuple[str, ...]:
    return (*TICKS, "asks_scorer") if offers.scorer() else TICKS


def _page(site: Site, *, typed: Mapping[str, Any], problems: Mapping[str, str]) -> str:
    return site_pages.page(
        "admin/settings.html",
        site,
        typed=typed,
        problems=problems,
        limits={name: (all_.start, all_.stop - 1) for name, all_ in features.LIMITS.items()},
        longest_heading=features.LONGEST_HEADING,
        scorer=offers.scorer(),
        sends_mail=offers.by_mail(),
    )
