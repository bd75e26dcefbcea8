"""A comment and its place in the tree."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId, UTCTime, enum_column


class Status(StrEnum):
    """Where a comment stands."""

    PENDING = "pending"
    PUBLISHED = "published"
    SPAM = "spam"
    TRASHED = "trashed"
    DELETED = "deleted"


def _own_id(context: Any) -> str:
    """Return the id of the row that is being made: a comment is the first of its kind."""
    return str(context.get_current_parameters()["id"])


def _own_status(context: Any) -> Status:
    return Status(context.get_current_parameters()["status"])


class Comment(Model):
    """One comment. Roots have no parent and are their own root.

    `is_shown` is kept true by `moderation.status`: the comment is published, or something
    published stands below it and it keeps its place. `shown_children` counts the direct replies
    that are shown; on a root, `shown_replies` counts all shown comments below it. `revision`
    counts edits. `author_key` is the hash of a secret of the author's browser, `client` the keyed
    hash of a network prefix, forgotten after a day. `author_provider` names where the author logged
    in, `author_avatar` their picture, as for the other details of the author at that time;
    `is_official` says that they had a role on the site. `reasons` are the signals that decided the
    first status. `page_title` and `page_url` are what its sender says of the article, kept when the
    thread has no title yet: it gets them once readers see the comment.

    What moderators look for: `person` is `account:…`, `email:…` (in its canonical spelling) or
    `browser:…`, whichever says most of who wrote it; `author_domain` the domain of the address;
    `cluster` the first of the comments that say nearly the same; `link_host` the first host that it
    links to, and `link_hosts` all of them, each between spaces, as the codes of `reasons` in
    `signal_codes`; `first_status` is what the first judgement gave, `caught_by` the signal that
    decided it; `spam_score` what the learned filter said; `moved_at` when it last changed its
    status; `open_reports` and `votes` count rows of their tables.
    """

    __tablename__ = "comment"
    # SQLite uses a partial index only for a query that says the same, and its queries say `= 1`.
    __table_args__ = (
        Index(
            "ix_comment_roots",
            *("thread_id", "created_at", "id"),
            sqlite_where=text("parent_id IS NULL AND is_shown = 1"),
            postgresql_where=text("parent_id IS NULL AND is_shown"),
        ),
        Index(
            "ix_comment_replies",
            *("root_id", "created_at", "id"),
            sqlite_where=text("parent_id IS NOT NULL AND is_shown = 1"),
            postgresql_where=text("parent_id IS NOT NULL AND is_shown"),
        ),
        Index(
            "ix_comment_published",
            *("thread_id", "created_at", "id"),
            sqlite_where=text("status = 'published'"),
            postgresql_where=text("status = 'published'"),
        ),
        Index("ix_comment_queue", "site_id", "status", "created_at", "id"),
        Index("ix_comment_author", "site_id", "author_key", "created_at"),
        Index(
            "ix_comment_account",
            *("account_id", "site_id"),
            sqlite_where=text("account_id IS NOT NULL"),
            postgresql_where=text("account_id IS NOT NULL"),
        ),
        Index("ix_comment_client", "site_id", "client", "created_at"),
        Index("ix_comment_parent", "parent_id"),
        Index("ix_comment_fingerprint", "thread_id", "fingerprint"),
        Index("ix_comment_person", "site_id", "person", "status", "created_at", "id"),
        Index("ix_comment_domain", "site_id", "author_domain", "status", "created_at", "id"),
        Index("ix_comment_cluster", "site_id", "cluster", "status", "created_at", "id"),
        Index(
            "ix_comment_host",
            *("site_id", "link_host", "status", "created_at", "id"),
            sqlite_where=text("link_host <> ''"),
            postgresql_where=text("link_host <> ''"),
        ),
        Index("ix_comment_score", "site_id", "status", "spam_score", "id"),
        Index(
            "ix_comment_reported",
            *("site_id", "status", "open_reports", "id"),
            sqlite_where=text("open_reports > 0"),
            postgresql_where=text("open_reports > 0"),
        ),
        Index("ix_comment_site", "site_id", "created_at", "first_status", "caught_by"),
    )

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    thread_id: Mapped[Id] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"))
    parent_id: Mapped[Id | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    root_id: Mapped[Id]
    depth: Mapped[int] = mapped_column(default=0)
    status: Mapped[Status] = mapped_column(enum_column(Status))
    is_shown: Mapped[bool] = mapped_column(default=False)
    shown_children: Mapped[int] = mapped_column(default=0)
    shown_replies: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    source: Mapped[str]
    html: Mapped[str]
    renderer: Mapped[int]
    fingerprint: Mapped[str]
    author_name: Mapped[str]
    author_email: Mapped[str] = mapped_column(default="")
    author_website: Mapped[str] = mapped_column(default="")
    author_key: Mapped[str | None]
    author_provider: Mapped[str] = mapped_column(default="")
    author_avatar: Mapped[Id | None]
    is_official: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    client: Mapped[str | None]
    page_title: Mapped[str | None]
    page_url: Mapped[str | None]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    person: Mapped[str] = mapped_column(default="")
    author_domain: Mapped[str] = mapped_column(default="")
    cluster: Mapped[Id] = mapped_column(default=_own_id)
    link_host: Mapped[str] = mapped_column(default="")
    link_hosts: Mapped[str] = mapped_column(default="")
    signal_codes: Mapped[str] = mapped_column(default="")
    first_status: Mapped[Status] = mapped_column(enum_column(Status), default=_own_status)
    caught_by: Mapped[str] = mapped_column(default="")
    spam_score: Mapped[float | None] = mapped_column(Float)
    open_reports: Mapped[int] = mapped_column(default=0)
    votes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]
    moved_at: Mapped[datetime | None] = mapped_column(UTCTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCTime)

    @property
    def is_published(self) -> bool:
        """Whether every reader may read it."""
        return self.status is Status.PUBLISHED

    @property
    def is_root(self) -> bool:
        """Whether it stands at the top of the thread."""
        return self.parent_id is None
