"""A site whose articles have threads here."""

from enum import StrEnum

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Model, PrimaryId, enum_column


class Policy(StrEnum):
    """Which comments of readers appear at once."""

    PUBLISH = "publish"
    HOLD_FIRST = "hold-first"
    HOLD_GUESTS = "hold-guests"
    HOLD_ALL = "hold-all"


class Site(Model):
    """One site: its short name, its web origins and how commenting works on it.

    Threads close `closes_after` days after they began; 0 means never. So many trusted readers as
    `reports_to_hold` take a comment away until somebody decides; 0 means that none do. `filter_*`
    say whether the learned filter holds what looks like spam, and whether it may publish what would
    only wait for being an author's first. `asks_scorer` sends new comments to the outside scorer.
    """

    __tablename__ = "site"

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(unique=True)
    origins: Mapped[list[str]] = mapped_column(JSON)
    locale: Mapped[str] = mapped_column(default="en")
    heading: Mapped[str] = mapped_column(default="")
    policy: Mapped[Policy] = mapped_column(enum_column(Policy), default=Policy.HOLD_FIRST)
    link_limit: Mapped[int] = mapped_column(default=2)
    closes_after: Mapped[int] = mapped_column(default=0)
    reports_to_hold: Mapped[int] = mapped_column(default=3)
    filter_holds: Mapped[bool] = mapped_column(default=True)
    filter_publishes: Mapped[bool] = mapped_column(default=False)
    asks_scorer: Mapped[bool] = mapped_column(default=False)
    requires_email: Mapped[bool] = mapped_column(default=True)
    requires_name: Mapped[bool] = mapped_column(default=True)
    offers_subscription: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]
