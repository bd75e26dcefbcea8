"""Links of mails that are used up, and taking back what one decided."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Comment, Site, Status
from commentbox.moderation import actions, intake
from commentbox.notify.links import Links, Verdict
from tests.conftest import BASE
from tests.mailed import OURS, sent, status_of, undo_of


def test_a_link_is_used_up_when_anybody_has_decided_even_if_the_comment_waits_again(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = links.decide(held, Verdict.APPROVE, by=moderator)
    actions.trash([actions.Seen.of(held)], by=moderator)
    actions.restore([actions.Seen.of(held)], by=moderator)
    used = client.post(sent(link), base_url=BASE, headers=OURS)
    assert (used.status_code, "You put it back there." in used.text) == (410, True)
    assert status_of(held) is Status.PENDING


def test_a_slip_in_the_mail_is_put_right_from_the_mail(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    approve, spam = (sent(links.decide(held, each, by=moderator)) for each in list(Verdict)[:2])
    for wrong in (approve, approve):  # however often
        said = client.post(wrong, base_url=BASE, headers=OURS).text
        back = client.post(undo_of(said), base_url=BASE, headers=OURS).text
        assert "The links in the mail work again." in back
    assert client.get(spam, base_url=BASE).status_code == 200
    assert client.post(spam, base_url=BASE, headers=OURS).status_code == 200
    assert status_of(held) is Status.SPAM
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
    assert client.get(sent(link), base_url=BASE).status_code == 200
    actions.undo(back.id, by=other)
    used = client.get(sent(link), base_url=BASE)
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
    assert words in client.get(sent(link), base_url=BASE).text


def test_a_decision_is_taken_back_on_the_page_that_tells_of_it(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = sent(links.decide(held, Verdict.APPROVE, by=moderator))
    said = client.post(link, base_url=BASE, headers=OURS).text
    assert "The comment is published." in said
    assert f'href="{links.comment(held.id)}"' in said
    undo = undo_of(said)
    assert client.post(undo, base_url=BASE).status_code == 403
    assert client.get(undo, base_url=BASE).status_code == 405
    answer = client.post(undo, base_url=BASE, headers=OURS)
    assert (answer.status_code, status_of(held)) == (200, Status.PENDING)
    assert "The comment waits for a decision." in answer.text
    assert client.post(undo, base_url=BASE, headers=OURS).status_code == 409
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 200


def test_a_used_link_says_where_the_comment_is_and_who_decided(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    spam, trash = (links.decide(held, each, by=moderator) for each in list(Verdict)[1:])
    client.post(sent(spam), base_url=BASE, headers=OURS)
    for link in (spam, trash):
        page = client.get(link, base_url=BASE)
        assert page.status_code == 410
        assert all(
            words in page.text for words in ("The comment is spam.", "You decided so", "Ann")
        )
    assert links.comment(held.id) not in page.text
    client.post(undo_of(page.text), base_url=BASE, headers=OURS)
    assert status_of(held) is Status.PENDING


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
    page = client.get(sent(link), base_url=BASE).text
    assert "Li decided so" in page
    assert "<form" not in page
    actions.undo(theirs.id, by=other)
    actions.trash([actions.Seen.of(each) for each in (held, post("Another"))], by=moderator)
    assert "<form" not in client.get(sent(link), base_url=BASE).text
    refused = client.post(f"{link}/undo", base_url=BASE, headers=OURS)
    assert (refused.status_code, status_of(held)) == (409, Status.TRASHED)


def test_a_decision_by_mail_can_be_taken_back_for_an_hour(
    links: Links, held: Comment, moderator: Account, client: FlaskClient
) -> None:
    link = sent(links.decide(held, Verdict.TRASH, by=moderator))
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
    page = client.get(sent(link), base_url=BASE)
    assert (page.status_code, "fine" in page.text) == (410, False)
    assert "The comment is deleted." in page.text
