"""Live sign-ins: opened, found by their token, listed, ended."""

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, select

from commentbox.errors import NotAllowed, NotFound, NotSignedIn
from commentbox.extensions import db
from commentbox.lib import clock, ids, tokens
from commentbox.models import Account, Identity, Session, SessionKind, Site

FRESH: Final = timedelta(minutes=10)
"""How long somebody need not show again who they are before they do what is dangerous."""

MOST: Final = 50
"""How many sessions somebody has at most; the oldest ends for a new one."""


def begin(
    account: Account,
    *,
    device: str,
    days: int,
    kind: SessionKind = SessionKind.DESK,
    identity: Identity | None = None,
    site: Site | None = None,
    family: str | None = None,
) -> tuple[Session, str]:
    """Open a session for so many days and return it with its token; only the digest is kept.

    Without a `family` it begins one, which bears its id; a frame joins that of the log-in. Nobody
    who was blocked gets one: `NotAllowed("account.blocked")`.
    """
    if account.blocked_at:
        raise NotAllowed("account.blocked")
    account.arrive()
    token, session_id = tokens.new(), ids.new()
    session = Session(
        id=session_id,
        account_id=account.id,
        token=tokens.digest(token),
        kind=kind,
        identity_id=identity.id if identity else None,
        site_id=site.id if site else None,
        family=family or session_id,
        device=device,
        expires_at=clock.now() + timedelta(days=days),
    )
    db.session.add(session)
    db.session.flush()
    _end_oldest(account)
    return session, token


def by_token(
    token: str, *, kind: SessionKind = SessionKind.DESK, site: Site | None = None
) -> tuple[Session, Account]:
    """Return the live session of a token, and whose it is; raise `NotSignedIn`.

    A token holds only for what it was made for: its kind, and the site of a frame.
    """
    found = db.session.execute(
        select(Session, Account)
        .join(Account, Account.id == Session.account_id)
        .where(
            Session.token == tokens.digest(token),
            Session.kind == kind,
            Session.site_id == site.id if site else Session.site_id.is_(None),
            Session.expires_at > clock.now(),
            Account.blocked_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise NotSignedIn("sign_in.needed")
    session, account = found
    return session, account


def begun(family: str) -> Session | None:
    """Return the session that a log-in began with, while it is alive.

    It stays so until the commit: what ends it waits, and then ends also what joins it meanwhile.
    """
    alive = select(Session).where(Session.id == family, Session.expires_at > clock.now())
    return db.session.scalar(alive.with_for_update())


def whose(session: Session) -> Account:
    """Return whose session it is."""
    return db.session.get_one(Account, session.account_id)


def is_fresh(session: Session, *, within: timedelta = FRESH) -> bool:
    """Say whether the person has shown only just now who they are."""
    return clock.now() - session.fresh_at < within


def listed(account: Account) -> list[tuple[Session, Site | None]]:
    """Return the person's live sessions, the newest first, each with the site of its frames."""
    query = (
        select(Session, Site)
        .outerjoin(Site, Site.id == Session.site_id)
        .where(Session.account_id == account.id, Session.expires_at > clock.now())
        .order_by(Session.created_at.desc(), Session.id)
    )
    return [(session, site) for session, site in db.session.execute(query)]


def end(account: Account, session_id: str) -> None:
    """End one of the person's sessions; raise `NotFound("session.unknown")`."""
    mine = delete(Session).where(Session.account_id == account.id, Session.id == session_id)
    if db.session.scalar(mine.returning(Session.id)) is None:
        raise NotFound("session.unknown")


def forget(session_id: str) -> None:
    """End a session, if it has not ended already."""
    db.session.execute(delete(Session).where(Session.id == session_id))


def end_family(family: str) -> None:
    """End everything that one log-in opened, here and in the frames of every site."""
    _end(Session.family == family)


def leave(session: Session) -> None:
    """End a frame's log-in on its computer: nobody is to go on there as them with one click.

    Where the log-in began in that frame, all that came of it ends.
    """
    if session.family == session.id:
        end_family(session.family)
    else:
        forget(session.family)


def end_of(identity: Identity) -> None:
    """End every log-in that was made with an identity, with all that it opened."""
    families = select(Session.family).where(Session.identity_id == identity.id)
    _end(Session.family.in_(families))


def end_all(account: Account, *, but: Session | None = None) -> None:
    """End the person's sessions, all or all but those of the log-in that one belongs to."""
    mine = Session.account_id == account.id
    _end(and_(mine, Session.family != but.family) if but else mine)


def _end_oldest(account: Account) -> None:
    mine = Session.account_id == account.id
    newest = select(Session.id).where(mine).order_by(Session.created_at.desc(), Session.id.desc())
    older = delete(Session).where(mine, Session.id.not_in(newest.limit(MOST)))
    db.session.execute(older.execution_options(synchronize_session="fetch"))


def _end(which: ColumnElement[bool]) -> None:
    """End sessions, also those of frames that join them right now: see `begun`."""
    held = select(Session.id).where(which).order_by(Session.id).with_for_update()
    db.session.execute(held).all()
    db.session.execute(delete(Session).where(which).execution_options(synchronize_session="fetch"))
