"""Deciding about many comments, a piece at a time, and emptying the trash."""

import time
from typing import Final

from commentbox.jobs import worker
from commentbox.lib import clock
from commentbox.moderation import bulk, emptying

_PAUSE: Final = 0.03  # seconds between two pieces that are left to whoever waits to write


def handlers() -> worker.Handlers:
    """Return what does each job about many comments."""
    return {"moderation.bulk": _go_on, "moderation.empty": _empty}


def _go_on(batch_id: str, part: int = 0, after: str = "") -> None:
    time.sleep(_PAUSE)
    bulk.go_on(batch_id, part, after)


def _empty() -> None:
    emptying.empty(clock.now())
