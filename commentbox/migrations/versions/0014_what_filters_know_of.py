"""A filter says which lessons it has learned; a label may say nothing."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")

_INDEXES = {"ix_spam_label_batch": "batch", "ix_spam_label_withdrawn": "withdrawn_by"}


def upgrade() -> None:
    """Make the models' table anew, with its long column last: nothing has been learned yet."""
    with op.batch_alter_table("spam_label") as label:
        label.drop_column("person")
        label.alter_column("is_spam", existing_type=sa.Boolean(), nullable=True)
    for name, column in _INDEXES.items():
        op.drop_index(name, "spam_label")
        op.create_index(name, "spam_label", [column, "comment_id"])
    op.drop_table("spam_model")
    digest = sa.Column("digest", sa.String(), nullable=False)
    _make_model(*_numbers(), digest, _content())


def downgrade() -> None:
    """Make it as it was, with nothing learned."""
    op.drop_table("spam_model")
    _make_model(_content(), *_numbers())
    for name, column in _INDEXES.items():
        op.drop_index(name, "spam_label")
        op.create_index(name, "spam_label", [column])
    op.execute("DELETE FROM spam_label WHERE is_spam IS NULL")
    with op.batch_alter_table("spam_label") as label:
        label.alter_column("is_spam", existing_type=sa.Boolean(), nullable=False)
        label.add_column(sa.Column("person", sa.String(), nullable=False, server_default=""))


def _make_model(*columns: Any) -> None:
    op.create_table(
        "spam_model",
        sa.Column("site_id", ID, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name="fk_spam_model_site_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", name="pk_spam_model"),
    )


def _numbers() -> list[Any]:
    names = ("spam", "fine", "next_place", "revision")
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _content() -> Any:
    return sa.Column("content", sa.LargeBinary(), nullable=False)
