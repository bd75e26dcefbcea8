"""People and their roles."""

import pytest

from commentbox.accounts import email_code, identities, people, sessions, signin
from commentbox.errors import Gone, Invalid, NotFound, NotSignedIn
from commentbox.models import Role, Site

EMAIL = "Mia@example.org"


def test_inviting_twice_makes_one_account_with_one_role(site: Site) -> None:
    first = people.invite(EMAIL, site=site)
    second = people.invite("mia@EXAMPLE.org", site=site)
    assert first.id == second.id
    assert [(role.site_id, role.role) for role in people.roles(first)] == [(site.id, Role.OWNER)]


def test_a_name_is_never_made_from_the_address(site: Site) -> None:
    assert "mia" not in people.invite(EMAIL, site=site).name.lower()


def test_an_invited_person_can_have_another_role_elsewhere(site: Site) -> None:
    account = people.invite(EMAIL, name="Mia")
    people.invite(EMAIL, site=site, role=Role.MODERATOR)
    assert {(role.site_id, role.role) for role in people.roles(account)} == {
        (None, Role.ADMIN),
        (site.id, Role.MODERATOR),
    }
    assert [name for person, _, _ in people.everybody() if (name := person.name)] == ["Mia", "Mia"]


@pytest.mark.parametrize("address", ["", "mia", "mia@localhost", "a b@example.org"])
def test_a_wrong_address_is_refused(writing: None, address: str) -> None:
    with pytest.raises(Invalid, match=r"email\.invalid"):
        people.invite(address)


@pytest.mark.parametrize(("name", "code"), [(" ", "name.missing"), ("x" * 246, "name.too_long")])
def test_a_name_that_nobody_could_read_is_refused(writing: None, name: str, code: str) -> None:
    account = people.invite(EMAIL)
    with pytest.raises(Invalid) as refusal:
        people.rename(account, name)
    assert refusal.value.fields == {"name": code}


def test_a_dismissed_person_is_signed_out_and_their_links_are_dead(site: Site) -> None:
    account = people.invite(EMAIL, site=site)
    link = signin.link_for(account, valid=signin.BY_HAND)
    _, session = sessions.begin(account, device="", days=1)
    people.dismiss(EMAIL, site=site)
    assert people.roles(account) == []
    with pytest.raises(Gone):
        signin.redeem(link)
    with pytest.raises(NotSignedIn):
        sessions.by_token(session)


def test_who_keeps_a_role_stays_signed_in(site: Site) -> None:
    account = people.invite(EMAIL, site=site)
    people.invite(EMAIL)
    _, session = sessions.begin(account, device="", days=1)
    people.dismiss(EMAIL, site=site)
    assert sessions.by_token(session)[1].id == account.id


def test_nobody_can_dismiss_a_stranger(writing: None) -> None:
    with pytest.raises(NotFound, match=r"account\.unknown"):
        people.dismiss("nobody@example.org")


def test_who_has_not_chosen_a_name_is_known_to_have_none(writing: None) -> None:
    reader, _ = identities.recognised(email_code.profile("ann@example.org"))
    invited = people.invite(EMAIL)
    assert people.is_unnamed(reader)
    assert people.is_unnamed(invited)
    for account in (reader, invited):
        people.rename(account, "Mia")
        assert not people.is_unnamed(account)
