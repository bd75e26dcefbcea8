"""Where the links of mails lead."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Comment, Decision, Status, Subscription
from commentbox.moderation import actions
from commentbox.notify.links import LIFETIMES, Links, Purpose, Verdict
from tests.conftest import BASE
from tests.mailed import OURS, sent, status_of, value


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
    link = sent(links.decide(held, verdict, by=moderator))
    page = client.get(link, base_url=BASE)
    assert page.status_code == 200
    assert all(words in page.text for words in ("<strong>fine</strong>", "Ann", "An article"))
    assert status_of(held) is Status.PENDING
    done = client.post(link, base_url=BASE, headers=OURS)
    assert done.status_code == 200
    for shown in (page.text, done.text):  # styled as elsewhere: long lines of code stay inside
        assert "/css/words.css" in shown
        assert '<div class="words"><p>Is this <strong>fine</strong>?</p>' in shown
    assert status_of(held) is status
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 410
    assert client.get(link, base_url=BASE).status_code == 410
    logged = db.session.execute(select(Decision.account_id, Decision.after)).one()
    assert tuple(logged) == (moderator.id, status)


def test_a_comment_that_was_edited_since_is_not_approved(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    actions.edit(actions.Seen.of(held), typed="Buy now", by=moderator)
    assert client.post(sent(link), base_url=BASE, headers=OURS).status_code == 409
    assert status_of(held) is Status.PENDING


def test_who_no_longer_moderates_can_neither_see_nor_decide(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    people.dismiss("mo@example.org")
    sent(link)
    assert client.get(link, base_url=BASE).status_code == 404
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 404


def test_who_is_shut_out_can_neither_see_nor_decide(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    people.block(moderator)
    link = sent(links.decide(held, Verdict.APPROVE, by=moderator))
    assert client.get(link, base_url=BASE).status_code == 404
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 404
    assert status_of(held) is Status.PENDING


def test_who_was_only_invited_can_neither_see_nor_decide(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    moderator.arrived_at = None
    link = sent(links.decide(held, Verdict.APPROVE, by=moderator))
    assert client.get(link, base_url=BASE).status_code == 404
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 404
    assert status_of(held) is Status.PENDING


def test_another_site_cannot_press_the_button(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = sent(links.decide(held, Verdict.APPROVE, by=moderator))
    for headers in ({}, {"Origin": "https://evil.test"}, {"Origin": "null"}):
        assert client.post(link, base_url=BASE, headers=headers).status_code == 403
    assert status_of(held) is Status.PENDING


def test_a_subscription_begins_at_the_press_of_the_button(
    links: Links, asked: Subscription, client: FlaskClient
) -> None:
    link = sent(links.confirm(asked.id))
    assert "An article" in client.get(link, base_url=BASE).text
    assert not _is_confirmed(asked)
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 200
    assert _is_confirmed(asked)
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 410


def test_a_mail_program_unsubscribes_without_session_or_origin(
    links: Links, asked: Subscription, client: FlaskClient
) -> None:
    link = sent(links.unsubscribe(asked.id))
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
    link = sent(links.leave_desk(moderator))
    assert client.post(link, base_url=BASE).status_code == 200
    assert value(select(Account.wants_mail).where(Account.id == moderator.id)) is False


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
    sent(link)
    with clock.turned_by(LIFETIMES[purpose] - timedelta(minutes=1)):
        assert client.get(link, base_url=BASE).status_code == 200
    with clock.turned_by(LIFETIMES[purpose] + timedelta(minutes=1)):
        assert client.get(link, base_url=BASE).status_code == 410
        assert client.post(link, base_url=BASE, headers=OURS).status_code == 410


def test_the_pages_tell_nobody_their_address_and_are_kept_nowhere(
    links: Links, asked: Subscription, client: FlaskClient
) -> None:
    page = client.get(sent(links.confirm(asked.id)), base_url=BASE)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "noindex" in page.text
    assert not re.search(r"ann@example|<script|<img", page.text)


def _is_confirmed(subscription: Subscription) -> bool:
    at = select(Subscription.confirmed_at).where(Subscription.id == subscription.id)
    return value(at) is not None


def _exists(subscription: Subscription) -> bool:
    return value(select(Subscription.id).where(Subscription.id == subscription.id)) is not None
