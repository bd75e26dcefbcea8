"""What a site's filter has learned, and from what."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId


class SpamModel(Model):
    """One site's learned weights. `next_place` is the place that the next lesson will have."""

    __tablename__ = "spam_model"

    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    spam: Mapped[int] = mapped_column(default=0)
    fine: Mapped[int] = mapped_column(default=0)
    next_place: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=0)


class SpamLabel(Model):
    """What a person said of a comment: spam, or fine. The weights follow from these in order.

    `place` is where it stands among what was learned; none until it has been. `withdrawn_by` is the
    decision that took it back or came in its place; it counts no more then, unless that is undone.
    """

    __tablename__ = "spam_label"
    __table_args__ = (
        Index("ix_spam_label_place", "site_id", "place"),
        Index("ix_spam_label_comment", "comment_id"),
        Index("ix_spam_label_batch", "batch"),
        Index("ix_spam_label_withdrawn", "withdrawn_by"),
    )

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    comment_id: Mapped[Id] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    batch: Mapped[Id]
    is_spam: Mapped[bool]
    cluster: Mapped[Id]
    person: Mapped[str] = mapped_column(default="")
    features: Mapped[bytes] = mapped_column(LargeBinary)
    place: Mapped[int | None]
    withdrawn_by: Mapped[Id | None]
    created_at: Mapped[Created]


class Likeness(Model):
    """A mark that comments share which say nearly the same; each has a few."""

    __tablename__ = "likeness"
    __table_args__ = (Index("ix_likeness_comment", "comment_id"),)

    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    band: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    comment_id: Mapped[Id] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
    )
