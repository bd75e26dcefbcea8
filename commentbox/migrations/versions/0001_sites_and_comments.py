"""Sites, threads, comments and the log of decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
POLICIES = ("publish", "hold-first", "hold-all")
STATUSES = ("pending", "published", "spam", "trashed", "deleted")


def upgrade() -> None:
    """Make the tables."""
    _make_site()
    _make_account()
    _make_thread()
    _make_comment()
    _index_comment()
    _make_decision()


def downgrade() -> None:
    """Drop the tables with all that is in them."""
    for table in ("decision", "comment", "thread", "account", "site"):
        op.drop_table(table)


def _make_site() -> None:
    op.create_table(
        "site",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("policy", _one_of("policy", POLICIES), nullable=False),
        sa.Column("link_limit", sa.Integer(), nullable=False),
        sa.Column("requires_email", sa.Boolean(), nullable=False),
        sa.Column("requires_name", sa.Boolean(), nullable=False),
        sa.Column("offers_subscription", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("name", name="uq_site_name"),
    )


def _make_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("email", name="uq_account_email"),
    )


def _make_thread() -> None:
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
        sa.Column("created_at", TIME, nullable=False),
        _belongs("thread", "site"),
        sa.PrimaryKeyConstraint("id", name="pk_thread"),
        sa.UniqueConstraint("site_id", "key", name="uq_thread_site_id"),
    )


def _make_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("thread_id", ID, nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("root_id", ID, nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("status", _one_of("status", STATUSES), nullable=False),
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
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("edited_at", TIME, nullable=True),
        _belongs("comment", "site"),
        _belongs("comment", "thread"),
        _belongs("comment", "comment", column="parent_id"),
        _belongs("comment", "account", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )


def _index_comment() -> None:
    op.create_index("ix_comment_author", "comment", ["site_id", "author_key", "created_at"])
    op.create_index("ix_comment_client", "comment", ["site_id", "client", "created_at"])
    op.create_index("ix_comment_fingerprint", "comment", ["thread_id", "fingerprint"])
    op.create_index("ix_comment_parent", "comment", ["parent_id"])
    op.create_index("ix_comment_queue", "comment", ["site_id", "status", "created_at", "id"])
    _partial("ix_comment_published", "thread_id", where="status = 'published'")
    _partial("ix_comment_roots", "thread_id", where="parent_id IS NULL AND is_shown")
    _partial("ix_comment_replies", "root_id", where="parent_id IS NOT NULL AND is_shown")


def _make_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("batch", ID, nullable=False),
        sa.Column("undoes", ID, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("before", _one_of("status", STATUSES), nullable=False),
        sa.Column("after", _one_of("status", STATUSES), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _belongs("decision", "site"),
        _belongs("decision", "comment"),
        _belongs("decision", "account", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_batch", "decision", ["batch"])
    op.create_index("ix_decision_comment", "decision", ["comment_id", "created_at"])
    op.create_index("ix_decision_site", "decision", ["site_id", "created_at", "id"])


def _belongs(
    table: str, owner: str, *, column: str = "", ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    column = column or f"{owner}_id"
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=name, ondelete=ondelete)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=16)


def _partial(name: str, first: str, *, where: str) -> None:
    # SQLite uses a partial index only for a query that says the same, and its queries say `= 1`.
    in_sqlite = where.replace("is_shown", "is_shown = 1")
    op.create_index(
        name,
        "comment",
        [first, "created_at", "id"],
        sqlite_where=sa.text(in_sqlite),
        postgresql_where=sa.text(where),
    )
