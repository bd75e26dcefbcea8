"""The first judgement of a new comment: pure checks give signals, one function decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from commentbox.models import Policy, Status


@dataclass(frozen=True)
class Signal:
    """One fact about a comment: a code, and the figure that a moderator is shown with it."""

    code: str
    value: int | str = ""

    def as_reason(self) -> dict[str, Any]:
        """Return the signal as it is stored with the comment."""
        return {"code": self.code, "value": self.value}


@dataclass(frozen=True)
class Facts:
    """What is known about a comment when it arrives.

    `is_trap` says that the form was filled in as only a program would; `is_moderator` that the
    author signed in as one.
    """

    policy: Policy
    link_limit: int
    links: int
    approved_before: int
    is_trap: bool = False
    is_moderator: bool = False


def signals(facts: Facts) -> list[Signal]:
    """Return every signal that the comment gives; all checks always run."""
    found = [
        (facts.is_moderator, Signal("moderator")),
        (facts.is_trap, Signal("trap")),
        (facts.links >= facts.link_limit, Signal("links", facts.links)),
        (facts.approved_before == 0, Signal("first")),
        (facts.policy is Policy.HOLD_ALL, Signal("policy")),
        (facts.policy is Policy.PUBLISH, Signal("open")),
    ]
    return [signal for holds, signal in found if holds]


def first_status(found: Iterable[Signal]) -> Status:
    """Decide where a new comment starts. It appears only when nothing speaks for holding it."""
    codes = {signal.code for signal in found}
    if "moderator" in codes:
        return Status.PUBLISHED
    if codes & {"trap", "links", "policy"}:
        return Status.PENDING
    if "first" in codes and "open" not in codes:
        return Status.PENDING
    return Status.PUBLISHED
