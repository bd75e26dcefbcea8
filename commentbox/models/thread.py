"""The discussion of one article."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId, UTCTime


class Thread(Model):
    """One article's thread. `key` is its canonical address, or `id:` and the owner's own id.

    It closes by itself some days after it began, or was last `opened_at` by somebody.
    `pinned_id` is the comment that stands above the others, as long as it is published. A thread
    that was `merged_into` another has no comments any more; who looks for it is led there.
    """

    __tablename__ = "thread"
    __table_args__ = (UniqueConstraint("site_id", "key"),)

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    key: Mapped[str]
    url: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    is_closed: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None] = mapped_column(UTCTime)
    pinned_id: Mapped[Id | None]
    merged_into: Mapped[Id | None]
    comment_count: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]
