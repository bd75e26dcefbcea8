"""Who may sign in, who follows a thread, what is still to be done, and answers given."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _make_membership()
    _make_sign_ins()
    _make_subscription()
    _make_job()
    _make_answer()


def downgrade() -> None:
    """Drop the tables with all that is in them."""
    for table in ("answer", "job", "subscription", "session", "sign_in_link", "membership"):
        op.drop_table(table)


def _make_membership() -> None:
    role = sa.Enum("admin", "moderator", name="role", native_enum=False, length=16)
    op.create_table(
        "membership",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("role", role, nullable=False),
        _belongs("membership", "account"),
        _belongs("membership", "site"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
    )
    op.create_index("ix_membership_account", "membership", ["account_id", "site_id"])


def _make_sign_ins() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _belongs("sign_in_link", "account"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_link"),
        sa.UniqueConstraint("token", name="uq_sign_in_link_token"),
    )
    op.create_table(
        "session",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _belongs("session", "account"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token", name="uq_session_token"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])


def _make_subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("thread_id", ID, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _belongs("subscription", "site"),
        _belongs("subscription", "thread"),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("thread_id", "email", name="uq_subscription_thread_id"),
    )
    op.create_index("ix_subscription_email", "subscription", ["email", "created_at"])


def _make_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=True),
        sa.Column("run_at", TIME, nullable=False),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        sa.Column("is_dead", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("dedup_key", name="uq_job_dedup_key"),
    )
    waiting = sa.text("done_at IS NULL")
    op.create_index(
        "ix_job_waiting", "job", ["run_at", "id"], sqlite_where=waiting, postgresql_where=waiting
    )


def _make_answer() -> None:
    op.create_table(
        "answer",
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("route", "key", name="pk_answer"),
    )


def _belongs(table: str, owner: str) -> sa.ForeignKeyConstraint:
    column = f"{owner}_id"
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=name, ondelete="CASCADE")
