"""Putting away all that one person wrote."""

from collections.abc import Callable

import pytest

from commentbox.accounts import people
from commentbox.errors import NotFound
from commentbox.extensions import db
from commentbox.models import Account, Comment, Policy, Site, Status
from commentbox.moderation import actions, bulk, undoing
from commentbox.moderation.actions import Seen
from tests.pieces import finished, statuses

Post = Callable[..., Comment]


@pytest.fixture
def mia(site: Site, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Return an admin of the site, on which every comment waits; ten comments are a piece."""
    monkeypatch.setattr(bulk, "AT_ONCE", 10)
    monkeypatch.setattr(undoing, "AT_ONCE", 10)
    site.policy = Policy.HOLD_ALL
    return people.invite("mia@example.org", site=site)


def test_a_purge_takes_what_is_published_and_what_waits_of_one_person(
    post: Post, site: Site, mia: Account
) -> None:
    theirs = [post(f"Number {number}", email="bo@example.org") for number in range(12)]
    actions.approve([Seen.of(each) for each in theirs[:5]], by=mia)
    actions.trash([Seen.of(theirs[5])], by=mia)
    post("Mine")
    for comment in theirs:
        comment.person = "email:bo@example.org"
    db.session.flush()
    batch = bulk.purge(site, "email:bo@example.org", to=Status.SPAM, by=mia)
    assert batch
    assert finished(batch).done == 11
    assert statuses() == {Status.SPAM: 11, Status.TRASHED: 1, Status.PENDING: 1}
    assert "bo@example.org" not in str(batch.details)
    assert bulk.purge(site, "email:bo@example.org", to=Status.SPAM, by=mia) is None
    actions.undo(batch.id, by=mia)
    finished(batch)
    assert statuses() == {Status.PUBLISHED: 5, Status.PENDING: 7, Status.TRASHED: 1}


def test_a_purge_of_nobody_is_refused(post: Post, site: Site, mia: Account) -> None:
    post("Mine")
    with pytest.raises(NotFound, match=r"person\.unknown"):
        bulk.purge(site, "", to=Status.TRASHED, by=mia)
    assert statuses() == {Status.PENDING: 1}
