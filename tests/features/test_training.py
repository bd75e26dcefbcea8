"""The learned filter in the database: labels, what follows from them, and taking them back."""

import random
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select, update

from commentbox.comments import posting, threads
from commentbox.extensions import begin_writing, db
from commentbox.lib import ids
from commentbox.models import Comment, Policy, Site, SpamLabel, SpamModel, Thread
from commentbox.spam import training
from commentbox.spam.features import SIZE, Features, features
from commentbox.spam.model import Model

Post = Callable[..., Comment]
TEXTS = (
    "Cheap watches at watches.example, order now!!!",
    "Thank you, the second picture explains it well.",
    "EARN MONEY from home, 500 $ a day",
    "I had the same problem with my bicycle last summer.",
    "Subscribe to my channel please, I follow everybody back",
    "The link in the third paragraph is dead.",
)


@pytest.fixture
def comments(post: Post) -> list[Comment]:
    """Return six comments, each saying something else."""
    return [post(text, name=f"Reader {number}") for number, text in enumerate(TEXTS)]


def stored(site: Site) -> SpamModel:
    """Return what is stored of the site's filter."""
    query = select(SpamModel).where(SpamModel.site_id == site.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def in_force(site: Site) -> list[SpamLabel]:
    """Return the last label of each comment that nobody took back, if it says anything."""
    said = db.session.scalars(
        select(SpamLabel)
        .where(SpamLabel.site_id == site.id, SpamLabel.withdrawn_by.is_(None))
        .order_by(SpamLabel.created_at, SpamLabel.id)
        .execution_options(populate_existing=True)
    ).all()
    last = {label.comment_id: label.id for label in said}
    return [each for each in said if last[each.comment_id] == each.id and each.is_spam is not None]


def anew(site: Site) -> bytes:
    """Return what follows from the labels in force, told without any of the code under test."""
    model, known = Model(), set()
    for label in in_force(site):
        if (label.cluster, label.is_spam) not in known:
            model.learn(Features.unpack(label.features), is_spam=bool(label.is_spam))
            known.add((label.cluster, label.is_spam))
    return model.dumps() if known else b""


def test_what_a_moderator_says_is_learned_in_its_order(site: Site, comments: list[Comment]) -> None:
    training.note(comments[:1], is_spam=True, batch="a")
    training.note(comments[1:3], is_spam=False, batch="b")
    training.learn(site.id)
    by_hand = Model()
    for comment, is_spam in zip(comments, [True, False, False], strict=False):
        by_hand.learn(features(comment.source), is_spam=is_spam)
    model = stored(site)
    assert (model.spam, model.fine, model.next_place, model.revision) == (1, 2, 4, 1)
    assert model.content == by_hand.dumps()


def test_learning_twice_changes_nothing(site: Site, comments: list[Comment]) -> None:
    training.note(comments, is_spam=True, batch="a")
    training.learn(site.id)
    before = stored(site).content
    training.learn(site.id)
    assert (stored(site).content, stored(site).revision) == (before, 1)


def test_the_same_text_counts_once_whoever_and_however_many_say_it(
    site: Site, comments: list[Comment]
) -> None:
    for comment in comments[1:]:
        comment.cluster = comments[0].id
    training.note(comments[:1], is_spam=True, batch="a")
    training.learn(site.id)
    before, revision = stored(site).content, stored(site).revision
    training.note(comments[1:], is_spam=True, batch="b")
    training.learn(site.id)
    model = stored(site)
    assert (model.spam, model.content, model.revision) == (1, before, revision)
    assert model.next_place == len(comments) + 1


def test_what_is_said_again_counts_when_the_first_is_taken_back(
    site: Site, comments: list[Comment]
) -> None:
    comments[1].cluster = comments[0].cluster
    training.note(comments[:1], is_spam=True, batch="a")
    training.note(comments[1:2], is_spam=True, batch="b")
    training.learn(site.id)
    training.withdraw("a", by="c")
    training.learn(site.id)
    by_hand = Model()
    by_hand.learn(features(comments[1].source), is_spam=True)
    assert stored(site).content == by_hand.dumps()


def test_undo_brings_back_every_byte(site: Site, comments: list[Comment]) -> None:
    training.note(comments[:2], is_spam=True, batch="a")
    training.learn(site.id)
    before = stored(site)
    numbers = (before.content, before.spam, before.fine, before.digest)
    training.note(comments, is_spam=False, batch="b")
    training.learn(site.id)
    assert stored(site).content != numbers[0]
    training.withdraw("b", by="c")
    training.learn(site.id)
    after = stored(site)
    assert (after.content, after.spam, after.fine, after.digest) == numbers
    assert after.revision == 3


def test_undo_of_all_leaves_a_filter_that_knows_nothing(
    site: Site, comments: list[Comment]
) -> None:
    training.note(comments, is_spam=True, batch="a")
    training.learn(site.id)
    training.withdraw("a", by="b")
    training.learn(site.id)
    model = stored(site)
    assert (model.content, model.spam, model.fine, model.digest) == (b"", 0, 0, "")


def test_undo_of_undo_says_it_again(site: Site, comments: list[Comment]) -> None:
    training.note(comments[:2], is_spam=True, batch="a")
    training.note(comments[:1], is_spam=False, batch="b")
    training.learn(site.id)
    before = stored(site).content
    for number in range(3):
        training.withdraw("b" if number == 0 else f"redo {number - 1}", by=f"undo {number}")
        training.learn(site.id)
        assert stored(site).content != before
        training.withdraw(f"undo {number}", by=f"redo {number}")
        training.learn(site.id)
        assert stored(site).content == before


def test_undo_of_taking_back_says_it_again(site: Site, comments: list[Comment]) -> None:
    training.note(comments, is_spam=True, batch="a")
    training.learn(site.id)
    before = stored(site).content
    training.forget(comments[:3], batch="b")
    training.learn(site.id)
    assert stored(site).spam == 3
    training.withdraw("b", by="c")
    training.learn(site.id)
    assert stored(site).content == before


def test_what_was_said_since_outlives_the_undo_of_what_was_before(
    site: Site, comments: list[Comment]
) -> None:
    training.note(comments[:1], is_spam=True, batch="a")
    training.note(comments[:2], is_spam=False, batch="b")
    training.note(comments[:1], is_spam=True, batch="c")
    training.withdraw("b", by="d")
    training.learn(site.id)
    assert (stored(site).spam, stored(site).fine) == (1, 0)
    training.forget(comments[:1], batch="e")
    training.withdraw("c", by="f")
    training.learn(site.id)
    assert stored(site).content == b""


def test_undo_takes_back_of_the_named_comments_alone(site: Site, comments: list[Comment]) -> None:
    training.note(comments, is_spam=True, batch="a")
    training.withdraw("a", by="b", comments=comments[:2])
    training.withdraw("a", by="c", comments=[])
    training.learn(site.id)
    assert stored(site).spam == 4


def test_nothing_is_learned_of_a_text_that_is_erased_and_nothing_forgotten(
    site: Site, comments: list[Comment]
) -> None:
    training.note(comments[:1], is_spam=True, batch="a")
    for comment in comments[:2]:
        comment.source = ""
    training.note(comments[:2], is_spam=False, batch="b")
    training.learn(site.id)
    assert (stored(site).spam, stored(site).fine) == (1, 0)


STEPS = st.tuples(
    st.sampled_from(["spam", "fine", "forget", "undo", "learn"]),
    st.integers(0, 63),
    st.integers(0, 63),
)


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


@pytest.fixture
def noted(app: Flask) -> Iterator[str]:
    """Return a site that others can see, with twelve comments that are not judged yet."""
    with app.app_context():
        begin_writing()
        site = Site(name="blog", origins=["https://blog.test"], policy=Policy.PUBLISH)
        db.session.add(site)
        db.session.flush()
        thread = threads.opened(site, threads.place(site, address="https://blog.test/article"))
        for number in range(12):
            _post(site, thread, number)
        db.session.commit()
        yield site.id


def _post(site: Site, thread: Thread, number: int) -> None:
    posting.post(
        thread,
        site,
        author=posting.Guest(name=f"Reader {number}", email=f"reader{number}@example.org"),
        draft=posting.Draft(f"{TEXTS[number % 6]} {number} {ids.new()}"),
        arrival=posting.Arrival(),
    )


def _say(app: Flask, site_id: str, number: int) -> None:
    """Decide about one comment, as a moderator's request would."""
    with app.app_context():
        begin_writing()
        query = select(Comment).where(Comment.site_id == site_id).order_by(Comment.id)
        comment = db.session.scalars(query.offset(number % 12).limit(1)).one()
        training.note([comment], is_spam=number % 2 == 0, batch=f"batch {number}")
        db.session.commit()
        if number % 5 == 4:
            begin_writing()
            training.withdraw(f"batch {number - 2}", by=f"undo {number}")
            db.session.commit()


def _learn(app: Flask, site_id: str) -> None:
    """Learn, as a worker's job does."""
    with app.app_context():
        begin_writing()
        training.learn(site_id, pause=db.session.commit)
        db.session.commit()


def test_labels_that_come_while_two_workers_learn_are_all_learned(app: Flask, noted: str) -> None:
    with ThreadPoolExecutor(4) as threads_:
        said = [threads_.submit(_say, app, noted, number) for number in range(24)]
        learned = [threads_.submit(_learn, app, noted) for _ in range(16)]
        for each in [*said, *learned]:
            each.result()
    _learn(app, noted)
    with app.app_context():
        of_labels = db.session.scalars(select(SpamLabel.place).order_by(SpamLabel.place)).all()
        assert list(of_labels) == list(range(1, 25))
        before = db.session.scalars(select(SpamModel.content)).one()
        assert len(in_force(db.session.get_one(Site, noted))) == 12
        begin_writing()
        assert training.retrain(noted).is_same
        assert before == db.session.scalars(select(SpamModel.content)).one()


def test_of_two_that_learn_at_once_the_second_goes_on_from_the_first(
    app: Flask, noted: str
) -> None:
    _say(app, noted, 0)
    turns = iter([_learn])

    def pause() -> None:
        db.session.commit()
        for turn in islice(turns, 1):
            turn(app, noted)

    with app.app_context():
        begin_writing()
        training.learn(noted, pause=pause)
        db.session.commit()
        model = db.session.scalars(select(SpamModel)).one()
        assert (model.spam, model.revision, model.next_place) == (1, 1, 2)


def test_a_label_that_goes_while_others_are_learned_is_left_out(app: Flask, noted: str) -> None:
    for number in range(3):
        _say(app, noted, number)
    turns = iter(["batch 1"])

    def pause() -> None:
        db.session.commit()
        for batch in islice(turns, 1):
            _drop(app, batch)

    with app.app_context():
        begin_writing()
        training.learn(noted, pause=pause)
        db.session.commit()
        model = db.session.scalars(select(SpamModel)).one()
        assert (model.spam, model.fine) == (2, 0)


def _drop(app: Flask, batch: str) -> None:
    with app.app_context():
        begin_writing()
        db.session.execute(delete(SpamLabel).where(SpamLabel.batch == batch))
        db.session.commit()


def test_the_database_is_let_go_of_while_it_is_reckoned(app: Flask, noted: str) -> None:
    _say(app, noted, 0)
    held: list[bool] = []

    def pause() -> None:
        db.session.commit()
        held.append(db.session().in_transaction())
        _say(app, noted, len(held))  # would wait for ever, were anything held

    with app.app_context():
        begin_writing()
        training.learn(noted, pause=pause)
        db.session.commit()
    assert held[:2] == [False, False]


def test_a_model_of_another_version_is_made_anew(site: Site, comments: list[Comment]) -> None:
    training.note(comments[:3], is_spam=True, batch="a")
    training.learn(site.id)
    whole = stored(site).content
    db.session.execute(update(SpamModel).values(content=b"of another version"))
    assert not training.retrain(site.id).is_same
    assert stored(site).content == whole
    db.session.execute(update(SpamModel).values(content=b"of another version"))
    training.note(comments[3:], is_spam=False, batch="b")
    training.learn(site.id)
    assert stored(site).content == anew(site)


def test_retraining_says_what_it_learned_from(site: Site, comments: list[Comment]) -> None:
    comments[1].cluster = comments[0].cluster
    training.note(comments, is_spam=True, batch="a")
    training.forget(comments[5:], batch="b")
    assert training.retrain(site.id) == training.Rebuilt(labels=5, lessons=4, is_same=True)


def test_a_site_that_is_gone_has_nothing_to_learn(writing: None) -> None:
    training.learn(ids.new())
    assert db.session.scalar(select(func.count()).select_from(SpamModel)) == 0


def test_sites_learn_apart(site: Site, comments: list[Comment]) -> None:
    other = Site(name="other", origins=["https://other.test"], policy=Policy.PUBLISH)
    db.session.add(other)
    db.session.flush()
    training.note(comments, is_spam=True, batch="a")
    training.learn(other.id)
    training.learn(site.id)
    assert db.session.scalars(select(SpamModel.site_id)).all() == [site.id]


def test_the_number_of_queries_does_not_grow(site: Site, post: Post) -> None:
    def queries(comments: list[Comment]) -> int:
        seen: list[str] = []
        engine = db.engine

        @event.listens_for(engine, "before_cursor_execute")
        def count(_c: object, _u: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        first, second = ids.new(), ids.new()
        training.note(comments, is_spam=True, batch=first)
        training.forget(comments, batch=second)
        training.withdraw(second, by=ids.new(), comments=comments)
        training.learn(site.id)
        event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    few = queries([post(f"Number {number} {ids.new()}") for number in range(2)])
    assert queries([post(f"Number {number} {ids.new()}") for number in range(20)]) == few


def test_a_filter_takes_up_to_3_mebibytes_however_much_it_learned() -> None:
    model, chance = Model(), random.Random(20)
    for number in range(3000):
        numbers = sorted(chance.sample(range(SIZE), 500))
        model.learn(Features(array("I", numbers)), is_spam=number % 2 == 0)
    assert 2 << 20 < len(model.dumps()) <= 3 << 20
