"""Text reduced to what its words are, for comparing: never for showing."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from commentbox.lib.text import latin_twin

_MOST_KEPT: Final = 20_000  # characters whose folding is remembered, of each table

# One letter in a frame, in small capitals, or with a stroke that Unicode does not take apart.
_LETTER: Final = re.compile(
    "(?:REGIONAL INDICATOR SYMBOL LETTER|(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL "
    "LETTER|LATIN LETTER SMALL CAPITAL|LATIN SMALL LETTER(?: DOTLESS)?) ([A-Z])(?: WITH .+)?"
)
_FLAG: Final = re.compile(
    "(?<![\U0001f1e6-\U0001f1ff])[\U0001f1e6-\U0001f1ff]{2}(?![\U0001f1e6-\U0001f1ff])"
)
# Marks of no script of its own, and the vowels that Arabic and Hebrew writers may leave out.
# Marks of other scripts make other letters.
_LOOSE_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05c7\u0640\u064b-\u0652\u0670]"
)
_VARIANTS: Final = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_FILLERS: Final = re.compile("[\u115f\u1160\u17b4\u17b5\u3164\uffa0]")
_UNSEEN: Final = re.compile("|".join(kind.pattern for kind in (_LOOSE_MARKS, _VARIANTS, _FILLERS)))
_TAKEN_APART: Final = ("GREEK", "CYRILLIC")
# Scripts that write no spaces between words: each letter stands alone, so words are found in them.
_UNSPACED: Final = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
_TWINLESS: Final = re.compile("[\x00-\x7f\u2e80-\ua4cf\uac00-\ud7af]*")
_BETWEEN: Final = frozenset('/()[]{}",;:?\u201c\u201d\u201e\u201f\u00ab\u00bb')


def normal(text: str) -> str:
    """Return the text in NFKC, without flags: their letters spell nothing."""
    if text.isascii():
        return text
    return _FLAG.sub(" ", unicodedata.normalize("NFKC", text))


def words(text: str) -> list[str]:
    """Return the words in plain small letters: letters, digits and pictures between anything else.

    Width, style, case, accents, overlays and invisible characters are gone (NFKC, full case
    folding). Pictures, and letters of scripts that write no spaces, are words of their own.
    """
    return normal(text).translate(_WORDS).split()


def twin_words(text: str) -> list[str]:
    """Return the words, as many, with letters that look like Latin ones as those."""
    return normal(text).translate(_TWIN_WORDS).split()


def first_words(normal_text: str, most: int) -> list[str]:
    """Return the first words of what `normal` returned; what stands behind them costs nothing."""
    return _first(normal_text, _WORDS, most)


def first_twin_words(normal_text: str, most: int) -> list[str]:
    """Return the same words as `first_words`, with letters that look like Latin ones as those."""
    return _first(normal_text, _TWIN_WORDS, most)


def may_look_latin(text: str) -> bool:
    """Say whether `twin_words` can differ from `words`: Chinese, Japanese and Korean do not."""
    return _TWINLESS.fullmatch(text) is None


def chunks(text: str) -> list[str]:
    """Return what stands between spaces, brackets, slashes and commas, in plain small letters."""
    return normal(text).translate(_CHUNKS).split()


def _first(text: str, table: "_Table", most: int) -> list[str]:
    done, found = "", list[str]()
    for start in range(0, len(text), most):
        done += text[start : start + most].translate(table)
        found = done.split()
        if len(found) > most:  # the last of them may go on
            break
    return found[:most]


def _plain(char: str) -> str:
    if char.isascii():
        return char.lower() if char.isprintable() or char.isspace() else ""
    if _is_unseen(char):
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    folded = char.casefold()
    name = unicodedata.name(folded[:1], "")
    letter = _LETTER.fullmatch(name)
    if letter and len(folded) == 1:
        return letter[1].lower()
    return _spaced(folded, name)


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"} or bool(_UNSEEN.match(char))


def _spaced(folded: str, name: str) -> str:
    if _is_picture(folded[0]) or name.startswith(_UNSPACED):
        return f" {folded} "
    plain = unicodedata.normalize("NFKD" if name.startswith(_TAKEN_APART) else "NFKC", folded)
    return _LOOSE_MARKS.sub("", plain)


def _is_picture(char: str) -> bool:
    # Emoji newer than Python's table of characters have no category yet.
    return char != "\u2800" and unicodedata.category(char) in {"So", "Cn"}


def _twinned(char: str) -> str:
    plain = _plain(char)
    if plain.isascii() or len(plain) != 1 or not char.isalpha():
        return plain
    twin = latin_twin(char)
    return twin.lower() if twin.isascii() else plain


def _word(char: str) -> str:
    return _bare(_plain(char))


def _twin_word(char: str) -> str:
    return _bare(_twinned(char))


def _chunk(char: str) -> str:
    return "".join(" " if char in _BETWEEN else char for char in _plain(char))


def _bare(folded: str) -> str:
    """Return a space for all that is no letter, digit, mark or picture."""
    return "".join(char if _is_of_word(char) else " " for char in folded)


def _is_of_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM" or (not char.isascii() and _is_picture(char))


class _Table(dict[int, str]):
    """What becomes of each character, found out when it is first met."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, code: int) -> str:
        """Return what becomes of a character, and remember it."""
        shape = self._rule(chr(code))
        if len(self) < _MOST_KEPT:
            self[code] = shape
        return shape


_WORDS: Final = _Table(_word)
_TWIN_WORDS: Final = _Table(_twin_word)
_CHUNKS: Final = _Table(_chunk)
