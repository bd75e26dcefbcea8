"""Who people are at providers, their walks through them, their pictures and their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and give the older ones what they lack."""
    _make_avatar()
    _make_identity()
    _make_attempt()
    _make_email_code()
    _make_deletion()
    _widen_account()
    _widen_session()
    _widen_comment()


def downgrade() -> None:
    """Drop what came with this version, and everybody who has no address of their own."""
    op.drop_index("ix_comment_account", "comment")
    for column in ("is_official", "author_avatar", "author_provider"):
        op.drop_column("comment", column)
    op.execute("DELETE FROM session WHERE kind <> 'desk'")
    with op.batch_alter_table("session") as session:
        session.drop_index("ix_session_family")
        session.drop_index("ix_session_identity_id")
        for owner in ("identity", "site"):
            session.drop_constraint(f"fk_session_{owner}_id", type_="foreignkey")
        for column in ("fresh_at", "family", "identity_id", "site_id", "kind"):
            session.drop_column(column)
    op.execute("DELETE FROM account WHERE email IS NULL")
    for table in ("deletion", "email_code", "attempt", "identity"):
        op.drop_table(table)
    with op.batch_alter_table("account") as account:
        account.drop_constraint("fk_account_avatar_id", type_="foreignkey")
        for column in ("arrived_at", "blocked_at", "avatar_id", "website"):
            account.drop_column(column)
        account.alter_column("email", existing_type=sa.String(), nullable=False)
    op.drop_table("avatar")


def _make_avatar() -> None:
    op.create_table(
        "avatar",
        sa.Column("id", ID, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("source_digest", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_avatar"),
    )


def _make_identity() -> None:
    op.create_table(
        "identity",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("profile_url", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=False),
        _belongs("identity", "account"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint("provider", "issuer", "subject", name="uq_identity_provider"),
    )
    op.create_index("ix_identity_account_id", "identity", ["account_id"])


def _make_attempt() -> None:
    mode = sa.Enum(
        "window", "tab", "page", "desk", "link", name="mode", native_enum=False, length=16
    )
    outcome = sa.Enum(
        "ok", "denied", "failed", "expired", name="outcome", native_enum=False, length=16
    )
    op.create_table(
        "attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("mode", mode, nullable=False),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("thread_id", ID, nullable=True),
        sa.Column("article_url", sa.String(), nullable=False),
        sa.Column("article_title", sa.String(), nullable=False),
        sa.Column("return_to", sa.String(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=True),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("state_digest", sa.String(), nullable=False),
        sa.Column("taken_at", TIME, nullable=True),
        sa.Column("outcome", outcome, nullable=True),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("identity_id", ID, nullable=True),
        sa.Column("session_family", ID, nullable=True),
        sa.Column("redeemed_at", TIME, nullable=True),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *(_belongs("attempt", owner) for owner in ("site", "thread", "account", "identity")),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.UniqueConstraint("challenge", name="uq_attempt_challenge"),
        sa.UniqueConstraint("state_digest", name="uq_attempt_state_digest"),
    )
    op.create_index("ix_attempt_expires_at", "attempt", ["expires_at"])


def _make_email_code() -> None:
    op.create_table(
        "email_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _belongs("email_code", "site"),
        sa.PrimaryKeyConstraint("id", name="pk_email_code"),
        sa.UniqueConstraint("challenge", name="uq_email_code_challenge"),
    )
    op.create_index("ix_email_code_email", "email_code", ["email", "created_at"])


def _make_deletion() -> None:
    op.create_table(
        "deletion",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_deletion"),
        sa.UniqueConstraint("code", name="uq_deletion_code"),
    )


def _widen_account() -> None:
    """Nobody of before is only invited: who signed out leaves no trace by which to tell."""
    with op.batch_alter_table("account") as account:
        account.alter_column("email", existing_type=sa.String(), nullable=True)
        account.add_column(sa.Column("website", sa.String(), nullable=False, server_default=""))
        account.add_column(sa.Column("avatar_id", ID, nullable=True))
        account.add_column(sa.Column("blocked_at", TIME, nullable=True))
        account.add_column(sa.Column("arrived_at", TIME, nullable=True))
        account.create_foreign_key(
            "fk_account_avatar_id", "avatar", ["avatar_id"], ["id"], ondelete="SET NULL"
        )
    op.execute("UPDATE account SET arrived_at = created_at")


def _widen_session() -> None:
    """Every session of before is of the desk, by itself, and as fresh as it is old."""
    kind = sa.Enum("desk", "home", "frame", name="sessionkind", native_enum=False, length=16)
    with op.batch_alter_table("session") as session:
        session.add_column(sa.Column("kind", kind, nullable=False, server_default="desk"))
        session.add_column(sa.Column("family", ID, nullable=True))
        session.add_column(sa.Column("fresh_at", TIME, nullable=True))
        for owner in ("site", "identity"):
            session.add_column(sa.Column(f"{owner}_id", ID, nullable=True))
            session.create_foreign_key(
                f"fk_session_{owner}_id", owner, [f"{owner}_id"], ["id"], ondelete="CASCADE"
            )
    op.execute("UPDATE session SET family = id, fresh_at = created_at")
    with op.batch_alter_table("session") as session:
        session.alter_column("family", existing_type=ID, nullable=False)
        session.alter_column("fresh_at", existing_type=TIME, nullable=False)
    op.create_index("ix_session_family", "session", ["family"])
    op.create_index("ix_session_identity_id", "session", ["identity_id"])


def _widen_comment() -> None:
    """Whoever had an account before had it for a role."""
    for column in (
        sa.Column[str]("author_provider", sa.String(), nullable=False, server_default=""),
        sa.Column[str]("author_avatar", ID, nullable=True),
        sa.Column[bool]("is_official", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("comment", column)
    op.execute("UPDATE comment SET is_official = true WHERE account_id IS NOT NULL")
    known = sa.text("account_id IS NOT NULL")
    op.create_index(
        "ix_comment_account",
        "comment",
        ["account_id", "site_id"],
        sqlite_where=known,
        postgresql_where=known,
    )


def _belongs(table: str, owner: str) -> sa.ForeignKeyConstraint:
    column = f"{owner}_id"
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=name, ondelete="CASCADE")
