"""Ids: time-ordered, made by the application, short, and safe in a URL or an HTML id."""

import re
from typing import Final

from uuid_utils import uuid7

# In the order of ASCII, so that ids sort by age in any byte-wise collation.
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH: Final = 22
_SHAPE: Final = re.compile(rf"[0-9A-Za-z]{{{LENGTH}}}")


def new() -> str:
    """Return a fresh id: a version 7 UUID (RFC 9562) in 22 base-62 digits."""
    number, digits = uuid7().int, []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def is_id(text: str) -> bool:
    """Say whether the text has the shape of an id."""
    return _SHAPE.fullmatch(text) is not None
