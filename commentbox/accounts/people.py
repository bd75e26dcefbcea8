"""People who may sign in, and their roles."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Select, delete, func, or_, select

from commentbox.accounts import email_code, sessions
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db, insert_new
from commentbox.lib import clock, email, text
from commentbox.models import Account, Comment, Identity, Membership, Role, SignInLink, Site

# A name made from the address would show part of it to every reader.
UNNAMED: Final = "Moderator"
"""What somebody who was invited is called until they have a name."""

NAMELESS: Final = "Commenter"
"""What a reader is called who has no name."""


def find(address: str) -> Account | None:
    """Return whose address this is; letter case does not count."""
    return db.session.scalar(select(Account).where(func.lower(Account.email) == address.lower()))


def known_by(address_or_comment: str) -> Account:
    """Return who wrote a comment while logged in, was invited by an address, or has proved it.

    What other providers say of addresses finds nobody. Raises `NotFound("person.unknown")`.
    """
    proved = select(Identity.account_id).where(
        Identity.provider == email_code.PROVIDER,
        Identity.subject == address_or_comment.lower(),
    )
    wrote = select(Comment.account_id).where(Comment.id == address_or_comment)
    account = find(address_or_comment) or db.session.scalar(
        select(Account).where(or_(Account.id.in_(proved), Account.id.in_(wrote)))
    )
    if account is None:
        raise NotFound("person.unknown")
    return account


def invite(
    address: str, *, site: Site | None = None, role: Role = Role.ADMIN, name: str = ""
) -> Account:
    """Give a person a role on a site, or on all sites, and return their account.

    Whoever is to be the admin of one site is its owner. Readers see `name` beside what the person
    writes. Who has the role already keeps it. Raises `Invalid("email.invalid")` and the codes of
    `rename`.
    """
    address = email.address(address)
    account = find(address) or _new(address)
    if name:
        rename(account, name)
    site_id = site.id if site else None
    role = Role.OWNER if site and role is Role.ADMIN else role
    if not any((each.site_id, each.role) == (site_id, role) for each in roles(account)):
        db.session.add(Membership(account_id=account.id, site_id=site_id, role=role))
        db.session.flush()
    return account


def roles(account: Account) -> Sequence[Membership]:
    """Return what the person is, on which sites."""
    mine = select(Membership).where(Membership.account_id == account.id)
    return db.session.scalars(mine.order_by(Membership.id)).all()


def powers(account: Account) -> Sequence[Membership]:
    """Return the roles that the person can use: none while they are shut out or only invited.

    An address may be mistyped: whoever reads there has nothing until they took the invitation.
    """
    return roles(account) if account.arrived_at and not account.blocked_at else []


def names(account_ids: Iterable[str | None]) -> dict[str | None, str]:
    """Return what these people are called, by the ids of their accounts. One query."""
    wanted = set(account_ids) - {None}
    found = select(Account.id, Account.name).where(Account.id.in_(wanted))
    return {row.id: row.name for row in db.session.execute(found)} if wanted else {}


def everybody() -> list[tuple[Account, Membership, Site | None]]:
    """Return everybody with a role; the site is None for a role on all sites."""
    query = (
        select(Account, Membership, Site)
        .join(Membership, Membership.account_id == Account.id)
        .outerjoin(Site, Site.id == Membership.site_id)
        .order_by(Account.email, Membership.id)
    )
    return [(account, role, site) for account, role, site in db.session.execute(query)]


def rename(account: Account, name: str) -> None:
    """Change the name that readers see; raise `Invalid("name.missing")`, `("name.too_long")`."""
    name = text.clean_line(name)
    if text.is_blank(name):
        raise Invalid("name.missing", fields={"name": "name.missing"})
    if len(name) > text.LONGEST_NAME:
        raise Invalid("name.too_long", fields={"name": "name.too_long"})
    account.name = name
    db.session.flush()


def is_unnamed(account: Account) -> bool:
    """Say whether the person has no name yet that they or anybody else gave them."""
    return account.name in {NAMELESS, UNNAMED}


def is_reserved(name: str, *, site: Site | None = None) -> bool:
    """Say whether readers would take the name for a role, or for somebody with one.

    That is anybody who has one on the site, or on any site.
    """
    names = _names_with_roles()
    if site:
        names = names.where(or_(Membership.site_id == site.id, Membership.site_id.is_(None)))
    return text.is_reserved(name, set(db.session.scalars(names)))


def may_bear(account: Account, name: str) -> bool:
    """Say whether a name would show no more than the person is: nobody else with a role, no role.

    Whoever has a role on all sites may call themselves by one.
    """
    mine = roles(account)
    if not mine:
        return not is_reserved(name)
    others = set(db.session.scalars(_names_with_roles().where(Account.id != account.id)))
    if any(role.site_id is None for role in mine):
        return not text.is_like(name, others)
    return not text.is_reserved(name, others)


def is_sent_links(account: Account) -> bool:
    """Say whether the person can sign in by a link: only whoever has a role is sent any."""
    return bool(account.email and roles(account))


def is_official(account: Account, *, site_id: str) -> bool:
    """Say whether the person is anything on the site."""
    return any(role.site_id in {site_id, None} for role in roles(account))


def block(account: Account) -> None:
    """Shut a person out: their sessions end, and they cannot log in again."""
    account.blocked_at = clock.now()
    db.session.flush()
    db.session.execute(delete(SignInLink).where(SignInLink.account_id == account.id))
    sessions.end_all(account)


def unblock(account: Account) -> None:
    """Let a person log in again."""
    account.blocked_at = None
    db.session.flush()


def dismiss(address: str, *, site: Site | None = None) -> None:
    """Take a person's roles on one site, or all of them; without any they are signed out.

    Raises `NotFound("account.unknown")`.
    """
    account = find(address)
    if account is None:
        raise NotFound("account.unknown")
    gone = delete(Membership).where(Membership.account_id == account.id)
    db.session.execute(gone.where(Membership.site_id == site.id) if site else gone)
    see_off(account)


def see_off(account: Account) -> None:
    """Sign a person out at once who has no role any more."""
    if not roles(account):
        db.session.execute(delete(SignInLink).where(SignInLink.account_id == account.id))
        sessions.end_all(account)


def _new(address: str) -> Account:
    """Return an account for an address; another site may be inviting its reader just now, too."""
    insert_new(Account, email=address, name=UNNAMED)
    return db.session.scalars(select(Account).where(Account.email == address)).one()


def _names_with_roles() -> Select[str]:
    return select(Account.name).join(Membership, Membership.account_id == Account.id)
