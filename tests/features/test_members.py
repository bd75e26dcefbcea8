"""Comments of people who logged in."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from commentbox.accounts import identities, people, profiles
from commentbox.comments import posting, reading
from commentbox.errors import Conflict, TooFast
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Account, Comment, Policy, Role, Site, Status, Thread
from commentbox.moderation import actions, status
from commentbox.providers.base import Profile

Write = Callable[..., Comment]
ADA = Profile(
    provider="google",
    issuer="https://accounts.google.com",
    subject="100",
    name="Ada Lovelace",
    profile_url="https://example.org/ada",
    email="ada@example.org",
)
BEN = Profile(provider="twitter", issuer="https://x.com", subject="7", name="Ben")


@pytest.fixture
def write(site: Site, thread: Thread) -> Write:
    """Return a function that posts as somebody who logged in: `write("text", profile=ADA)`."""

    def write(
        source: str = "Hello",
        *,
        profile: Profile = ADA,
        arrival: posting.Arrival | None = None,
    ) -> Comment:
        author = posting.Member(*identities.recognised(profile))
        draft = posting.Draft(source)
        return posting.post(
            thread, site, author=author, draft=draft, arrival=arrival or posting.Arrival()
        )

    return write


def test_a_comment_bears_who_wrote_it_and_where_they_logged_in(write: Write) -> None:
    comment = write()
    account, _ = identities.recognised(ADA)
    assert comment.account_id == account.id
    assert (comment.author_name, comment.author_website) == (
        "Ada Lovelace",
        "https://example.org/ada",
    )
    assert (comment.author_provider, comment.author_email) == ("google", "ada@example.org")
    assert (comment.author_key, comment.is_official) == (None, False)


def test_a_member_is_trusted_for_what_their_account_has_published(write: Write, site: Site) -> None:
    site.policy = Policy.HOLD_FIRST
    first = write("First")
    assert first.status is Status.PENDING
    status.move(first, Status.PUBLISHED)
    assert write("Second").is_published
    assert write("Other", profile=BEN).status is Status.PENDING


def test_nobody_is_trusted_for_having_the_address_of_a_member(
    write: Write, post: Callable[..., Comment], site: Site
) -> None:
    site.policy = Policy.HOLD_FIRST
    status.move(write("First"), Status.PUBLISHED)
    assert post("Me too", name="Ada L", email="ada@example.org", key=tokens.new()).status is (
        Status.PENDING
    )


def test_logging_in_is_no_reason_to_appear_at_once(write: Write, site: Site) -> None:
    site.policy = Policy.HOLD_ALL
    assert write().status is Status.PENDING


def test_who_has_a_role_on_the_site_is_official_there(write: Write, site: Site) -> None:
    site.policy = Policy.HOLD_ALL
    account = people.invite("mo@example.org", site=site, role=Role.MODERATOR)
    identities.link(account, ADA)
    comment = write()
    assert comment.is_official
    assert comment.is_published


def test_a_role_on_another_site_makes_nobody_official_here(write: Write, site: Site) -> None:
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    identities.link(people.invite("mo@example.org", site=other), ADA)
    assert not write().is_official


def test_members_who_write_too_fast_are_slowed_down(write: Write) -> None:
    arrival = posting.Arrival(client="c", flood=(1, 60))
    write("One", arrival=arrival)
    with pytest.raises(TooFast):
        write("Two", arrival=arrival)


def test_a_member_does_not_say_the_same_twice(write: Write) -> None:
    first = write("Same")
    with pytest.raises(Conflict) as refusal:
        write("Same")
    assert refusal.value.comment_id == first.id
    assert write("Same", profile=BEN).is_published


def test_what_waits_is_shown_to_its_author_wherever_they_log_in(
    write: Write, post: Callable[..., Comment], site: Site, thread: Thread
) -> None:
    site.policy = Policy.HOLD_ALL
    held, mine = write("Held"), tokens.new()
    typed = post("Typed", key=mine)
    account, _ = identities.recognised(ADA)
    other, _ = identities.recognised(BEN)
    assert _previews(thread, account_id=account.id) == [held.id]
    assert _previews(thread, account_id=account.id, author_key=mine) == [held.id, typed.id]
    assert _previews(thread, author_key=mine) == [typed.id]
    assert _previews(thread, account_id=other.id) == _previews(thread) == []


def test_nothing_of_its_author_is_left_of_an_erased_comment(write: Write, site: Site) -> None:
    mia = people.invite("mia@example.org")
    comment = write()
    comment.author_avatar = "x" * 22
    actions.trash([actions.Seen.of(comment)], by=mia)
    actions.delete([actions.Seen.of(comment)], by=mia)
    left = select(Comment.account_id, Comment.author_provider, Comment.author_avatar)
    assert db.session.execute(left).one() == (None, "", None)
    profiles.rename(identities.recognised(ADA)[0], "Countess")
    db.session.refresh(comment)
    assert comment.author_name == ""


def test_an_account_that_is_gone_leaves_its_comments(write: Write) -> None:
    comment = write()
    db.session.delete(db.session.get_one(Account, comment.account_id))
    db.session.flush()
    db.session.refresh(comment)
    assert (comment.account_id, comment.is_published) == (None, True)


def _previews(thread: Thread, **author: str) -> list[str]:
    return [placed.comment.id for placed in reading.previews(thread, **author)]
