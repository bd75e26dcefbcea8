"""What must happen after a commit, and answers that may be asked for again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.lib import clock
from commentbox.models.base import Created, Model, PrimaryId, UTCTime


class Job(Model):
    """One thing to do, written in the transaction that made it necessary."""

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "ix_job_waiting",
            *("urgency", "run_at", "id"),
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    dedup_key: Mapped[str | None] = mapped_column(unique=True)
    urgency: Mapped[int] = mapped_column(default=1)  # as `jobs.urgency` says of its kind
    run_at: Mapped[datetime] = mapped_column(UTCTime, default=clock.now)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None] = mapped_column(UTCTime)
    is_dead: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]


class Answer(Model):
    """The answer to a request that carried an idempotency key, kept for a day."""

    __tablename__ = "answer"

    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    status: Mapped[int]
    content_type: Mapped[str]
    content: Mapped[str]
    location: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Created]
