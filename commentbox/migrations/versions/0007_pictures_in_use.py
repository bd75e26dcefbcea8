"""An index by which a picture is found in use: an old one goes without reading everybody."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_account_avatar_id", "account", ["avatar_id"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_account_avatar_id", "account")
