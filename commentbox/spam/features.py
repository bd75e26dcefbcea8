"""What the filter looks at in a comment: its words and its shape, as numbers of weights."""

import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar
from zlib import crc32

from commentbox.lib import folding
from commentbox.spam import shape

SIZE: Final = 1 << 18
"""How many weights there are; features that share one are not told apart."""

# What spam is about stands at its beginning, its link or its number often at the end.
_HEAD: Final = 1_000  # characters
_TAIL: Final = 500
_MOST_WORDS: Final = _HEAD + _TAIL  # NFKC makes up to 18 characters of one
_LONGEST_WORD: Final = 40  # characters that a word is known by
_MOST_HOSTS: Final = 20
_PIECES: Final = (3, 4)  # letters

_PAGE: Final = 1 << 16


T = TypeVar("T", int, float)


class Kind(StrEnum):
    """What a clue is: one word, two in a row, where a link leads, or a fact of the shape."""

    WORD = "w"
    PAIR = "p"
    LINK = "l"
    FACT = "f"


class Clue(NamedTuple):
    """Something about a comment that a person can be told, and which weights it turns on.

    `name` is the word, both words, the host, or the fact in words to be translated.
    """

    kind: Kind
    name: str
    numbers: list[int]


@dataclass(frozen=True)
class Features:
    """Which of the `SIZE` weights a comment turns on: ascending, each once."""

    numbers: "array[int]"

    def packed(self) -> bytes:
        """Return the features in two bytes each, and a head of eight."""
        counts = [0] * (SIZE // _PAGE)
        for number in self.numbers:
            counts[number // _PAGE] += 1
        places = (number % _PAGE for number in self.numbers)
        return lowest_first(array("H", [*counts, *places])).tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> "Features":
        """Return the features that were packed."""
        pages = SIZE // _PAGE
        halves = lowest_first(array("H", packed))
        starts = [page * _PAGE for page in range(pages) for _ in range(halves[page])]
        return cls(array("I", map(int.__add__, starts, halves[pages:])))


def features(text: str, *, hosts: Sequence[str] = ()) -> Features:
    """Return what a comment turns on; `hosts` are where its links lead, in any order."""
    found = {number for clue in clues(text, hosts=hosts) for number in clue.numbers}
    return Features(array("I", sorted(found)))


def clues(text: str, *, hosts: Sequence[str] = ()) -> Iterator[Clue]:
    """Yield each thing that a comment's features come from, once. It is not kept anywhere."""
    read = text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}"
    words = folding.words(read)[:_MOST_WORDS]
    for word in dict.fromkeys(words):
        yield Clue(Kind.WORD, word[:_LONGEST_WORD], [_number(Kind.WORD, word), *_pieces(word)])
    for pair in dict.fromkeys(map(" ".join, pairwise(words))):
        yield Clue(Kind.PAIR, pair, [_number(Kind.PAIR, pair)])
    known = sorted({host.lower().removeprefix("www.") for host in hosts})[:_MOST_HOSTS]
    for host in known:
        yield Clue(Kind.LINK, host, [_number(Kind.LINK, host)])
    for code, name in shape.facts(read, words=words, hosts=len(known)):
        yield Clue(Kind.FACT, name, [_number(Kind.FACT, code)])


def lowest_first(values: "array[T]") -> "array[T]":
    """Turn numbers that are to be stored, or were, from or to how this machine holds them."""
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _number(kind: Kind, name: str) -> int:
    # Python's own hash differs from one process to the next.
    return crc32(name.encode("utf-8", "replace"), _SEEDS[kind]) % SIZE


def _pieces(word: str) -> list[int]:
    """Return the numbers of a word's pieces: misspelt words share most with the right ones."""
    framed = f"_{word}_"
    return [
        crc32(framed[start : start + length].encode("utf-8", "replace"), _PIECE_SEED) % SIZE
        for length in _PIECES
        for start in range(len(framed) - length + 1)
    ]


_SEEDS: Final = {kind: crc32(f"{kind} ".encode()) for kind in Kind}
_PIECE_SEED: Final = crc32(b"c ")
