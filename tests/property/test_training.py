"""Whatever is said and undone, in whatever order: the filter follows from what is in force."""

import random
from array import array
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Comment, Site, SpamLabel, SpamModel
from commentbox.spam import training
from commentbox.spam.features import SIZE, Features
from commentbox.spam.model import Model
from tests.taught import TEXTS, anew

Post = Callable[..., Comment]
STEPS = st.tuples(
    st.sampled_from(["spam", "fine", "forget", "undo", "learn"]),
    st.integers(0, 63),
    st.integers(0, 63),
)


@pytest.fixture
def comments(post: Post) -> list[Comment]:
    """Return six comments, each saying something else."""
    return [post(text, name=f"Reader {number}") for number, text in enumerate(TEXTS)]


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, max_size=20))
def test_whatever_was_said_and_undone_the_filter_knows_what_the_labels_say(
    site: Site, comments: list[Comment], steps: list[tuple[str, int, int]]
) -> None:
    db.session.execute(delete(SpamLabel))
    db.session.execute(delete(SpamModel))
    comments[1].cluster = comments[0].cluster
    batches: list[str] = []
    for kind, which, chosen in steps:
        some = [each for place, each in enumerate(comments) if chosen >> place & 1]
        batch = ids.new()
        if kind == "learn":
            training.learn(site.id)
        elif kind == "forget":
            training.forget(some, batch=batch)
        elif kind == "undo" and batches:
            training.withdraw(batches[which % len(batches)], by=batch)
        elif kind != "undo":
            training.note(some, is_spam=kind == "spam", batch=batch)
        batches.append(batch)
    training.learn(site.id)
    assert (db.session.scalar(select(SpamModel.content)) or b"") == anew(site)


@hypothesis_settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_undoing_step_by_step_brings_every_byte_back_whenever_it_is_learned(
    site: Site, comments: list[Comment], steps: list[tuple[str, int, int]]
) -> None:
    db.session.execute(delete(SpamLabel))
    db.session.execute(delete(SpamModel))
    done: list[tuple[str, bytes]] = []
    for kind, which, chosen in steps:
        some = [each for place, each in enumerate(comments) if chosen >> place & 1]
        batch = ids.new()
        done.append((batch, anew(site)))
        if kind == "forget":
            training.forget(some, batch=batch)
        else:
            training.note(some, is_spam=kind == "spam", batch=batch)
        if which % 2:
            training.learn(site.id)
    for batch, before in reversed(done):
        training.withdraw(batch, by=ids.new())
        training.learn(site.id)
        assert (db.session.scalar(select(SpamModel.content)) or b"") == before


def test_a_filter_takes_up_to_3_mebibytes_however_much_it_learned() -> None:
    model, chance = Model(), random.Random(20)
    for number in range(2000):
        numbers = sorted(chance.sample(range(SIZE), 500))
        model.learn(Features(array("I", numbers)), is_spam=number % 2 == 0)
    assert 1 << 20 < len(model.dumps()) <= 3 << 20
