"""Without columns that were written and never read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Drop them; a deletion keeps the time of its wish under the name that all tables have."""
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_constraint("fk_attempt_thread_id", type_="foreignkey")
        attempt.drop_column("thread_id")
    with op.batch_alter_table("identity") as identity:
        identity.drop_column("used_at")
    with op.batch_alter_table("deletion") as deletion:
        deletion.drop_column("done_at")
        deletion.alter_column("requested_at", existing_type=TIME, new_column_name="created_at")


def downgrade() -> None:
    """Bring them back: nobody is known to have come again, and what was asked for is done."""
    with op.batch_alter_table("deletion") as deletion:
        deletion.alter_column("created_at", existing_type=TIME, new_column_name="requested_at")
        deletion.add_column(sa.Column("done_at", TIME, nullable=True))
    op.execute("UPDATE deletion SET done_at = requested_at")
    op.add_column("identity", sa.Column("used_at", TIME, nullable=True))
    op.execute("UPDATE identity SET used_at = created_at")
    with op.batch_alter_table("identity") as identity:
        identity.alter_column("used_at", existing_type=TIME, nullable=False)
    with op.batch_alter_table("attempt") as attempt:
        attempt.add_column(sa.Column("thread_id", ID, nullable=True))
        attempt.create_foreign_key(
            "fk_attempt_thread_id", "thread", ["thread_id"], ["id"], ondelete="CASCADE"
        )
