"""What a check comes back with."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    NOTE = "note"  # works as it is, but less than it could
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One sentence about the service."""

    kind: Kind
    sentence: str


def ok(sentence: str) -> Finding:
    """Return that something works."""
    return Finding(Kind.OK, sentence)


def note(sentence: str) -> Finding:
    """Return something that its owner should know."""
    return Finding(Kind.NOTE, sentence)


def wrong(sentence: str) -> Finding:
    """Return something that has to be mended."""
    return Finding(Kind.WRONG, sentence)
