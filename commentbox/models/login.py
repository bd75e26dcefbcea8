"""Logging in with a provider: who somebody is there, and the walks that lead back from it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, Moment, PrimaryId, UTCTime, enum_column


class Mode(StrEnum):
    """What a walk through a provider was begun for, and where it returns to."""

    WINDOW = "window"
    TAB = "tab"
    PAGE = "page"
    DESK = "desk"
    LINK = "link"


class Outcome(StrEnum):
    """How a walk through a provider ended."""

    OK = "ok"
    DENIED = "denied"
    FAILED = "failed"
    EXPIRED = "expired"


class Identity(Model):
    """Who a person is at a provider: `subject` is theirs at `issuer` for ever.

    `email` is what the provider says; it never finds an account, `email_verified` or not.
    """

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("provider", "issuer", "subject"),)

    id: Mapped[PrimaryId]
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    profile_url: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    email_verified: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]


class Attempt(Model):
    """One walk through a provider and back, once.

    `browser` and `state_digest` are the digests of the cookie that the walk is bound to and of the
    `state` that the provider returns. `challenge` is the SHA-256 of the secret with which the
    waiting frame of the site asks for the outcome. `account_id` is who it logged in, or who began
    it: to link another identity, or to come to the desk anew. `session_family` is that of the same.
    """

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_expires_at", "expires_at"),)

    id: Mapped[PrimaryId]
    provider: Mapped[str]
    mode: Mapped[Mode] = mapped_column(enum_column(Mode))
    site_id: Mapped[Id | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    article_url: Mapped[str] = mapped_column(default="")
    article_title: Mapped[str] = mapped_column(default="")
    return_to: Mapped[str] = mapped_column(default="")
    challenge: Mapped[str | None] = mapped_column(unique=True)
    browser: Mapped[str]
    state_digest: Mapped[str] = mapped_column(unique=True)
    taken_at: Mapped[datetime | None] = mapped_column(UTCTime)
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    identity_id: Mapped[Id | None] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"))
    session_family: Mapped[Id | None]
    redeemed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    expires_at: Mapped[Moment]
    created_at: Mapped[Created]


class EmailCode(Model):
    """A code that proves an address to the frame that asked for it, or to a page of ours.

    `email` is in lower case. `digest` is keyed and bound to the challenge and the address; it is
    empty until the code has been written into a mail, and stays empty when the address has had
    enough mails.
    """

    __tablename__ = "email_code"
    __table_args__ = (Index("ix_email_code_email", "email", "created_at"),)

    id: Mapped[PrimaryId]
    challenge: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[Id | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    email: Mapped[str]
    digest: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCTime)
    expires_at: Mapped[Moment]
    created_at: Mapped[Created]


class Avatar(Model):
    """A person's picture, drawn anew here. `source_digest` is that of the bytes it came from."""

    __tablename__ = "avatar"

    id: Mapped[PrimaryId]
    content: Mapped[bytes]
    type: Mapped[str]
    source_digest: Mapped[str]
    created_at: Mapped[Created]


class Deletion(Model):
    """A wish, sent by a provider, that what came from there be deleted; that was done at once."""

    __tablename__ = "deletion"

    id: Mapped[PrimaryId]
    code: Mapped[str] = mapped_column(unique=True)
    provider: Mapped[str]
    created_at: Mapped[Created]


class SeenEvent(Model):
    """What counts once: an event of a provider by the name that it has there, or a frame's token.

    `id` is the digest of that.
    """

    __tablename__ = "seen_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[Created]
