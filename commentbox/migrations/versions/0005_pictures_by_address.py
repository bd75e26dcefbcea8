"""Whether a person wants the picture shown that gravatar.com has for their address."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; nobody has asked for that yet."""
    wants = sa.Column[bool](
        "wants_gravatar", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("account", wants)


def downgrade() -> None:
    """Drop the column with all that is in it."""
    op.drop_column("account", "wants_gravatar")
