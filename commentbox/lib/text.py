"""Text as people type it: made clean, compared, and reduced to a letter or a colour."""

import hashlib
import re
import unicodedata
from collections.abc import Collection
from typing import Final

from confusable_homoglyphs import confusables

_COLOURS: Final = 12
_MOST_MARKS: Final = 8  # combining marks on one letter; more only cover the lines around

# UAX 9: overrides and embeddings turn the letters that follow, to the end of the paragraph.
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_JOINERS: Final = frozenset("\u200c\u200d")
_VARIANTS: Final = range(0xFE00, 0xFE10)
_TAGS: Final = range(0xE0000, 0xE0080)
# Letters that draw nothing: a name made of them looks empty.
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")
_LINE_ENDS: Final = re.compile(r"\r\n?|\u2028|\u2029|\u0085")
_SPACES: Final = re.compile(r"\s+")


def clean(source: str) -> str:
    """Return a comment's text as it is kept: as typed, without what only disturbs.

    NFC; line ends are line feeds; controls but tab and line feed, bidi controls and invisible
    format characters are dropped (joiners stay where they join letters or emoji); lone surrogates
    become U+FFFD; a letter keeps at most eight combining marks.
    """
    text = _LINE_ENDS.sub(
        "\n", source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
    kept = (char for char in text if char in "\n\t" or not _disturbs(char))
    return _fewer_marks(unicodedata.normalize("NFC", _useful_joiners("".join(kept))))


def clean_line(value: str) -> str:
    """Return a one-line field, such as a name: clean, on one line, no space at its ends."""
    return _SPACES.sub(" ", clean(value)).strip()


def is_blank(text: str) -> bool:
    """Say whether a reader would see nothing: only spaces, fillers, invisible or loose marks."""
    return all(char in _BLANK_LETTERS or unicodedata.category(char)[0] in "ZCM" for char in text)


def fingerprint(text: str) -> str:
    """Return a hash (SHA-256, hex) that is equal for texts of the same words.

    Width, style, letter case, punctuation and white space do not count, unless nothing else is
    there.
    """
    folded = unicodedata.normalize("NFKC", clean(text)).casefold()
    words = re.findall(r"\w+", folded) or folded.split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def skeleton(name: str) -> str:
    """Return what a name looks like: lower-case Latin letters and digits, as far as it has any.

    Follows the idea of UTS 39 section 4: two names with one skeleton can be mistaken.
    """
    plain = unicodedata.normalize("NFKD", clean_line(name))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[\W_]", "", "".join(_latin(char) for char in letters).casefold())


def is_reserved(name: str, reserved: Collection[str]) -> bool:
    """Say whether a name can be taken for one of the reserved ones."""
    looks = skeleton(name)
    return bool(looks) and any(looks == skeleton(other) for other in reserved)


def initial(name: str) -> str:
    """Return the letter for an avatar: the first letter or digit, as a capital, else `?`."""
    letter = next((char for char in name if char.isalnum() and char not in _BLANK_LETTERS), "?")
    return letter.upper()[:1]


def hue(seed: str) -> int:
    """Return the colour, 0 to 11, that goes with a person: always the same for one seed."""
    return hashlib.sha256(seed.encode("utf-8", "replace")).digest()[0] % _COLOURS


def _disturbs(char: str) -> bool:
    if char in _JOINERS or ord(char) in _VARIANTS or ord(char) in _TAGS:
        return False
    return char in _BIDI or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Cn"}


def _useful_joiners(text: str) -> str:
    """Keep joiners, variation selectors and tags only where they change what is drawn.

    That is between letters beyond Latin, Greek and Cyrillic (Indic, Arabic), and within emoji.
    """
    kept: list[str] = []
    for index, char in enumerate(text):
        if _shapes(char) and not (kept and _takes(kept[-1], char, text[index + 1 : index + 2])):
            continue
        kept.append(char)
    return "".join(kept)


def _shapes(char: str) -> bool:
    return char in _JOINERS or ord(char) in _VARIANTS or ord(char) in _TAGS


def _takes(before: str, char: str, after: str) -> bool:
    base = ord(before)
    is_symbol = unicodedata.category(before) in {"So", "Sk"} or before in "#*0123456789"
    if ord(char) in _TAGS:
        return base == 0x1F3F4 or base in _TAGS  # noqa: PLR2004 -- the flag that takes tags
    if ord(char) in _VARIANTS:
        return is_symbol or unicodedata.category(before) in {"Sm", "Po", "Lo", "So"}
    if not after or _shapes(after):
        return False
    is_script = base >= 0x0590 and unicodedata.category(before)[0] in "LM"  # noqa: PLR2004
    return is_script or (char == "\u200d" and (is_symbol or base in _VARIANTS))


def _fewer_marks(text: str) -> str:
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _latin(char: str) -> str:
    """Return the Latin letter that the character looks like, else the character."""
    if char.isascii():
        return char
    for form in (char, char.lower()):
        found = confusables.is_confusable(form, greedy=True, preferred_aliases=["latin"])
        for twin in (found or [{}])[0].get("homoglyphs", []):
            if twin["c"].isascii() and twin["c"].isalnum():
                return str(twin["c"])
    return char
