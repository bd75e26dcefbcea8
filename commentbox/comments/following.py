"""Following a thread by mail: asked for, confirmed, ended."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, select, update

from commentbox.errors import Gone
from commentbox.extensions import db, insert_new
from commentbox.jobs import outbox
from commentbox.lib import clock, ids
from commentbox.models import Subscription, Thread

QUIET: Final = timedelta(days=1)
"""How long an address that has not answered yet is not asked again, whatever it is asked about."""


def subscribe(thread: Thread, email: str) -> None:
    """Ask an address whether it wants the thread's new comments; nobody learns if it is known.

    The address is a checked one. Nothing is sent to it but one question, until it has confirmed:
    one for each thread, and none within a day of another question that it has not answered. What
    was asked for meanwhile is offered on the page of that question.
    """
    email = email.lower()  # else each spelling would be asked again; mailboxes do not tell apart
    was_asked = _was_asked(email)
    subscription_id = ids.new()
    is_new = insert_new(
        Subscription,
        id=subscription_id,
        site_id=thread.site_id,
        thread_id=thread.id,
        email=email,
    )
    if is_new and not was_asked:
        outbox.add("subscription.requested", subscription_id=subscription_id)


def asked(subscription_id: str) -> Subscription:
    """Return a subscription that waits for an answer; raise `Gone("link.used")`."""
    found = db.session.get(Subscription, subscription_id, populate_existing=True)
    if found is None or found.confirmed_at is not None:
        raise Gone("link.used")
    return found


def also_asked(subscription: Subscription, *, most: int = 10) -> Sequence[Thread]:
    """Return the other threads that were asked for with this address and wait, newest first."""
    waiting = (
        select(Thread)
        .join(Subscription, Subscription.thread_id == Thread.id)
        .where(
            *_waiting(subscription.email),
            Subscription.id != subscription.id,
        )
    )
    return db.session.scalars(waiting.order_by(Subscription.created_at.desc()).limit(most)).all()


def confirm(subscription_id: str, *, also: Collection[str] = ()) -> Subscription:
    """Begin to follow the thread, and those of `also` (ids) that the same address asked for.

    Raises `Gone("link.used")` when it was confirmed already, or has been deleted.
    """
    subscription = asked(subscription_id)
    chosen = {subscription.thread_id, *also}
    now = clock.now()
    begun = (
        update(Subscription)
        .where(*_waiting(subscription.email), Subscription.thread_id.in_(chosen))
        .values(confirmed_at=now)
    )
    if cast(CursorResult[Any], db.session.execute(begun)).rowcount == 0:
        raise Gone("link.used")
    subscription.confirmed_at = now
    return subscription


def unsubscribe(subscription_id: str) -> None:
    """Send nothing more for this subscription; one that is gone already is no mistake."""
    db.session.execute(delete(Subscription).where(Subscription.id == subscription_id))
    outbox.withdraw(f"follow:{subscription_id}:")


def _was_asked(email: str) -> bool:
    """Say whether the address has a question of the last day before it."""
    recent = select(Subscription.id).where(
        *_waiting(email), Subscription.created_at > clock.now() - QUIET
    )
    return db.session.scalar(recent.limit(1)) is not None


def _waiting(email: str) -> tuple[Any, ...]:
    return (Subscription.email == email, Subscription.confirmed_at.is_(None))
