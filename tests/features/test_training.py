"""The learned filter in the database: labels, what follows from them, and taking them back."""

from collections.abc import Callable

import pytest
from sqlalchemy import event, func, select, update

from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Comment, Policy, Site, SpamModel
from commentbox.spam import training
from commentbox.spam.features import features
from commentbox.spam.model import Model
from tests.taught import TEXTS, anew, stored

Post = Callable[..., Comment]


@pytest.fixture
def comments(post: Post) -> list[Comment]:
    """Return six comments, each saying something else."""
    return [post(text, name=f"Reader {number}") for number, text in enumerate(TEXTS)]


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
    assert training.retrain(site.id) == training.Rebuilt(labels=5, lessons=4, is_same=False)
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
