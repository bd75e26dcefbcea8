"""Keys with which programs moderate a site."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from commentbox.models.base import Created, Id, Model, PrimaryId, UTCTime


class Scope(StrEnum):
    """What a key is good for."""

    READ = "read"
    DECIDE = "decide"
    SETTINGS = "settings"


class ApiKey(Model):
    """A site's key. Only the token's hash is kept; `account_id` is who made it."""

    __tablename__ = "api_key"

    id: Mapped[PrimaryId]
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    name: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[datetime | None] = mapped_column(UTCTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCTime)
    created_at: Mapped[Created]
