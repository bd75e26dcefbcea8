"""A thread that was opened again stays open as long as one that begins then."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the moment."""
    op.add_column("thread", sa.Column("opened_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("thread", "opened_at")
