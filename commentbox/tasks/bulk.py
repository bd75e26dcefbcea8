"""Deciding about many comments, a piece at a time, and emptying the trash."""

import time
from typing import Final

from commentbox.extensions import has_turns
from commentbox.jobs import worker
from commentbox.lib import clock
from commentbox.moderation import bulk, emptying

_PAUSE: Final = 0.03
"""Seconds between turns: each of the other writers asks many times meanwhile."""


def handlers() -> worker.Handlers:
    """Return what does each job about many comments."""
    return {"moderation.bulk": _Pieces().go_on, "moderation.empty": _empty}


class _Pieces:
    """Piece after piece; where writers take turns, with a pause before each that lets others write.

    On a machine that is busy a piece takes longer, and so do others: the pause grows with it.
    """

    def __init__(self) -> None:
        self._took = 0.0

    def go_on(self, batch_id: str, part: int = 0, after: str = "", again: str = "") -> None:
        """Do one piece."""
        if has_turns():
            time.sleep(max(_PAUSE, self._took / 2))
        began = time.monotonic()
        bulk.go_on(batch_id, part, after, again)
        self._took = time.monotonic() - began


def _empty() -> None:
    """Do what is due every hour: go on with what got stuck, and empty the trash."""
    bulk.take_up_again()
    emptying.empty(clock.now())
