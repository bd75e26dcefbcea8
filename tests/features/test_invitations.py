"""Invitations, and who takes them up."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask

from commentbox.accounts import identities, people, sessions
from commentbox.extensions import begin_writing, db
from commentbox.models import Role, Site
from commentbox.providers.base import Profile
from tests.features.test_identities import EMAIL, GOOGLE, TYPED, log_in


@pytest.mark.parametrize("profile", [GOOGLE, TYPED])
def test_an_invitation_is_for_who_surely_reads_its_mailbox(site: Site, profile: Profile) -> None:
    invited = people.invite("Ada@gmail.com", site=site, role=Role.MODERATOR)
    account, _ = identities.recognised(profile)
    assert account.id == invited.id
    assert account.name == (profile.name or people.UNNAMED)


@pytest.mark.parametrize(
    "claim",
    [
        {"is_authoritative": False},
        {"email_verified": False},
        {"email": ""},
        {"email": "ada@gmail.com.evil.example"},
    ],
)
def test_c12_an_address_that_a_provider_only_says_grants_no_role(
    site: Site, claim: dict[str, object]
) -> None:
    invited = people.invite(EMAIL, site=site)
    account, _ = identities.recognised(replace(GOOGLE, **claim))  # type: ignore[arg-type]
    assert account.id != invited.id
    assert people.roles(account) == []


def test_an_invitation_is_taken_up_once(site: Site) -> None:
    invited = people.invite(EMAIL, site=site)
    assert identities.recognised(GOOGLE)[0].id == invited.id
    assert identities.recognised(TYPED)[0].id != invited.id


def test_who_has_signed_in_by_a_link_is_no_longer_only_invited(site: Site) -> None:
    invited = people.invite(EMAIL, site=site)
    sessions.begin(invited, device="", days=1)
    assert identities.recognised(GOOGLE)[0].id != invited.id


def test_who_has_been_here_once_is_never_again_only_invited(site: Site) -> None:
    invited = people.invite(EMAIL, site=site)
    sessions.begin(invited, device="", days=1)
    sessions.end_all(invited)
    people.invite(EMAIL, site=site)
    assert identities.recognised(GOOGLE)[0].id != invited.id


def test_what_was_unlinked_does_not_take_the_invitation_up_again(site: Site) -> None:
    invited, identity = people.invite(EMAIL, site=site), identities.recognised(GOOGLE)[1]
    assert identity.account_id == invited.id
    identities.unlink(invited, identity.id)
    assert identities.recognised(GOOGLE)[0].id != invited.id


def test_who_was_dismissed_before_they_came_is_not_invited(site: Site) -> None:
    invited = people.invite(EMAIL, site=site)
    people.dismiss(EMAIL)
    assert identities.recognised(GOOGLE)[0].id != invited.id


def test_of_two_who_take_up_an_invitation_at_once_one_gets_it(app: Flask) -> None:
    with app.app_context():
        begin_writing()
        invited = people.invite(EMAIL).id
        db.session.commit()
    with ThreadPoolExecutor(2) as several:
        found = list(several.map(lambda profile: log_in(app, profile), [GOOGLE, TYPED]))
    assert sorted(account_id == invited for account_id in found) == [False, True]
