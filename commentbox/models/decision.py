"""The moderation log: append-only."""

from typing import Final

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId, enum_column
from commentbox.models.comment import Status

OF_SERVICE: Final = ("reported", "settled", "empty")
"""What the service does by itself: as readers or the outside scorer say, or after 30 days."""


class Decision(Model):
    """What was decided about a comment, by whom, and what it was before.

    Decisions taken together share a `batch`; `undoes` names the batch that this one takes back.
    `account_id` is empty where the service decided by itself, which `OF_SERVICE` tells, and where
    the account of who did is gone.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_batch", "batch", "id"),
        Index("ix_decision_comment", "comment_id", "created_at"),
        Index("ix_decision_site", "site_id", "created_at", "id"),
    )

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    comment_id: Mapped[Id] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    batch: Mapped[Id]
    undoes: Mapped[Id | None]
    action: Mapped[str]
    before: Mapped[Status] = mapped_column(enum_column(Status))
    after: Mapped[Status] = mapped_column(enum_column(Status))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Created]
