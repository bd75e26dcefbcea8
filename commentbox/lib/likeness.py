"""Texts that say nearly the same: one template with another name, number or link."""

import hashlib
import re
import struct
from array import array
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from commentbox.lib import folding

# Two texts are alike if six in ten of their words and pairs of words are the same: one word of
# seven may be another, or two at the end of nine. Below that stand answers to one question, such
# as "I love this song" and "I love this video".
ALIKE: Final = 0.6

_SHORT: Final = 3  # words; fewer say too little to be nearly the same
_MOST_CHARACTERS: Final = 4_000
_MOST_WORDS: Final = 500
_MOST_KINDS: Final = 500  # different characters, each of which may have to be looked up

_LINK: Final = re.compile(
    r"https?://(?:www\.)?(?P<host>[^\s/?#)>\]]+)[^\s)>\]]*"
    r"|(?<![\w.-])(?:www\.(?P<www>[\w.-]+)(?:[/?#][^\s)>\]]*)?"
    r"|(?P<bare>(?:[\w-]{1,63}\.)+[a-z]{2,24})[/?#][^\s)>\]]*)",
    re.IGNORECASE,
)
# One character may become eighteen, so a text becomes normal piece by piece, until it is enough.
# A piece ends before ASCII where there is some: no letter of that goes together with others.
_PIECES: Final = re.compile(r".{1,100}(?=[\x00-\x7f]|\Z)|.{100}", re.DOTALL)
_BETWEEN: Final = re.compile(r"[\W_]+")
_DIGITS: Final = re.compile(r"\d+")
_LATIN: Final = re.compile("[a-z]")


@dataclass(frozen=True)
class Said:
    """What is compared of a text, made ready once: its words where they are few, else its parts.

    Parts are kept as hashes, which are others in each process.
    """

    words: tuple[str, ...]
    parts: "array[int]"

    def is_like(self, other: "Said") -> bool:
        """Say whether two texts say nearly the same (Jaccard index of words and pairs of words).

        Case, style, punctuation, numbers and the paths of links do not count. Texts of one or two
        words are alike only if these are the same, numbers included.
        """
        if not (self.parts and other.parts):
            return self.words == other.words
        parts, others = set(self.parts), set(other.parts)
        return len(parts & others) >= ALIKE * len(parts | others)


def said(text: str) -> Said:
    """Return what is compared of a text."""
    words = _words(text)
    if len(words) < _SHORT:
        return Said(tuple(words), array("q"))
    return Said((), array("q", map(hash, _parts(_numberless(words)))))


def alike(one: str, other: str) -> bool:
    """Say whether two texts say nearly the same."""
    return said(one).is_like(said(other))


def bands(text: str) -> tuple[int, ...]:
    """Return four numbers of 64 bits with a sign; texts that are alike share at least one.

    Nearly always, that is, and others hardly ever: each number stands for the pair of near words
    whose hash is the least (MinHash), so the odds are as the share of pairs that are the same.
    They are the same in every process. Only the beginning of a long text counts.
    """
    words = _words(text)
    pairs = _near_pairs(_numberless(words)) if len(words) >= _SHORT else {" ".join(words)}
    return tuple(map(min, zip(*map(_hashes, pairs), strict=True)))


def _words(text: str) -> list[str]:
    """Return the words that count; a link is its host, one word."""
    text = _LINK.sub(_host, _of_few_kinds(_beginning(text)))
    words = folding.first_words(text, _MOST_WORDS)
    if not all(map(str.isascii, words)):
        twins = folding.first_twin_words(text, _MOST_WORDS)
        words = [_unmixed(word, twin) for word, twin in zip(words, twins, strict=True)]
    return words or text.split()[:_MOST_WORDS]


def _beginning(text: str) -> str:
    """Return the beginning of a text, as what `folding.normal` makes of it."""
    text = text[:_MOST_CHARACTERS]
    if text.isascii():
        return text
    begun = ""
    for piece in _PIECES.findall(text):
        begun += folding.normal(piece)
        if len(begun) >= _MOST_CHARACTERS:
            break
    return begun[:_MOST_CHARACTERS]


def _of_few_kinds(text: str) -> str:
    """Return the text up to where it has too many different characters to be anybody's words."""
    if len(set(text)) <= _MOST_KINDS:
        return text
    seen: set[str] = set()
    for place, char in enumerate(text):
        seen.add(char)
        if len(seen) > _MOST_KINDS:
            return text[:place]
    return text


def _host(link: re.Match[str]) -> str:
    host = link["host"] or link["www"] or link["bare"]
    return f" {_BETWEEN.sub('', host)} "


def _unmixed(word: str, twin: str) -> str:
    """Return a word of mixed scripts in Latin letters; each copy of spam mixes others."""
    return twin if twin.isascii() and _LATIN.search(word) else word


def _numberless(words: list[str]) -> list[str]:
    return _DIGITS.sub("0", " ".join(words)).split()


def _near_pairs(words: list[str]) -> set[str]:
    """Return each word with the next one, and with the one after.

    Next ones alone, such as "check out", are the least of far more texts that are not alike.
    """
    over_one = zip(words, words[2:], strict=False)
    return _pairs(words) | {f"{word} . {after}" for word, after in over_one}


def _pairs(words: list[str]) -> set[str]:
    return {f"{word} {following}" for word, following in pairwise(words)}


def _hashes(pair: str) -> tuple[int, ...]:
    digest = hashlib.blake2b(pair.encode("utf-8", "surrogatepass"), digest_size=32).digest()
    return struct.unpack("<4q", digest)


def _parts(words: list[str]) -> set[str]:
    return {*words, *_pairs(words)}
