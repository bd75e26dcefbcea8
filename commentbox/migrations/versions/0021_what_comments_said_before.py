"""What a comment said before it was edited is kept until it is deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "wording",
        sa.Column("id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("batch", ID, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wording"),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_wording_comment_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_wording_comment_id", "wording", ["comment_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("wording")
