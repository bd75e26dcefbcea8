"""Keys with which programs moderate a site."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.accounts import api_keys, people
from commentbox.errors import Conflict, Invalid, NotAllowed, NotFound
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, ApiKey, Batch, Role, Scope, Site
from commentbox.moderation import site_keys

WEEK = timedelta(days=7)


@pytest.fixture
def mia(site: Site) -> Account:
    return people.invite("mia@example.org", site=site)


def test_a_key_is_known_by_its_token_of_which_only_the_hash_is_kept(
    site: Site, mia: Account
) -> None:
    key, token = api_keys.make(site, name=" Nightly  job ", scopes=[Scope.DECIDE], by=mia)
    found = api_keys.known(token)
    assert found
    assert (found.id, found.site_id, found.name) == (key.id, site.id, "Nightly job")
    assert found.scopes == ["decide"]
    [kept] = db.session.scalars(select(ApiKey.token))
    assert (kept, token.startswith("cbk_")) == (tokens.digest(token), True)


@pytest.mark.parametrize("token", ["", "cbk_", "x" * 47, "cbk_\0"])
def test_what_is_no_token_finds_no_key(site: Site, mia: Account, token: str) -> None:
    api_keys.make(site, name="Job", scopes=[Scope.READ], by=mia)
    assert api_keys.known(token) is None


def test_a_revoked_key_is_dead_at_once_and_listed_no_more(site: Site, mia: Account) -> None:
    key, token = api_keys.make(site, name="Job", scopes=[Scope.READ], by=mia)
    other, _ = api_keys.make(site, name="Other", scopes=[Scope.READ], by=mia)
    api_keys.revoke(site, key.id)
    assert api_keys.known(token) is None
    assert [each.id for each in api_keys.of_site(site.id)] == [other.id]
    with pytest.raises(NotFound):
        api_keys.revoke(site, key.id)


def test_a_key_ends_when_its_time_is_over(site: Site, mia: Account) -> None:
    expires_at = clock.now() + WEEK
    _, token = api_keys.make(site, name="J", scopes=[Scope.READ], by=mia, expires_at=expires_at)
    assert api_keys.known(token)
    with clock.turned_by(WEEK + timedelta(seconds=1)):
        assert api_keys.known(token) is None


def test_a_key_of_another_site_cannot_be_revoked(site: Site, mia: Account) -> None:
    key, token = api_keys.make(_another_site(), name="Job", scopes=[Scope.READ], by=mia)
    with pytest.raises(NotFound, match=r"api_key\.unknown"):
        api_keys.revoke(site, key.id)
    assert api_keys.known(token)


def test_a_key_needs_a_name_something_to_do_and_a_time_to_come(site: Site, mia: Account) -> None:
    with pytest.raises(Invalid) as refusal:
        api_keys.make(site, name=" ", scopes=[], by=mia, expires_at=clock.now())
    assert refusal.value.fields == {
        "name": "api_key.unnamed",
        "scopes": "api_key.for_nothing",
        "expires": "api_key.past",
    }
    with pytest.raises(Invalid) as refusal:
        api_keys.make(site, name="x" * 81, scopes=[Scope.READ], by=mia)
    assert refusal.value.fields == {"name": "api_key.long_name"}


def test_a_site_has_no_endless_number_of_keys(
    site: Site, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "MOST", 1)
    api_keys.make(site, name="One", scopes=[Scope.READ], by=mia)
    with pytest.raises(Conflict, match=r"api_key\.too_many"):
        api_keys.make(site, name="Two", scopes=[Scope.READ], by=mia)


def test_owners_make_and_revoke_keys_and_the_log_tells_no_secret(site: Site, mia: Account) -> None:
    key, token = site_keys.make(site, name="Job", scopes=[Scope.READ, Scope.DECIDE], by=mia)
    site_keys.revoke(site, key.id, by=mia)
    made, revoked = db.session.scalars(select(Batch).order_by(Batch.id))
    assert (made.action, revoked.action) == ("key.make", "key.revoke")
    assert made.details == {"key": key.id, "name": "Job", "scopes": ["read", "decide"]}
    assert tokens.digest(token) not in str(made.details)


def test_nobody_else_makes_or_revokes_keys(site: Site, mia: Account) -> None:
    key, token = site_keys.make(site, name="Job", scopes=[Scope.READ], by=mia)
    mo = people.invite("mo@example.org", site=site, role=Role.MODERATOR)
    eve = people.invite("eve@example.org", site=_another_site())
    for somebody, refusal in ((mo, NotAllowed), (eve, NotFound)):
        with pytest.raises(refusal):
            site_keys.make(site, name="Job", scopes=[Scope.READ], by=somebody)
        with pytest.raises(refusal):
            site_keys.revoke(site, key.id, by=somebody)
    assert api_keys.known(token)


def _another_site() -> Site:
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    return other
