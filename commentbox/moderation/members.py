"""Those who moderate a site, or all of them: inviting people, changing and taking their roles."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, delete, select

from commentbox import policy
from commentbox.accounts import people
from commentbox.errors import Conflict, NotAllowed, NotFound
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.lib import email
from commentbox.models import Account, Membership, Role, Site
from commentbox.moderation import log
from commentbox.policy import Action

_RANKS: Final = tuple(Role)  # the highest first
_MANAGING: Final = policy.TABLE[Action.INVITE]


@dataclass(frozen=True)
class Member:
    """Somebody with a role; one `everywhere` is a role on all sites."""

    account: Account
    role: Role
    is_everywhere: bool


# Everywhere below, no site means all of them. Raised are the codes of `policy.require`,
# `NotAllowed("role.above")` where the role is above one's own, and `Conflict("role.last")` where
# nobody would be left to give roles.


def listed(site: Site | None) -> list[Member]:
    """Return who has a role on the site, and then who has one on all, each with the highest."""
    site_ids = {site.id: 0} if site else {}
    query = (
        select(Account, Membership)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.site_id.in_(site_ids) | Membership.site_id.is_(None))
        .order_by(Account.created_at, Account.id)
    )
    found: dict[tuple[str, bool], Member] = {}
    for account, membership in db.session.execute(query):
        one = Member(account, membership.role, membership.site_id is None)
        other = found.get((account.id, one.is_everywhere), one)
        found[account.id, one.is_everywhere] = min(one, other, key=_rank)
    return sorted(found.values(), key=lambda member: (member.is_everywhere, _rank(member)))


def invite(address: str, *, site: Site | None, role: Role, by: Account, name: str = "") -> Account:
    """Give somebody new a role, and have them written to; whoever has a name keeps that.

    Raises `Invalid("email.invalid")`, `Invalid("name.too_long")`, and `Conflict("member.known")`
    for who has a role there.
    """
    mine = _begin(by, site)
    _require_gift(mine, role, site)
    account = people.find(email.address(address))
    if account and any(each.site_id in {None, _id(site)} for each in people.roles(account)):
        raise Conflict("member.known")
    is_named = account is not None and not people.is_unnamed(account)
    account = people.invite(address, site=site, role=role, name="" if is_named else name)
    _tell(account, site, by=by)
    note("invite", account, site, by=by, role=role)
    return account


def invite_again(account_id: str, *, site: Site | None, by: Account) -> Account:
    """Have somebody written to once more who has not been here yet.

    Raises `NotFound("member.unknown")`, and `Conflict("member.arrived")`.
    """
    mine = _begin(by, site)
    account, roles = _member(account_id, site)
    _require_grant(mine, roles, site)
    if account.arrived_at:
        raise Conflict("member.arrived")
    _tell(account, site, by=by)
    return account


def change(account_id: str, *, site: Site | None, role: Role, by: Account) -> None:
    """Give somebody another role instead of theirs; raise `NotFound("member.unknown")`."""
    mine = _begin(by, site)
    account, roles = _member(account_id, site)
    _require_gift(mine, role, site)
    _require_grant(mine, roles, site)
    if roles == [role]:
        return
    if _RANKS.index(role) > min(map(_RANKS.index, roles)):
        _require_another(account, roles, site, mine=mine, by=by)
    take(account, site)
    db.session.add(Membership(account_id=account.id, site_id=_id(site), role=role))
    db.session.flush()
    note("role", account, site, by=by, role=role)


def remove(account_id: str, *, site: Site | None, by: Account) -> None:
    """Take somebody's role; without any they are signed out at once.

    Raises `NotFound("member.unknown")`.
    """
    mine = _begin(by, site)
    account, roles = _member(account_id, site)
    _require_grant(mine, roles, site)
    _require_another(account, roles, site, mine=mine, by=by)
    take(account, site)
    people.see_off(account)
    note("dismiss", account, site, by=by)


def grantable(roles: Sequence[Membership], site: Site | None) -> list[Role]:
    """Return the roles that somebody with these may give there: admins are admins of all sites."""
    offered = Role if site is None else (Role.OWNER, Role.MODERATOR)
    return [role for role in offered if policy.may_grant(roles, role, site_id=_id(site))]


def reaches(roles: Sequence[Membership], site: Site | None) -> bool:
    """Say whether somebody with these roles may see and change who has one there."""
    try:
        require_reach(roles, site)
    except (NotAllowed, NotFound):
        return False
    return True


def require_reach(roles: Sequence[Membership], site: Site | None) -> None:
    """Refuse who may not see and change who has a role there; strangers learn nothing."""
    if site:
        policy.require(roles, Action.INVITE, site_id=site.id, code="site.unknown")
    else:
        everywhere = [role for role in roles if role.site_id is None]
        policy.require(everywhere, Action.INVITE, site_id="", code="page.unknown")


def hold(site: Site | None) -> None:
    """Let nobody else change a role there until the commit."""
    held = select(Membership.id).where(_there(site)).order_by(Membership.id).with_for_update()
    db.session.execute(held).all()


def take(account: Account, site: Site | None) -> None:
    """Take somebody's roles there, without looking at anything."""
    gone = delete(Membership).where(Membership.account_id == account.id, _there(site))
    db.session.execute(gone.execution_options(synchronize_session="fetch"))


def note(
    action: str, account: Account, site: Site | None, *, by: Account | None, **details: str
) -> None:
    """Write into the log what became of somebody's role there."""
    log.note(action, site_id=_id(site), by=by, person=account.id, **details)


def _rank(member: Member) -> int:
    return _RANKS.index(member.role)


def _begin(by: Account, site: Site | None) -> Sequence[Membership]:
    """Return the roles of who acts; of two who take each other's at once, the second finds none."""
    hold(site)
    mine = people.roles(by)
    require_reach(mine, site)
    return mine


def _require_gift(mine: Sequence[Membership], role: Role, site: Site | None) -> None:
    if role not in grantable(mine, site):
        raise NotAllowed("role.above")


def _require_grant(mine: Sequence[Membership], roles: Sequence[Role], site: Site | None) -> None:
    if not all(policy.may_grant(mine, role, site_id=_id(site)) for role in roles):
        raise NotAllowed("role.above")


def _member(account_id: str, site: Site | None) -> tuple[Account, list[Role]]:
    account = db.session.get(Account, account_id)
    query = select(Membership.role).where(Membership.account_id == account_id, _there(site))
    held = list(db.session.scalars(query))
    if account is None or not held:
        raise NotFound("member.unknown")
    return account, held


def _require_another(
    account: Account,
    roles: Sequence[Role],
    site: Site | None,
    *,
    mine: Sequence[Membership],
    by: Account,
) -> None:
    """Refuse to leave a place to nobody who can manage it.

    Who was only invited may never come. Whoever has such a role on all sites may take that of a
    site's last owner, who cannot leave it to them.
    """
    managing = _MANAGING if site else {Role.ADMIN}
    if not managing.intersection(roles):
        return
    stays = site and by.id != account.id and any(_manages_all(role) for role in mine)
    if not stays and not db.session.scalar(_others(account, site, managing)):
        raise Conflict("role.last")


def _others(account: Account, site: Site | None, managing: Collection[Role]) -> Select[str]:
    return (
        select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            _there(site),
            Membership.role.in_(managing),
            Account.id != account.id,
            Account.arrived_at.is_not(None),
            Account.blocked_at.is_(None),
        )
        .limit(1)
    )


def _manages_all(role: Membership) -> bool:
    return role.site_id is None and role.role in _MANAGING


def _there(site: Site | None) -> ColumnElement[bool]:
    return Membership.site_id == site.id if site else Membership.site_id.is_(None)


def _tell(account: Account, site: Site | None, *, by: Account) -> None:
    outbox.add("invitation.requested", account_id=account.id, site_id=_id(site), by=by.id)


def _id(site: Site | None) -> str | None:
    return site.id if site else None
