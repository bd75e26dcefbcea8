"""What moderators look for in comments, how sites judge them, and owners of sites."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
_AT_ONCE = 1000  # rows that one statement changes
_SITE: dict[str, tuple[Any, Any]] = {
    "closes_after": (sa.Integer(), "0"),
    "reports_to_hold": (sa.Integer(), "3"),
    "filter_holds": (sa.Boolean(), sa.true()),
    "filter_publishes": (sa.Boolean(), sa.false()),
    "asks_scorer": (sa.Boolean(), sa.false()),
}
_COMMENT: dict[str, tuple[Any, Any]] = {
    "person": (sa.String(), ""),
    "author_domain": (sa.String(), ""),
    "cluster": (ID, ""),
    "link_host": (sa.String(), ""),
    "link_hosts": (sa.String(), ""),
    "signal_codes": (sa.String(), ""),
    "first_status": (sa.String(16), ""),
    "caught_by": (sa.String(), ""),
    "open_reports": (sa.Integer(), "0"),
    "votes": (sa.Integer(), "0"),
}
_INDEXES = {
    "ix_comment_person": ["site_id", "person", "status", "created_at", "id"],
    "ix_comment_cluster": ["site_id", "cluster", "status", "created_at", "id"],
    "ix_comment_score": ["site_id", "status", "spam_score", "id"],
    "ix_comment_site": ["site_id", "created_at", "first_status", "caught_by"],
}
_PARTIAL = {
    "ix_comment_host": (
        ["site_id", "link_host", "status", "created_at", "id"],
        sa.text("link_host <> ''"),
    ),
    "ix_comment_reported": (
        ["site_id", "status", "open_reports", "id"],
        sa.text("open_reports > 0"),
    ),
}


def upgrade() -> None:
    """Add the columns, and fill them in for the comments that are there."""
    for name, (kind, value) in _SITE.items():
        op.add_column("site", sa.Column(name, kind, nullable=False, server_default=value))
    for name, (kind, value) in _COMMENT.items():
        op.add_column("comment", sa.Column(name, kind, nullable=False, server_default=value))
    op.add_column("comment", sa.Column("spam_score", sa.Float(), nullable=True))
    op.add_column("comment", sa.Column("moved_at", TIME, nullable=True))
    op.add_column("thread", sa.Column("pinned_id", ID, nullable=True))
    held_mail = sa.Column("held_mail", sa.String(16), nullable=False, server_default="at-once")
    op.add_column("account", held_mail)
    op.execute("UPDATE comment SET cluster = id")
    # The first decision says where a comment was before: what a moderator marked as spam must not
    # seem to have come as spam, for its author would again be told that it awaits moderation.
    op.execute(
        "UPDATE comment SET first_status = coalesce((SELECT decision.before FROM decision"
        " WHERE decision.comment_id = comment.id"
        " ORDER BY decision.created_at, decision.id LIMIT 1), status)"
    )
    # Of those in the trash nobody knows since when: they are kept as long again.
    op.execute(
        "UPDATE comment SET moved_at = CURRENT_TIMESTAMP WHERE status IN ('spam', 'trashed')"
    )
    op.execute("UPDATE membership SET role = 'owner' WHERE role = 'admin' AND site_id IS NOT NULL")
    _tell_people_apart()
    for name, columns in _INDEXES.items():
        op.create_index(name, "comment", columns)
    for name, (columns, where) in _PARTIAL.items():
        op.create_index(name, "comment", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop them; owners are admins of their sites again."""
    for name in (*_INDEXES, *_PARTIAL):
        op.drop_index(name, "comment")
    op.execute("UPDATE membership SET role = 'admin' WHERE role = 'owner'")
    op.execute("UPDATE site SET policy = 'hold-all' WHERE policy = 'hold-guests'")
    op.drop_column("account", "held_mail")
    op.drop_column("thread", "pinned_id")
    for name in ("moved_at", "spam_score", *_COMMENT):
        op.drop_column("comment", name)
    for name in _SITE:
        op.drop_column("site", name)


def _tell_people_apart() -> None:
    connection = op.get_bind()
    fill = sa.text("UPDATE comment SET person = :person, author_domain = :domain WHERE id = :id")
    known = sa.text("SELECT id, account_id, author_email, author_key FROM comment")
    found = connection.execute(known).all()
    people = _people(found)
    while rows := list(islice(people, _AT_ONCE)):
        connection.execute(fill, rows)


def _people(found: Any) -> Iterator[dict[str, str]]:
    for row in found:
        address = _canonical(row.author_email)
        person = (
            (f"account:{row.account_id}" if row.account_id else "")
            or (f"email:{address}" if address else "")
            or (f"browser:{row.author_key}" if row.author_key else "")
        )
        if person:
            yield {"id": row.id, "person": person, "domain": address.rpartition("@")[2]}


def _canonical(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in {"gmail.com", "googlemail.com"}:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}" if local else ""
