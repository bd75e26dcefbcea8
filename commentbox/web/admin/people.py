"""Those who moderate a site, or all of them: inviting people, their roles, taking them away."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from commentbox import policy
from commentbox.accounts import sessions
from commentbox.adapters.translations import N_
from commentbox.errors import Conflict, Invalid
from commentbox.extensions import db
from commentbox.lib import text
from commentbox.models import Role, Site
from commentbox.moderation import members
from commentbox.policy import Action
from commentbox.web.admin import deciding, places, proof, site_pages
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import given, offers
from commentbox.web.kit.problems import problem
from commentbox.web.kit.requests import throttle
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("people", __name__)

DUTIES: Final = {
    Role.ADMIN: N_("As an owner, of every site, and appoints other admins."),
    Role.OWNER: N_("Also changes settings, invites people and deletes for good."),
    Role.MODERATOR: N_("Decides about comments, answers, blocks and trusts."),
}
_INVITATIONS_PER_MINUTE: Final = 10
_ALL: Final = {"name": None}


@blueprint.get("/people", defaults=_ALL)
@blueprint.get("/sites/<name>/people")
def show(name: str | None) -> str:
    """Show who has a role on a site, or on all of them."""
    return _page(_site(name))


@blueprint.post("/people", defaults=_ALL)
@blueprint.post("/sites/<name>/people")
@writes
def invite(name: str | None) -> ResponseReturnValue:
    """Invite somebody by mail."""
    site = _site(name)
    if way := proof.wanted(_here(site)):
        return way
    typed = {field: request.form.get(field, "").strip() for field in ("email", "name")}
    role, by = _role(), visitor().account
    _slow_down()
    try:
        members.invite(typed["email"], site=site, role=role, by=by, name=typed["name"])
    except (Invalid, Conflict) as error:
        db.session.rollback()
        trouble = problem(error)
        at = "name" if trouble.fields.keys() == {"name"} else "email"
        return _page(site, typed=typed, role=role, wrong={at: trouble.detail}), trouble.status
    return _back(site, done=_invited())


@blueprint.post("/people/<account_id>", defaults=_ALL)
@blueprint.post("/sites/<name>/people/<account_id>")
@writes
def change(name: str | None, account_id: str) -> ResponseReturnValue:
    """Give somebody another role."""
    site, account_id = _site(name), given.known_id(account_id, code="member.unknown")
    if way := proof.wanted(_here(site)):
        return way
    try:
        members.change(account_id, site=site, role=_role(), by=visitor().account)
    except Conflict as error:
        return _back(site, problem=error.code)
    if account_id == visitor().account.id:
        return deciding.to(places.with_notice(url_for("admin.desk.settings.sites"), done="role"))
    return _back(site, done="role")


@blueprint.post("/people/<account_id>/remove", defaults=_ALL)
@blueprint.post("/sites/<name>/people/<account_id>/remove")
@writes
def remove(name: str | None, account_id: str) -> ResponseReturnValue:
    """Take somebody's role; without any they are signed out at once."""
    site, account_id = _site(name), given.known_id(account_id, code="member.unknown")
    if way := proof.wanted(_here(site)):
        return way
    try:
        members.remove(account_id, site=site, by=visitor().account)
    except Conflict as error:
        return _back(site, problem=error.code)
    if account_id == visitor().account.id:
        return deciding.to(url_for("admin.desk.queue.show"))
    return _back(site, done="dismissed")


@blueprint.post("/people/<account_id>/invitation", defaults=_ALL)
@blueprint.post("/sites/<name>/people/<account_id>/invitation")
@writes
def invite_again(name: str | None, account_id: str) -> ResponseReturnValue:
    """Send the invitation once more to somebody who has not been here."""
    site, account_id = _site(name), given.known_id(account_id, code="member.unknown")
    if way := proof.wanted(_here(site)):
        return way
    _slow_down()
    try:
        members.invite_again(account_id, site=site, by=visitor().account)
    except Conflict as error:
        return _back(site, problem=error.code)
    return _back(site, done=_invited())


def _site(name: str | None) -> Site | None:
    """Return the site of the address, or None for all of them, for who may see its people."""
    if name is not None:
        return site_pages.site(name, right=Action.INVITE)
    members.require_reach(visitor().roles, None)
    return None


def _role() -> Role:
    wanted = request.form.get("role", "")
    if wanted not in set(Role):
        raise Invalid("role.unknown")
    return Role(wanted)


def _slow_down() -> None:
    throttle().check("invitation", visitor().account.id, per_minute=_INVITATIONS_PER_MINUTE)


def _invited() -> str:
    return "invited" if offers.by_mail() else "invited-by-hand"


def _here(site: Site | None) -> str:
    return url_for(".show", name=site.name if site else None)


def _back(site: Site | None, *, done: str = "", problem: str = "") -> ResponseReturnValue:
    return deciding.to(places.with_notice(_here(site), done=done, problem=problem))


def _page(
    site: Site | None,
    *,
    typed: Mapping[str, str] | None = None,
    role: Role = Role.MODERATOR,
    wrong: Mapping[str, str] | None = None,
) -> str:
    roles = visitor().roles
    return site_pages.page(
        "admin/people.html",
        site,
        members=[(each, _may_change(each, site)) for each in members.listed(site)],
        offered=members.grantable(roles, site),
        roles=policy.ROLES,
        duties=DUTIES,
        sees_addresses=site is None or members.reaches(roles, None),
        sees_all=site is not None and members.reaches(roles, None),
        is_fresh=sessions.is_fresh(visitor().session),
        sends_mail=offers.by_mail(),
        here=_here(site),
        typed=typed or {},
        longest_name=text.LONGEST_NAME,
        chosen=role,
        wrong=wrong or {},
    )


def _may_change(member: members.Member, site: Site | None) -> bool:
    is_here = member.is_everywhere == (site is None)
    site_id = site.id if site else None
    return is_here and policy.may_grant(visitor().roles, member.role, site_id=site_id)
