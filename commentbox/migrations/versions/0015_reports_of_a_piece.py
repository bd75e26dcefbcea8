"""The reports that a long batch ruled on are found piece by piece."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Let the index of batches know the comments, too."""
    op.drop_index("ix_report_batch", "report")
    op.create_index("ix_report_batch", "report", ["batch", "comment_id"])


def downgrade() -> None:
    """Let it know the batches alone."""
    op.drop_index("ix_report_batch", "report")
    op.create_index("ix_report_batch", "report", ["batch"])
