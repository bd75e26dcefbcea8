"""Who hears of what."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from commentbox import policy
from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.models import Account, Comment, Membership, Site, Status, Subscription, Thread
from commentbox.notify.mail import Entry
from commentbox.policy import TABLE, Action


def moderators(site_id: str) -> Sequence[Account]:
    """Return who decides about comments on the site and wants mail about held ones."""
    query = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Account.wants_mail,
            Account.arrived_at.is_not(None),
            Account.blocked_at.is_(None),
            Membership.role.in_(TABLE[Action.DECIDE]),
            or_(Membership.site_id == site_id, Membership.site_id.is_(None)),
        )
    )
    return db.session.scalars(query.distinct().order_by(Account.id)).all()


def has_role(account_id: str) -> bool:
    """Say whether the person is anything here, if only invited, and not shut out."""
    account = db.session.get(Account, account_id)
    return account is not None and not account.blocked_at and bool(people.roles(account))


def decidable(account: Account, entries: Sequence[Entry]) -> list[Entry]:
    """Return those of the entries that the person may decide about, as of now."""
    roles = people.powers(account)
    return [entry for entry in entries if policy.may(roles, Action.DECIDE, site_id=entry.site.id)]


def has_followers(thread_id: str) -> bool:
    """Say whether anybody wants the thread's new comments."""
    return bool(followers(thread_id, limit=1))


def followers(thread_id: str, *, after: str = "", limit: int) -> Sequence[Subscription]:
    """Return those who follow the thread and have confirmed it, a page in order of id."""
    query = select(Subscription).where(
        Subscription.thread_id == thread_id,
        Subscription.confirmed_at.is_not(None),
        Subscription.id > after,
    )
    return db.session.scalars(query.order_by(Subscription.id).limit(limit)).all()


def addresses(entries: Sequence[Entry]) -> dict[str, str]:
    """Return each comment's author's address in lower case: nobody is told of their own."""
    writers = {entry.comment.account_id for entry in entries if entry.comment.account_id}
    known = select(Account.id, Account.email).where(Account.id.in_(writers))
    accounts = {row.id: row.email for row in db.session.execute(known)}
    return {
        entry.comment.id: (
            entry.comment.author_email or accounts.get(entry.comment.account_id or "") or ""
        ).lower()
        for entry in entries
    }


def entries(comment_ids: Sequence[str], *statuses: Status) -> list[Entry]:
    """Return those of the comments that have one of these statuses, oldest first."""
    query = (
        select(Comment, Thread, Site)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Site, Site.id == Comment.site_id)
        .where(Comment.id.in_(comment_ids), Comment.status.in_(statuses))
        .order_by(Comment.created_at, Comment.id)
    )
    return [Entry(*row) for row in db.session.execute(query)]
