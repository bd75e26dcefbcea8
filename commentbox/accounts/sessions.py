"""Live sign-ins: opened, found by their token, listed, ended."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from commentbox.errors import NotFound, NotSignedIn
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, Session


def begin(account: Account, *, device: str, days: int) -> str:
    """Open a session for so many days and return its token; only the digest is kept."""
    token = tokens.new()
    db.session.add(
        Session(
            account_id=account.id,
            token=tokens.digest(token),
            device=device,
            expires_at=clock.now() + timedelta(days=days),
        )
    )
    db.session.flush()
    return token


def by_token(token: str) -> tuple[Session, Account]:
    """Return the live session of a token, and whose it is; raise `NotSignedIn`."""
    found = db.session.execute(
        select(Session, Account)
        .join(Account, Account.id == Session.account_id)
        .where(Session.token == tokens.digest(token), Session.expires_at > clock.now())
    ).one_or_none()
    if found is None:
        raise NotSignedIn("sign_in.needed")
    session, account = found
    return session, account


def listed(account: Account) -> Sequence[Session]:
    """Return the person's live sessions, the newest first."""
    mine = select(Session).where(Session.account_id == account.id, Session.expires_at > clock.now())
    return db.session.scalars(mine.order_by(Session.created_at.desc(), Session.id)).all()


def end(account: Account, session_id: str) -> None:
    """End one of the person's sessions; raise `NotFound("session.unknown")`."""
    mine = delete(Session).where(Session.account_id == account.id, Session.id == session_id)
    if db.session.scalar(mine.returning(Session.id)) is None:
        raise NotFound("session.unknown")


def end_all(account: Account, *, but: Session | None = None) -> None:
    """End the person's sessions, all or all but one."""
    mine = delete(Session).where(Session.account_id == account.id)
    db.session.execute(mine.where(Session.id != but.id) if but else mine)
