"""Whom and what a site keeps out, and whom it trusts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId, UTCTime, enum_column


class BlockKind(StrEnum):
    """What a block compares, always exactly."""

    ACCOUNT = "account"
    EMAIL = "email"
    DOMAIN = "domain"
    NETWORK = "network"
    CLIENT = "client"
    HOST = "host"


class Block(Model):
    """Something that a site takes no comments from: none after `until` has passed.

    `value` is an account's id, an address in its canonical spelling, the domain of addresses, a
    network as its owner typed it (CIDR), the keyed hash of one, or a host that comments link to.
    """

    __tablename__ = "block"
    __table_args__ = (
        UniqueConstraint("site_id", "kind", "value"),
        Index("ix_block_site", "site_id", "id"),
    )

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    kind: Mapped[BlockKind] = mapped_column(enum_column(BlockKind))
    value: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None] = mapped_column(UTCTime)
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[Created]


class Trust(Model):
    """An author, proved by logging in, whose comments on the site appear at once."""

    __tablename__ = "trust"
    __table_args__ = (UniqueConstraint("site_id", "author_id"),)

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    author_id: Mapped[Id] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[Created]
