"""Text reduced to what its words are."""

import unicodedata
from itertools import chain

import pytest

from commentbox.lib import folding

STYLED = (*range(0x1D400, 0x1D800), *range(0x1F100, 0x1F200))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't STOP_me, ok?", ["don", "t", "stop", "me", "ok"]),
        ("Ünïcödé ıø ﬁne Straße ẞ", ["unicode", "io", "fine", "strasse", "ss"]),
        ("５ x² ❽ ٣", ["5", "x2", "8", "3"]),
        ("S̶o\u200bf\u00adt\ufe0f", ["soft"]),
        ("a\x00b\tc\u00a0d", ["ab", "c", "d"]),
        ("ok👍🏽ok ☎\ufe0f", ["ok", "👍", "ok", "☎"]),
        ("\U0001fadf", ["\U0001fadf"]),
        ("한국 हिन्दी שָׁלוֹם", ["한국", "हिन्दी", "שלום"]),
        ("加V信 ｶﾞ", ["加", "v", "信", "ガ"]),
        ("", []),
        ("\u2800 \u3164 !", []),
    ],
)
def test_words_are_plain_small_letters_digits_and_pictures(text: str, words: list[str]) -> None:
    assert folding.words(text) == words


def test_letters_that_look_latin_are_latin_among_twins_only() -> None:
    assert folding.words("p\u0430ypal Вот") == ["p\u0430ypal", "вот"]
    assert folding.twin_words("p\u0430ypal ВОТ") == ["paypal", "bot"]


def test_chunks_keep_the_signs_in_words() -> None:
    assert folding.chunks('C++, (B!tch) "t.me/x"') == ["c++", "b!tch", "t.me", "x"]


def test_every_character_parts_words_and_twins_alike() -> None:
    for code in chain(range(0x3000), range(0xA640, 0xABFF), range(0xF900, 0x10000), STYLED):
        char = chr(code)
        words = folding.words(f"x{char}y")
        assert len(words) == len(folding.twin_words(f"x{char}y")), unicodedata.name(char, hex(code))
        assert folding.words(" ".join(words)) == words, unicodedata.name(char, hex(code))


def test_no_letter_of_chinese_japanese_or_korean_looks_latin() -> None:
    letters = "".join(map(chr, [*range(0x2E80, 0xA4D0), *range(0xAC00, 0xD7B0)]))
    assert not folding.may_look_latin(f"spam {letters}")
    assert folding.words(letters) == folding.twin_words(letters)
    assert folding.may_look_latin("сам")
