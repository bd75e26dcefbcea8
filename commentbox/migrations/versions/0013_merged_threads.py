"""Threads that went into another one, and decisions of a batch in their order."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")


def upgrade() -> None:
    """Let a thread say where its comments are, and let a long batch be read piece by piece."""
    op.add_column("thread", sa.Column("merged_into", ID, nullable=True))
    op.drop_index("ix_decision_batch", "decision")
    op.create_index("ix_decision_batch", "decision", ["batch", "id"])


def downgrade() -> None:
    """Forget where they are; the comments stay there."""
    op.drop_index("ix_decision_batch", "decision")
    op.create_index("ix_decision_batch", "decision", ["batch"])
    op.drop_column("thread", "merged_into")
