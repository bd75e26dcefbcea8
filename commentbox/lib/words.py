"""Lists of words to look out for, found however they are dressed up, and only as whole words."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from sys import getsizeof
from typing import Final

from commentbox.errors import Invalid
from commentbox.lib import folding

MOST_WORDS: Final = 100_000
LONGEST_WORD: Final = 100  # characters of an entry

_COMMENT: Final = "#"
_OPEN: Final = "*"
_PAIR: Final = 2
_SHORTEST_SPELT: Final = 4  # letters; fewer, letter by letter, are initials
# `b!tch`, `c++`, `t.me`: an entry with one of these inside is found only with it.
_SIGN: Final = re.compile(r"[#$%&*+<=>@^`|~\u00a2-\u00a5\u20a0-\u20cf]|[!.](?=\S)")
_LATIN: Final = re.compile("[a-z]")
_SINGLE: Final = re.compile(rf"(?<!\S)\S(?: \S){{{_SHORTEST_SPELT - 1},}}(?!\S)")
_EDGES: Final = "!.'\u2018\u2019-_"


def entries_of(text: str) -> list[str]:
    """Return the entries of a list as their owner wrote them, without notes and blank lines."""
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    return [line for line in lines if line and not line.startswith(_COMMENT)]


def fault(text: str) -> tuple[int, str] | None:
    """Return the line of the first entry that can be none of a new list, and the code of why.

    A `*` that lets no word go on would find only itself; a sign can stand for whole sentences, of
    which thousands would take long to read. Lists that are there keep such entries.
    """
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        entry = line.strip()
        if entry.startswith(_COMMENT):
            continue
        if len(entry) > LONGEST_WORD or len(folding.normal(entry)) > LONGEST_WORD:
            return number, "words.too_long"
        if _OPEN in entry[:-1] or entry == _OPEN:
            return number, "words.star"
    return None


class WordList:
    """What a site looks out for, made for looking up: the cost hardly grows with the list."""

    def __init__(self) -> None:
        self._words = _Index()
        self._signed = _Index()

    @classmethod
    def parse(cls, text: str) -> "WordList":
        """Return the list that a text holds, an entry a line.

        An entry is a word or a phrase; a `*` at its end lets its last word go on. Blank lines and
        lines that begin with `#` say nothing, nor do entries without a letter, digit, picture or
        sign. Raises `Invalid("words.too_many")` and `Invalid("words.too_long")`.
        """
        entries = entries_of(text)
        if len(entries) > MOST_WORDS:
            raise Invalid("words.too_many")
        if max(map(len, entries), default=0) > LONGEST_WORD:
            raise Invalid("words.too_long")
        made = cls()
        for entry in entries:
            made._add(entry)
        made._words.close()
        made._signed.close()
        return made

    @property
    def weight(self) -> int:
        """Return about how many bytes of memory it takes."""
        return self._words.weight + self._signed.weight

    def found(self, text: str) -> list[str]:
        """Return the entries that occur, as their owner wrote them, in the order of the text.

        Words are compared without case, style, width, accents and what is invisible, letters that
        look Latin also as such. Four and more letters also count when spelt one by one.
        """
        normal = folding.normal(text)
        words = folding.words(normal)
        hits = [*self._words.hits(words), *self._spelt(words)]
        twins = words
        if not all(map(str.isascii, words)) and folding.may_look_latin(normal):
            twins = folding.twin_words(normal)
        if twins != words:
            hits += [*self._words.hits(twins, known=words), *self._spelt(twins)]
        if self._signed and _SIGN.search(normal):
            hits += self._with_signs(normal)
        hits.sort(key=lambda hit: hit[0])
        return list(dict.fromkeys(entry for _place, entry in hits))

    def _add(self, entry: str) -> None:
        bare = folding.normal(entry.rstrip(_OPEN))
        is_open = entry.endswith(_OPEN)
        if _SIGN.search(bare):
            chunks = _chunks(bare)
            if any(map(_SIGN.search, chunks)):
                self._signed.add(entry, chunks, is_open=is_open)
                return
        words = folding.words(bare)
        self._words.add(entry, words, is_open=is_open)
        if not bare.isascii():
            for form in (bare, bare.upper()):  # other letters have twins among the capitals
                self._words.add(entry, _looks(words, folding.twin_words(form)), is_open=is_open)

    def _spelt(self, words: list[str]) -> Iterator[tuple[int, str]]:
        """Find words that are spelt letter by letter: `S.G.I.8.8`, `s g i 8 8`."""
        for place, letters in _spelt_out(words):
            # A word of one letter may stand before or behind: `a s p a m`.
            for piece in (letters, letters[1:], letters[:-1], letters[1:-1]):
                if len(piece) >= _SHORTEST_SPELT:
                    yield from ((place, entry) for entry in self._words.spelt(piece))

    def _with_signs(self, text: str) -> Iterator[tuple[int, str]]:
        chunks = _chunks(text)
        for place, entry in self._signed.hits(chunks):
            yield len(folding.words(" ".join(chunks[:place]))), entry


class _Index:
    """Entries by their words, joined by spaces; the first two of a phrase tell how long it is."""

    def __init__(self) -> None:
        self._whole: dict[str, str] = {}
        self._open: dict[str, str] = {}
        self._firsts: set[str] = set()
        self._open_firsts: set[str] = set()  # of pairs whose second word may go on
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._roots: list[str] = []
        self._initials: set[str] = set()  # of roots
        self._longest = 0

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._whole) + len(self._open)

    @property
    def weight(self) -> int:
        """Return about how many bytes of memory it takes."""
        tables = (self._whole, self._open, self._lengths, self._firsts, self._roots)
        written = chain(self._whole.items(), self._open.items())
        texts = chain.from_iterable({id(each): each for each in pair}.values() for pair in written)
        own = chain(texts, self._lengths, self._firsts)
        return sum(map(getsizeof, chain(tables, own)))

    def add(self, entry: str, words: list[str], *, is_open: bool) -> None:
        """Take in an entry; of two that are compared alike, the first counts."""
        if not words:
            return
        key = " ".join(words)
        # Most are written as they are compared: kept once, they take half as much.
        (self._open if is_open else self._whole).setdefault(entry if key == entry else key, entry)
        if len(words) > 1:
            self._firsts.add(words[0])
            pair = " ".join(words[:2])
            known = self._lengths.get(pair, ())
            self._lengths[pair] = known if len(words) in known else (*known, len(words))
        if is_open and len(words) == _PAIR:
            self._open_firsts.add(words[0])

    def close(self) -> None:
        """Make ready for looking up: find the open entries that go on from no other."""
        self._longest = max(map(len, self._open), default=0)
        for key in sorted(self._open):
            if not (self._roots and key.startswith(self._roots[-1])):
                self._roots.append(key)
        self._initials = {root[0] for root in self._roots}

    def hits(self, words: list[str], *, known: Sequence[str] = ()) -> list[tuple[int, str]]:
        """Return what occurs among the words of a text, with the number of its first word.

        Words that are known by themselves are looked at only as parts of phrases.
        """
        distinct = set(words)
        new = distinct.difference(known)
        stops = self._going_on(new).union(filter(self._whole.__contains__, new))
        places = {place for place, word in enumerate(words) if word in stops} if stops else set()
        if not self._firsts.isdisjoint(distinct):
            places |= self._phrases(words)
        return [(place, entry) for place in places for entry in self._at(words, place)]

    def _phrases(self, words: list[str]) -> set[int]:
        """Return where phrases may begin."""
        pairs = list(map(" ".join, pairwise(words)))
        begun = set(filter(self._lengths.__contains__, pairs))
        going_on = self._open_firsts.intersection(words)
        if not (begun or going_on):
            return set()
        return {
            place
            for place, (word, pair) in enumerate(zip(words, pairs, strict=False))
            if pair in begun or word in going_on
        }

    def _going_on(self, words: set[str]) -> set[str]:
        """Return the words that an open entry is the beginning of.

        No root begins another, so only the last one before a word can be its beginning.
        """
        roots, initials = self._roots, self._initials
        near = [word for word in words if word[0] in initials]
        return {word for word in near if word.startswith(roots[bisect_right(roots, word) - 1])}

    def _at(self, words: list[str], place: int) -> Iterator[str]:
        """Return the entries that begin with a word of the text."""
        word = words[place]
        yield from self._for(word)
        if word in self._firsts:
            pair = " ".join(words[place : place + 2])
            for length in self._lengths.get(pair, ()):
                yield from self._for(" ".join(words[place : place + length]))
            if word in self._open_firsts:
                yield from self._begun(pair)

    def _for(self, phrase: str) -> Iterator[str]:
        if phrase in self._whole:
            yield self._whole[phrase]
        yield from self._begun(phrase)

    def spelt(self, word: str) -> Iterator[str]:
        """Return the entries for a word of which only the letters are known."""
        if word in self._whole:
            yield self._whole[word]
        yield from self._begun(word, shortest=_SHORTEST_SPELT)

    def _begun(self, phrase: str, *, shortest: int = 1) -> Iterator[str]:
        """Return the open entries that a phrase goes on from."""
        if self._open and self._going_on({phrase}):
            for length in range(shortest, min(len(phrase), self._longest) + 1):
                if phrase[:length] in self._open:
                    yield self._open[phrase[:length]]


def _chunks(text: str) -> list[str]:
    """Return the words with the signs in them; what ends a sentence is no sign."""
    return [bare for chunk in folding.chunks(text) if (bare := chunk.strip(_EDGES))]


def _looks(words: list[str], twins: list[str]) -> list[str]:
    """Return what the words of an entry look like, to find them in whatever mix of scripts.

    A word of another script that would pass for a Latin one stays: it is not meant to hit that.
    """
    return [
        word if twin.isascii() and not _LATIN.search(word) else twin
        for word, twin in zip(words, twins, strict=True)
    ]


def _spelt_out(words: list[str]) -> Iterator[tuple[int, str]]:
    """Return what single letters in a row spell, with the place of the first one."""
    text = " ".join(words)
    for row in _SINGLE.finditer(text):
        yield text.count(" ", 0, row.start()), row[0].replace(" ", "")
