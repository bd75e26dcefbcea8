"""What readers see of a person, the same beside everything that they wrote."""

from collections.abc import Callable

import pytest

from commentbox.accounts import people, profiles
from commentbox.errors import Invalid
from commentbox.extensions import db
from commentbox.models import Account, Comment, Site, Thread

Post = Callable[..., Comment]


@pytest.fixture
def account(writing: None) -> Account:
    account = Account(name="Ada")
    db.session.add(account)
    db.session.flush()
    return account


@pytest.fixture
def written(account: Account, post: Post) -> Comment:
    comment = post("Mine")
    comment.account_id, comment.author_name = account.id, account.name
    db.session.flush()
    return comment


def test_a_new_name_stands_beside_all_that_the_person_wrote(
    account: Account, written: Comment, post: Post, thread: Thread
) -> None:
    other, before = post("Yours", name="Ben"), thread.revision
    profiles.rename(account, " Countess\n")
    for row in (written, other, thread):
        db.session.refresh(row)
    assert (written.author_name, other.author_name) == ("Countess", "Ben")
    assert thread.revision > before


def test_a_website_is_shown_and_taken_away_again(account: Account, written: Comment) -> None:
    profiles.change_website(account, "ada.example")
    db.session.refresh(written)
    assert account.website == written.author_website == "https://ada.example/"
    profiles.change_website(account, " ")
    db.session.refresh(written)
    assert account.website == written.author_website == ""


def test_pages_stay_as_they_are_when_nothing_has_changed(
    account: Account, written: Comment, thread: Thread
) -> None:
    before = thread.revision
    profiles.rename(account, "Ada")
    profiles.change_website(account, "")
    profiles.follow(account, name="Ada", website="")
    db.session.refresh(thread)
    assert thread.revision == before


@pytest.mark.parametrize(
    ("website", "code"),
    [
        ("javascript:alert(1)", "website.invalid"),
        (f"https://example.org/{'w' * 200}", "website.too_long"),
    ],
)
def test_what_is_no_website_is_refused(account: Account, website: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        profiles.change_website(account, website)
    assert refusal.value.fields == {"website": code}


@pytest.mark.parametrize("name", ["Admin", "Mіa", "Mia"])
def test_d1_nobody_takes_the_name_of_a_moderator(account: Account, site: Site, name: str) -> None:
    people.invite("mia@example.org", site=site, name="Mia")
    with pytest.raises(Invalid) as refusal:
        profiles.rename(account, name)
    assert refusal.value.fields == {"name": "name.reserved"}


def test_a_moderator_of_all_sites_may_bear_their_own_name_and_that_of_a_role(site: Site) -> None:
    mia = people.invite("mia@example.org", name="Mia")
    profiles.rename(mia, "MIA")
    profiles.rename(mia, "Moderator")
    assert mia.name == "Moderator"


@pytest.mark.parametrize("name", ["Grace Hopper", "Administrator"])
def test_d1_a_moderator_of_one_site_takes_no_name_that_says_more(site: Site, name: str) -> None:
    people.invite("grace@example.org", name="Grace Hopper")
    bob = people.invite("bob@example.org", site=site)
    profiles.rename(bob, people.UNNAMED)  # as they are called already
    profiles.rename(bob, "Bob")
    with pytest.raises(Invalid, match=r"name\.reserved"):
        profiles.rename(bob, name)
    assert bob.name == "Bob"
