"""What is wrong with the settings, in sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import SplitResult, urlsplit

PREFIX: Final = "COMMENTBOX_"
PORTS: Final = range(1, 65536)


class BadSetting(Exception):
    """Settings cannot be used; `sentences` name each of them, and what is wrong with it."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@contextmanager
def noting(sentences: list[str]) -> Iterator[None]:
    """Go on after a mistake, so that all of them are named at once."""
    try:
        yield
    except BadSetting as mistake:
        sentences += mistake.sentences


def split(url: str) -> SplitResult | None:
    """Return the parts of an address, None when it has none or its port cannot be."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port in PORTS else None
    except ValueError:
        return None
