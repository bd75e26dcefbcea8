"""Keyset cursors: where a page ended, as an opaque short text."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from commentbox.errors import Invalid
from commentbox.lib import ids

_SHAPE: Final = re.compile(rf"([0-9a-f]{{1,16}})-([0-9A-Za-z]{{{ids.LENGTH}}})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: just after the row with this moment and id."""

    moment: datetime
    id: str

    def __str__(self) -> str:
        """Write the cursor as it stands in a URL."""
        return f"{(self.moment - _EPOCH) // timedelta(microseconds=1):x}-{self.id}"


def parse(text: str) -> Cursor:
    """Read a cursor from a URL; raise `Invalid("cursor.invalid")` for anything else."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise Invalid("cursor.invalid")
    try:
        moment = _EPOCH + timedelta(microseconds=int(match[1], 16))
    except OverflowError as problem:
        raise Invalid("cursor.invalid") from problem
    return Cursor(moment, match[2])
