"""The one clock. Everything that asks for the time asks here."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

_REAL: Final = timedelta(0)
_shift = _REAL


def now() -> datetime:
    """Return the present moment in UTC, to the microsecond."""
    return datetime.now(UTC) + _shift


def monotonic() -> float:
    """Return seconds that only ever grow, for how long something may last in this process."""
    return time.monotonic() + _shift.total_seconds()


@contextmanager
def turned_by(step: timedelta) -> Iterator[None]:
    """Run the block as if it were `step` later (or earlier) than it is."""
    global _shift  # noqa: PLW0603 -- one clock, and this is its hand
    before, _shift = _shift, _shift + step
    try:
        yield
    finally:
        _shift = before
