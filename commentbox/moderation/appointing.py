"""Roles as whoever runs the service gives and takes them, who needs none for that."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from commentbox.accounts import people
from commentbox.errors import Conflict, NotFound
from commentbox.extensions import db
from commentbox.lib import email
from commentbox.models import Account, Membership, Role, Site
from commentbox.moderation import members

_RANKS: Final = tuple(Role)  # the highest first


@dataclass(frozen=True)
class Appointed:
    """Whoever runs the service gave somebody a role, instead of `before`; None: theirs stays."""

    account: Account
    role: Role | None = None
    before: Role | None = None


def appoint(
    address: str, *, site: Site | None, role: Role | None = None, name: str = ""
) -> Appointed:
    """Give somebody a role instead of theirs there, as whoever runs the service.

    Where no role is asked for, whoever has one that reaches there stays what they are; else they
    become moderator of the site, or admin of all. Raises the codes of `people.invite`, and
    `Conflict("role.last")` where no admin would be left.
    """
    site_id = site.id if site else None
    members.hold(site)
    known = people.find(email.address(address))
    held = people.roles(known) if known else []
    there = [each.role for each in held if each.site_id == site_id]
    reaching = [each for each in held if site is None or each.site_id in {None, site_id}]
    if known and (there == [role] or (role is None and reaching)):
        if name:
            people.rename(known, name)
        return Appointed(known)
    role = role or (Role.MODERATOR if site else Role.ADMIN)
    if known and there:
        _require_admin(known, [] if role is Role.ADMIN else there)
        members.take(known, site)
    account = people.invite(address, site=site, role=role, name=name)
    members.note("role" if there else "invite", account, site, by=None, role=role)
    return Appointed(account, role, min(there, key=_RANKS.index, default=None))


def dismiss(
    address: str, *, places: Collection[Site | None] | None = None
) -> list[tuple[Role, Site | None]]:
    """Take somebody's roles as whoever runs the service; return them, each with where it held.

    Places are sites, and None for all of them; without any, all roles go. Without a role left, the
    person is signed out at once. Raises `NotFound("account.unknown")`,
    `NotFound("member.unknown")`, and `Conflict("role.last")` where no admin would be left.
    """
    members.hold(None)
    account = people.find(address)
    if account is None:
        raise NotFound("account.unknown")
    taken = [each for each in _held(account) if places is None or each[1] in places]
    if not taken:
        raise NotFound("member.unknown")
    _require_admin(account, [role for role, _site in taken])
    for site in dict.fromkeys(site for _role, site in taken):
        members.take(account, site)
        members.note("dismiss", account, site, by=None)
    people.see_off(account)
    return taken


def _held(account: Account) -> list[tuple[Role, Site | None]]:
    query = select(Membership.role, Site).outerjoin(Site, Site.id == Membership.site_id)
    mine = query.where(Membership.account_id == account.id).order_by(Membership.id)
    return [(role, site) for role, site in db.session.execute(mine)]


def _require_admin(account: Account, roles: Collection[Role]) -> None:
    """Refuse to take the only admin's role; who was named on the command line can come by a link.

    So that one counts from then on, unlike at the desk, where nobody would notice a typing error.
    """
    other = select(Membership.id).join(Account, Account.id == Membership.account_id)
    others = other.where(
        Membership.role == Role.ADMIN, Account.id != account.id, Account.blocked_at.is_(None)
    )
    if Role.ADMIN in roles and db.session.scalar(others.limit(1)) is None:
        raise Conflict("role.last")
