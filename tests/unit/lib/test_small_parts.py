"""Ids, cursors, tokens, trees and the clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentbox.errors import Invalid
from commentbox.lib import clock, cursor, ids, tokens, tree


@dataclass
class Reply:
    """A node of a tree."""

    id: str
    parent_id: str | None


def test_ids_sort_by_age() -> None:
    made = [ids.new() for _ in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000
    assert all(ids.is_id(one) for one in made)


@pytest.mark.parametrize("text", ["", "x", "a" * 23, "a" * 21 + "-", "a" * 22 + "\n"])
def test_other_texts_are_no_ids(text: str) -> None:
    assert not ids.is_id(text)


@given(st.integers(min_value=0, max_value=2**52))
def test_a_cursor_survives_a_url(microseconds: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    place = cursor.Cursor(moment, ids.new())
    assert cursor.parse(str(place)) == place


@pytest.mark.parametrize("text", ["", "-", "zz-" + "a" * 22, "1-short", "f" * 16 + "-" + "a" * 22])
def test_e11_a_forged_cursor_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        cursor.parse(text)
    with pytest.raises(Invalid):
        cursor.parse_any(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_place_among_numbers_survives_a_url_to_the_last_bit(number: float) -> None:
    place = cursor.Rank(number, ids.new())
    assert cursor.parse_any(str(place)) == place


def test_either_kind_of_place_is_known_by_its_text() -> None:
    place = cursor.Cursor(datetime(2026, 3, 1, tzinfo=UTC), ids.new())
    assert cursor.parse_any(str(place)) == place


@pytest.mark.parametrize("number", ["7ff0000000000000", "fff0000000000000", "7ff8000000000000"])
def test_e11_a_place_after_no_number_is_refused(number: str) -> None:
    with pytest.raises(Invalid):
        cursor.parse_any(f"r{number}-{'a' * 22}")


def test_a_token_is_long_and_kept_as_a_hash() -> None:
    token = tokens.new()
    assert tokens.is_token(token)
    assert not tokens.is_token(token[:-1])
    assert len(tokens.digest(token)) == 64
    assert token not in tokens.digest(token)


def test_a_keyed_hash_depends_on_the_key_and_on_where_parts_end() -> None:
    assert tokens.keyed("a", "x", "y") != tokens.keyed("b", "x", "y")
    assert tokens.keyed("a", "x", "y") != tokens.keyed("a", "xy")


def test_replies_stand_right_after_what_they_answer() -> None:
    nodes = [
        Reply("a", "top"),
        Reply("b", "top"),
        Reply("c", "a"),
        Reply("d", "c"),
        Reply("e", "b"),
    ]
    order = [(node.id, depth) for node, depth in tree.depth_first(nodes)]
    assert order == [("a", 1), ("c", 2), ("d", 3), ("b", 1), ("e", 2)]


def test_l6_a_chain_of_10000_needs_no_recursion() -> None:
    nodes = [Reply(str(n), str(n - 1) if n else None) for n in range(10_000)]
    assert max(depth for _, depth in tree.depth_first(nodes)) == 10_000


def test_the_clock_can_be_turned() -> None:
    before = clock.now()
    with clock.turned_by(timedelta(days=2)):
        assert clock.now() - before >= timedelta(days=2)
    assert clock.now() - before < timedelta(days=1)
