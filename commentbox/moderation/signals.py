"""What speaks for a new comment and against it: pure checks, of which all are always made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from commentbox.models import Policy
from commentbox.moderation.clusters import Echo
from commentbox.spam.verdict import Band

MANY_PERSONS: Final = 3
"""So many persons of whom nearly the same was rejected make it spam; or it is held, of a day."""


class Trusted(StrEnum):
    """How far an author is trusted: not yet, by what they wrote, or by a moderator's word."""

    NOT = ""
    EARNED = "earned"
    GRANTED = "granted"


@dataclass(frozen=True)
class Signal:
    """One fact about a comment: a code, and the figure that a moderator is shown with it."""

    code: str
    value: int | str = ""

    def as_reason(self) -> dict[str, Any]:
        """Return the signal as it is stored with the comment."""
        return {"code": self.code, "value": self.value}

    @classmethod
    def stored(cls, reason: Mapping[str, Any]) -> Self:
        """Return the signal that was stored."""
        return cls(str(reason["code"]), reason.get("value", ""))


@dataclass(frozen=True)
class Facts:
    """What is known about a comment when it arrives.

    `is_trap` says that the form was filled in as only a program would; `is_moderator` that the
    author signed in as one. `block` is the kind of block that it runs into. `words` and
    `spam_words` are entries of the site's lists. `band` is what the learned filter makes of it, for
    which `score` is the chance of spam. `failed` names the checks that came to no end.
    """

    policy: Policy
    link_limit: int
    links: int
    approved_before: int
    is_trap: bool = False
    is_moderator: bool = False
    is_guest: bool = False
    trusted: Trusted = Trusted.NOT
    block: str = ""
    words: tuple[str, ...] = ()
    spam_words: tuple[str, ...] = ()
    echo: Echo = field(default_factory=Echo)
    score: float | None = None
    band: Band = Band.UNSURE
    filter_holds: bool = True
    filter_publishes: bool = False
    failed: tuple[str, ...] = ()


def signals(facts: Facts) -> list[Signal]:
    """Return every signal that the comment gives; all checks always run."""
    return [
        *_of_author(facts),
        *(Signal("check-failed", check) for check in facts.failed),
        *_of_words(facts),
        *_of_echo(facts.echo),
        *_of_filter(facts),
        *_of_policy(facts),
    ]


def _of_author(facts: Facts) -> list[Signal]:
    return _true(
        (facts.is_moderator, Signal("moderator")),
        (bool(facts.block), Signal("blocked", facts.block)),
        (facts.is_trap, Signal("trap")),
        (facts.trusted is not Trusted.NOT, Signal("trusted", facts.trusted.value)),
    )


def _of_words(facts: Facts) -> list[Signal]:
    return _true(
        (bool(facts.spam_words), Signal("words-spam", ", ".join(facts.spam_words[:3]))),
        (bool(facts.words), Signal("words", ", ".join(facts.words[:3]))),
        (facts.links >= facts.link_limit, Signal("links", facts.links)),
    )


def _of_echo(echo: Echo) -> list[Signal]:
    rejected = "like-spam" if echo.rejected >= MANY_PERSONS else "like-rejected"
    return _true(
        (echo.rejected > 0, Signal(rejected, echo.rejected)),
        (echo.others >= MANY_PERSONS, Signal("like-others", echo.others)),
        (echo.own > 0, Signal("like-own", echo.own)),
    )


def _of_filter(facts: Facts) -> list[Signal]:
    """Return what the learned filter says, where the site lets it say anything."""
    percent = round(100 * (facts.score or 0.0))
    return _true(
        (facts.filter_holds and facts.band is Band.SPAM, Signal("likely-spam", percent)),
        (facts.filter_holds and facts.band is Band.HOLD, Signal("unsure", percent)),
        (facts.filter_publishes and facts.band is Band.PUBLISH, Signal("likely-fine", percent)),
    )


def _of_policy(facts: Facts) -> list[Signal]:
    holds_guests = facts.policy is Policy.HOLD_GUESTS
    is_open = facts.policy is Policy.PUBLISH or (holds_guests and not facts.is_guest)
    return _true(
        (facts.policy is Policy.HOLD_ALL, Signal("policy")),
        (holds_guests and facts.is_guest, Signal("guests")),
        (facts.approved_before == 0, Signal("first")),
        (is_open, Signal("open")),
    )


def _true(*checks: tuple[bool, Signal]) -> list[Signal]:
    return [signal for holds, signal in checks if holds]
