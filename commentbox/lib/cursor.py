"""Keyset cursors: where a page ended, as an opaque short text."""

import math
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from commentbox.errors import Invalid
from commentbox.lib import ids

_SHAPE: Final = re.compile(rf"([0-9a-f]{{1,16}})-([0-9A-Za-z]{{{ids.LENGTH}}})")
_RANKED: Final = re.compile(rf"r([0-9a-f]{{16}})-([0-9A-Za-z]{{{ids.LENGTH}}})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: just after the row with this moment and id."""

    moment: datetime
    id: str

    def __str__(self) -> str:
        """Write the cursor as it stands in a URL."""
        return f"{(self.moment - _EPOCH) // timedelta(microseconds=1):x}-{self.id}"


@dataclass(frozen=True)
class Rank:
    """A place in a list that is ordered by a number: just after the row with this one and id."""

    number: float
    id: str

    def __str__(self) -> str:
        """Write the cursor as it stands in a URL: every bit of the number, so none is skipped."""
        return f"r{struct.pack('>d', self.number).hex()}-{self.id}"


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


def parse_any(text: str) -> Cursor | Rank:
    """Read a cursor of either kind; raise `Invalid("cursor.invalid")` for anything else."""
    match = _RANKED.fullmatch(text)
    if match is None:
        return parse(text)
    [number] = struct.unpack(">d", bytes.fromhex(match[1]))
    if not math.isfinite(number):
        raise Invalid("cursor.invalid")
    return Rank(number, match[2])
