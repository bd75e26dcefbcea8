"""What follows from a chance, and what it came from."""

import pytest

from commentbox.spam.features import Kind, features
from commentbox.spam.model import Model, share
from commentbox.spam.verdict import FINE_UNTIL, SPAM_FROM, Band, Evidence, band, explain, is_ready


@pytest.mark.parametrize(
    ("spam", "fine", "ready"),
    [
        (0, 0, False),
        (30, 69, False),
        (30, 70, True),
        (70, 30, True),
        (71, 29, False),
        (29, 500, False),
    ],
)
def test_the_filter_decides_after_100_lessons_with_30_of_each(
    spam: int, fine: int, ready: bool
) -> None:
    model = _counting(spam, fine)
    assert is_ready(model) is ready
    assert (band(model, 0.999) is Band.SPAM) is ready
    assert (band(model, 0.999) is Band.UNSURE) is not ready


@pytest.mark.parametrize(
    ("chance", "meant"),
    [
        (0.0, Band.PUBLISH),
        (FINE_UNTIL, Band.PUBLISH),
        (0.11, Band.HOLD),
        (0.5, Band.HOLD),
        (0.97, Band.HOLD),
        (SPAM_FROM, Band.SPAM),
        (1.0, Band.SPAM),
    ],
)
def test_a_chance_means_publish_hold_or_spam(chance: float, meant: Band) -> None:
    assert band(_counting(50, 50), chance) is meant


def test_a_score_is_explained_by_the_five_things_that_weighed_most() -> None:
    said = explain(_taught(), "SUBSCRIBE to my channel, I love this song", hosts=["win.example"])
    assert len(said) == 5
    assert "subscribe" in map(str, said)
    weights = [abs(evidence.weight) for evidence in said]
    assert weights == sorted(weights, reverse=True)


def test_what_speaks_for_spam_is_above_zero_and_what_speaks_against_it_below() -> None:
    weights = {str(one): one.weight for one in explain(_taught(), "subscribe song", most=50)}
    assert weights["subscribe"] > 0 > weights["song"]


def test_all_that_is_explained_adds_up_to_the_score() -> None:
    model, text = _taught(), "subscribe to the song subscribers sing"
    found = features(text, hosts=["win.example"])
    said = explain(model, text, hosts=["win.example"], most=1_000)
    ours = sum(evidence.weight for evidence in said)
    assert ours == pytest.approx(share(found) * sum(map(model.weight, found.numbers)))


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (Evidence(Kind.WORD, "free", 1.0), "free"),
        (Evidence(Kind.PAIR, "subscribe my", 1.0), "subscribe my"),
        (Evidence(Kind.LINK, "example.com", 1.0), "link to example.com"),
        (Evidence(Kind.FACT, "many capitals", 1.0), "many capitals"),
    ],
)
def test_evidence_is_told_in_words(evidence: Evidence, words: str) -> None:
    assert str(evidence) == words


def test_links_and_facts_are_told_in_the_language_of_the_moderator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("commentbox.spam.verdict.gettext", str.upper)
    assert str(Evidence(Kind.FACT, "many capitals", 1.0)) == "MANY CAPITALS"
    assert str(Evidence(Kind.WORD, "free", 1.0)) == "free"


def test_no_lessons_explain_nothing() -> None:
    assert explain(Model(), "subscribe") == []


def _counting(spam: int, fine: int) -> Model:
    model = Model()
    model.spam, model.fine = spam, fine
    return model


def _taught() -> Model:
    model = Model()
    for _ in range(5):
        spam = features("subscribe to my channel", hosts=["win.example"])
        model.learn(spam, is_spam=True)
        model.learn(features("i love this song"), is_spam=False)
    return model
