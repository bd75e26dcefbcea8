"""Deleting what came from a provider, when the person asks for that there."""

from sqlalchemy import select, update

from commentbox.accounts import avatars, identities, people, profiles, sessions
from commentbox.errors import NotFound
from commentbox.extensions import db, insert_new
from commentbox.lib import tokens
from commentbox.models import Account, Comment, Deletion, Identity, Report


def request(provider: str, issuer: str, subject: str, *, code: str) -> Deletion:
    """Delete what is known of somebody at a provider and return the note of that.

    Its code is what they are told to ask with, the same for a wish that comes again: that deletes
    nothing more. There is a note also when nothing was known.
    """
    if insert_new(Deletion, code=code, provider=provider):
        identity = identities.known(provider, issuer, subject)
        if identity is not None:
            forget(identity)
    return noted(code)


def noted(code: str) -> Deletion:
    """Return the note of a deletion; raise `NotFound("deletion.unknown")`."""
    query = select(Deletion).where(Deletion.code == code)
    found = db.session.scalar(query) if tokens.is_token(code) else None
    if found is None:
        raise NotFound("deletion.unknown")
    return found


def forget(identity: Identity) -> None:
    """Take an identity away with all that came from it, and end every log-in of the person.

    Somebody without another way in is gone; their comments stay, and nobody's name stands beside
    them. What they said with their reports, which moderators alone read, is gone as well.
    """
    account = db.session.get_one(Account, identity.account_id)
    is_all = len(identities.of(account)) == 1 and not people.is_sent_links(account)
    sessions.end_all(account)
    _unname(account, identity, everything=is_all)
    db.session.delete(identity)
    db.session.flush()
    if is_all:
        db.session.delete(account)
    db.session.flush()


def _unname(account: Account, identity: Identity, *, everything: bool) -> None:
    if account.name == identity.name or everything:
        account.name = people.NAMELESS
    if account.website == identity.profile_url or everything:
        account.website = ""
    profiles.show(account)
    # Which provider a picture came from is not known; the others' come back with a log-in there.
    if everything or not account.wants_gravatar:
        avatars.remove(account)
    theirs = Comment.account_id == account.id
    db.session.execute(
        update(Comment)
        .where(theirs, Comment.author_provider == identity.provider)
        .values(author_provider="", author_email="", author_domain="")
    )
    if everything:
        db.session.execute(update(Comment).where(theirs).values(person=""))
        db.session.execute(update(Report).where(Report.account_id == account.id).values(note=""))
