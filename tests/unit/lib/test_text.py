"""Text as people type it."""

import pytest

from commentbox.lib import text

RESERVED = ["Ann Lee"]
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
        "Adm1n",
        "Adrnin",
        "Adm\u0131n",
        "Admin 2",
        "The Site Owner",
        "Staff Team",
        "\U0001d400dmin",
        "\u0410n\u0578 Lee",
    ],
)
def test_a_name_that_looks_reserved_is_reserved(name: str) -> None:
    assert text.is_reserved(name, RESERVED)


@pytest.mark.parametrize(
    "name",
    ["Ann", "Adminah", "Max Support", "Modesty", "\u0410\u043d\u044f", "\u7ba1\u7406", "", "!"],
)
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
        ("a\ufe0f\U000e0101", "a"),
        ("\u845b\U000e0100", "\u845b\U000e0100"),
        ("\u06a9\u200c\u0647", "\u06a9\u200c\u0647"),
        ("\u05d0\u2067\u05d1\u2069\u200e c", "\u05d0\u2067\u05d1\u2069\u200e c"),
        ("\u05d0\u2067\u05d1\n\u2069", "\u05d0\u05d1\n"),
        ("a\u200e", "a"),
        ("\uffff\U0001fffe", "\ufffd\ufffd"),
        ("\U0001fadf\U0001fae9", "\U0001fadf\U0001fae9"),
    ],
)
def test_what_only_disturbs_is_dropped(typed: str, kept: str) -> None:
    assert text.clean(typed) == kept


def test_a_letter_keeps_few_marks() -> None:
    for mark in ("\u0335", "\u0488", "\u0301\u0316", "\u0344"):
        assert len(text.clean("x" + mark * 5_000)) == 9


def test_a_line_has_no_line_ends_and_no_spaces_at_its_ends() -> None:
    assert text.clean_line("  Ann\n\t B\u00a0\x0b\x00C\u2028 ") == "Ann B C"


@pytest.mark.parametrize(
    "empty",
    ["", " \n", "\u3164", "\ufffe", "\U000e0067", "\u202e", "\u2800\u200b", "\u0301", "\u00a0"],
)
def test_what_shows_nothing_is_blank(empty: str) -> None:
    assert text.is_blank(empty)


@pytest.mark.parametrize("shown", [".", "\U0001f642", "a\u0301", "\U0001fadf", "\ue000"])
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


@pytest.mark.parametrize(
    ("label", "letters"),
    [
        ("GitHub", "Gi"),
        ("x", "X"),
        ("\U0001f511 my company", "My"),
        ("", "?"),
        ("\u0101 n", "\u0100n"),
    ],
)
def test_what_has_no_picture_shows_two_letters(label: str, letters: str) -> None:
    assert text.two_letters(label) == letters


def test_a_person_keeps_their_colour() -> None:
    assert text.hue("ann") == text.hue("ann")
    assert {text.hue(str(number)) for number in range(300)} == set(range(12))
