"""Text as people type it: made clean, compared, and reduced to a letter or a colour."""

import hashlib
import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from confusable_homoglyphs import confusables

LONGEST_NAME: Final = 245
"""Characters of a name, whoever bears it."""

# A guest under such a name would be taken for somebody with a say.
ROLES: Final = frozenset(
    "admin administrator moderator mod owner webmaster staff support system root sysadmin".split()
)
_TITLES: Final = frozenset(
    "the a site blog forum comment comments team official head chief".split()
)

_COLOURS: Final = 12
_MOST_MARKS: Final = 8  # combining marks on one letter; more only cover the lines around

_LINE_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029\u0085]")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Controls, and format characters that only hide or turn what stands around them: soft hyphen,
# zero-width space, embeddings and overrides (UAX 9), annotations, tags that are no flag's.
_DISTURBING: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u180e\u200b\u202a-\u202e\u2060-\u2065\u206a-\u206f"
    "\ufeff\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]"
)
# Unicode 3.4 D14; XML 1.0 allows not all of them, and feeds are XML.
_NONCHARACTERS: Final = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(0x10000 * plane + 0xFFFE) + chr(0x10000 * plane + 0xFFFF) for plane in range(17))
    + "]"
)
_BIDI: Final = re.compile("[\u061c\u200e\u200f\u2066-\u2069]")
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ISOLATES: Final = re.compile("[\u2066-\u2069]")
_CLOSE: Final = "\u2069"
_JOINERS: Final = frozenset("\u200c\u200d")
_ZWJ: Final = "\u200d"
_BLACK_FLAG: Final = "\U0001f3f4"
# Arabic, Syriac, N'Ko, the Brahmic scripts, Mongolian, Adlam: joiners change what is drawn.
_JOINING: Final = re.compile(
    "[\u0600-\u0dff\u0f00-\u109f\u1700-\u1cff\ua800-\ua8ff\ua930-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
_VARIANT: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_TAKES_VARIANTS: Final = re.compile(r"[0-9#*]|[^\x00-\x7f\s]")
_TAG: Final = re.compile("[\U000e0020-\U000e007f]")
_UNSEEN: Final = re.compile("[\u061c\u200c-\u200f\u2066-\u2069\ufe00-\ufe0f\U000e0020-\U000e01ef]")
# Letters and symbols that draw nothing: a name made of them looks empty.
_BLANKS: Final = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffd\U0001d159")
# What is read alike in most fonts: l and 1 and I, rn and m.
_ALIKE: Final = str.maketrans("013457|!$@i", "oleastllsal")


def clean(source: str) -> str:
    """Return a comment's text as it is kept: as typed, without what only disturbs.

    NFC; line ends are line feeds; NUL, controls but tab and line feed, bidi embeddings and
    overrides (UAX 9), and invisible format characters are dropped; lone surrogates and
    noncharacters become U+FFFD. Bidi marks and isolates stay where there are letters written from
    right to left, isolates only if each is closed on its line. Joiners, variation selectors and
    tags stay where they shape letters or emoji. A letter keeps at most eight combining marks.
    Cleaning what is clean changes nothing.
    """
    whole = source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _DISTURBING.sub("", _LINE_ENDS.sub("\n", whole))
    if text.isascii():
        return text
    text = _without_idle_bidi(_NONCHARACTERS.sub("\ufffd", text))
    # Twice: normalising thousands of marks takes square time, and some letters become several.
    for _ in range(2):
        text = unicodedata.normalize("NFC", _with_few_marks(text))
    return text


def clean_line(value: str) -> str:
    """Return a one-line field, such as a name: clean, without bidi controls, trimmed.

    Line ends and other controls are spaces here; spaces of any kind in a row become one.
    """
    return " ".join(clean(_BIDI.sub("", _CONTROLS.sub(" ", value))).split())


def is_blank(text: str) -> bool:
    """Say whether a reader would see nothing: only spaces, fillers, invisible or loose marks."""
    return not any(_is_drawn(char) for char in text)


def fingerprint(text: str) -> str:
    """Return a hash (SHA-256, hex) that is equal for texts of the same words.

    Width, style, letter case, punctuation, white space and invisible characters do not count,
    unless nothing else is there.
    """
    folded = _UNSEEN.sub("", unicodedata.normalize("NFKC", clean(text)).casefold())
    words = re.findall(r"\w+", folded) or folded.split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def skeleton(name: str) -> str:
    """Return what a name looks like; names with one skeleton can be mistaken for each other.

    Made for comparing, as in UTS 39 section 4, not for showing: width, style, case, accents,
    spaces and punctuation are gone, look-alike letters of other scripts are Latin ones, and what
    is read alike is written alike (`0` and `o`; `1`, `i` and `l`; `rn` and `m`).
    """
    plain = unicodedata.normalize("NFKD", _seen(name))
    letters = "".join(latin_twin(char) for char in plain if not unicodedata.combining(char))
    shapes = letters.casefold().translate(_ALIKE).replace("rn", "m").replace("vv", "w")
    return re.sub(r"[\W_]", "", shapes)


def is_reserved(name: str, reserved: Collection[str]) -> bool:
    """Say whether a name can be taken for one of the reserved ones or for a role.

    A role is a word of `ROLES`, also with a number or a title (`Admin 2`, `The Site Owner`).
    """
    return is_like(name, reserved) or (bool(skeleton(name)) and _is_role(name))


def is_like(name: str, others: Collection[str]) -> bool:
    """Say whether a name can be taken for one of some others."""
    looks = skeleton(name)
    return bool(looks) and looks in {skeleton(other) for other in others}


def is_look_alike(word: str) -> bool:
    """Say whether a word passes for a Latin one but has letters of other scripts among it.

    That is, when scripts are mixed that look alike, or when every letter has a Latin twin.
    """
    foreign = [char for char in word if char.isalpha() and not _is_latin(char)]
    if not foreign:
        return False
    return bool(confusables.is_dangerous(word)) or all(latin_twin(char).isascii() for char in word)


@lru_cache(maxsize=4_096)
def latin_twin(char: str) -> str:
    """Return the Latin letter that the character looks like, else the character."""
    if char.isascii():
        return char
    for form in (char, char.lower()):
        if form not in confusables.confusables_data:  # most; the rest of the question takes long
            continue
        found = confusables.is_confusable(form, greedy=True)
        for twin in (found or [{}])[0].get("homoglyphs", []):
            if twin["c"].isascii() and twin["c"].isalnum():
                return str(twin["c"])
    return char


def initial(name: str) -> str:
    """Return the letter for an avatar: the first letter or digit, as a capital, else `?`."""
    return two_letters(name)[:1]


def two_letters(name: str) -> str:
    """Return the first two letters or digits, as they tell more names apart than one, else `?`."""
    plain = unicodedata.normalize("NFKC", clean_line(name))
    first, *more = [char for char in plain if char.isalnum() and char not in _BLANKS] or ["?"]
    return first.upper()[:1] + "".join(more[:1])


def hue(seed: str) -> int:
    """Return the colour, 0 to 11, that goes with a person: always the same for one seed."""
    return hashlib.sha256(seed.encode("utf-8", "replace")).digest()[0] % _COLOURS


def _without_idle_bidi(text: str) -> str:
    """Drop bidi marks where all runs left to right, and isolates that would reach too far."""
    if not _BIDI.search(text):
        return text
    if not _RIGHT_TO_LEFT.search(text):
        return _BIDI.sub("", text)
    return "\n".join(_with_paired_isolates(line) for line in text.split("\n"))


def _with_paired_isolates(line: str) -> str:
    opened: list[int] = []
    paired: set[int] = set()
    for found in _ISOLATES.finditer(line):
        if found[0] != _CLOSE:
            opened.append(found.start())
        elif opened:
            paired |= {opened.pop(), found.start()}
    return _ISOLATES.sub(lambda found: found[0] if found.start() in paired else "", line)


def _with_few_marks(text: str) -> str:
    """Drop all marks beyond the eighth on a letter, and those that do not shape their letter."""
    kept: list[str] = []
    base, marks = "", 0
    for index, char in enumerate(text):
        if not _is_mark(char):
            base, marks = char, 0
        elif marks < _MOST_MARKS and _fits(
            char, base, "".join(kept[-1:]), text[index + 1 : index + 2]
        ):
            marks += 1
        else:
            continue
        kept.append(char)
    return "".join(kept)


def _is_mark(char: str) -> bool:
    if char.isascii():
        return False
    return unicodedata.category(char)[0] == "M" or char in _JOINERS or bool(_TAG.match(char))


def _fits(mark: str, base: str, before: str, after: str) -> bool:
    """Say whether a mark changes how its base is drawn."""
    if _TAG.match(mark):
        return base == _BLACK_FLAG
    if _VARIANT.match(mark):
        return base == before and bool(_TAKES_VARIANTS.match(base))
    if mark not in _JOINERS:
        return True
    if before in _JOINERS:
        return False
    return bool(_JOINING.match(base)) or (
        mark == _ZWJ and _is_pictogram(base) and _is_pictogram(after)
    )


def _is_pictogram(char: str) -> bool:
    # Emoji newer than Python's table of characters have no category yet.
    return char >= "\u2190" and unicodedata.category(char) in {"So", "Sk", "Sm", "Cn"}


def _is_drawn(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Cn":
        return not (_DISTURBING.match(char) or _NONCHARACTERS.match(char) or _UNSEEN.match(char))
    return category not in {"Cc", "Cf", "Cs"} and category[0] not in "ZM" and char not in _BLANKS


def _seen(name: str) -> str:
    """Return a name with a space for each letter that draws nothing: it looks like that."""
    return clean_line("".join(" " if char in _BLANKS else char for char in name))


def _is_role(name: str) -> bool:
    bare = re.sub(r"[\W\d_]+$", "", _seen(name))
    if {skeleton(name), skeleton(bare)} & _LOOKS_OF_ROLES:
        return True
    words = {skeleton(word) for word in bare.split()}
    return bool(words & _LOOKS_OF_ROLES) and words <= _LOOKS_OF_ROLES | _LOOKS_OF_TITLES


def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith("LATIN ")


_LOOKS_OF_ROLES: Final = frozenset(skeleton(role) for role in ROLES)
_LOOKS_OF_TITLES: Final = frozenset(skeleton(title) for title in _TITLES)
