"""A guest's comments that turn out to be those of somebody who has proved their address."""

from sqlalchemy import select, update

from commentbox.accounts import email_code, profiles
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Account, Comment, Identity, Site


def claim(account: Account, identity: Identity, *, site: Site, author_key: str) -> int:
    """Give the person what they wrote as a guest on the site and return how much that was.

    That takes the address, proved by a code that was mailed to it, and the secret of the browser
    that wrote under it: an address alone may have been typed by anybody, and a browser may be
    shared.
    """
    if identity.provider != email_code.PROVIDER or not author_key:
        return 0
    theirs = (
        update(Comment)
        .where(
            Comment.site_id == site.id,
            Comment.author_key == tokens.digest(author_key),
            Comment.author_email == identity.email,
            Comment.account_id.is_(None),
        )
        .values(account_id=account.id, author_provider=identity.provider)
        .returning(Comment.id)
    )
    claimed = db.session.scalars(theirs).all()
    if claimed:
        _name(account, claimed[-1])
        profiles.show(account)
    return len(claimed)
