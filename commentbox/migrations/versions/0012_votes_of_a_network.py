"""Guests of one network have one vote for a comment between them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_FRESH = sa.text("client IS NOT NULL")


def upgrade() -> None:
    """Let a vote know its network for a day."""
    op.add_column("vote", sa.Column("client", sa.String(), nullable=True))
    op.create_index(
        "ix_vote_client",
        "vote",
        ["comment_id", "client"],
        unique=True,
        sqlite_where=_FRESH,
        postgresql_where=_FRESH,
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_index("ix_vote_client", "vote")
    op.drop_column("vote", "client")
