"""Which of the jobs that are due is done first."""

from enum import IntEnum
from typing import Final


class Urgency(IntEnum):
    """What comes first, the most urgent first; within one of them it is what is due the longest."""

    AWAITED = 0
    """Somebody looks at a page until the mail is there."""

    USUAL = 1
    OUTSIDE = 2
    """It asks a service of others, which may take its time."""

    SPARE = 3
    """Nobody notices when it is done."""


_UNUSUAL: Final = {
    "email_code.requested": Urgency.AWAITED,
    "email_code.send": Urgency.AWAITED,
    "sign_in.requested": Urgency.AWAITED,
    "sign_in.send": Urgency.AWAITED,
    "comment.scoring": Urgency.OUTSIDE,
    "scorer.feedback": Urgency.OUTSIDE,
    "spam.learn": Urgency.SPARE,
    "moderation.empty": Urgency.SPARE,
    "moderation.empty_site": Urgency.SPARE,
}


def of(kind: str) -> Urgency:
    """Return how urgent the jobs of a kind are."""
    return _UNUSUAL.get(kind, Urgency.USUAL)
