"""Deleting what has been kept long enough."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import (
    Answer,
    Attempt,
    Block,
    Comment,
    Draft,
    EmailCode,
    Job,
    SeenEvent,
    Session,
    SignInLink,
    Site,
    Subscription,
    Vote,
)

ANSWERS: Final = timedelta(days=1)
BLOCKS: Final = timedelta(days=30)  # after their end: moderators see that there was one
CLIENTS: Final = timedelta(days=1)
DONE_JOBS: Final = timedelta(days=7)
DEAD_JOBS: Final = timedelta(days=30)
EMAIL_CODES: Final = timedelta(days=1)  # older ones do not count towards any limit
SEEN_EVENTS: Final = timedelta(days=30)
UNCONFIRMED: Final = timedelta(days=7)


def clean_up() -> None:
    """Delete what is older than it may be, and forget the network hashes of comments and votes."""
    now = clock.now()
    db.session.execute(delete(Answer).where(Answer.created_at < now - ANSWERS))
    db.session.execute(delete(Block).where(Block.until < now - BLOCKS))
    db.session.execute(
        delete(Job).where(
            or_(
                Job.done_at < now - DONE_JOBS,
                Job.is_dead & (Job.created_at < now - DEAD_JOBS),
            )
        )
    )
    db.session.execute(delete(Session).where(Session.expires_at < now))
    db.session.execute(delete(SignInLink).where(SignInLink.expires_at < now))
    db.session.execute(delete(Attempt).where(Attempt.expires_at < now))
    db.session.execute(delete(Draft).where(Draft.expires_at < now))
    db.session.execute(delete(EmailCode).where(EmailCode.created_at < now - EMAIL_CODES))
    db.session.execute(delete(SeenEvent).where(SeenEvent.created_at < now - SEEN_EVENTS))
    db.session.execute(
        delete(Subscription).where(
            Subscription.confirmed_at.is_(None), Subscription.created_at < now - UNCONFIRMED
        )
    )
    _forget_clients()


def _forget_clients() -> None:
    """Site by site, so that the index on site and client finds the few that still have one."""
    old = clock.now() - CLIENTS
    for site_id in db.session.scalars(select(Site.id)).all():
        db.session.execute(
            update(Comment)
            .where(Comment.site_id == site_id, Comment.client > "", Comment.created_at < old)
            .values(client=None)
            .execution_options(synchronize_session=False)
        )
    # `ix_vote_client` holds none but these.
    db.session.execute(
        update(Vote)
        .where(Vote.client.is_not(None), Vote.created_at < old)
        .values(client=None)
        .execution_options(synchronize_session=False)
    )
