"""Trust in people who have logged in, and how fast they may post."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.accounts import identities, people
from commentbox.comments import posting
from commentbox.comments.reporting import Reporter, report
from commentbox.errors import NotFound, TooFast
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import (
    Account,
    Batch,
    Cause,
    Comment,
    Identity,
    Policy,
    Role,
    Site,
    Status,
    Thread,
)
from commentbox.moderation import limits, trust
from commentbox.moderation.status import move
from commentbox.moderation.trust import Standing
from commentbox.providers.base import Profile
from tests.reader import queries

Write = Callable[..., Comment]
DAY = timedelta(days=1)
LINKS = "https://a.example https://b.example https://c.example"


@pytest.fixture
def mia(site: Site) -> Account:
    """Return who moderates the site, and no other."""
    return people.invite("mia@example.org", site=site, role=Role.MODERATOR)


@pytest.fixture
def ada(site: Site) -> tuple[Account, Identity]:
    """Return somebody who has logged in."""
    profile = Profile(provider="google", issuer="https://a.example", subject="1", name="Ada")
    return identities.recognised(profile)


@pytest.fixture
def write(site: Site, thread: Thread, ada: tuple[Account, Identity]) -> Write:
    """Return a function that posts as Ada."""
    number = iter(range(100))

    def write(source: str = "", **arrival: Any) -> Comment:
        return posting.post(
            thread,
            site,
            author=posting.Member(*ada),
            draft=posting.Draft(source or f"Words {next(number)}"),
            arrival=posting.Arrival(**arrival),
        )

    return write


def standing(**known: Any) -> Standing:
    """Return the standing of an author who has earned trust, but for what is given."""
    usual: dict[str, Any] = dict.fromkeys(("published", "settled"), 3)
    usual |= {"rejected": 0, "open_reports": 0, "age": DAY}
    return Standing(**(usual | known))


@pytest.mark.parametrize(
    ("known", "is_earned"),
    [
        ({}, True),
        ({"published": 2}, False),
        ({"rejected": 1}, False),
        ({"published": 4, "rejected": 1}, True),
        ({"published": 7, "rejected": 2}, False),
        ({"open_reports": 1}, False),
        ({"age": DAY - timedelta(seconds=1)}, False),
    ],
)
def test_trust_is_earned_by_what_was_published(known: dict[str, Any], is_earned: bool) -> None:
    assert standing(**known).is_earned is is_earned
    assert standing(**known).is_trusted is is_earned
    assert standing(**known, is_granted=True).is_trusted


def test_the_standing_of_an_author_is_counted_on_the_site(
    write: Write, site: Site, ada: tuple[Account, Identity]
) -> None:
    published = [write() for _ in range(3)]
    move(write(), Status.SPAM)
    move(write(), Status.TRASHED)
    move(write(), Status.PENDING)
    for reader in (Reporter(people.invite("sam@example.org")), Reporter(key=tokens.new())):
        report(published[0], by=reader, cause=Cause.ABUSE)
    now = trust.standing(site.id, ada[0])
    assert (now.published, now.settled, now.rejected, now.open_reports) == (3, 0, 2, 1)
    with clock.turned_by(DAY):
        later = trust.standing(site.id, ada[0])
        assert (later.settled, later.age >= DAY, later.is_granted) == (3, True, False)
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    assert trust.standing(other.id, ada[0]).published == 0


def test_who_has_earned_trust_may_link_and_need_not_wait(write: Write, site: Site) -> None:
    for _ in range(3):
        write()
    assert write(LINKS).caught_by == "links"
    with clock.turned_by(DAY):
        move(
            db.session.scalars(select(Comment).where(Comment.status == "pending")).one(),
            Status.PUBLISHED,
        )
        assert write(f"{LINKS} https://d.example").is_published
        site.policy = Policy.HOLD_ALL
        assert write("Held as all are").caught_by == "policy"


def test_trust_is_granted_once_and_taken_back(
    app: Flask, site: Site, mia: Account, ada: tuple[Account, Identity]
) -> None:
    assert not trust.standing(site.id, ada[0]).is_granted
    trust.grant(site, ada[0], by=mia)
    trust.grant(site, ada[0], by=mia)
    assert trust.standing(site.id, ada[0]).is_granted
    with queries(app, at_most=1):
        assert trust.standing(site.id, ada[0]).is_granted
    trust.revoke(site, ada[0], by=mia)
    trust.revoke(site, ada[0], by=mia)
    assert not trust.standing(site.id, ada[0]).is_granted
    told = db.session.scalars(select(Batch).order_by(Batch.id)).all()
    assert [(each.action, each.details["person"]) for each in told] == [
        ("trust", ada[0].id),
        ("distrust", ada[0].id),
    ]


def test_only_who_moderates_the_site_trusts_anybody(
    site: Site, ada: tuple[Account, Identity]
) -> None:
    for act in (trust.grant, trust.revoke):
        with pytest.raises(NotFound, match=r"site\.unknown"):
            act(site, ada[0], by=ada[0])


@pytest.mark.parametrize(
    ("known", "most"),
    [
        ({"settled": 0}, 5),
        ({"settled": 7}, 12),
        ({"settled": 500}, 50),
        ({"settled": 7, "open_reports": 1}, 6),
        ({"settled": 7, "open_reports": 2}, 3),
        ({"settled": 7, "open_reports": 99}, 1),
    ],
)
def test_how_much_may_be_posted_grows_with_what_stands(known: dict[str, Any], most: int) -> None:
    """Up to what any client may post: five a minute are fifty in ten."""
    assert limits.allowance(standing(**known), flood=(5, 60)) == most


def test_a_new_author_is_slowed_down_and_told_until_when(write: Write) -> None:
    flood = (5, 60)
    for _ in range(5):
        write(flood=flood)
    with pytest.raises(TooFast, match=r"comment\.flood") as refusal:
        write(flood=flood)
    assert 590 < refusal.value.retry_after <= 600
    with clock.turned_by(trust.FRESH + timedelta(seconds=1)):
        for _ in range(10):
            write(flood=flood)
        with pytest.raises(TooFast):
            write(flood=flood)


def test_an_open_report_slows_its_author_down(write: Write) -> None:
    flood = (5, 60)
    reader = Reporter(people.invite("sam@example.org"))
    report(write(flood=flood), by=reader, cause=Cause.ABUSE)
    write(flood=flood)
    with pytest.raises(TooFast):
        write(flood=flood)


def test_who_moderates_the_site_is_not_slowed_down(
    write: Write, site: Site, ada: tuple[Account, Identity]
) -> None:
    identities.link(people.invite("mo@example.org", site=site, role=Role.MODERATOR), _other())
    account, identity = identities.recognised(_other())
    for number in range(6):
        posting.post(
            db.session.query(Thread).one(),
            site,
            author=posting.Member(account, identity),
            draft=posting.Draft(f"Official {number}"),
            arrival=posting.Arrival(flood=(1, 60)),
        )


def _other() -> Profile:
    return Profile(provider="google", issuer="https://a.example", subject="2", name="Mo")
