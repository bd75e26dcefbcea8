"""Signing in with a link that works once."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from commentbox.errors import Gone
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, SignInLink

BY_HAND: Final = timedelta(hours=24)
"""How long a link holds that the command line printed."""

BY_MAIL: Final = timedelta(minutes=15)
"""How long a link holds that was sent by mail."""

BY_INVITATION: Final = timedelta(days=7)
"""How long the link holds that somebody is invited with."""


def link_for(account: Account, *, valid: timedelta) -> str:
    """Return the token of a new link for the person; only its digest is kept."""
    token = tokens.new()
    db.session.add(
        SignInLink(
            account_id=account.id, token=tokens.digest(token), expires_at=clock.now() + valid
        )
    )
    db.session.flush()
    return token


def whose(token: str) -> Account:
    """Return whom the link would sign in, and leave it unused; raise `Gone("link.used")`."""
    account = db.session.scalar(
        select(Account)
        .join(SignInLink, SignInLink.account_id == Account.id)
        .where(
            SignInLink.token == tokens.digest(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > clock.now(),
        )
    )
    if account is None:
        raise Gone("link.used")
    return account


def redeem(token: str) -> Account:
    """Use the link up and return whom it signs in.

    Raises `Gone("link.used")` when there is no such link, its time is over, or it was used: of two
    at once, one wins.
    """
    claim = (
        update(SignInLink)
        .where(
            SignInLink.token == tokens.digest(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > clock.now(),
        )
        .values(used_at=clock.now())
        .returning(SignInLink.account_id)
    )
    account_id = db.session.scalar(claim)
    if account_id is None:
        raise Gone("link.used")
    return db.session.get_one(Account, account_id)
