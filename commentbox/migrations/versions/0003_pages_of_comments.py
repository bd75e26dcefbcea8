"""What an article was called where a comment was written, until readers see the comment."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("comment", sa.Column("page_title", sa.String(), nullable=True))
    op.add_column("comment", sa.Column("page_url", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop the columns with all that is in them."""
    op.drop_column("comment", "page_url")
    op.drop_column("comment", "page_title")
