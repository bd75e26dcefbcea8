"""A guest's comments that turn out to be those of somebody who has proved their address."""

from sqlalchemy import and_, func, select, update

from commentbox.accounts import email_code, profiles
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Account, Comment, Identity, Site


def claim(account: Account, identity: Identity, *, site: Site, author_key: str) -> int:
    """Give the person what they wrote as a guest on the site and return how much that was.

    That takes the address, proved by a code that was mailed to it, and the secret of the browser
    that wrote under it: an address alone may have been typed by anybody, and a browser may be
    shared. Somebody without a name gets the one that they wrote under, if they may bear it.
    """
    if identity.provider != email_code.PROVIDER or not author_key:
        return 0
    theirs = and_(
        Comment.site_id == site.id,
        Comment.author_key == tokens.digest(author_key),
        func.lower(Comment.author_email) == identity.email.lower(),
        Comment.account_id.is_(None),
    )
    profiles.hold_threads(theirs)
    name = db.session.scalar(
        select(Comment.author_name).where(theirs).order_by(Comment.created_at.desc()).limit(1)
    )
    claimed = db.session.scalars(
        update(Comment)
        .where(theirs)
        .values(
            account_id=account.id,
            person=f"account:{account.id}",
            author_provider=identity.provider,
        )
        .returning(Comment.id)
    ).all()
    # On another site a guest may be called what only its moderator may be called everywhere.
    profiles.introduce(account, name or "")
    if claimed:
        profiles.show(account)
    return len(claimed)
