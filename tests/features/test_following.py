"""Following a thread by mail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.comments import following, threads
from commentbox.errors import Gone
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Job, Site, Subscription, Thread

Other = Callable[[str], Thread]


@pytest.fixture
def other(site: Site) -> Other:
    """Return a function that opens the thread of another article."""
    return lambda path: threads.opened(
        site, threads.place(site, address=f"https://blog.test/{path}", title=path)
    )


def test_an_address_is_asked_once_about_a_thread(thread: Thread) -> None:
    following.subscribe(thread, "ann@example.org")
    with clock.turned_by(timedelta(days=2)):
        following.subscribe(thread, "ann@example.org")
    assert _questions() == [_subscription("ann@example.org").id]


def test_an_address_is_not_asked_again_within_a_day_of_a_question(
    thread: Thread, other: Other
) -> None:
    following.subscribe(thread, "ann@example.org")
    for number in range(5):
        following.subscribe(other(f"article-{number}"), "ANN@example.org")
    assert len(_questions()) == 1
    with clock.turned_by(timedelta(days=1, seconds=1)):
        following.subscribe(other("later"), "ann@example.org")
    assert len(_questions()) == 2


def test_who_has_answered_is_asked_about_the_next_thread_at_once(
    thread: Thread, other: Other
) -> None:
    following.subscribe(thread, "ann@example.org")
    following.confirm(_questions()[0])
    following.subscribe(other("next"), "ann@example.org")
    assert len(_questions()) == 2


def test_one_answer_confirms_the_threads_that_were_chosen(thread: Thread, other: Other) -> None:
    second, third = other("second"), other("third")
    following.subscribe(thread, "ann@example.org")
    for each in (second, third):
        following.subscribe(each, "ann@example.org")
    following.subscribe(second, "ben@example.org")
    asked = following.asked(_questions()[0])
    assert {each.id for each in following.also_asked(asked)} == {second.id, third.id}
    following.confirm(asked.id, also=[second.id, "nonsense"])
    assert _followed("ann@example.org") == {thread.id, second.id}
    assert _followed("ben@example.org") == set()


def test_a_question_is_answered_once(thread: Thread) -> None:
    following.subscribe(thread, "ann@example.org")
    following.confirm(_questions()[0])
    with pytest.raises(Gone):
        following.confirm(_questions()[0])


def test_unsubscribing_takes_back_what_was_not_sent_and_may_be_repeated(thread: Thread) -> None:
    following.subscribe(thread, "ann@example.org")
    subscription = _subscription("ann@example.org")
    db.session.add(Job(kind="mail.send", payload={}, dedup_key=f"follow:{subscription.id}:x"))
    db.session.flush()
    following.unsubscribe(subscription.id)
    following.unsubscribe(subscription.id)
    assert db.session.scalars(select(Job).where(Job.kind == "mail.send")).all() == []
    assert _followed("ann@example.org") == set()


def _questions() -> list[str]:
    asked = select(Job).where(Job.kind == "subscription.requested").order_by(Job.id)
    return [job.payload["subscription_id"] for job in db.session.scalars(asked)]


def _subscription(email: str) -> Subscription:
    return db.session.scalars(select(Subscription).where(Subscription.email == email)).one()


def _followed(email: str) -> set[str]:
    confirmed = select(Subscription.thread_id).where(
        Subscription.email == email, Subscription.confirmed_at.is_not(None)
    )
    return set(db.session.scalars(confirmed))
