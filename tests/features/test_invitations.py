"""Invitations, and who takes them up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from flask import Flask

from commentbox.accounts import email_code, identities, people, sessions
from commentbox.extensions import begin_writing, db
from commentbox.models import Account, Role, Site
from commentbox.providers.base import Profile
from tests.features.test_identities import EMAIL, GOOGLE, TYPED, log_in

OTHER = replace(GOOGLE, subject="101")


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
    assert identities.recognised(OTHER)[0].id != invited.id


def test_a_code_proves_as_much_as_the_link_that_goes_to_the_same_mailbox(site: Site) -> None:
    invited = people.invite("Ada@gmail.com", site=site, name="Ada")
    _, token = sessions.begin(invited, device="", days=1)
    account, identity = identities.recognised(TYPED)
    assert (account.id, identity.account_id, account.name) == (invited.id, invited.id, "Ada")
    assert identities.recognised(TYPED)[0].id == invited.id
    assert sessions.by_token(token)[1].id == invited.id


@pytest.mark.parametrize(
    "change",
    [
        people.block,
        lambda _: people.dismiss(EMAIL),
        lambda moderator: setattr(moderator, "email", "other@gmail.com"),
    ],
    ids=["blocked", "without a role", "written to elsewhere"],
)
def test_a_code_makes_nobody_a_moderator_who_is_sent_no_links_there(
    site: Site, change: Callable[[Account], object]
) -> None:
    moderator = people.invite(EMAIL, site=site)
    moderator.arrive()
    change(moderator)
    account, _ = identities.recognised(TYPED)
    assert (account.id == moderator.id, people.roles(account)) == (False, [])


def test_a_code_that_may_have_been_guessed_makes_nobody_a_moderator(site: Site) -> None:
    moderator = people.invite(EMAIL, site=site)
    moderator.arrive()
    guessed = email_code.profile(EMAIL, is_authoritative=False)
    assert identities.recognised(guessed)[0].id != moderator.id


def test_who_wrote_by_codes_before_they_were_invited_stays_who_they_were(site: Site) -> None:
    reader, _ = identities.recognised(TYPED)
    moderator = people.invite(EMAIL, site=site)
    moderator.arrive()
    assert identities.recognised(TYPED)[0].id == reader.id


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
        found = list(several.map(lambda profile: log_in(app, profile), [GOOGLE, OTHER]))
    assert sorted(account_id == invited for account_id in found) == [False, True]


def test_of_two_who_invite_somebody_new_at_once_both_do(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, nobody = people.find, Event()

    def told(address: str) -> Account | None:
        account = find(address)
        if account is None:
            nobody.set()
        return account

    def invite() -> str:
        with app.app_context():
            begin_writing()
            account = people.invite(EMAIL, role=Role.OWNER)
            db.session.commit()
            return account.id

    with app.app_context(), ThreadPoolExecutor(1) as another:
        begin_writing()
        first = people.invite(EMAIL).id
        monkeypatch.setattr(people, "find", told)
        second = another.submit(invite)
        nobody.wait(0.5)  # SQLite lets nobody look before this commit
        db.session.commit()
        assert second.result() == first
