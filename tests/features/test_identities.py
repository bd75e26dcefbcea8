"""Whom a profile logs in: by provider, issuer and subject, and by nothing else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.accounts import identities, people, profiles, sessions
from commentbox.errors import Conflict, NotAllowed, NotFound, NotSignedIn
from commentbox.extensions import begin_writing, db
from commentbox.models import Account, Identity, Site
from commentbox.providers.base import Profile

EMAIL = "ada@gmail.com"
GOOGLE = Profile(
    provider="google",
    issuer="https://accounts.google.com",
    subject="100",
    name="Ada Lovelace",
    profile_url="https://example.org/ada",
    email=EMAIL,
    email_verified=True,
    is_authoritative=True,
)
FACEBOOK = Profile(
    provider="facebook", issuer="https://www.facebook.com", subject="7", name="Ada L", email=EMAIL
)
TYPED = Profile(
    provider="email",
    issuer="email",
    subject=EMAIL,
    name="",
    email=EMAIL,
    email_verified=True,
    is_authoritative=True,
)


def test_who_comes_back_is_the_same_person_whatever_else_has_changed(writing: None) -> None:
    account, identity = identities.recognised(GOOGLE)
    changed = replace(GOOGLE, name="A. King", email="king@example.org", profile_url="")
    again, known = identities.recognised(changed)
    assert (again.id, known.id) == (account.id, identity.id)
    assert (known.name, known.email, known.profile_url) == ("A. King", "king@example.org", "")
    assert (again.name, again.email) == ("A. King", None)


def test_a_name_and_a_website_that_the_person_chose_stay(writing: None) -> None:
    account, _ = identities.recognised(GOOGLE)
    assert account.website == "https://example.org/ada"
    profiles.rename(account, "Countess")
    profiles.change_website(account, "")
    identities.recognised(replace(GOOGLE, name="A. King", profile_url="https://example.org/king"))
    assert (account.name, account.website) == ("Countess", "")


def test_a_website_follows_the_page_of_the_person_at_the_provider(writing: None) -> None:
    account, _ = identities.recognised(GOOGLE)
    identities.recognised(replace(GOOGLE, profile_url="https://example.org/king"))
    assert account.website == "https://example.org/king"


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "101"},
        {"issuer": "https://evil.example"},
        {"provider": "oidc_acme"},
        {"subject": "100 "},
    ],
)
def test_the_same_address_and_name_are_another_person(writing: None, other: dict[str, str]) -> None:
    account, _ = identities.recognised(GOOGLE)
    assert identities.recognised(replace(GOOGLE, **other))[0].id != account.id  # type: ignore[arg-type]


def test_one_address_at_google_at_facebook_and_typed_is_three_strangers_until_linked(
    writing: None,
) -> None:
    found = [identities.recognised(profile)[0] for profile in (GOOGLE, FACEBOOK, TYPED)]
    assert len({account.id for account in found}) == 3
    assert [account.email for account in found] == [None] * 3


def test_a_person_has_as_many_identities_as_they_link(writing: None) -> None:
    account, _ = identities.recognised(GOOGLE)
    linked = identities.link(account, FACEBOOK)
    assert identities.recognised(FACEBOOK) == (account, linked)
    assert [identity.provider for identity in identities.of(account)] == ["google", "facebook"]
    assert account.name == "Ada Lovelace"
    assert identities.link(account, FACEBOOK).id == linked.id


def test_the_identity_of_somebody_else_is_not_linked(writing: None) -> None:
    account, _ = identities.recognised(GOOGLE)
    other, _ = identities.recognised(FACEBOOK)
    with pytest.raises(Conflict, match=r"identity\.taken"):
        identities.link(account, FACEBOOK)
    assert identities.recognised(FACEBOOK)[0].id == other.id


def test_who_commented_before_they_were_invited_moderates_with_the_same_log_in(site: Site) -> None:
    reader, identity = identities.recognised(GOOGLE)
    _, token = sessions.begin(reader, device="", days=1, identity=identity)
    invited = people.invite(EMAIL, site=site, name="Mia")
    assert identities.link(invited, GOOGLE).id == identity.id
    assert identities.recognised(GOOGLE)[0].id == invited.id
    assert (reader.name, invited.name) == ("Ada Lovelace", "Mia")
    with pytest.raises(NotSignedIn):
        sessions.by_token(token)


@pytest.mark.parametrize(
    "keep",
    [
        people.block,
        lambda reader: identities.link(reader, TYPED),
        lambda reader: setattr(reader, "email", "other@example.org"),
    ],
    ids=["blocked", "another identity", "an address"],
)
def test_not_even_a_moderator_takes_the_way_in_of_somebody_who_may_need_it(
    site: Site, keep: Callable[[Account], object]
) -> None:
    reader, identity = identities.recognised(GOOGLE)
    keep(reader)
    with pytest.raises(Conflict, match=r"identity\.taken"):
        identities.link(people.invite("mia@example.org", site=site), GOOGLE)
    assert identity.account_id == reader.id


def test_linking_ends_every_other_log_in(writing: None) -> None:
    account, identity = identities.recognised(GOOGLE)
    _, other = sessions.begin(account, device="", days=1, identity=identity)
    here, _ = sessions.begin(account, device="", days=1, identity=identity)
    identities.link(account, FACEBOOK, here=here)
    with pytest.raises(NotSignedIn):
        sessions.by_token(other)
    assert [session.id for session, _site in sessions.listed(account)] == [here.id]


def test_an_unlinked_identity_is_a_stranger_and_its_log_ins_end(writing: None) -> None:
    account, google = identities.recognised(GOOGLE)
    facebook = identities.link(account, FACEBOOK)
    _, by_facebook = sessions.begin(account, device="", days=1, identity=facebook)
    here, _ = sessions.begin(account, device="", days=1, identity=google)
    identities.unlink(account, facebook.id, here=here)
    with pytest.raises(NotSignedIn):
        sessions.by_token(by_facebook)
    assert [session.id for session, _site in sessions.listed(account)] == [here.id]
    assert identities.recognised(FACEBOOK)[0].id != account.id


def test_nobody_unlinks_the_identity_of_another(writing: None) -> None:
    account, _ = identities.recognised(GOOGLE)
    _, other = identities.recognised(FACEBOOK)
    with pytest.raises(NotFound, match=r"identity\.unknown"):
        identities.unlink(account, other.id)


def test_the_only_way_in_stays(writing: None) -> None:
    account, identity = identities.recognised(GOOGLE)
    with pytest.raises(Conflict, match=r"identity\.last"):
        identities.unlink(account, identity.id)


def test_who_was_invited_by_mail_can_do_without_a_provider(writing: None) -> None:
    account = people.invite("mia@example.org")
    identity = identities.link(account, FACEBOOK)
    identities.unlink(account, identity.id)
    assert identities.of(account) == []


def test_the_only_way_in_of_who_was_dismissed_stays(writing: None) -> None:
    account = people.invite("mia@example.org")
    identity = identities.link(account, FACEBOOK)
    people.dismiss("mia@example.org")
    with pytest.raises(Conflict, match=r"identity\.last"):
        identities.unlink(account, identity.id)


def test_who_was_blocked_stays_out_until_they_are_let_in(writing: None) -> None:
    account, identity = identities.recognised(GOOGLE)
    _, token = sessions.begin(account, device="", days=1, identity=identity)
    people.block(account)
    with pytest.raises(NotSignedIn):
        sessions.by_token(token)
    with pytest.raises(NotAllowed, match=r"account\.blocked"):
        identities.recognised(GOOGLE)
    with pytest.raises(NotAllowed, match=r"account\.blocked"):
        sessions.begin(account, device="", days=1)
    people.unblock(account)
    assert identities.recognised(GOOGLE)[0].id == account.id


@pytest.mark.parametrize("name", ["", " \u200b", "Admin", "Аdmin", "Mia"])
def test_a_name_that_says_nothing_or_too_much_is_not_taken_over(site: Site, name: str) -> None:
    people.invite("mia@example.org", site=site, name="Mia")
    account, _ = identities.recognised(replace(GOOGLE, name=name))
    assert account.name == "Commenter"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  <script>alert(1)</script>\n", "<script>alert(1)</script>"),
        ("n" * 300, "n" * 245),
        ("\x00Zoë\r\n", "Zoë"),
    ],
)
def test_a_name_is_kept_as_text_on_one_line(writing: None, name: str, shown: str) -> None:
    assert identities.recognised(replace(GOOGLE, name=name))[0].name == shown


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "nonsense"])
def test_what_is_no_web_address_is_not_kept(writing: None, url: str) -> None:
    _, identity = identities.recognised(replace(GOOGLE, profile_url=url, email="no address"))
    assert (identity.profile_url, identity.email, identity.email_verified) == ("", "", False)


def test_two_first_log_ins_at_once_are_one_person(app: Flask) -> None:
    with ThreadPoolExecutor(4) as several:
        found = set(several.map(lambda _: log_in(app), range(8)))
    assert len(found) == 1
    with app.app_context():
        assert _count(Account) == _count(Identity) == 1


def log_in(app: Flask, profile: Profile = GOOGLE) -> str:
    with app.app_context():
        begin_writing()
        account, _ = identities.recognised(profile)
        db.session.commit()
        return account.id


def _count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0
