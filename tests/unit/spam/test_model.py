"""What the filter learns, and unlearns."""

import hashlib
import math
import random

import pytest

from commentbox.spam.features import SIZE, Features, features
from commentbox.spam.model import Model, share

SPAM = ["Subscribe to my channel", "Free money at www.win.example", "Check out my new video!!!"]
FINE = ["I love this song", "Who still listens in 2015?", "The best video of all time"]


def test_a_model_without_lessons_knows_nothing() -> None:
    assert Model().score(features("anything")) == 0.5


def test_what_was_learned_is_told_apart() -> None:
    model = _taught(_lessons())
    assert model.score(features("please subscribe to my new channel")) > 0.8
    assert model.score(features("who else loves this song")) < 0.2


def test_lessons_of_either_kind_are_counted() -> None:
    model = _taught([("spam", True), ("fine", False), ("more", False)])
    assert (model.spam, model.fine) == (1, 2)


def test_the_same_lessons_make_the_same_bytes() -> None:
    assert _taught(_lessons()).dumps() == _taught(_lessons()).dumps()


def test_the_same_lessons_make_the_same_model_in_every_release() -> None:
    model = _taught(_lessons())
    weights = [model.weight(number).hex() for number in features(" ".join(SPAM + FINE)).numbers]
    assert hashlib.sha256(" ".join(weights).encode()).hexdigest()[:16] == "8c2f16e53509acf2"


def test_what_is_taken_back_is_unlearned_by_learning_the_others_again() -> None:
    lessons = _lessons()
    before = _taught(lessons[:-1]).dumps()
    model = Model.loads(before)
    model.learn(features(lessons[-1][0]), is_spam=lessons[-1][1])
    assert model.dumps() != before
    assert _taught(lessons[:-1]).dumps() == before


def test_storing_a_model_between_lessons_changes_nothing() -> None:
    stored = b""
    for first in range(0, 30, 10):
        model = Model.loads(stored)
        for text, is_spam in _lessons()[first : first + 10]:
            model.learn(Features.unpack(features(text).packed()), is_spam=is_spam)
        stored = model.dumps()
    assert stored == _taught(_lessons()).dumps()
    assert Model.loads(stored).dumps() == stored


def test_no_bytes_are_a_model_without_lessons() -> None:
    assert Model.loads(b"").dumps() == Model().dumps()
    assert len(Model().dumps()) < 2_000


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        (b"CB0", slice(3, None)),
        (b"", slice(-1)),
        (b"", slice(11)),
        (b"", slice(5)),
        (b"{}", slice(0)),
    ],
    ids=["older", "cut off", "a head alone", "half a head", "another thing"],
)
def test_bytes_of_another_kind_are_refused(head: bytes, rest: slice) -> None:
    content = _taught(_lessons()).dumps()
    with pytest.raises(ValueError, match="not a model"):
        Model.loads(head + content[rest])


def test_a_score_is_the_logistic_function_of_the_weights() -> None:
    model, found = _taught(_lessons()), features("subscribe to this song")
    known = share(found) * (sum(map(model.weight, found.numbers)) + model.weight(SIZE))
    assert model.score(found) == pytest.approx(1 / (1 + math.exp(-known)), rel=1e-9)


def test_a_thousand_times_the_same_lesson_stays_within_chances() -> None:
    model = _taught([("buy pills", True)] * 1_000)
    assert 0.99 < model.score(features("buy pills")) < 1


def test_a_comment_that_surprises_nobody_teaches_little_about_its_new_words() -> None:
    model = _taught(_lessons() * 3)
    calm, torn = Model.loads(model.dumps()), Model.loads(model.dumps())
    calm.learn(features("subscribe to my channel gardening"), is_spam=True)
    torn.learn(features("subscribe to my channel gardening"), is_spam=False)
    word = features("gardening")
    assert abs(calm.score(word) - model.score(word)) < abs(torn.score(word) - model.score(word)) / 2


def _taught(lessons: list[tuple[str, bool]]) -> Model:
    model = Model()
    for text, is_spam in lessons:
        model.learn(features(text), is_spam=is_spam)
    return model


def _lessons() -> list[tuple[str, bool]]:
    lessons = [(text, True) for text in SPAM] + [(text, False) for text in FINE]
    return random.Random(1).sample(lessons * 5, 30)
