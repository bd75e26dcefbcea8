"""What a site's filter has learned, and from what."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId


class SpamModel(Model):
    """One site's learned weights, of `spam` and `fine` lessons; `digest` says which, in order.

    `next_place` is the place that the next label will have. `revision` counts changes of `content`.
    """

    __tablename__ = "spam_model"

    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    spam: Mapped[int] = mapped_column(default=0)
    fine: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="")
    next_place: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=0)
    # The last column: SQLite reads through all of it to get to what stands behind.
    content: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class SpamLabel(Model):
    """What a decision said of a comment: spam, fine, or nothing any more where it is neither.

    The last one of a comment is in force, and the weights follow from those in their order. `place`
    is where it stands among all labels of the site; none until the filter first looked at it.
    `batch` is the decision that said it, or last said it again; `withdrawn_by` the one that took it
    back: it is as if it had not been said then. `features` are numbers that stand for words, many
    words for each number: they stay when the comment's text is erased.
    """

    __tablename__ = "spam_label"
    __table_args__ = (
        Index("ix_spam_label_place", "site_id", "place"),
        Index("ix_spam_label_comment", "comment_id"),
        # A long batch is taken back piece by piece: both columns find a piece.
        Index("ix_spam_label_batch", "batch", "comment_id"),
        Index("ix_spam_label_withdrawn", "withdrawn_by", "comment_id"),
    )

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    comment_id: Mapped[Id] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    batch: Mapped[Id]
    is_spam: Mapped[bool | None]
    cluster: Mapped[Id]
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
