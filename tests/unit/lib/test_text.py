"""Text as people type it."""

import pytest

from commentbox.lib import text

RESERVED = ["Admin", "Moderator"]
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "ADMIN",
        "\u0410dmin",
        "\uff21\uff44\uff4d\uff49\uff4e",
        "A\u200bdmin",
        "Ad\u0301min",
        "A d m i n",
        "Mod\u0435rator",
    ],
)
def test_a_name_that_looks_reserved_is_reserved(name: str) -> None:
    assert text.is_reserved(name, RESERVED)


@pytest.mark.parametrize("name", ["Ann", "Adminah", "\u0410\u043d\u044f", "\u7ba1\u7406", ""])
def test_an_ordinary_name_is_free(name: str) -> None:
    assert not text.is_reserved(name, RESERVED)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x07c", "abc"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\u2066a\u2069", "a"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301", "\u00e9"),
        ("\ud800", "\ufffd"),
        (FAMILY, FAMILY),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("a\u200db", "ab"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        ("\U0001f3f4\U000e0067\U000e007f", "\U0001f3f4\U000e0067\U000e007f"),
        ("a\U000e0067", "a"),
    ],
)
def test_what_only_disturbs_is_dropped(typed: str, kept: str) -> None:
    assert text.clean(typed) == kept


def test_a_letter_keeps_few_marks() -> None:
    assert len(text.clean("x" + "\u0335" * 50)) == 9


def test_a_line_has_no_line_ends_and_no_spaces_at_its_ends() -> None:
    assert text.clean_line("  Ann\n\t B\u00a0 ") == "Ann B"


@pytest.mark.parametrize("empty", ["", " \n", "\u3164", "\u2800\u200b", "\u0301", "\u00a0"])
def test_what_shows_nothing_is_blank(empty: str) -> None:
    assert text.is_blank(empty)


@pytest.mark.parametrize("shown", [".", "\U0001f642", "a\u0301"])
def test_what_shows_something_is_not_blank(shown: str) -> None:
    assert not text.is_blank(shown)


def test_the_same_words_have_one_fingerprint() -> None:
    plain = text.fingerprint("Great post, thanks!")
    assert plain == text.fingerprint("  great\u200b POST \uff54hanks")
    assert plain != text.fingerprint("Great post")
    assert text.fingerprint("!!!") != text.fingerprint("???")


@pytest.mark.parametrize(
    ("name", "letter"),
    [("ann", "A"), ("\U0001f642 bob", "B"), ("", "?"), ("\u3164", "?"), ("\u0101n", "\u0100")],
)
def test_an_avatar_shows_the_first_letter(name: str, letter: str) -> None:
    assert text.initial(name) == letter


def test_a_person_keeps_their_colour() -> None:
    assert text.hue("ann") == text.hue("ann")
    assert {text.hue(str(number)) for number in range(300)} == set(range(12))
