"""A guest who proves the address later owns what they wrote under it."""

from collections.abc import Callable

import pytest

from commentbox.accounts import email_code, identities, people
from commentbox.comments import claims, posting, threads
from commentbox.extensions import db
from commentbox.models import Account, Comment, Identity, Policy, Role, Site, Status, Thread
from commentbox.moderation import status
from commentbox.providers.base import Profile

Post = Callable[..., Comment]
EMAIL = "ann@example.org"
MINE = "Zx8sVq3Lw0pRt6YkN1mHc4Jb7DfGa2Ue9XoIiSsQhPk"


@pytest.fixture
def ann(writing: None) -> tuple[Account, Identity]:
    return identities.recognised(email_code.profile(EMAIL))


def test_the_comments_of_this_browser_under_the_proved_address_are_theirs(
    post: Post, site: Site, thread: Thread, ann: tuple[Account, Identity]
) -> None:
    comment, revision = post("Mine", name="Ann B", email=EMAIL, key=MINE), thread.revision
    assert claims.claim(*ann, site=site, author_key=MINE) == 1
    for row in (comment, thread):
        db.session.refresh(row)
    assert (comment.account_id, comment.author_provider) == (ann[0].id, "email")
    assert comment.person == f"account:{ann[0].id}"
    assert ann[0].name == comment.author_name == "Ann B"
    assert thread.revision > revision
    assert claims.claim(*ann, site=site, author_key=MINE) == 0


def test_an_address_is_the_same_in_any_spelling(
    post: Post, site: Site, ann: tuple[Account, Identity]
) -> None:
    post("Mine", email="Ann@Example.org", key=MINE)
    assert claims.claim(*ann, site=site, author_key=MINE) == 1


@pytest.mark.parametrize(
    ("email", "key", "wrote_as"),
    [
        (EMAIL, "Qm4Tn7Wb2Kd9Rf1Zp6Xs3Vg8Hj5Lc0Ya_uEi-oOtPrS", "another browser"),
        ("ben@example.org", MINE, "another address"),
        ("", MINE, "no address"),
        (EMAIL, None, "a browser without a secret"),
    ],
)
def test_nobody_elses_comments_are_theirs(
    post: Post, site: Site, ann: tuple[Account, Identity], email: str, key: str, wrote_as: str
) -> None:
    comment = post(wrote_as, email=email, key=key)
    assert claims.claim(*ann, site=site, author_key=MINE) == 0
    assert claims.claim(*ann, site=site, author_key="") == 0
    db.session.refresh(comment)
    assert comment.account_id is None


def test_an_address_that_only_a_provider_says_proves_nothing(post: Post, site: Site) -> None:
    post(email=EMAIL, key=MINE)
    google = Profile(
        provider="google",
        issuer="https://accounts.google.com",
        subject="1",
        name="Ann",
        email=EMAIL,
        email_verified=True,
    )
    assert claims.claim(*identities.recognised(google), site=site, author_key=MINE) == 0


def test_comments_on_another_site_stay_where_they_are(
    post: Post, site: Site, ann: tuple[Account, Identity]
) -> None:
    other = Site(name="other", origins=["https://other.test"], policy=Policy.PUBLISH)
    db.session.add(other)
    db.session.flush()
    thread = threads.opened(other, threads.place(other, address="https://other.test/a"))
    author = posting.Guest(name="Ann", email=EMAIL, key=MINE)
    draft = posting.Draft("Elsewhere")
    posting.post(thread, other, author=author, draft=draft, arrival=posting.Arrival())
    assert claims.claim(*ann, site=site, author_key=MINE) == 0


def test_what_was_approved_of_the_guest_counts_for_the_person(
    post: Post, site: Site, thread: Thread, ann: tuple[Account, Identity]
) -> None:
    site.policy = Policy.HOLD_FIRST
    status.move(post("First", email=EMAIL, key=MINE), Status.PUBLISHED)
    claims.claim(*ann, site=site, author_key=MINE)
    draft = posting.Draft("Second")
    author = posting.Member(*ann)
    comment = posting.post(thread, site, author=author, draft=draft, arrival=posting.Arrival())
    assert comment.is_published


def test_a_moderator_without_a_name_gets_the_one_they_wrote_under(
    post: Post, site: Site, ann: tuple[Account, Identity]
) -> None:
    ann[0].name = people.UNNAMED
    post("Mine", name="Ann B", email=EMAIL, key=MINE)
    claims.claim(*ann, site=site, author_key=MINE)
    assert ann[0].name == "Ann B"


def test_a_name_that_is_a_moderators_elsewhere_is_not_taken_over(
    post: Post, site: Site, thread: Thread, ann: tuple[Account, Identity]
) -> None:
    other = Site(name="other", origins=["https://other.test"], policy=Policy.PUBLISH)
    db.session.add(other)
    db.session.flush()
    people.invite("mod@example.org", site=other, role=Role.MODERATOR, name="Maria Mod")
    comment = post("Mine", name="Maria Mod", email=EMAIL, key=MINE)
    assert claims.claim(*ann, site=site, author_key=MINE) == 1
    db.session.refresh(comment)
    assert ann[0].name == comment.author_name == "Commenter"
