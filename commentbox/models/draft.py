"""Words that are not sent yet."""

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, Moment, PrimaryId


class Draft(Model):
    """What somebody had typed on a page without script before they went to log in.

    `browser` is the digest of the cookie that brings it back; `key` names the page of the site, and
    `target` the comment that is answered, if one is.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_expires_at", "expires_at"),)

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    browser: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str]
    target: Mapped[str] = mapped_column(default="")
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    expires_at: Mapped[Moment]
    created_at: Mapped[Created]
