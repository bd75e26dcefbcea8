"""What follows from a chance of spam, and what it came from.

The bounds are the promise itself: a comment is called spam when its chance is at least the
precision that moderators are promised of that, so the precision of all such comments can only be
higher, as long as chances come true as often as they say; `bench/spam.py` checks both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from commentbox.adapters.translations import gettext
from commentbox.spam.features import Clue, Kind, clues, features
from commentbox.spam.model import Model, share

SPAM_FROM: Final = 0.98
"""The chance from which a comment is called spam: one in fifty may be wrong."""

FINE_UNTIL: Final = 0.10
"""The chance up to which a comment is called fine: spam that appears can still be removed."""

# Before these, the filter only says what it thinks.
LESSONS: Final = 100
LESSONS_OF_EACH: Final = 30


class Band(StrEnum):
    """What the filter makes of a comment."""

    PUBLISH = "publish"
    HOLD = "hold"
    SPAM = "spam"
    UNSURE = "unsure"  # it has not learned enough to say


@dataclass(frozen=True)
class Evidence:
    """What one word or fact spoke with: above 0 for spam, below for a comment that is fine."""

    kind: Kind
    name: str
    weight: float

    def __str__(self) -> str:
        """Return it in words, in the current language."""
        if self.kind is Kind.LINK:
            return gettext("link to %(host)s") % {"host": self.name}
        return gettext(self.name) if self.kind is Kind.FACT else self.name


def is_ready(model: Model) -> bool:
    """Say whether the filter has learned enough to decide by itself."""
    return model.spam + model.fine >= LESSONS and min(model.spam, model.fine) >= LESSONS_OF_EACH


def band(model: Model, chance: float) -> Band:
    """Return what a chance of spam means, coming from this model."""
    if not is_ready(model):
        return Band.UNSURE
    if chance >= SPAM_FROM:
        return Band.SPAM
    return Band.PUBLISH if chance <= FINE_UNTIL else Band.HOLD


def explain(model: Model, text: str, *, hosts: Sequence[str] = (), most: int = 5) -> list[Evidence]:
    """Return what weighed most in a comment's score, the heaviest first.

    Pieces of words speak through the first word that has them.
    """
    part = share(features(text, hosts=hosts))
    spoken = [
        Evidence(clue.kind, clue.name, part * sum(map(model.weight, numbers)))
        for clue, numbers in _each_once(clues(text, hosts=hosts))
    ]
    heard = [evidence for evidence in spoken if evidence.weight]
    return sorted(heard, key=lambda evidence: (-abs(evidence.weight), evidence.name))[:most]


def _each_once(found: Iterator[Clue]) -> Iterator[tuple[Clue, set[int]]]:
    """Yield each clue with the numbers that no clue before it had."""
    counted: set[int] = set()
    for clue in found:
        yield clue, set(clue.numbers) - counted
        counted.update(clue.numbers)
