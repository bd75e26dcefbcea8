"""What speaks for a new comment and against it, and what follows: no database is asked."""

from dataclasses import replace
from itertools import combinations, product

import pytest

from commentbox.models import Policy, Status
from commentbox.moderation import reasons
from commentbox.moderation.clusters import NEWEST, Echo
from commentbox.moderation.intake import RULES, Verdict, decide, is_worth_asking
from commentbox.moderation.signals import Facts, Signal, Trusted, signals
from commentbox.spam.verdict import Band

KNOWN = Facts(Policy.HOLD_FIRST, link_limit=2, links=0, approved_before=1)
NEW = replace(KNOWN, approved_before=0)
OPEN = replace(NEW, policy=Policy.PUBLISH)
CODES = frozenset(
    "moderator blocked trap trusted check-failed words-spam words links like-spam like-rejected "
    "like-others like-own likely-spam unsure likely-fine policy guests first open asked scorer "
    "scorer-fine scorer-failed reported".split()
)
P, S, UP = Status.PENDING, Status.SPAM, Status.PUBLISHED


@pytest.mark.parametrize(
    ("facts", "first", "caught_by"),
    [
        (NEW, P, "first"),
        (KNOWN, UP, ""),
        (replace(KNOWN, links=2), P, "links"),
        (replace(KNOWN, links=1), UP, ""),
        (replace(KNOWN, policy=Policy.HOLD_ALL), P, "policy"),
        (OPEN, UP, ""),
        (replace(OPEN, links=2), P, "links"),
        (replace(OPEN, is_trap=True), P, "trap"),
        (Facts(Policy.HOLD_ALL, 2, links=5, approved_before=0, is_moderator=True), UP, ""),
        (replace(KNOWN, policy=Policy.HOLD_GUESTS, is_guest=True), P, "guests"),
        (replace(KNOWN, policy=Policy.HOLD_GUESTS), UP, ""),
        (replace(NEW, policy=Policy.HOLD_GUESTS), UP, ""),
        (replace(KNOWN, block="email"), S, "blocked"),
        (replace(KNOWN, words=("loan",)), P, "words"),
        (replace(KNOWN, spam_words=("sgi88",)), S, "words-spam"),
        (replace(KNOWN, echo=Echo(rejected=2)), P, "like-rejected"),
        (replace(KNOWN, echo=Echo(rejected=3)), S, "like-spam"),
        (replace(KNOWN, echo=Echo(own=1)), P, "like-own"),
        (replace(KNOWN, echo=Echo(others=3)), P, "like-others"),
        (replace(KNOWN, echo=Echo(others=2)), UP, ""),
        (replace(KNOWN, band=Band.SPAM), S, "likely-spam"),
        (replace(KNOWN, band=Band.HOLD), P, "unsure"),
        (replace(NEW, band=Band.PUBLISH), P, "first"),
        (replace(NEW, band=Band.PUBLISH, filter_publishes=True), UP, ""),
        (replace(NEW, band=Band.UNSURE, filter_publishes=True), P, "first"),
        (replace(KNOWN, failed=("words",)), P, "check-failed"),
    ],
)
def test_one_function_decides(facts: Facts, first: Status, caught_by: str) -> None:
    assert decide(signals(facts)) == Verdict(first, caught_by)


def test_the_filter_lifts_no_other_reason_than_being_the_first() -> None:
    fine = replace(NEW, band=Band.PUBLISH, filter_publishes=True)
    for held in (
        replace(fine, links=2),
        replace(fine, policy=Policy.HOLD_ALL),
        replace(fine, policy=Policy.HOLD_GUESTS, is_guest=True),
        replace(fine, words=("loan",)),
        replace(fine, is_trap=True),
    ):
        assert decide(signals(held)).status is P


@pytest.mark.parametrize("band", Band)
def test_a_filter_that_may_not_hold_only_informs(band: Band) -> None:
    assert decide(signals(replace(KNOWN, band=band, filter_holds=False))) == Verdict(UP)


@pytest.mark.parametrize(
    ("facts", "earned", "granted"),
    [
        (NEW, UP, UP),
        (replace(NEW, links=9), UP, UP),
        (replace(KNOWN, policy=Policy.HOLD_ALL), P, UP),
        (replace(KNOWN, words=("loan",)), P, UP),
        (replace(KNOWN, spam_words=("sgi88",)), S, P),
        (replace(KNOWN, band=Band.HOLD), P, UP),
        (replace(KNOWN, band=Band.SPAM), P, P),
        (replace(KNOWN, echo=Echo(rejected=3, own=1, others=9)), P, P),
        (replace(KNOWN, echo=Echo(others=9)), UP, UP),
        (replace(KNOWN, is_trap=True), P, P),
        (replace(KNOWN, failed=("filter",)), P, P),
        (replace(KNOWN, block="account"), S, S),
    ],
)
def test_trust_outweighs_some_signals_and_a_block_outweighs_trust(
    facts: Facts, earned: Status, granted: Status
) -> None:
    trusted = (replace(facts, trusted=each) for each in (Trusted.EARNED, Trusted.GRANTED))
    assert [decide(signals(each)).status for each in trusted] == [earned, granted]


def test_first_status_wins_so_spam_check_never_ran() -> None:
    """A comment that is held for its words is still found to be spam: all checks are made."""
    held = replace(NEW, words=("rude",), links=9, is_trap=True, policy=Policy.HOLD_ALL)
    found = signals(replace(held, band=Band.SPAM, score=0.991))
    assert {signal.code for signal in found} == {
        *("trap", "words", "links", "likely-spam", "policy", "first")
    }
    assert decide(found) == Verdict(S, "likely-spam")


def test_of_what_asks_for_the_same_the_highest_authority_is_named() -> None:
    found = [Signal(code) for code in ("first", "links", "words", "trap", "policy")]
    assert decide(found) == decide(reversed(found)) == Verdict(P, "trap")


def test_no_signal_publishes_what_another_one_holds() -> None:
    """What comes together ends no milder than its strictest part, except a first that is lifted."""
    mild = {UP: 0, P: 1, S: 2}
    codes = [rule.code for rule in RULES]
    for one, other in combinations(codes, 2):
        together = decide([Signal(one), Signal(other)]).status
        parts = [decide([Signal(code)]).status for code in (one, other)]
        assert mild[together] == max(mild[part] for part in parts)
    for code, lifting in product(codes, ("open", "likely-fine", "scorer-fine")):
        lifted = decide([Signal(code), Signal(lifting)]).status
        assert lifted is decide([Signal(code)]).status or (code, lifted) == ("first", UP)


def test_every_check_that_failed_holds_and_is_named() -> None:
    found = signals(replace(OPEN, failed=("words", "filter")))
    assert [signal.value for signal in found if signal.code == "check-failed"] == [
        *("words", "filter")
    ]
    assert decide(found) == Verdict(P, "check-failed")


def test_the_scorer_is_asked_about_what_would_appear_or_is_only_new() -> None:
    assert is_worth_asking(signals(KNOWN))
    assert is_worth_asking(signals(OPEN))
    assert is_worth_asking(signals(NEW))
    assert is_worth_asking(signals(replace(KNOWN, trusted=Trusted.EARNED)))
    for settled in (
        replace(NEW, links=2),
        replace(NEW, block="host"),
        replace(KNOWN, policy=Policy.HOLD_ALL),
        replace(KNOWN, is_moderator=True),
        replace(KNOWN, trusted=Trusted.GRANTED),
    ):
        assert not is_worth_asking(signals(settled))


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_sentence(code: str) -> None:
    value = {"blocked": "email", "words": "loan", "check-failed": "words"}.get(code, 3)
    words = reasons.sentence(Signal(code, value))
    assert words not in {"", code}
    assert "%" not in words.replace("3 %", "")


def test_of_more_than_is_compared_a_number_is_no_exact_one() -> None:
    told = {
        "like-others": "At least 50 other authors say nearly the same today",
        "like-rejected": "Nearly the same was rejected, by at least 50 authors",
        "like-spam": "Nearly the same was rejected, by at least 50 authors",
        "like-own": "The author has said nearly the same today, at least 50 times",
        "links": "50 links",
    }
    for code, words in told.items():
        assert reasons.sentence(Signal(code, NEWEST)) == words
        assert "least" not in reasons.sentence(Signal(code, NEWEST - 1))


def test_only_what_is_declared_is_a_signal() -> None:
    assert {rule.code for rule in RULES} <= CODES
    everything = Facts(
        Policy.HOLD_ALL,
        *(0, 9, 0),
        is_trap=True,
        is_moderator=True,
        is_guest=True,
        trusted=Trusted.EARNED,
        block="email",
        words=("a",),
        spam_words=("b",),
        echo=Echo("c", 9, 9, 9),
        band=Band.SPAM,
        failed=("words",),
    )
    assert {signal.code for signal in signals(everything)} <= CODES


def test_what_speaks_for_a_comment_is_no_news() -> None:
    found = signals(replace(OPEN, trusted=Trusted.EARNED, links=3))
    assert reasons.in_words([signal.as_reason() for signal in found]) == [
        *("3 links", "First comment by this author")
    ]


def test_a_signal_is_stored_with_its_figure_and_read_again() -> None:
    assert Signal("links", 3).as_reason() == {"code": "links", "value": 3}
    assert Signal.stored(Signal("links", 3).as_reason()) == Signal("links", 3)
    assert Signal.stored({"code": "first"}) == Signal("first")
