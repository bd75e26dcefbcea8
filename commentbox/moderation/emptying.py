"""Deleting for good what has lain in the spam folder or the trash for long enough."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from commentbox.extensions import db
from commentbox.models import Batch, Comment, Site
from commentbox.moderation import bulk, decisions
from commentbox.moderation.filters import Filter

KEPT: Final = timedelta(days=30)
"""How long removed comments can be restored."""


def due(now: datetime) -> Sequence[str]:
    """Return the ids of the sites where something was removed too long ago."""
    before = now - KEPT
    old = select(Comment.id).where(
        Comment.site_id == Site.id,
        Comment.status.in_(decisions.REMOVED),
        Comment.created_at < before,  # this speaks to the index
        func.coalesce(Comment.moved_at, Comment.created_at) < before,
    )
    return db.session.scalars(select(Site.id).where(old.exists()).order_by(Site.id)).all()


def empty(site_id: str, now: datetime) -> None:
    """Delete what was removed too long ago on a site, in the background where it is much.

    It is one batch of the log, without anybody who did it; it cannot be taken back. While one goes
    on, no other is begun.
    """
    mine = (Batch.site_id == site_id) & (Batch.action == "empty")
    if db.session.scalar(select(Batch.id).where(mine, Batch.finished_at.is_(None)).limit(1)):
        return
    wanted = Filter((site_id,))
    bulk.start("empty", wanted, decisions.REMOVED, by=None, moved_before=now - KEPT)
