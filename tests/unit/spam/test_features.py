"""What the filter looks at in a comment."""

from collections.abc import Sequence

import pytest

from commentbox.spam.features import SIZE, Clue, Features, Kind, clues, features

STYLED = {
    "mathematical": "\U0001d412\U0001d406\U0001d408\U0001d7d6\U0001d7d6",
    "full width": "\uff33\uff27\uff29\uff18\uff18",
    "zero width": "S\u200bG\u200bI\u200b8\u200b8",
    "struck through": "S\u0336G\u0336I\u03368\u03368\u0336",
    "in circles": "\u24c8\u24bc\u24be\u2467\u2467",
}


def test_the_numbers_of_a_text_are_the_same_in_every_release() -> None:
    found = features("Free money", hosts=["example.com"]).numbers
    assert list(found)[:6] == [21776, 36850, 42070, 44582, 50331, 58862]
    assert _of("free").numbers[0] == 175370
    assert _of("free money", Kind.PAIR).numbers == [228218]


def test_features_ascend_each_once_within_what_there_is_room_for() -> None:
    found = list(features("subscribe to my channel, subscribe to my channel!").numbers)
    assert found == sorted(set(found))
    assert 0 <= found[0] <= found[-1] < SIZE


@pytest.mark.parametrize("written", STYLED.values(), ids=STYLED.keys())
def test_words_are_known_in_whatever_letters_they_are_written(written: str) -> None:
    plain = {clue for clue in _clues("play sgi88 now") if clue[0] is not Kind.FACT}
    assert {clue for clue in _clues(f"play {written} now") if clue[0] is not Kind.FACT} == plain


def test_a_misspelt_word_shares_pieces_with_the_right_one() -> None:
    right, wrong = set(_of("subscribe").numbers), set(_of("subscriibe").numbers)
    assert len(right & wrong) > len(right) / 2
    assert not right & set(_of("melody").numbers)


def test_two_words_in_a_row_are_a_clue_of_their_own() -> None:
    pairs = [clue.name for clue in clues("Subscribe, my friends") if clue.kind is Kind.PAIR]
    assert pairs == ["subscribe my", "my friends"]


def test_a_link_is_known_by_its_host_however_often_it_stands_there() -> None:
    once = features("look", hosts=["www.Spam.example"])
    assert features("look", hosts=["spam.example", "spam.example"]) == once
    assert (Kind.LINK, "spam.example") in _clues("look", hosts=["spam.example"])


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("CLICK HERE NOW", "nearly all in capitals"),
        ("click here now", "no capitals"),
        ("hi", "under 10 characters"),
        ("a" * 640, "640 characters or more"),
        ("https://a.example and http://www.b.example", "two links"),
        ("wow!!!!", "many exclamation marks"),
        ("call 0800 123456", "many digits"),
        ("win $100", "a sign for money"),
        ("sooo good", "a letter three times in a row"),
        ("win win win win win", "mostly the same words again"),
        ("fr\u200bee", "hidden characters"),
        ("fr\u0435\u0435", "letters of two alphabets in one word"),
        (STYLED["mathematical"], "styled letters"),
        (STYLED["full width"], "styled letters"),
        ("one\ntwo\nthree\nfour", "many lines"),
    ],
)
def test_the_shape_of_a_text_is_told_in_facts(text: str, fact: str) -> None:
    assert (Kind.FACT, fact) in _clues(text)


@pytest.mark.parametrize("text", ["", " ", "!?", "\ud800", "\U0001f525", "\u4f60\u597d"])
def test_every_text_has_features(text: str) -> None:
    assert len(features(text).numbers) > 5


def test_of_a_long_text_the_beginning_and_the_end_are_read() -> None:
    names = {clue.name for clue in clues("first " + "tree " * 2_000 + "middle " + "house " * 500)}
    assert {"first", "tree", "house"} <= names
    assert "middle" not in names


def test_the_longest_text_has_few_features() -> None:
    assert len(features("\ufdfa" * 10_000).numbers) < 10_000
    assert len(features("".join(map(chr, range(0x4E00, 0x7500)))).numbers) < 10_000


@pytest.mark.parametrize("text", ["", "subscribe to my channel", "x y z " * 200])
def test_features_are_stored_in_two_bytes_each(text: str) -> None:
    found = features(text)
    assert Features.unpack(found.packed()) == found
    assert len(found.packed()) == 2 * len(found.numbers) + 8


def _of(name: str, kind: Kind = Kind.WORD) -> Clue:
    return next(clue for clue in clues(name) if (clue.kind, clue.name) == (kind, name))


def _clues(text: str, *, hosts: Sequence[str] = ()) -> set[tuple[Kind, str]]:
    return {(clue.kind, clue.name) for clue in clues(text, hosts=hosts)}
