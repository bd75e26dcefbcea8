"""A site whose articles have threads here."""

from enum import StrEnum

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Model, PrimaryId, enum_column


class Policy(StrEnum):
    """Which comments of readers appear at once."""

    PUBLISH = "publish"
    HOLD_FIRST = "hold-first"
    HOLD_ALL = "hold-all"


class Site(Model):
    """One site: its short name, its web origins and how commenting works on it."""

    __tablename__ = "site"

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(unique=True)
    origins: Mapped[list[str]] = mapped_column(JSON)
    locale: Mapped[str] = mapped_column(default="en")
    heading: Mapped[str] = mapped_column(default="")
    policy: Mapped[Policy] = mapped_column(enum_column(Policy), default=Policy.HOLD_FIRST)
    link_limit: Mapped[int] = mapped_column(default=2)
    requires_email: Mapped[bool] = mapped_column(default=True)
    requires_name: Mapped[bool] = mapped_column(default=True)
    offers_subscription: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]
