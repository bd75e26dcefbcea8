"""What moderators look for in comments, how sites judge them, and owners of sites."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from commentbox.lib import email, hosts, markdown

revision = "0010"
down_revision = "0009"

ID = sa.String(22).with_variant(sa.String(22, collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
_AT_ONCE = 1000  # rows that one statement changes
_READ = ("account_id", "author_email", "author_key", "author_website", "html")
_FILLED = ("person", "author_domain", "link_host", "link_hosts", "signal_codes")
_OLD = sa.table(
    "comment",
    sa.column("id", ID),
    sa.column("reasons", sa.JSON()),
    *(sa.column(name, sa.String()) for name in (*_READ, *_FILLED)),
)
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
    _fill_in()
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


def _fill_in() -> None:
    """Note with each comment who wrote it, where it leads, and its signals."""
    connection = op.get_bind()
    fill = _OLD.update().where(_OLD.c.id == sa.bindparam("known"))
    fill = fill.values({name: sa.bindparam(name) for name in _FILLED})
    last = ""
    while rows := connection.execute(
        sa.select(_OLD).where(_OLD.c.id > last).order_by(_OLD.c.id).limit(_AT_ONCE)
    ).all():
        connection.execute(fill, [{"known": row.id, **_known_of(row)} for row in rows])
        last = rows[-1].id


def _known_of(row: Any) -> dict[str, str]:
    typed = [] if row.account_id else [row.author_website]
    links = hosts.of_all([*markdown.links(row.html), *typed])
    codes = list(dict.fromkeys(reason["code"] for reason in row.reasons or []))
    return {
        "person": _person(row),
        "author_domain": email.domain(row.author_email),
        "link_host": links[0] if links else "",
        "link_hosts": _between_spaces(links),
        "signal_codes": _between_spaces(codes),
    }


def _person(row: Any) -> str:
    address = email.canonical(row.author_email)
    return (
        (f"account:{row.account_id}" if row.account_id else "")
        or (f"email:{address}" if address else "")
        or (f"browser:{row.author_key}" if row.author_key else "")
    )


def _between_spaces(words: list[str]) -> str:
    return f" {' '.join(words)} " if words else ""
