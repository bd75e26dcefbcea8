"""People who can sign in, and what they may do."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.lib import clock
from commentbox.models.base import Created, Id, Model, Moment, PrimaryId, UTCTime, enum_column


class Role(StrEnum):
    """What a person is: an admin on all sites, an owner or a moderator on one or on all."""

    ADMIN = "admin"
    OWNER = "owner"
    MODERATOR = "moderator"


class HeldMail(StrEnum):
    """How often somebody wants to hear of held comments."""

    AT_ONCE = "at-once"
    HOURLY = "hourly"
    DAILY = "daily"


class SessionKind(StrEnum):
    """Where a session holds: at the desk, on the pages of this service, in frames of one site."""

    DESK = "desk"
    HOME = "home"
    FRAME = "frame"


class Account(Model):
    """A person. `email` is the address they were invited by, lower-case in its domain.

    Whoever only logs in with a provider has none: what a provider says stands in `Identity`.
    `arrived_at` is when they first were here: until then they are only invited.
    """

    __tablename__ = "account"

    id: Mapped[PrimaryId]
    email: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    website: Mapped[str] = mapped_column(default="")
    avatar_id: Mapped[Id | None] = mapped_column(
        ForeignKey("avatar.id", ondelete="SET NULL"), index=True
    )
    blocked_at: Mapped[datetime | None] = mapped_column(UTCTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UTCTime)
    wants_mail: Mapped[bool] = mapped_column(default=True)
    held_mail: Mapped[HeldMail] = mapped_column(enum_column(HeldMail), default=HeldMail.AT_ONCE)
    wants_gravatar: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]

    def arrive(self) -> None:
        """Note that the person has been here; the first time counts, and stays."""
        self.arrived_at = self.arrived_at or clock.now()


class Membership(Model):
    """What a person is on a site; without a site, on all of them."""

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_account", "account_id", "site_id"),)

    id: Mapped[PrimaryId]
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    site_id: Mapped[Id | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(enum_column(Role))


class SignInLink(Model):
    """A link that signs one person in, once. Only the token's hash is kept."""

    __tablename__ = "sign_in_link"

    id: Mapped[PrimaryId]
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UTCTime)
    created_at: Mapped[Created]


class Session(Model):
    """A live sign-in. Only the token's hash is kept.

    One log-in begins a `family`: a session of the pages here, and one for each site's frames.
    `fresh_at` is when the person last showed who they are.
    """

    __tablename__ = "session"

    id: Mapped[PrimaryId]
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[SessionKind] = mapped_column(enum_column(SessionKind), default=SessionKind.DESK)
    site_id: Mapped[Id | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    identity_id: Mapped[Id | None] = mapped_column(
        ForeignKey("identity.id", ondelete="CASCADE"), index=True
    )
    family: Mapped[Id] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(default="")
    fresh_at: Mapped[Created]
    expires_at: Mapped[Moment]
    created_at: Mapped[Created]
