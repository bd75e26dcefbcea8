"""What readers say of comments: reports and votes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId, UTCTime, enum_column


class Cause(StrEnum):
    """What somebody reports a comment for."""

    SPAM = "spam"
    ABUSE = "abuse"
    OFF_TOPIC = "off-topic"
    OTHER = "other"


class Ruling(StrEnum):
    """What became of a report: nobody has decided, the comment went, or it stayed."""

    OPEN = "open"
    UPHELD = "upheld"
    REFUSED = "refused"


class Report(Model):
    """One reader's report of a comment. `reporter` is `account:…` or the hash of a browser.

    `batch` is the decision that ruled on it, so that taking that back opens it again.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("comment_id", "reporter"),
        Index("ix_report_reporter", "site_id", "reporter", "ruling"),
        # A long batch is taken back piece by piece: both columns find a piece.
        Index("ix_report_batch", "batch", "comment_id"),
    )

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    comment_id: Mapped[Id] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    reporter: Mapped[str]
    account_id: Mapped[Id | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    cause: Mapped[Cause] = mapped_column(enum_column(Cause))
    note: Mapped[str] = mapped_column(default="")
    ruling: Mapped[Ruling] = mapped_column(enum_column(Ruling), default=Ruling.OPEN)
    batch: Mapped[Id | None]
    created_at: Mapped[Created]
    ruled_at: Mapped[datetime | None] = mapped_column(UTCTime)


class Vote(Model):
    """One reader's vote for a comment; `voter` is `account:…` or the hash of a browser.

    `client` is the keyed hash of a guest's network prefix, forgotten after a day.
    """

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("comment_id", "voter"),
        Index(
            "ix_vote_client",
            *("comment_id", "client"),
            unique=True,
            sqlite_where=text("client IS NOT NULL"),
            postgresql_where=text("client IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    comment_id: Mapped[Id] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    voter: Mapped[str]
    client: Mapped[str | None]
    account_id: Mapped[Id | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[Created]
