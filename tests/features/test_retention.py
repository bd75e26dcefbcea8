"""What is deleted when its time is over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from structlog.testing import capture_logs

from commentbox.accounts import attempts, email_code, events, people, sessions, signin
from commentbox.comments import drafts, following
from commentbox.extensions import db
from commentbox.jobs import outbox, retention
from commentbox.lib import clock, tokens
from commentbox.models import (
    Answer,
    Attempt,
    Comment,
    Draft,
    EmailCode,
    Job,
    Mode,
    SeenEvent,
    Session,
    SignInLink,
    Site,
    Subscription,
    Thread,
)
from tests.postbox import Postbox, work

Post = Callable[..., Comment]


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        (timedelta(minutes=9), {Attempt: 1, EmailCode: 1, Session: 1}),
        (timedelta(minutes=11), {Attempt: 0, EmailCode: 1, Session: 1}),
        (timedelta(hours=25), {Attempt: 0, EmailCode: 0, Session: 1}),
        (timedelta(minutes=59), {Draft: 1}),
        (timedelta(minutes=61), {Draft: 0}),
        (timedelta(hours=1), {Answer: 1, Session: 1, SignInLink: 1, Subscription: 2, Job: 2}),
        (timedelta(hours=25), {Answer: 0, Session: 1, SignInLink: 0, Subscription: 2, Job: 2}),
        (
            timedelta(days=8),
            {Answer: 0, Session: 0, SignInLink: 0, Subscription: 1, Job: 1, SeenEvent: 1},
        ),
        (
            timedelta(days=31),
            {Answer: 0, Session: 0, SignInLink: 0, Subscription: 1, Job: 0, SeenEvent: 0},
        ),
    ],
)
def test_everything_goes_when_its_time_is_over(
    thread: Thread, after: timedelta, kept: dict[type, int]
) -> None:
    _fill(thread)
    with clock.turned_by(after):
        retention.clean_up()
    assert {table: _count(table) for table in kept} == kept


def test_a_comment_forgets_the_network_it_came_from_after_a_day(post: Post) -> None:
    comment = post("Hello")
    with clock.turned_by(timedelta(hours=23)):
        retention.clean_up()
    assert _client(comment) == "somewhere"
    with clock.turned_by(timedelta(hours=25)):
        retention.clean_up()
    assert _client(comment) is None


def test_a_job_that_waits_is_kept_however_old(thread: Thread) -> None:
    outbox.add("greet")
    with clock.turned_by(timedelta(days=400)):
        retention.clean_up()
    assert _count(Job) == 1


def test_jobs_that_were_given_up_are_reported_every_hour(app: Flask, thread: Thread) -> None:
    db.session.add(Job(kind="greet", payload={}, is_dead=True))
    outbox.add("housekeeping")
    with capture_logs() as lines:
        work(app, Postbox())
    assert [line["dead"] for line in lines if line["event"] == "jobs.backlog"] == [1]


def _fill(thread: Thread) -> None:
    account = people.invite("mo@example.org")
    sessions.begin(account, device="", days=7)
    signin.link_for(account, valid=signin.BY_HAND)
    site = db.session.get_one(Site, thread.site_id)
    attempts.plan("google", mode=Mode.WINDOW, site=site)
    drafts.keep(site, thread.key, target="", fields={"comment": "Hello"})
    email_code.start("ann@example.org", challenge=tokens.new(), site=site)
    for name in ("ann", "ben"):
        following.subscribe(thread, f"{name}@example.org")
    following.confirm(db.session.scalars(select(Subscription.id).limit(1)).one())
    events.is_new("google", "1")
    db.session.query(Job).delete()
    row = Answer(route="r", key="k", body="", status=201, content_type="", content="")
    done = Job(kind="greet", payload={}, done_at=clock.now())
    db.session.add_all([row, done, Job(kind="greet", payload={}, is_dead=True)])
    db.session.flush()


def _count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def _client(comment: Comment) -> str | None:
    return db.session.scalar(select(Comment.client).where(Comment.id == comment.id))
