"""Deleting for good what has lain in the spam folder or the trash for long enough."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from commentbox.extensions import db
from commentbox.models import Batch, Site
from commentbox.moderation import bulk, decisions
from commentbox.moderation.filters import Filter

KEPT: Final = timedelta(days=30)
"""How long removed comments can be restored."""


def empty(now: datetime) -> None:
    """Delete what was removed too long ago, site by site, in the background where it is much.

    Each site's is one batch of the log, without anybody who did it; it cannot be taken back.
    """
    running = select(Batch.site_id).where(Batch.action == "empty", Batch.finished_at.is_(None))
    idle = select(Site.id).where(Site.id.not_in(running)).order_by(Site.id)
    for site_id in db.session.scalars(idle).all():
        wanted = Filter((site_id,))
        bulk.start("empty", wanted, decisions.REMOVED, by=None, moved_before=now - KEPT)
