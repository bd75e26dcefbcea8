"""Several moderators at the same comments at the same moment."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.comments import merging, posting, recount, reporting, threads
from commentbox.comments.reporting import Reporter
from commentbox.errors import Conflict
from commentbox.extensions import begin_writing, db
from commentbox.lib import tokens
from commentbox.models import Cause, Comment, Policy, Site, Status, Thread
from commentbox.moderation import actions, status
from commentbox.moderation.actions import Done, Seen

ROUNDS = 8
Act = Callable[..., Done]


def test_opposite_decisions_at_once_neither_block_each_other_nor_break_a_count(app: Flask) -> None:
    with app.app_context():
        comment_ids = _some_comments()
    acts = [actions.approve, actions.mark_spam, actions.trash] * ROUNDS
    with ThreadPoolExecutor(3) as moderators:
        orders = [comment_ids, comment_ids[::-1]] * len(acts)
        done = list(moderators.map(lambda act, order: _decide(app, act, order), acts, orders))
    assert all(done)
    with app.app_context():
        assert recount.drift() == []
        assert len(set(db.session.scalars(select(Comment.status)))) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_a_report_that_meets_a_merge_holds_the_thread_where_the_comment_is_now(app: Flask) -> None:
    with app.app_context():
        comment_id, thread_id, into_id = _published_and_another_thread()
    merged, go_on, reported, looked = (threading.Event() for _ in range(4))

    def merge() -> None:
        merging.merge(threads.by_id(thread_id), threads.by_id(into_id))
        merged.set()
        go_on.wait(10)

    def report() -> None:
        comment = db.session.get_one(Comment, comment_id)
        reporting.report(comment, by=Reporter(key=tokens.new()), cause=Cause.SPAM)
        reported.set()
        looked.wait(10)

    with ThreadPoolExecutor(2) as both:
        done = [both.submit(_write, app, merge)]
        assert merged.wait(10)
        done.append(both.submit(_write, app, report))
        time.sleep(0.3)  # the report waits for the thread that its comment was in
        go_on.set()
        assert reported.wait(10)
        assert _is_held(app, into_id)
        looked.set()
        for each in done:
            each.result()


def _published_and_another_thread() -> tuple[str, str, str]:
    """Return the ids of a published comment, of its thread, and of another thread."""
    first, second, *_ = _some_comments()
    begin_writing()
    one, other = (db.session.get_one(Comment, each) for each in (first, second))
    status.move(one, Status.PUBLISHED)
    db.session.commit()
    return one.id, one.thread_id, other.thread_id


def _is_held(app: Flask, thread_id: str) -> bool:
    with app.app_context():
        begin_writing()
        free = select(Thread.id).where(Thread.id == thread_id).with_for_update(skip_locked=True)
        return db.session.scalar(free) is None


def _write(app: Flask, act: Callable[[], None]) -> None:
    with app.app_context():
        begin_writing()
        act()
        db.session.commit()


def _some_comments() -> list[str]:
    """Post in several threads of a site, with an admin `mia`."""
    begin_writing()
    site = Site(name="blog", origins=["https://blog.test"], policy=Policy.HOLD_ALL)
    db.session.add(site)
    db.session.flush()
    people.invite("mia@example.org")
    found = [_post(site, number) for number in range(6)]
    db.session.commit()
    db.session.remove()
    return found


def _post(site: Site, number: int) -> str:
    place = threads.place(site, address=f"https://blog.test/{number % 3}")
    return posting.post(
        threads.opened(site, place),
        site,
        author=posting.Guest(name="Ann", email="ann@example.org"),
        draft=posting.Draft(f"Number {number}"),
        arrival=posting.Arrival(),
    ).id


def _decide(app: Flask, act: Act, comment_ids: list[str]) -> bool:
    with app.app_context():
        begin_writing()
        mia = people.find("mia@example.org")
        assert mia
        try:
            act([Seen(each, 0) for each in comment_ids], by=mia)
        except Conflict:
            db.session.rollback()
        db.session.commit()
        return True
