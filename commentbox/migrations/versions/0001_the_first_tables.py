"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "answer",
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("route", "key", name=op.f("pk_answer")),
    )
    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_dead", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_job_dedup_key")),
    )
    op.create_index(
        "ix_job_waiting",
        "job",
        ["run_at", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "site",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column(
            "policy",
            sa.Enum(
                "publish", "hold-first", "hold-all", name="policy", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column("link_limit", sa.Integer(), nullable=False),
        sa.Column("requires_email", sa.Boolean(), nullable=False),
        sa.Column("requires_name", sa.Boolean(), nullable=False),
        sa.Column("offers_subscription", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("name", name=op.f("uq_site_name")),
    )
    op.create_table(
        "membership",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=True),
        sa.Column(
            "role",
            sa.Enum("admin", "moderator", name="role", native_enum=False, length=16),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_membership_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_membership_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership_account", "membership", ["account_id", "site_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_session_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token", name=op.f("uq_session_token")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_sign_in_link_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token", name=op.f("uq_sign_in_link_token")),
    )
    op.create_table(
        "thread",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_thread_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("site_id", "key", name=op.f("uq_thread_site_id")),
    )
    op.create_table(
        "comment",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("thread_id", ID, nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("root_id", ID, nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "published",
                "spam",
                "trashed",
                "deleted",
                name="status",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("shown_children", sa.Integer(), nullable=False),
        sa.Column("shown_replies", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("author_email", sa.String(), nullable=False),
        sa.Column("author_website", sa.String(), nullable=False),
        sa.Column("author_key", sa.String(), nullable=True),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("client", sa.String(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_comment_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_comment_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_comment_thread_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(
        "ix_comment_author", "comment", ["site_id", "author_key", "created_at"], unique=False
    )
    op.create_index(
        "ix_comment_client", "comment", ["site_id", "client", "created_at"], unique=False
    )
    op.create_index("ix_comment_fingerprint", "comment", ["thread_id", "fingerprint"], unique=False)
    op.create_index("ix_comment_parent", "comment", ["parent_id"], unique=False)
    op.create_index(
        "ix_comment_published",
        "comment",
        ["thread_id", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_index(
        "ix_comment_queue", "comment", ["site_id", "status", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_comment_replies",
        "comment",
        ["root_id", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NOT NULL AND is_shown"),
        postgresql_where=sa.text("parent_id IS NOT NULL AND is_shown"),
    )
    op.create_index(
        "ix_comment_roots",
        "comment",
        ["thread_id", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NULL AND is_shown"),
        postgresql_where=sa.text("parent_id IS NULL AND is_shown"),
    )
    op.create_table(
        "subscription",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("thread_id", ID, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_subscription_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_subscription_thread_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("thread_id", "email", name=op.f("uq_subscription_thread_id")),
    )
    op.create_index("ix_subscription_email", "subscription", ["email", "created_at"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("batch", ID, nullable=False),
        sa.Column("undoes", ID, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "pending",
                "published",
                "spam",
                "trashed",
                "deleted",
                name="status",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "pending",
                "published",
                "spam",
                "trashed",
                "deleted",
                name="status",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_decision_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_decision_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_decision_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_batch", "decision", ["batch"], unique=False)
    op.create_index("ix_decision_comment", "decision", ["comment_id", "created_at"], unique=False)
    op.create_index("ix_decision_site", "decision", ["site_id", "created_at", "id"], unique=False)


def downgrade() -> None:
    """Bring the tables back to the revision before."""
    op.drop_index(
        "ix_decision_site",
        table_name="decision",
    )
    op.drop_index(
        "ix_decision_comment",
        table_name="decision",
    )
    op.drop_index(
        "ix_decision_batch",
        table_name="decision",
    )
    op.drop_table("decision")
    op.drop_index(
        "ix_subscription_email",
        table_name="subscription",
    )
    op.drop_table("subscription")
    op.drop_index(
        "ix_comment_roots",
        table_name="comment",
        sqlite_where=sa.text("parent_id IS NULL AND is_shown"),
        postgresql_where=sa.text("parent_id IS NULL AND is_shown"),
    )
    op.drop_index(
        "ix_comment_replies",
        table_name="comment",
        sqlite_where=sa.text("parent_id IS NOT NULL AND is_shown"),
        postgresql_where=sa.text("parent_id IS NOT NULL AND is_shown"),
    )
    op.drop_index(
        "ix_comment_queue",
        table_name="comment",
    )
    op.drop_index(
        "ix_comment_published",
        table_name="comment",
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    )
    op.drop_index(
        "ix_comment_parent",
        table_name="comment",
    )
    op.drop_index(
        "ix_comment_fingerprint",
        table_name="comment",
    )
    op.drop_index(
        "ix_comment_client",
        table_name="comment",
    )
    op.drop_index(
        "ix_comment_author",
        table_name="comment",
    )
    op.drop_table("comment")
    op.drop_table("thread")
    op.drop_table("sign_in_link")
    op.drop_index(
        op.f("ix_session_account_id"),
        table_name="session",
    )
    op.drop_table("session")
    op.drop_index(
        "ix_membership_account",
        table_name="membership",
    )
    op.drop_table("membership")
    op.drop_table("site")
    op.drop_index(
        "ix_job_waiting",
        table_name="job",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_table("job")
    op.drop_table("answer")
    op.drop_table("account")
