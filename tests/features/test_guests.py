"""A guest's details: cleaned, and refused all at once."""

import pytest

from commentbox.comments import guests, posting
from commentbox.errors import Invalid
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Account, Membership, Role, Site


def guest(site: Site, **given: str | None) -> posting.Guest:
    details = {"name": "Ann", "email": "ann@example.org", "website": "", "key": None} | given
    return guests.guest(**details, site=site)  # type: ignore[arg-type]


def test_details_are_kept_in_their_one_spelling(site: Site) -> None:
    found = guest(site, name="  Ann  B\n", email=" ann@EXAMPLE.org ", website="ann.example")
    assert (found.name, found.email) == ("Ann B", "ann@example.org")
    assert found.website == "https://ann.example/"


def test_everything_that_is_wrong_is_named_at_once(site: Site) -> None:
    with pytest.raises(Invalid) as caught:
        guest(site, comment=" ", email="a@b", name="\u200b", website="javascript:alert(1)")
    assert caught.value.code == "comment.empty"
    assert caught.value.fields == {
        "comment": "comment.empty",
        "email": "email.invalid",
        "name": "name.missing",
        "website": "website.invalid",
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "", "email.missing"),
        ("email", f"{'a' * 95}@example.org", "email.too_long"),
        ("name", "n" * 246, "name.too_long"),
        ("website", f"https://example.org/{'w' * 200}", "website.too_long"),
    ],
)
def test_a_field_that_cannot_be_used_is_refused(
    site: Site, field: str, value: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        guest(site, **{field: value})
    assert caught.value.fields == {field: code}


def test_a_site_may_do_without_name_and_address(site: Site) -> None:
    site.requires_email = site.requires_name = False
    found = guest(site, name="", email="")
    assert (found.name, found.email) == ("Anonymous", "")


def test_an_address_is_checked_even_where_it_may_be_missing(site: Site) -> None:
    site.requires_email = False
    with pytest.raises(Invalid, match=r"email\.invalid"):
        guest(site, email="nonsense")


def test_nobody_comments_under_the_name_of_a_moderator(site: Site) -> None:
    moderator = Account(email="mo@example.org", name="Mo Lee")
    db.session.add(moderator)
    db.session.flush()
    db.session.add(Membership(account_id=moderator.id, site_id=site.id, role=Role.MODERATOR))
    db.session.flush()
    with pytest.raises(Invalid) as caught:
        guest(site, name="M\u043e  LEE")
    assert caught.value.fields == {"name": "name.reserved"}


def test_a_browser_keeps_its_key_and_a_new_one_gets_one(site: Site) -> None:
    key = tokens.new()
    assert guest(site, key=key).key == key
    assert tokens.is_token(guest(site, key="nonsense").key or "")
