"""Words to look out for, and how they are dressed up."""

import time

import pytest

from commentbox.errors import Invalid
from commentbox.lib.words import LONGEST_WORD, MOST_WORDS, WordList, fault

FOUND = WordList.parse("sgi88\nfree money\nbob\nass\n")


def test_an_entry_is_found_as_its_owner_wrote_it_and_once() -> None:
    words = WordList.parse("Casino\nFree  Money\n")
    assert words.found("casino, free money, CASINO!") == ["Casino", "Free  Money"]
    assert words.found("free-MONEY; casino") == ["Free  Money", "Casino"]
    assert words.found("free the money") == []


def test_comments_and_blank_lines_are_no_entries() -> None:
    words = WordList.parse("\ufeff# casino\r\n\r\n  poker  \n#bet\n*\n...\n\u200b\n")
    assert words.found("casino bet poker * ... \u200b") == ["poker"]
    assert WordList.parse("\ufeffbet").found("bet") == ["bet"]
    assert WordList.parse("").found("anything") == []


def test_of_two_entries_that_are_alike_the_first_counts() -> None:
    assert WordList.parse("Spam\nspam\n\uff33PAM").found("spam") == ["Spam"]


def test_incident_bob_spares_bobby_jones() -> None:
    assert FOUND.found("bobby.jones@example.com") == []
    assert FOUND.found("classes of assassins pass the bobsled") == []
    assert FOUND.found("bob.jones and Bob's ass") == ["bob", "ass"]


@pytest.mark.parametrize(
    "dressed",
    [
        "𝐒𝐆𝐈𝟖𝟖",
        "ＳＧＩ８８",
        "S̶G̶I̶8̶8̶",
        "S\u200bGI88",
    ],
)
def test_incident_word_lists_defeated_by_styled_letters(dressed: str) -> None:
    assert FOUND.found(dressed) == ["sgi88"]
    assert FOUND.found(f"slot gacor ({dressed})...") == ["sgi88"]
    assert WordList.parse(dressed).found("sgi88") == [dressed]


@pytest.mark.parametrize(
    "dressed",
    [
        "ⓢⓖⓘ⑧⑧",
        "🅂🄶🄸88",
        "🆂🅶🅸❽❽",
        "🅢🅖🅘⓼⓼",
        "🇸🇬🇮8️⃣8️⃣",
        "ꜱɢɪ88",
        "ˢᵍⁱ⁸⁸",
        "ŚĞÏ88",
        "Şĝı88",
        "S\u00adG\u2060I\ufeff8\ufe0f8",
        "S\u200dG\u202eI88",
        "s\u20e0g\u0489i\u034f88",
        "ѕgі88",
        "sɡі88",
        "SGI٨٨",
    ],
)
def test_a_word_is_found_in_any_dress(dressed: str) -> None:
    assert FOUND.found(f"now {dressed}!") == ["sgi88"]


@pytest.mark.parametrize(
    "spelt",
    [
        "S.G.I.8.8",
        "s g i 8 8",
        "S-G-I-8-8 now",
        "a s g i 8 8",
        "visit S_G_I_8_8 a",
        "𝐒 𝐆 𝐈 𝟖 𝟖",
        "(s)(g)(i)(8)(8)",
        "ѕ.g.і.8.8",
    ],
)
def test_a_word_is_found_letter_by_letter(spelt: str) -> None:
    assert FOUND.found(spelt) == ["sgi88"]


def test_what_is_not_spelt_out_is_not_found_in_letters() -> None:
    words = WordList.parse("bob\ncunt\nhere\nab*\nspam*")
    assert words.found("b o b") == []
    assert words.found("s c u n t h o r p e") == []
    assert words.found("a b c d e") == []
    assert words.found("he re, h ere") == []
    assert words.found("s p a m m y") == ["spam*"]


def test_a_star_lets_the_last_word_go_on() -> None:
    words = WordList.parse("spam*\nspammer*\nbuy viagr*\nbe*")
    assert words.found("spam") == ["spam*"]
    assert words.found("spammers") == ["spam*", "spammer*"]
    assert words.found("spamz") == ["spam*"]
    assert words.found("antispam spa") == []
    assert words.found("Buy Viagra now") == ["buy viagr*"]
    assert words.found("buy some viagra, buyviagra") == []
    assert words.found("a bet, beta, b") == ["be*"]


def test_a_phrase_is_found_whatever_parts_its_words() -> None:
    words = WordList.parse("whats\nwhats app\nwhats app me")
    assert words.found("whats-app, me") == ["whats", "whats app", "whats app me"]
    assert words.found("whats apps") == ["whats"]


def test_letters_of_other_scripts_pass_for_latin_ones() -> None:
    words = WordList.parse("paypal\nсоре")
    assert words.found("p\u0430ypal") == ["paypal"]
    assert words.found("\u0440\u0430\u0443\u0440\u0430l") == ["paypal"]
    assert words.found("cope") == []
    assert words.found("соре") == ["соре"]


def test_ordinary_words_of_other_scripts_are_left_alone() -> None:
    words = WordList.parse("hello\nkak\npoka\nmama\ncasino\nno\nne\nyes\nto")
    assert words.found("Привет, как дела? Пока мама не дома, но это хорошо.") == []
    assert words.found("Καλημέρα σας, τι κάνετε; Όλα καλά εδώ.") == []


def test_an_entry_of_mixed_letters_finds_every_mix() -> None:
    assert WordList.parse("p\u0430ypal").found("paypal, paypa\u04cf") == ["p\u0430ypal"]
    words = WordList.parse("казино")
    for mixed in ("казино", "Казино", "кaзинo", "КAЗИНO", "К\u0041ЗИНО"):
        assert words.found(mixed) == ["казино"], mixed


def test_accents_are_folded_where_they_only_accent() -> None:
    words = WordList.parse("cafe\nёлка\nстрасть\nstrasse\nistanbul")
    text = "CAFÉ, елка, стра\u0301сть, Straße, İSTANBUL"
    assert words.found(text) == ["cafe", "ёлка", "страсть", "strasse", "istanbul"]


def test_marks_that_make_other_letters_count() -> None:
    words = WordList.parse("हिन्दी\nか\n한국")
    assert words.found("हिन्दी में") == ["हिन्दी"]
    assert words.found("हिन्द") == []
    assert words.found("が") == []
    assert words.found("한국") == ["한국"]
    assert words.found("한") == []


def test_words_are_found_where_no_spaces_part_them() -> None:
    words = WordList.parse("加微信\nカジノ\nพนัน")
    assert words.found("请加微信号") == ["加微信"]
    assert words.found("オンラインカジノへ") == ["カジノ"]
    assert words.found("เว็บพนันออนไลน์") == ["พนัน"]
    assert words.found("加油，微信") == []


def test_a_picture_is_a_word() -> None:
    words = WordList.parse("🖕\n💰💰")
    assert words.found("you🖕🏽you") == ["🖕"]
    assert words.found("💰 💰") == ["💰💰"]
    assert words.found("💰") == []


def test_a_flag_spells_no_word() -> None:
    assert WordList.parse("us\nde").found("from 🇺🇸 and 🇩🇪") == []


def test_an_entry_with_a_sign_inside_is_found_only_with_it() -> None:
    words = WordList.parse("a$$\nb!tch\nc++\nt.me*\n8=D\n100%\nU.S.")
    assert words.found("a b tch c t me 8 D 100 u s") == []
    assert words.found("that wasn't me, a class") == []
    assert words.found("what a B!tch!") == ["b!tch"]
    assert words.found("(c++), A$$.") == ["c++", "a$$"]
    assert words.found("see https://t.me/x.") == ["t.me*"]
    assert words.found("T\u200b\uff0eMe") == ["t.me*"]
    assert words.found("100% 8=d") == ["100%", "8=D"]


def test_hits_with_and_without_signs_come_in_the_order_of_the_text() -> None:
    words = WordList.parse("poker\nc++\nbet")
    assert words.found("a bet on c++ and poker") == ["bet", "c++", "poker"]


def test_a_list_has_limits() -> None:
    assert WordList.parse("x" * LONGEST_WORD).found("x" * LONGEST_WORD)
    with pytest.raises(Invalid) as refusal:
        WordList.parse("x" * (LONGEST_WORD + 1))
    assert refusal.value.code == "words.too_long"
    with pytest.raises(Invalid) as refusal:
        WordList.parse("x\n" * (MOST_WORDS + 1))
    assert refusal.value.code == "words.too_many"
    assert WordList.parse("x\n# y\n\n" * MOST_WORDS).found("x") == ["x"]


@pytest.mark.parametrize("entry", ["foo*bar", "*", "**", "*foo", "casino**", "buy* now", "f*ck"])
def test_a_star_that_is_not_the_last_of_an_entry_is_a_fault_with_its_line(entry: str) -> None:
    assert fault(f"# *\r\ncasino*\r\n\r\n {entry} \r\n*") == (4, "words.star")
    WordList.parse(entry)  # what was saved before goes on being looked for


def test_of_several_faults_the_first_is_told() -> None:
    assert fault(f"casino*\n#{'x' * 200}\n{'x' * (LONGEST_WORD + 1)}\n*") == (3, "words.too_long")
    assert fault("casino\n" + "\ufdfa" * 10) == (2, "words.too_long")
    assert fault("\ufeff# *\ncasino*\nc++\n...") is None


def test_a_long_text_takes_little_time() -> None:
    words = WordList.parse("a*\nb c\n" + "\n".join(f"word{number}" for number in range(65_000)))
    began = time.perf_counter()
    for text in ("a" * 10_000, "a " * 5_000, "\u0430\u0301" * 5_000, "b c " * 2_500):
        words.found(text)
    assert time.perf_counter() - began < 5
