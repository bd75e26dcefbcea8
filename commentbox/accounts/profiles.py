"""What readers see of a person, the same beside everything that the person wrote."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import ColumnElement, select, update

from commentbox.accounts import people
from commentbox.errors import Invalid
from commentbox.extensions import db
from commentbox.lib import text, urls
from commentbox.models import Account, Comment, Thread


def rename(account: Account, name: str) -> None:
    """Change the name that readers see, also beside what the person has written before.

    Raises the codes of `people.rename`, and `Invalid("name.reserved")` for a name that others would
    take for somebody else with a role, or for more than the person is. What they are called already
    stays.
    """
    before = account.name
    if text.clean_line(name) != before and not people.may_bear(account, text.clean_line(name)):
        raise Invalid("name.reserved", fields={"name": "name.reserved"})
    people.rename(account, name)
    if account.name != before:
        show(account)


def introduce(account: Account, name: str) -> None:
    """Give somebody who has no name yet one that they may bear; whoever has one keeps it."""
    if name and people.is_unnamed(account):
        with suppress(Invalid):
            rename(account, name)


def change_website(account: Account, typed: str) -> None:
    """Change the address that the person's name leads to; an empty one takes it away.

    Raises `Invalid("website.invalid")` and `Invalid("website.too_long")`.
    """
    if len(typed.strip()) > urls.MAX_WEBSITE_LENGTH:
        raise Invalid("website.too_long", fields={"website": "website.too_long"})
    try:
        website = urls.web_address(typed) if typed.strip() else ""
    except Invalid as fault:
        raise Invalid(fault.code, fields={"website": fault.code}) from fault
    if account.website != website:
        account.website = website
        show(account)


def follow(account: Account, *, name: str, website: str) -> None:
    """Give the person the name and the website that they have elsewhere."""
    if (account.name, account.website) != (name, website):
        account.name, account.website = name, website
        show(account)


def show(account: Account) -> None:
    """Write who the person is beside all of their comments, and let those pages be read anew."""
    db.session.flush()
    written_by = Comment.account_id == account.id
    threads = hold_threads(written_by)
    if not threads:
        return
    db.session.execute(
        update(Comment)
        .where(written_by)
        .values(
            author_name=account.name,
            author_website=account.website,
            author_avatar=account.avatar_id,
        )
    )
    with_theirs = select(Comment.thread_id).where(written_by)
    db.session.execute(
        update(Thread).where(Thread.id.in_(with_theirs)).values(revision=Thread.revision + 1)
    )


def hold_threads(of: ColumnElement[bool]) -> Sequence[str]:
    """Return the threads of some comments and let nobody else change them until the commit.

    Whoever changes comments holds their threads first, all in one order, so that no two wait for
    each other: see `moderation.status.hold`.
    """
    threads = select(Thread.id).where(Thread.id.in_(select(Comment.thread_id).where(of)))
    return db.session.scalars(threads.order_by(Thread.id).with_for_update()).all()
