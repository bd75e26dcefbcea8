"""Where the links of mails lead."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Select, select

from commentbox.accounts import people
from commentbox.comments import following
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Comment, Decision, Policy, Site, Status, Subscription, Thread
from commentbox.moderation import actions, intake
from commentbox.notify.links import LIFETIMES, Links, Purpose, Verdict
from tests.conftest import BASE

OURS = {"Origin": BASE}
T = TypeVar("T")


@pytest.fixture
def links(settings: Settings) -> Links:
    """Return the links of the service."""
    return Links.from_settings(settings)


@pytest.fixture
def held(site: Site, post: Callable[..., Comment]) -> Comment:
    """Return a comment that waits."""
    site.policy = Policy.HOLD_ALL
    return post("Is this **fine**?")


@pytest.fixture
def moderator(site: Site) -> Account:
    """Return somebody who decides."""
    return people.invite("mo@example.org", site=site, name="Mo")


@pytest.fixture
def asked(thread: Thread) -> Subscription:
    """Return a subscription that nobody has confirmed."""
    following.subscribe(thread, "ann@example.org")
    return db.session.scalars(select(Subscription)).one()


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.APPROVE, Status.PUBLISHED),
        (Verdict.SPAM, Status.SPAM),
        (Verdict.TRASH, Status.TRASHED),
    ],
)
def test_a_link_shows_the_comment_and_its_button_decides_once(
    verdict: Verdict,
    status: Status,
    links: Links,
    held: Comment,
    moderator: Account,
    client: FlaskClient,
) -> None:
    link = _sent(links.decide(held, verdict, by=moderator))
    page = client.get(link, base_url=BASE)
    assert page.status_code == 200
    assert all(words in page.text for words in ("<strong>fine</strong>", "Ann", "An article"))
    assert _status(held) is Status.PENDING
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 200
    assert _status(held) is status
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 410
    assert client.get(link, base_url=BASE).status_code == 410
    logged = db.session.execute(select(Decision.account_id, Decision.after)).one()
    assert tuple(logged) == (moderator.id, status)


def test_a_link_is_used_up_when_anybody_has_decided_even_if_the_comment_waits_again(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    actions.trash([actions.Seen.of(held)], by=moderator)
    actions.restore([actions.Seen.of(held)], by=moderator)
    used = client.post(_sent(link), base_url=BASE, headers=OURS)
    assert (used.status_code, "You put it back there." in used.text) == (410, True)
    assert _status(held) is Status.PENDING


def test_a_slip_in_the_mail_is_put_right_from_the_mail(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    approve, spam = (_sent(links.decide(held, each, by=moderator)) for each in list(Verdict)[:2])
    for wrong in (approve, approve):  # however often
        said = client.post(wrong, base_url=BASE, headers=OURS).text
        back = client.post(_undo(said), base_url=BASE, headers=OURS).text
        assert "The links in the mail work again." in back
    assert client.get(spam, base_url=BASE).status_code == 200
    assert client.post(spam, base_url=BASE, headers=OURS).status_code == 200
    assert _status(held) is Status.SPAM
    for used in (approve, spam):
        answer = client.post(used, base_url=BASE, headers=OURS)
        assert (answer.status_code, "You decided so." in answer.text) == (410, True)


def test_what_others_took_back_does_not_use_a_link_up_but_what_they_left_does(
    links: Links, held: Comment, moderator: Account, client: FlaskClient, site: Site
) -> None:
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    other = people.invite("li@example.org", site=site, name="Li")
    batch = actions.trash([actions.Seen.of(held)], by=other)
    back = actions.undo(batch.id, by=other)
    assert client.get(_sent(link), base_url=BASE).status_code == 200
    actions.undo(back.id, by=other)
    used = client.get(_sent(link), base_url=BASE)
    assert (used.status_code, "Li decided so." in used.text) == (410, True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [(intake.Answer.SPAM, "The outside spam service decided so."), (None, "whose account is gone")],
)
def test_a_used_link_tells_what_decided_where_nobody_is_there(
    links: Links,
    held: Comment,
    moderator: Account,
    client: FlaskClient,
    answer: intake.Answer | None,
    words: str,
    site: Site,
) -> None:
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    if answer:
        held.signal_codes = " asked "
        intake.settle(held, answer)
    else:
        gone = people.invite("li@example.org", site=site)
        actions.trash([actions.Seen.of(held)], by=gone)
        db.session.delete(gone)
    assert words in client.get(_sent(link), base_url=BASE).text


def test_a_decision_is_taken_back_on_the_page_that_tells_of_it(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = _sent(links.decide(held, Verdict.APPROVE, by=moderator))
    said = client.post(link, base_url=BASE, headers=OURS).text
    assert "The comment is published." in said
    assert f'href="{links.comment(held.id)}"' in said
    undo = _undo(said)
    assert client.post(undo, base_url=BASE).status_code == 403
    assert client.get(undo, base_url=BASE).status_code == 405
    answer = client.post(undo, base_url=BASE, headers=OURS)
    assert (answer.status_code, _status(held)) == (200, Status.PENDING)
    assert "The comment waits for a decision." in answer.text
    assert client.post(undo, base_url=BASE, headers=OURS).status_code == 409
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 200


def test_a_used_link_says_where_the_comment_is_and_who_decided(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    spam, trash = (links.decide(held, each, by=moderator) for each in list(Verdict)[1:])
    client.post(_sent(spam), base_url=BASE, headers=OURS)
    for link in (spam, trash):
        page = client.get(link, base_url=BASE)
        assert page.status_code == 410
        assert all(
            words in page.text for words in ("The comment is spam.", "You decided so", "Ann")
        )
    assert links.comment(held.id) not in page.text
    client.post(_undo(page.text), base_url=BASE, headers=OURS)
    assert _status(held) is Status.PENDING


def test_a_link_takes_back_no_decision_of_others_of_many_or_of_long_ago(
    links: Links,
    held: Comment,
    moderator: Account,
    client: FlaskClient,
    site: Site,
    post: Callable[..., Comment],
) -> None:
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    other = people.invite("li@example.org", site=site, name="Li")
    theirs = actions.trash([actions.Seen.of(held)], by=other)
    page = client.get(_sent(link), base_url=BASE).text
    assert "Li decided so" in page
    assert "<form" not in page
    actions.undo(theirs.id, by=other)
    actions.trash([actions.Seen.of(each) for each in (held, post("Another"))], by=moderator)
    assert "<form" not in client.get(_sent(link), base_url=BASE).text
    refused = client.post(f"{link}/undo", base_url=BASE, headers=OURS)
    assert (refused.status_code, _status(held)) == (409, Status.TRASHED)


def test_a_decision_by_mail_can_be_taken_back_for_an_hour(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = _sent(links.decide(held, Verdict.TRASH, by=moderator))
    client.post(link, base_url=BASE, headers=OURS)
    with clock.turned_by(timedelta(minutes=61)):
        page = client.get(link, base_url=BASE)
        assert "The comment is in the trash." in page.text
        assert "<form" not in page.text
        assert client.post(f"{link}/undo", base_url=BASE, headers=OURS).status_code == 409


def test_a_used_link_shows_nothing_of_what_was_deleted(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    admin = people.invite("ad@example.org", name="Ad")
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    actions.delete([actions.Seen.of(held)], by=admin)
    page = client.get(_sent(link), base_url=BASE)
    assert (page.status_code, "fine" in page.text) == (410, False)
    assert "The comment is deleted." in page.text


def test_a_comment_that_was_edited_since_is_not_approved(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    actions.edit(actions.Seen.of(held), typed="Buy now", by=moderator)
    assert client.post(_sent(link), base_url=BASE, headers=OURS).status_code == 409
    assert _status(held) is Status.PENDING


def test_who_no_longer_moderates_can_neither_see_nor_decide(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    people.dismiss("mo@example.org")
    _sent(link)
    assert client.get(link, base_url=BASE).status_code == 404
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 404


def test_who_is_shut_out_can_neither_see_nor_decide(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    people.block(moderator)
    link = _sent(links.decide(held, Verdict.APPROVE, by=moderator))
    assert client.get(link, base_url=BASE).status_code == 404
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 404
    assert _status(held) is Status.PENDING


def test_another_site_cannot_press_the_button(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = _sent(links.decide(held, Verdict.APPROVE, by=moderator))
    for headers in ({}, {"Origin": "https://evil.test"}, {"Origin": "null"}):
        assert client.post(link, base_url=BASE, headers=headers).status_code == 403
    assert _status(held) is Status.PENDING


def test_a_subscription_begins_at_the_press_of_the_button(
    links: Links, asked: Subscription, client: FlaskClient
) -> None:
    link = _sent(links.confirm(asked.id))
    assert "An article" in client.get(link, base_url=BASE).text
    assert not _is_confirmed(asked)
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 200
    assert _is_confirmed(asked)
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 410


def test_a_mail_program_unsubscribes_without_session_or_origin(
    links: Links, asked: Subscription, client: FlaskClient
) -> None:
    link = _sent(links.unsubscribe(asked.id))
    assert client.get(link, base_url=BASE).status_code == 200
    assert _exists(asked)
    for _ in range(2):
        answer = client.post(link, base_url=BASE, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert not _exists(asked)
    assert client.get(link, base_url=BASE).status_code == 200


def test_a_moderator_ends_the_mails_about_held_comments(
    links: Links, moderator: Account, client: FlaskClient
) -> None:
    link = _sent(links.leave_desk(moderator))
    assert client.post(link, base_url=BASE).status_code == 200
    assert _value(select(Account.wants_mail).where(Account.id == moderator.id)) is False


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_ends_when_its_time_is_over(
    purpose: Purpose,
    links: Links,
    held: Comment,
    moderator: Account,
    asked: Subscription,
    client: FlaskClient,
) -> None:
    link = {
        Purpose.MODERATE: links.decide(held, Verdict.APPROVE, by=moderator),
        Purpose.CONFIRM: links.confirm(asked.id),
        Purpose.UNSUBSCRIBE: links.unsubscribe(asked.id),
    }[purpose]
    _sent(link)
    with clock.turned_by(LIFETIMES[purpose] - timedelta(minutes=1)):
        assert client.get(link, base_url=BASE).status_code == 200
    with clock.turned_by(LIFETIMES[purpose] + timedelta(minutes=1)):
        assert client.get(link, base_url=BASE).status_code == 410
        assert client.post(link, base_url=BASE, headers=OURS).status_code == 410


def test_the_pages_tell_nobody_their_address_and_are_kept_nowhere(
    links: Links, asked: Subscription, client: FlaskClient
) -> None:
    page = client.get(_sent(links.confirm(asked.id)), base_url=BASE)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "noindex" in page.text
    assert not re.search(r"ann@example|<script|<img", page.text)


def _sent(link: str) -> str:
    """Commit what the test has written and return the link."""
    db.session.commit()
    return link


def _undo(page: str) -> str:
    """Return where the page's only form leads."""
    [action] = re.findall(r'<form method="post" action="([^"]+)"', page)
    return str(action)


def _status(comment: Comment) -> Status | None:
    return _value(select(Comment.status).where(Comment.id == comment.id))


def _is_confirmed(subscription: Subscription) -> bool:
    at = select(Subscription.confirmed_at).where(Subscription.id == subscription.id)
    return _value(at) is not None


def _exists(subscription: Subscription) -> bool:
    return _value(select(Subscription.id).where(Subscription.id == subscription.id)) is not None


def _value(query: Select[T]) -> T | None:
    """Return what the database holds now, and let go of it again for the browser."""
    value = db.session.scalar(query)
    db.session.commit()
    return value
