"""Who wants to hear of new comments in a thread."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId, UTCTime


class Subscription(Model):
    """An address that asked for new comments; nothing is sent before it is confirmed."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("thread_id", "email"),
        Index("ix_subscription_email", "email", "created_at"),
    )

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    thread_id: Mapped[Id] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"))
    email: Mapped[str]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    created_at: Mapped[Created]
