"""Deciding about many comments, a piece at a time, and emptying the trash."""

import time
from typing import Final

from commentbox.extensions import begin_reading, begin_writing, has_turns
from commentbox.jobs import outbox, worker
from commentbox.lib import clock
from commentbox.moderation import bulk, emptying

_PAUSE: Final = 0.03
"""Seconds between turns: each of the other writers asks many times meanwhile."""


def handlers() -> worker.Handlers:
    """Return what does each job about many comments."""
    return {
        "moderation.bulk": _Pieces().go_on,
        "moderation.empty": _note_what_is_due,
        "moderation.empty_site": _empty,
    }


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
        begin_reading()
        try:
            ahead = bulk.look_ahead(batch_id, part, after)
        finally:
            begin_writing()
        began = time.monotonic()
        bulk.go_on(batch_id, part, after, again, ahead=ahead)
        self._took = time.monotonic() - began


def _note_what_is_due() -> None:
    """Do what is due every hour: go on with what got stuck, and have sites emptied.

    By a job for each: none keeps writers waiting for the others, nor fails with them.
    """
    bulk.take_up_again()
    now = clock.now()
    for site_id in emptying.due(now):
        key = f"moderation.empty_site:{site_id}:{now.isoformat(timespec='hours')}"
        outbox.add("moderation.empty_site", dedup_key=key, site_id=site_id)


def _empty(site_id: str) -> None:
    emptying.empty(site_id, clock.now())
