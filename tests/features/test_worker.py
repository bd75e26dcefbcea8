"""Doing the jobs."""

import os
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from commentbox.extensions import begin_writing, db
from commentbox.jobs import outbox, urgency, worker
from commentbox.jobs.worker import Hopeless, Worker, run_once
from commentbox.lib import clock
from commentbox.models import Job, Policy, Site
from commentbox.tasks import handlers
from tests.postbox import Postbox


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    """Run the test as the worker runs."""
    with app.app_context():
        begin_writing()
        yield
        db.session.rollback()


def test_jobs_are_done_oldest_first_and_once() -> None:
    _add("greet", name="Ann")
    _add("greet", name="Ben")
    done: list[str] = []
    while run_once({"greet": _noting(done)}, clock.now()):
        pass
    assert done == ["Ann", "Ben"]


def test_what_somebody_waits_for_goes_before_all_that_was_noted_earlier() -> None:
    noted = ["spam.learn", "comment.scoring", "mail.send", "moderation.bulk", "email_code.send"]
    for kind in noted:
        _add(kind)
    done: list[str] = []
    while run_once({kind: partial(done.append, kind) for kind in noted}, clock.now()):
        pass
    assert done == [
        *("email_code.send", "mail.send", "moderation.bulk"),
        *("comment.scoring", "spam.learn"),
    ]


def test_what_is_not_due_yet_keeps_nothing_else_waiting() -> None:
    outbox.add("email_code.send", run_at=clock.now() + timedelta(hours=1))
    _add("spam.learn")
    done: list[str] = []
    assert run_once({"spam.learn": partial(done.append, "spam.learn")}, clock.now())
    assert done == ["spam.learn"]


def test_only_jobs_that_there_are_have_an_urgency_of_their_own(app: Flask) -> None:
    done_by = handlers(app.extensions["commentbox.settings"], Postbox(), app.jinja_env)
    assert done_by.keys() >= urgency._UNUSUAL.keys()


def test_what_a_done_job_knew_is_forgotten() -> None:
    _add("greet", name="ann@example.org")
    run_once({"greet": lambda name: None}, clock.now())
    assert (_job().payload, _job().done_at is not None) == ({}, True)


def test_what_a_job_wrote_is_kept_only_if_it_ends_well() -> None:
    def fail() -> None:
        db.session.add(Site(name="half", origins=[], policy=Policy.PUBLISH))
        db.session.flush()
        raise OSError("broken")

    _add("fail")
    run_once({"fail": fail}, clock.now())
    assert db.session.scalar(select(func.count()).select_from(Site)) == 0
    assert (_job().attempts, _job().last_error) == (1, "OSError: broken")


def test_an_error_is_kept_without_addresses() -> None:
    _add("fail")
    run_once({"fail": _failing(OSError("no such user ann@example.org"))}, clock.now())
    assert "ann@example.org" not in _job().last_error


def test_a_failed_job_waits_longer_each_time_and_is_given_up_after_ten_attempts() -> None:
    _add("fail")
    waits, elapsed = [], timedelta(0)
    while not _job().is_dead:
        with clock.turned_by(elapsed):
            now = clock.now()
            assert run_once({"fail": _failing(OSError())}, now)
            assert not run_once({"fail": _failing(OSError())}, now)
        waits.append(_job().run_at - now)
        elapsed += waits[-1]
    assert len(waits) == worker.MOST_ATTEMPTS
    assert timedelta(seconds=15) <= waits[0] <= timedelta(seconds=31)
    assert timedelta(hours=6) <= waits[-1] <= timedelta(hours=13)
    assert outbox.backlog().dead == 1


def test_a_hopeless_job_is_given_up_sooner() -> None:
    _add("fail")
    for hours in range(worker.HOPELESS_ATTEMPTS):
        with clock.turned_by(timedelta(hours=hours)):
            run_once({"fail": _failing(Hopeless("no such mailbox"))}, clock.now())
    assert _job().is_dead


def test_what_a_job_knew_that_was_given_up_is_forgotten() -> None:
    _add("fail", name="ann@example.org")
    for hours in range(worker.HOPELESS_ATTEMPTS):
        assert _job().payload
        with clock.turned_by(timedelta(hours=hours)):
            run_once({"fail": _failing(Hopeless("no"))}, clock.now())
    assert (_job().is_dead, _job().payload) == (True, {})


def test_a_job_of_an_unknown_kind_is_tried_again_as_a_newer_worker_may_know_it() -> None:
    _add("from the future")
    run_once({}, clock.now())
    assert not _job().is_dead
    with clock.turned_by(timedelta(minutes=1)):
        run_once({"from the future": lambda: None}, clock.now())
    assert _job().done_at is not None


def test_a_job_that_never_comes_to_an_end_is_given_up() -> None:
    _add("crash", name="ann@example.org")
    for hours in range(worker.MOST_ATTEMPTS):
        with clock.turned_by(timedelta(hours=hours)), pytest.raises(KeyboardInterrupt):
            run_once({"crash": _failing(KeyboardInterrupt())}, clock.now())
        db.session.rollback()
    with clock.turned_by(timedelta(hours=11)):
        assert not run_once({"crash": _failing(KeyboardInterrupt())}, clock.now())
    assert (_job().is_dead, _job().payload) == (True, {})


def test_a_job_under_way_is_left_alone_until_its_lease_has_run_out() -> None:
    _add("slow")
    begun: list[bool] = []

    def slow() -> None:
        begun.append(run_once({"slow": lambda: None}, clock.now()))

    run_once({"slow": slow}, clock.now())
    assert begun == [False]


def test_who_lost_the_lease_changes_nothing() -> None:
    def slow() -> None:
        with clock.turned_by(worker.LEASE * 2):
            run_once({"slow": lambda: None}, clock.now())
        begin_writing()
        db.session.add(Site(name="late", origins=[], policy=Policy.PUBLISH))

    _add("slow")
    run_once({"slow": slow}, clock.now())
    assert _job().attempts == 2
    assert db.session.scalar(select(func.count()).select_from(Site)) == 0


def test_a_job_that_waits_for_the_network_keeps_no_writer_waiting(database_url: str) -> None:
    engine = create_engine(database_url)

    def wait() -> None:
        with engine.begin() as other:
            other.execute(text("UPDATE job SET last_error = 'seen'"))

    _add("wait")
    run_once({"wait": wait}, clock.now())
    engine.dispose()
    assert _job().done_at is not None


def test_a_worker_goes_on_after_an_error_and_ends_when_told(app: Flask) -> None:
    _add("fail")
    _add("greet")
    greeted = Event()
    working = Worker(app, {"fail": _failing(OSError()), "greet": greeted.set}, hourly=("clean",))
    thread = working.start()
    assert greeted.wait(10)
    working.stop()
    thread.join(10)
    assert not thread.is_alive()
    hours = select(func.count()).select_from(Job).where(Job.kind == "clean")
    assert db.session.scalar(hours) == 1


def test_a_worker_outlives_a_database_that_is_away(app: Flask, tmp_path: Path) -> None:
    class Broken:
        calls = 0

        def app_context(self) -> Any:
            self.calls += 1
            if self.calls == 1:
                raise OSError("away")
            working.stop()
            return app.app_context()

    broken = Broken()
    working = Worker(broken, {})
    working.run()
    assert broken.calls == 2


def test_a_worker_waits_longer_the_longer_nothing_can_be_done(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shaky:
        calls = 0

        def app_context(self) -> Any:
            self.calls += 1
            if self.calls == 10:
                working.stop()
            if self.calls in {8, 9}:
                return app.app_context()
            raise OSError("away")

    waits: list[float] = []
    working = Worker(Shaky(), {})
    monkeypatch.setattr(working._stop, "wait", waits.append)
    working.run()
    assert waits == [1, 2, 4, 8, 8, 8, 8, 0.5, 0.5, 1]


def test_a_worker_ends_with_the_process_that_started_it(app: Flask) -> None:
    thread = Worker(app, {}, parent=os.getpid()).start()
    thread.join(10)
    assert not thread.is_alive()


def _add(kind: str, **payload: Any) -> None:
    outbox.add(kind, **payload)
    db.session.commit()


def _job() -> Job:
    return db.session.scalars(select(Job).execution_options(populate_existing=True)).one()


def _failing(problem: BaseException) -> Any:
    def fail(**_payload: Any) -> None:
        raise problem

    return fail


def _noting(names: list[str]) -> Any:
    def note(name: str) -> None:
        names.append(name)

    return note
