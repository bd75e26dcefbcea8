"""For how long somebody is kept away."""

from datetime import datetime, timedelta
from typing import Final

from commentbox.adapters.translations import N_
from commentbox.errors import Invalid
from commentbox.lib import clock

SPANS: Final = {
    "day": N_("1 day"),
    "week": N_("1 week"),
    "month": N_("30 days"),
    "good": N_("For good"),
}
_DAYS: Final = {"day": 1, "week": 7, "month": 30}


def until(span: str) -> datetime | None:
    """Return when a span that begins now is over; None for good. Raise `Invalid` for another."""
    if span not in SPANS:
        raise Invalid("block.until")
    return clock.now() + timedelta(days=_DAYS[span]) if span in _DAYS else None
