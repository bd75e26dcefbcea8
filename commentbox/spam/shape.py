"""Facts about a comment that no single word tells: how long, how loud, how dressed up it is."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from commentbox.adapters.translations import N_

# A measure that reaches an edge is one step up. Codes are hashed into what sites have learned, and
# labels hold those hashes: a new meaning needs a new code.
_STEPS: Final[dict[str, tuple[tuple[float, ...], tuple[str, ...]]]] = {
    "length": (
        (10, 20, 40, 80, 160, 320, 640),
        (
            N_("under 10 characters"),
            N_("10 to 19 characters"),
            N_("20 to 39 characters"),
            N_("40 to 79 characters"),
            N_("80 to 159 characters"),
            N_("160 to 319 characters"),
            N_("320 to 639 characters"),
            N_("640 characters or more"),
        ),
    ),
    "links": (
        (1, 2, 3),
        (N_("no link"), N_("one link"), N_("two links"), N_("many links")),
    ),
    "capitals": (
        (0.01, 0.1, 0.3, 0.6),
        (
            N_("no capitals"),
            N_("few capitals"),
            N_("some capitals"),
            N_("many capitals"),
            N_("nearly all in capitals"),
        ),
    ),
    "digits": (
        (0.001, 0.05, 0.15),
        (N_("no digits"), N_("few digits"), N_("some digits"), N_("many digits")),
    ),
    "exclamations": (
        (1, 2, 4),
        (
            N_("no exclamation mark"),
            N_("one exclamation mark"),
            N_("some exclamation marks"),
            N_("many exclamation marks"),
        ),
    ),
    "questions": (
        (1, 2),
        (N_("no question mark"), N_("one question mark"), N_("several question marks")),
    ),
    "words": (
        (2, 5, 10, 20, 40, 80),
        (
            N_("no more than one word"),
            N_("2 to 4 words"),
            N_("5 to 9 words"),
            N_("10 to 19 words"),
            N_("20 to 39 words"),
            N_("40 to 79 words"),
            N_("80 words or more"),
        ),
    ),
    "distinct": (
        (0.5, 0.7, 0.9, 1),
        (
            N_("mostly the same words again"),
            N_("many words said again"),
            N_("some words said again"),
            N_("few words said again"),
            N_("no word said again"),
        ),
    ),
    "lines": ((1, 3), (N_("one line"), N_("a few lines"), N_("many lines"))),
}
_SIGNS: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    "styled": (
        # Letters of mathematics, full width, in circles or squares, as flags, and small capitals.
        re.compile(
            "[\u1d00-\u1d25\u24b6-\u24e9\uff21-\uff5a\U0001d400-\U0001d7ff\U0001f110-\U0001f1ff]"
        ),
        N_("styled letters"),
    ),
    "hidden": (
        re.compile("[\u00ad\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"),
        N_("hidden characters"),
    ),
    "mixed": (
        re.compile("[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z]"),
        N_("letters of two alphabets in one word"),
    ),
    "money": (re.compile("[$\u00a2-\u00a5\u20a0-\u20cf]"), N_("a sign for money")),
    "drawn-out": (re.compile(r"([^\W\d])\1\1"), N_("a letter three times in a row")),
    "foreign": (re.compile(r"[^\x00-\x7f]"), N_("characters beyond plain English")),
}
_LINK: Final = re.compile(r"(?:https?://(?:www\.)?|www\.)", re.IGNORECASE)


def facts(text: str, *, words: Sequence[str], hosts: int) -> Iterator[tuple[str, str]]:
    """Yield each fact that holds of a text, as its code and in words to be translated."""
    for code, measure in _measures(text, words, hosts):
        edges, names = _STEPS[code]
        step = bisect_right(edges, measure)
        yield f"{code} {step}", names[step]
    for code, (sign, name) in _SIGNS.items():
        if sign.search(text):
            yield code, name


def _measures(text: str, words: Sequence[str], hosts: int) -> Iterator[tuple[str, float]]:
    yield "length", len(text)
    yield "links", max(hosts, len(_LINK.findall(text)))
    yield "capitals", _share(sum(map(str.isupper, text)), sum(map(str.isalpha, text)))
    yield "digits", _share(sum(map(str.isdigit, text)), len(text))
    yield "exclamations", text.count("!") + text.count("\uff01")
    yield "questions", text.count("?") + text.count("\uff1f")
    yield "words", len(words)
    yield "distinct", _share(len(set(words)), len(words))
    yield "lines", text.count("\n")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
