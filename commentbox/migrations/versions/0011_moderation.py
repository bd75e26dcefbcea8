"""Actions as a log, blocks and trust, words, reports and votes, the learned filter, API keys."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
KIND = sa.String(16)


def upgrade() -> None:
    """Make the tables; what was decided before becomes part of the log."""
    _make_batch()
    _make_block()
    _make_words()
    _make_report()
    _make_spam()
    _make_api_key()
    op.execute(
        "INSERT INTO batch (id, site_id, account_id, action, undoes, total, done, details,"
        " created_at, finished_at)"
        " SELECT batch, CASE WHEN min(site_id) = max(site_id) THEN min(site_id) END,"
        " min(account_id), min(action), min(undoes), count(*), count(*), '{}',"
        " min(created_at), max(created_at) FROM decision GROUP BY batch"
    )


def downgrade() -> None:
    """Drop them with all that is in them."""
    for table in (
        *("api_key", "likeness", "spam_label", "spam_model", "vote", "report", "words"),
        *("trust", "block", "batch"),
    ):
        op.drop_table(table)


def _make_batch() -> None:
    _make(
        "batch",
        *_owned("batch", is_optional=True),
        sa.Column("account_id", ID, nullable=True),
        _account("batch"),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("undoes", ID, nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
    )
    op.create_index("ix_batch_site", "batch", ["site_id", "created_at", "id"])
    op.create_index("ix_batch_account", "batch", ["account_id", "created_at", "id"])
    op.create_index("ix_batch_undoes", "batch", ["undoes"])


def _make_block() -> None:
    _make(
        "block",
        *_owned("block"),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("until", TIME, nullable=True),
        sa.Column("account_id", ID, nullable=True),
        _account("block"),
        sa.UniqueConstraint("site_id", "kind", "value", name="uq_block_site_id"),
    )
    _make(
        "trust",
        *_owned("trust"),
        sa.Column("author_id", ID, nullable=False),
        _account("trust", "author_id", ondelete="CASCADE"),
        sa.Column("account_id", ID, nullable=True),
        _account("trust"),
        sa.UniqueConstraint("site_id", "author_id", name="uq_trust_site_id"),
    )
    op.create_index("ix_trust_author_id", "trust", ["author_id"])


def _make_words() -> None:
    op.create_table(
        "words",
        sa.Column("id", ID, nullable=False),
        *_owned("words"),
        sa.Column("effect", KIND, nullable=False),
        sa.Column("entries", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_words"),
        sa.UniqueConstraint("site_id", "effect", name="uq_words_site_id"),
    )


def _make_report() -> None:
    _make(
        "report",
        *_owned("report"),
        *_of_comment("report"),
        sa.Column("reporter", sa.String(), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        _account("report"),
        sa.Column("cause", KIND, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("ruling", KIND, nullable=False),
        sa.Column("batch", ID, nullable=True),
        sa.Column("ruled_at", TIME, nullable=True),
        sa.UniqueConstraint("comment_id", "reporter", name="uq_report_comment_id"),
    )
    op.create_index("ix_report_account_id", "report", ["account_id"])
    op.create_index("ix_report_batch", "report", ["batch"])
    op.create_index("ix_report_reporter", "report", ["site_id", "reporter", "ruling"])
    _make(
        "vote",
        *_owned("vote"),
        *_of_comment("vote"),
        sa.Column("voter", sa.String(), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        _account("vote"),
        sa.UniqueConstraint("comment_id", "voter", name="uq_vote_comment_id"),
    )
    op.create_index("ix_vote_account_id", "vote", ["account_id"])


def _make_spam() -> None:
    op.create_table(
        "spam_model",
        *_owned("spam_model"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("spam", sa.Integer(), nullable=False),
        sa.Column("fine", sa.Integer(), nullable=False),
        sa.Column("next_place", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_spam_model"),
    )
    _make(
        "spam_label",
        *_owned("spam_label"),
        *_of_comment("spam_label"),
        sa.Column("batch", ID, nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("cluster", ID, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("withdrawn_by", ID, nullable=True),
    )
    op.create_index("ix_spam_label_place", "spam_label", ["site_id", "place"])
    op.create_index("ix_spam_label_comment", "spam_label", ["comment_id"])
    op.create_index("ix_spam_label_batch", "spam_label", ["batch"])
    op.create_index("ix_spam_label_withdrawn", "spam_label", ["withdrawn_by"])
    op.create_table(
        "likeness",
        *_owned("likeness"),
        sa.Column("band", sa.BigInteger(), nullable=False, autoincrement=False),
        *_of_comment("likeness"),
        sa.PrimaryKeyConstraint("site_id", "band", "comment_id", name="pk_likeness"),
    )
    op.create_index("ix_likeness_comment", "likeness", ["comment_id"])


def _make_api_key() -> None:
    _make(
        "api_key",
        *_owned("api_key"),
        sa.Column("account_id", ID, nullable=True),
        _account("api_key"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.UniqueConstraint("token", name="uq_api_key_token"),
    )
    op.create_index("ix_api_key_site_id", "api_key", ["site_id"])


def _make(table: str, *parts: Any) -> None:
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        *parts,
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _owned(table: str, *, is_optional: bool = False) -> tuple[Any, Any]:
    return (
        sa.Column("site_id", ID, nullable=is_optional),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=f"fk_{table}_site_id", ondelete="CASCADE"
        ),
    )


def _of_comment(table: str) -> tuple[Any, Any]:
    return (
        sa.Column("comment_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=f"fk_{table}_comment_id", ondelete="CASCADE"
        ),
    )


def _account(table: str, column: str = "account_id", *, ondelete: str = "SET NULL") -> Any:
    return sa.ForeignKeyConstraint(
        [column], ["account.id"], name=f"fk_{table}_{column}", ondelete=ondelete
    )
