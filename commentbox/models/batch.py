"""What was done at one go, and how far that is: the log that moderators read."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId, UTCTime


class Batch(Model):
    """One action: decisions about comments under the same id, or a change of a site's settings.

    `site_id` is empty where it reaches over several sites, `account_id` where the service acted by
    itself or the account is gone. `undoes` names the batch that this one takes back. Of `total`
    comments `done` have been dealt with; it goes on in the background until `finished_at` says when
    that was done. `details` tell what was asked for: a filter, or settings before and after.
    """

    __tablename__ = "batch"
    __table_args__ = (
        Index("ix_batch_site", "site_id", "created_at", "id"),
        Index("ix_batch_account", "account_id", "created_at", "id"),
        Index("ix_batch_undoes", "undoes"),
    )

    id: Mapped[PrimaryId]
    site_id: Mapped[Id | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    action: Mapped[str]
    undoes: Mapped[Id | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[Created]
    finished_at: Mapped[datetime | None] = mapped_column(UTCTime)
