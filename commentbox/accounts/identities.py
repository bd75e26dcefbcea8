"""Who a profile belongs to: by provider, issuer and subject, and by nothing else."""

from sqlalchemy import func, select, true

from commentbox.accounts import email_code, people, profiles, sessions
from commentbox.errors import Conflict, Invalid, NotAllowed, NotFound
from commentbox.extensions import db, insert_new
from commentbox.lib import email as emails
from commentbox.lib import ids, text, urls
from commentbox.models import Account, Identity, Membership, Session
from commentbox.providers.base import Profile


def recognised(profile: Profile) -> tuple[Account, Identity]:
    """Return whose profile this is, as it is now; somebody new gets an account.

    An address finds nobody, however well the provider has verified it: only who has a role is
    found by whoever is sure to read the mailbox that they were invited by, see `invited`. Of two
    first log-ins at once both end in one account. Raises `NotAllowed("account.blocked")`.
    """
    identity = find(profile)
    if identity is None:
        return _first_seen(profile)
    account = db.session.get_one(Account, identity.account_id)
    if account.blocked_at:
        raise NotAllowed("account.blocked")
    _refresh(account, identity, profile)
    return account, identity


def find(profile: Profile) -> Identity | None:
    """Return the identity of a profile, if it has been seen before."""
    return known(profile.provider, profile.issuer, profile.subject)


def known(provider: str, issuer: str, subject: str) -> Identity | None:
    """Return the identity that a provider means, if it has been seen before."""
    return db.session.scalar(
        select(Identity).where(
            Identity.provider == provider,
            Identity.issuer == issuer,
            Identity.subject == subject,
        )
    )


def of(account: Account) -> list[Identity]:
    """Return the person's identities, the oldest first."""
    mine = select(Identity).where(Identity.account_id == account.id)
    return list(db.session.scalars(mine.order_by(Identity.created_at, Identity.id)))


def invited(profile: Profile) -> Account | None:
    """Return who was invited by the address of the profile and is whoever shows it now.

    Only a provider that runs the mailbox itself, or a code that was read in it, can say so. To a
    provider the invitation goes that nobody has taken up; a code proves as much as the link that
    is sent there to sign in, so it goes on being good for it.
    """
    if not (profile.is_authoritative and profile.email_verified and profile.email):
        return None
    is_code = profile.provider == email_code.PROVIDER
    # Of two at once the second waits, and looks again once the first has arrived.
    return db.session.scalar(
        select(Account)
        .where(
            # Those with a role are few, and an address has no index.
            Account.id.in_(select(Membership.account_id)),
            func.lower(Account.email) == profile.email.lower(),
            true() if is_code else Account.arrived_at.is_(None),
            Account.blocked_at.is_(None),
        )
        .with_for_update()
    )


def link(account: Account, profile: Profile, *, here: Session | None = None) -> Identity:
    """Let the person log in with one more identity and return it.

    The caller has seen to it that both were shown only just now. Whoever else may be logged in as
    the person is not any more, but `here`. Raises `Conflict("identity.taken")` when the identity is
    that of another account, see `_released`.
    """
    identity = find(profile) or _added(account, profile) or find(profile)
    if identity is None:
        raise Conflict("identity.taken")
    if identity.account_id != account.id:
        _released(identity, to=account)
    _refresh(account, identity, profile)
    sessions.end_all(account, but=here)
    return identity


def unlink(account: Account, identity_id: str, *, here: Session | None = None) -> None:
    """Take one of the person's identities away, and end the log-ins that were made with it.

    Whoever else may be logged in as the person is not any more, but `here`. Raises
    `NotFound("identity.unknown")`, and `Conflict("identity.last")` for the only one of somebody who
    has no other way in.
    """
    db.session.scalar(select(Account.id).where(Account.id == account.id).with_for_update())
    mine = {identity.id: identity for identity in of(account)}
    if identity_id not in mine:
        raise NotFound("identity.unknown")
    if len(mine) == 1 and not people.is_sent_links(account):
        raise Conflict("identity.last")
    sessions.end_of(mine[identity_id])
    sessions.end_all(account, but=here)
    db.session.delete(mine[identity_id])
    db.session.flush()


def _first_seen(profile: Profile) -> tuple[Account, Identity]:
    claimed = invited(profile)
    account = claimed or _new_account(profile)
    identity = _added(account, profile)
    if identity is None:
        # The other of two first log-ins was faster; its account is the one.
        if claimed is None:
            db.session.delete(account)
            db.session.flush()
        return recognised(profile)
    _follow(account, identity, before=("", ""))
    return account, identity


def _released(identity: Identity, *, to: Account) -> None:
    """Give a moderator what they logged in with before they were invited.

    It was all that the reader had whom they were then. What that one wrote stays as it is: it is
    nobody's any more. Raises `Conflict("identity.taken")` for any other identity.
    """
    whose = select(Account).where(Account.id == identity.account_id)
    reader = db.session.scalars(whose.with_for_update()).one()
    is_reader_only = not reader.email and not reader.blocked_at and len(of(reader)) == 1
    if not (is_reader_only and people.roles(to)):
        raise Conflict("identity.taken")
    sessions.end_all(reader)
    identity.account_id = to.id


def _new_account(profile: Profile) -> Account:
    website = _web_address(profile.profile_url)
    account = Account(name=_name(profile) or people.NAMELESS, website=website)
    db.session.add(account)
    db.session.flush()
    return account


def _added(account: Account, profile: Profile) -> Identity | None:
    identity_id = ids.new()
    is_new = insert_new(
        Identity,
        id=identity_id,
        account_id=account.id,
        provider=profile.provider,
        issuer=profile.issuer,
        subject=profile.subject,
        **_details(profile),
    )
    if not is_new:
        return None
    account.arrive()
    return db.session.get_one(Identity, identity_id)


def _refresh(account: Account, identity: Identity, profile: Profile) -> None:
    before = identity.name, identity.profile_url
    for column, value in _details(profile).items():
        setattr(identity, column, value)
    db.session.flush()
    _follow(account, identity, before=before)


def _follow(account: Account, identity: Identity, *, before: tuple[str, str]) -> None:
    """Take over what the provider says now of name and website; what the person chose stays."""
    is_unchosen = account.name == before[0] or people.is_unnamed(account)
    name = identity.name if is_unchosen else ""
    website = identity.profile_url if account.website == before[1] else account.website
    profiles.follow(account, name=name or account.name, website=website)


def _details(profile: Profile) -> dict[str, str | bool]:
    address = _address(profile.email)
    return {
        "name": _name(profile),
        "profile_url": _web_address(profile.profile_url),
        "email": address,
        "email_verified": bool(address) and profile.email_verified,
    }


def _name(profile: Profile) -> str:
    """Return the name on one line, empty when there is none or others would take it for a role."""
    name = text.clean_line(profile.name)[: text.LONGEST_NAME].strip()
    return "" if text.is_blank(name) or people.is_reserved(name) else name


def _address(given: str) -> str:
    try:
        return emails.address(given) if given else ""
    except Invalid:
        return ""


def _web_address(given: str) -> str:
    try:
        return urls.web_address(given) if 0 < len(given) <= urls.MAX_WEBSITE_LENGTH else ""
    except Invalid:
        return ""
