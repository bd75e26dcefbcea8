"""What comments said before they were edited."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Id, Model, PrimaryId


class Wording(Model):
    """What a comment said until the edit that is in the log under `batch`.

    It goes when the comment is deleted for good; the log itself is never rewritten.
    """

    __tablename__ = "wording"

    id: Mapped[PrimaryId]
    comment_id: Mapped[Id] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    batch: Mapped[Id]
    source: Mapped[str]
