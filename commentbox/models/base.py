"""What all tables share: the base class, ids, and times in UTC."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import DateTime, Dialect, Enum, String
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from commentbox.extensions import db
from commentbox.lib import clock, ids

if TYPE_CHECKING:
    # `class Comment(db.Model)` does not type-check; this is what it is at run time.
    class Model(DeclarativeBase):
        """The base of every table."""
else:
    Model = db.Model

# Bytes decide the order of ids, so PostgreSQL must not apply a language's collation.
IdType = String(ids.LENGTH).with_variant(String(ids.LENGTH, collation="C"), "postgresql")
Id = Annotated[str, mapped_column(IdType)]
PrimaryId = Annotated[str, mapped_column(IdType, primary_key=True, default=ids.new)]


class UTCTime(TypeDecorator[datetime]):
    """A moment in UTC with microseconds, aware on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite has no time zones, so it gets the bare UTC time."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Moment = Annotated[datetime, mapped_column(UTCTime)]
Created = Annotated[datetime, mapped_column(UTCTime, default=clock.now)]


def enum_column(kind: type[StrEnum]) -> Enum:
    """Return a text column type that holds the values of an enum."""
    return Enum(
        kind,
        native_enum=False,
        length=16,
        values_callable=lambda members: [member.value for member in members],
        create_constraint=False,
    )


Signals = Mapping[str, Any]
