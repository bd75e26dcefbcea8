"""Who gets which letter."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from commentbox.accounts import people
from commentbox.comments import following, posting, threads
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import (
    Account,
    Comment,
    HeldMail,
    Job,
    Membership,
    Policy,
    Role,
    SignInLink,
    Site,
    Status,
    Subscription,
    Thread,
)
from commentbox.moderation import actions, status
from tests.postbox import Postbox, work

Post = Callable[..., Comment]
MODERATOR = "mo@example.org"
MINUTE = timedelta(minutes=1)
SOON = timedelta(minutes=6)


@pytest.fixture
def postbox() -> Postbox:
    """Return where letters end."""
    return Postbox()


@pytest.fixture
def moderator(site: Site) -> Account:
    """Return somebody who moderates a site that holds every comment."""
    site.policy = Policy.HOLD_ALL
    account = people.invite(MODERATOR, site=site, role=Role.MODERATOR, name="Mo")
    account.arrive()
    return account


def test_moderators_of_the_site_hear_of_a_held_comment(
    app: Flask, postbox: Postbox, post: Post, moderator: Account
) -> None:
    people.invite("root@example.org").arrive()
    people.invite("other@example.org", site=_another_site()).arrive()
    people.invite("quiet@example.org").wants_mail = False
    post("Is this **held**?", name="Ann")
    work(app, postbox, later=MINUTE)
    assert sorted(letter.to for letter in postbox.letters) == ["mo@example.org", "root@example.org"]
    [letter] = postbox.to(MODERATOR)
    assert letter.subject == "A comment waits on blog.test"
    for part in (letter.text, letter.html):
        assert all(words in part for words in ("Ann", "An article", "Is this held?", "Every comm"))


def test_who_was_invited_hears_of_nothing_until_they_have_been_here(
    app: Flask, postbox: Postbox, post: Post, moderator: Account
) -> None:
    moderator.arrived_at = None
    post("For those who moderate")
    work(app, postbox, later=MINUTE)
    assert postbox.letters == []
    moderator.arrive()
    post("Another")
    work(app, postbox, later=2 * MINUTE)
    assert len(postbox.to(MODERATOR)) == 1


def test_many_held_comments_are_one_letter_a_minute(
    app: Flask, postbox: Postbox, post: Post, moderator: Account
) -> None:
    for number in range(50):
        post(f"Number {number}")
    work(app, postbox, later=MINUTE)
    [letter] = postbox.letters
    assert letter.subject == "50 comments wait on blog.test"
    assert "30 more comments wait in the queue." in letter.text


@pytest.mark.parametrize(("wanted", "hours"), [(HeldMail.HOURLY, 1), (HeldMail.DAILY, 24)])
def test_who_wants_less_mail_hears_of_all_together(
    app: Flask, postbox: Postbox, post: Post, moderator: Account, wanted: HeldMail, hours: int
) -> None:
    moderator.held_mail = wanted
    midnight = timedelta(seconds=-clock.now().timestamp() % timedelta(days=1).total_seconds())
    with clock.turned_by(midnight):
        post("One")
        post("Two")
        work(app, postbox, later=timedelta(minutes=50))
        assert postbox.letters == []
        work(app, postbox, later=timedelta(hours=hours))
    [letter] = postbox.letters
    assert letter.subject == "2 comments wait on blog.test"


def test_no_letter_tells_of_spam_or_of_what_was_decided_meanwhile(
    app: Flask, postbox: Postbox, post: Post, moderator: Account
) -> None:
    status.move(post("Buy"), Status.SPAM)
    actions.approve([actions.Seen.of(post("Fine"))], by=moderator)
    work(app, postbox, later=MINUTE)
    assert postbox.letters == []


def test_who_was_dismissed_hears_of_nothing_held_before(
    app: Flask, postbox: Postbox, post: Post, moderator: Account
) -> None:
    post("Held")
    work(app, postbox)
    people.dismiss(MODERATOR)
    work(app, postbox, later=MINUTE)
    assert postbox.letters == []


def test_who_is_shut_out_hears_of_nothing_and_is_sent_no_link(
    app: Flask, postbox: Postbox, post: Post, moderator: Account
) -> None:
    post("Held before")
    work(app, postbox)
    people.block(moderator)
    post("Held after")
    db.session.add(Job(kind="sign_in.requested", payload={"email": MODERATOR}))
    work(app, postbox)
    work(app, postbox, later=MINUTE)
    assert (postbox.letters, _undone()) == ([], [])


def test_who_lost_a_site_hears_of_the_others_alone(
    app: Flask, postbox: Postbox, post: Post, site: Site, moderator: Account
) -> None:
    other = _another_site()
    other.policy = Policy.HOLD_ALL
    people.invite(MODERATOR, site=other, role=Role.MODERATOR)
    post("Held here")
    posting.post(
        threads.opened(other, threads.place(other, address="https://other.test/b")),
        other,
        author=posting.Guest(name="Ben", email="ben@example.org"),
        draft=posting.Draft("Held there"),
        arrival=posting.Arrival(),
    )
    work(app, postbox)
    people.dismiss(MODERATOR, site=site)
    work(app, postbox, later=MINUTE)
    [letter] = postbox.letters
    assert ("Held here" in letter.text, "Held there" in letter.text) == (False, True)


def test_a_letter_that_waits_for_the_server_goes_only_to_who_still_may(
    app: Flask, post: Post, site: Site, moderator: Account
) -> None:
    away, back = Postbox(is_away=True), Postbox()
    people.invite(MODERATOR, site=_another_site(), role=Role.MODERATOR)
    post("Held")
    work(app, away, later=MINUTE)
    assert [job.kind for job in _undone()] == ["mail.send"]
    people.dismiss(MODERATOR, site=site)
    work(app, back, later=timedelta(hours=1))
    assert (back.letters, _undone()) == ([], [])


def test_a_link_that_waits_for_the_server_does_not_go_to_who_was_dismissed(
    app: Flask, moderator: Account
) -> None:
    away, back = Postbox(is_away=True), Postbox()
    db.session.add(Job(kind="sign_in.requested", payload={"email": MODERATOR}))
    work(app, away)
    assert [job.kind for job in _undone()] == ["sign_in.send"]
    people.dismiss(MODERATOR)
    work(app, back, later=MINUTE)
    assert (back.letters, _undone()) == ([], [])


def test_a_follower_hears_of_others_comments_in_one_letter(
    app: Flask, postbox: Postbox, post: Post, thread: Thread
) -> None:
    _follow(thread, "ann@example.org")
    post("My own", name="Ann", email="Ann@example.org")
    for number in range(3):
        post(f"Answer {number}", name="Ben", email="ben@example.org")
    work(app, postbox, later=SOON)
    [letter] = postbox.letters
    assert (letter.to, letter.subject) == ("ann@example.org", "3 new comments on “An article”")
    assert "My own" not in letter.text
    assert "ben@example.org" not in letter.text + letter.html


def test_a_held_comment_is_told_of_once_when_it_is_approved(
    app: Flask, postbox: Postbox, post: Post, thread: Thread, moderator: Account
) -> None:
    _follow(thread, "ann@example.org")
    comment = post("Held", email="ben@example.org")
    work(app, postbox, later=SOON)
    assert postbox.to("ann@example.org") == []
    for act in (actions.approve, actions.trash, actions.approve):
        act([actions.Seen.of(comment)], by=moderator)
        work(app, postbox, later=SOON)
    assert len(postbox.to("ann@example.org")) == 1


def test_every_one_of_many_followers_hears(
    app: Flask, postbox: Postbox, post: Post, thread: Thread
) -> None:
    for number in range(120):
        _follow(thread, f"reader{number}@example.org")
    post("Hello all")
    work(app, postbox, later=SOON)
    assert len({letter.to for letter in postbox.letters}) == len(postbox.letters) == 120


def test_who_unsubscribed_gets_nothing_more(
    app: Flask, postbox: Postbox, post: Post, thread: Thread
) -> None:
    subscription = _follow(thread, "ann@example.org")
    post("New", email="ben@example.org")
    following.unsubscribe(subscription.id)
    work(app, postbox, later=SOON)
    assert postbox.letters == []


def test_the_question_says_nothing_that_the_asker_chose(
    app: Flask, postbox: Postbox, thread: Thread
) -> None:
    thread.title, thread.url = "You won https://evil.test", "https://blog.test/you-won"
    following.subscribe(thread, "victim@example.org")
    work(app, postbox)
    [letter] = postbox.letters
    assert "blog.test" in letter.subject
    said = letter.subject + letter.text + letter.html
    assert not any(words in said for words in ("You won", "you-won", "evil.test"))


def test_a_link_to_sign_in_goes_to_an_account_only(
    app: Flask, postbox: Postbox, moderator: Account
) -> None:
    for address in ("MO@example.org", "stranger@example.org"):
        db.session.add(
            Job(kind="sign_in.requested", payload={"email": address, "next": "/admin/queue?site=x"})
        )
    work(app, postbox)
    [letter] = postbox.letters
    assert letter.to == "mo@example.org"
    assert "https://comments.test/admin/sign-in/" in letter.text
    assert "?next=%2Fadmin%2Fqueue%3Fsite%3Dx" in letter.text
    assert db.session.scalars(select(SignInLink.account_id)).all() == [moderator.id]


def test_who_may_nothing_here_any_more_gets_no_link(
    app: Flask, postbox: Postbox, moderator: Account
) -> None:
    db.session.execute(delete(Membership).where(Membership.account_id == moderator.id))
    db.session.add(Job(kind="sign_in.requested", payload={"email": MODERATOR}))
    work(app, postbox)
    assert postbox.letters == []
    assert db.session.scalars(select(SignInLink)).all() == []


def test_without_a_mail_server_nothing_is_written_and_nothing_waits(
    app: Flask, post: Post, thread: Thread, moderator: Account
) -> None:
    _follow(thread, "ann@example.org")
    held = post("Held")
    work(app, Postbox(url=""), later=SOON)
    assert held.status is Status.PENDING
    assert db.session.scalars(select(Job).where(Job.done_at.is_(None))).all() == []


def _follow(thread: Thread, email: str) -> Subscription:
    following.subscribe(thread, email)
    found = select(Subscription).where(Subscription.email == email)
    return following.confirm(db.session.scalars(found).one().id)


def _undone() -> Sequence[Job]:
    return db.session.scalars(select(Job).where(Job.done_at.is_(None))).all()


def _another_site() -> Site:
    site = Site(name="other", origins=["https://other.test"])
    db.session.add(site)
    db.session.flush()
    return site
