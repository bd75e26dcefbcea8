"""Pages of blocks are read in order, and what a block of a domain would hit is found."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_block_site", "block", ["site_id", "id"])
    op.create_index(
        "ix_comment_domain", "comment", ["site_id", "author_domain", "status", "created_at", "id"]
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_comment_domain", "comment")
    op.drop_index("ix_block_site", "block")
