"""The words that a site looks out for."""

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Id, Model, PrimaryId, enum_column


class Effect(StrEnum):
    """What becomes of a comment with one of the words."""

    HOLD = "hold"
    SPAM = "spam"


class Words(Model):
    """One list of a site, an entry a line; `revision` counts its changes."""

    __tablename__ = "words"
    __table_args__ = (UniqueConstraint("site_id", "effect"),)

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    effect: Mapped[Effect] = mapped_column(enum_column(Effect))
    entries: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=0)
