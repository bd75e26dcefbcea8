"""How quickly one reader may report comments, by whichever way."""

from typing import Final

from commentbox.web.kit.readers import Reader
from commentbox.web.kit.requests import client, throttle

PER_MINUTE: Final = 10
PER_HOUR: Final = 30


def limit(reader: Reader | None) -> None:
    """Count one report of somebody who logged in, or of a network of guests.

    Raises `TooFast("report.too_many")`.
    """
    throttle().check(
        "report",
        reader.account.id if reader else client(),
        per_minute=PER_MINUTE,
        per_hour=PER_HOUR,
        code="report.too_many",
    )
