"""The log of what was done, as those who moderate see it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Batch, Comment, Membership, Role, Site
from commentbox.moderation import actions, log, subjects
from commentbox.moderation.actions import Seen
from commentbox.moderation.subjects import Subject

Post = Callable[..., Comment]


@pytest.fixture
def other(site: Site) -> Site:
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    return other


@pytest.fixture
def mia(site: Site) -> Account:
    return people.invite("mia@example.org", site=site)


def read(by: Account, *sites: Site) -> list[log.Entry]:
    return log.page(people.roles(by), site_ids=[site.id for site in sites]).entries


def test_the_newest_action_comes_first_with_who_and_where(
    post: Post, site: Site, mia: Account
) -> None:
    log.note("settings", site_id=site.id, by=None, heading=["", "Say something"])
    actions.trash([Seen.of(post("One")), Seen.of(post("Two"))], by=mia)
    last, first = read(mia, site)
    assert (last.batch.action, last.batch.done, last.account) == ("trash", 2, mia)
    assert (last.sites, last.may_undo) == ([site], True)
    assert (first.batch.action, first.account, first.may_undo) == ("settings", None, False)


def test_pages_follow_one_another_without_a_gap(post: Post, site: Site, mia: Account) -> None:
    for number in range(7):
        log.note(f"note {number}", site_id=site.id, by=mia)
    seen, after = list[str](), None
    for _ in range(4):
        page = log.page(people.roles(mia), site_ids=[site.id], after=after, limit=2)
        seen += [entry.batch.action for entry in page.entries]
        after = page.more
    assert (seen, after) == ([f"note {number}" for number in range(6, -1, -1)], None)


def test_a_row_about_one_comment_tells_of_it_to_who_may_see_it(
    post: Post, site: Site, other: Site, mia: Account
) -> None:
    comment, zoe = post("One"), people.invite("zoe@example.org", site=other)
    batches = [
        db.session.get_one(Batch, actions.mark_spam([Seen.of(comment)], by=mia).id),
        log.note("reply", site_id=site.id, by=mia, comment=comment.id),
        log.note("settings", site_id=site.id, by=mia),
        db.session.get_one(
            Batch, actions.trash([*map(Seen.of, (comment, post("Two")))], by=mia).id
        ),
    ]
    told = {batch.id: Subject(comment.author_name, "One") for batch in batches[:2]}
    assert subjects.of(people.roles(mia), batches) == told
    assert subjects.of(people.roles(zoe), batches) == {}
    actions.delete([Seen.of(comment)], by=mia)
    assert subjects.of(people.roles(mia), batches) == {}


def test_only_ones_own_sites_are_in_it(site: Site, other: Site, mia: Account) -> None:
    log.note("settings", site_id=other.id, by=None)
    zoe = people.invite("zoe@example.org", site=other)
    assert read(mia, site, other) == []
    assert len(read(zoe, site, other)) == 1


def test_what_reaches_over_several_sites_is_shown_to_who_did_it_and_to_admins(
    post: Post, site: Site, other: Site, mia: Account
) -> None:
    people.invite("mia@example.org", site=other)
    ben = people.invite("ben@example.org", site=site, role=Role.MODERATOR)
    ada = people.invite("ada@example.org")
    here, there = post("Here"), post("There")
    there.site_id = other.id
    db.session.flush()
    actions.trash([Seen.of(here), Seen.of(there)], by=mia)
    for who, number in ((mia, 1), (ada, 1), (ben, 0)):
        assert len(read(who, site, other)) == len(read(who, site)) == number
    [entry] = read(ada, site)
    assert {each.id for each in entry.sites} == {site.id, other.id}


def test_what_was_taken_back_or_is_too_old_is_not_offered_for_that(
    post: Post, site: Site, mia: Account
) -> None:
    done = actions.trash([Seen.of(post())], by=mia)
    assert [entry.may_undo for entry in read(mia, site)] == [True]
    with clock.turned_by(timedelta(days=31)):
        assert [entry.may_undo for entry in read(mia, site)] == [False]
    actions.undo(done.id, by=mia)
    assert [entry.may_undo for entry in read(mia, site)] == [True, False]


def test_nobody_without_a_role_sees_any(site: Site, mia: Account) -> None:
    log.note("settings", site_id=site.id, by=mia)
    nobody: list[Membership] = []
    assert log.page(nobody, site_ids=[site.id]).entries == []
    assert len(db.session.scalars(select(Batch)).all()) == 1
