"""Jobs that somebody waits for are done before those that nobody misses."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_WAITING = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Let the index have the most urgent jobs first; what is noted already is as urgent as most."""
    op.add_column("job", sa.Column("urgency", sa.Integer(), nullable=False, server_default="1"))
    _sort_by("urgency", "run_at", "id")


def downgrade() -> None:
    """Let it have the oldest first."""
    _sort_by("run_at", "id")
    op.drop_column("job", "urgency")


def _sort_by(*columns: str) -> None:
    op.drop_index("ix_job_waiting", "job")
    op.create_index(
        "ix_job_waiting", "job", list(columns), sqlite_where=_WAITING, postgresql_where=_WAITING
    )
