"""Learning while others learn and decide: nothing is lost, and nobody waits."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from commentbox.comments import posting, threads
from commentbox.extensions import begin_writing, db
from commentbox.jobs import outbox, worker
from commentbox.lib import clock, ids
from commentbox.models import Comment, Job, Policy, Site, SpamLabel, SpamModel, Thread
from commentbox.spam import lessons, training
from commentbox.tasks import learning
from tests.taught import TEXTS, in_force


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


def test_others_write_while_a_job_reads_what_there_is_to_learn(
    app: Flask, noted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _say(app, noted, 0)

    def while_others_write(read: Callable[..., Any]) -> Callable[..., Any]:
        def reading(*asked: Any) -> Any:
            found = read(*asked)
            _say(app, noted, 1)
            return found

        return reading

    for name in ("course", "read"):
        monkeypatch.setattr(lessons, name, while_others_write(getattr(lessons, name)))
    _work(app, noted)
    with app.app_context():
        assert db.session.scalars(select(SpamModel.spam)).all() == [1]
        assert db.session.scalars(select(Job.done_at).where(Job.done_at.is_(None))).all() == []
    monkeypatch.undo()
    _work(app, noted)
    with app.app_context():
        model = db.session.scalars(select(SpamModel)).one()
        assert (model.spam, model.fine, model.next_place) == (1, 1, 4)


def test_a_job_that_cannot_read_what_there_is_to_learn_is_done_later(
    app: Flask, noted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _say(app, noted, 0)
    with monkeypatch.context() as broken:
        broken.setattr(lessons, "course", lambda _site_id: 1 // 0)
        _work(app, noted)
    with app.app_context():
        job = db.session.scalars(select(Job).where(Job.done_at.is_(None))).one()
        assert (job.attempts, job.last_error[:17]) == (1, "ZeroDivisionError")


def _work(app: Flask, site_id: str) -> None:
    """Learn, as a worker does."""
    with app.app_context():
        begin_writing()
        db.session.execute(delete(Job))
        outbox.add("spam.learn", site_id=site_id)
        db.session.commit()
        assert worker.run_once(learning.handlers(), clock.now())
