"""Providers that describe themselves, and what is kept of that."""

from datetime import timedelta
from typing import Any

import pytest

from commentbox.config import ProviderSettings
from commentbox.lib import clock
from commentbox.providers.base import ProviderFailed
from commentbox.providers.oidc import OpenIDConnect
from tests.fake_provider import (
    CLIENT_ID,
    CODE,
    SECRET,
    WALK,
    Answer,
    FakeProvider,
    claims,
    key_set,
    serving,
    signed,
    token,
)

WELL_KNOWN = "/.well-known/openid-configuration"


@pytest.fixture
def fake(fake: FakeProvider) -> FakeProvider:
    """Return the server of a provider that describes itself."""
    said = claims(fake.url, email="ada@example.org", email_verified=True)
    fake.answers |= {
        WELL_KNOWN: Answer(description(fake)),
        "/token": token(id_token=signed(said)),
        "/keys": key_set(),
        "/userinfo": Answer({"sub": "1089", "name": "Ada"}),
    }
    return fake


def description(fake: FakeProvider, **changed: Any) -> dict[str, Any]:
    return {
        "issuer": fake.url,
        "authorization_endpoint": f"{fake.url}/authorize",
        "token_endpoint": f"{fake.url}/token",
        "jwks_uri": f"{fake.url}/keys",
        "userinfo_endpoint": f"{fake.url}/userinfo",
    } | changed


def provider(**options: str) -> OpenIDConnect:
    return OpenIDConnect(
        ProviderSettings(
            name="oidc_work", client_id=CLIENT_ID, client_secret=SECRET, options=options
        )
    )


def test_a_description_is_all_it_takes(fake: FakeProvider) -> None:
    work = provider(issuer=fake.url)
    assert work.authorization_url(WALK).startswith(f"{fake.url}/authorize?")
    profile = work.profile(WALK, code=CODE)
    assert (profile.issuer, profile.subject, profile.name) == (fake.url, "1089", "Ada")
    assert (profile.email_verified, profile.is_authoritative) == (False, False)


@pytest.mark.parametrize("is_verified", [True, False])
def test_the_word_of_a_trusted_one_about_an_address_takes_up_invitations(
    fake: FakeProvider, is_verified: bool
) -> None:
    said = claims(fake.url, email="ada@example.org", email_verified=is_verified)
    fake.answers["/token"] = token(id_token=signed(said))
    for trusts in ("true", "false"):
        profile = provider(issuer=fake.url, trust_email=trusts).profile(WALK, code=CODE)
        expected = trusts == "true" and is_verified
        assert (profile.email_verified, profile.is_authoritative) == (expected, expected)


def test_the_issuer_is_where_the_description_is(fake: FakeProvider) -> None:
    work = provider(server_metadata_url=fake.url + WELL_KNOWN)
    assert work.issuer == fake.url
    assert work.profile(WALK, code=CODE).name == "Ada"


def test_a_description_is_read_once_and_kept_while_it_cannot_be_had(fake: FakeProvider) -> None:
    work = provider(issuer=fake.url)
    for _ in range(3):
        work.authorization_url(WALK)
    assert len(fake.to(WELL_KNOWN)) == 1
    fake.answers[WELL_KNOWN] = Answer(status=503)
    with clock.turned_by(timedelta(days=2)):
        assert work.authorization_url(WALK)
    assert len(fake.to(WELL_KNOWN)) == 2


def test_a_provider_that_does_not_answer_is_left_alone_for_a_moment(fake: FakeProvider) -> None:
    fake.answers[WELL_KNOWN] = Answer(status=503)
    work = provider(issuer=fake.url)
    for _ in range(3):
        with pytest.raises(ProviderFailed, match="unreachable"):
            work.authorization_url(WALK)
    assert len(fake.to(WELL_KNOWN)) == 1
    fake.answers[WELL_KNOWN] = Answer(description(fake))
    with clock.turned_by(timedelta(seconds=4)):
        assert work.authorization_url(WALK)


def test_settings_that_say_everything_need_no_description(fake: FakeProvider) -> None:
    work = provider(
        issuer=fake.url,
        authorize_url=f"{fake.url}/authorize",
        access_token_url=f"{fake.url}/token",
        jwks_uri=f"{fake.url}/keys",
        userinfo_endpoint=f"{fake.url}/userinfo",
    )
    assert work.profile(WALK, code=CODE).name == "Ada"
    assert fake.to(WELL_KNOWN) == []


def test_an_address_on_another_host_is_taken_from_the_settings_alone(fake: FakeProvider) -> None:
    with serving() as other:
        fake.answers[WELL_KNOWN] = Answer(description(fake, jwks_uri=f"{other.url}/keys"))
        other.answers["/keys"] = key_set()
        with pytest.raises(ProviderFailed, match="refused"):
            provider(issuer=fake.url).profile(WALK, code=CODE)
        assert other.asked == []
        work = provider(issuer=fake.url, jwks_uri=f"{other.url}/keys")
        assert work.profile(WALK, code=CODE).name == "Ada"


def test_what_a_login_does_not_need_is_left_out_when_it_is_elsewhere(fake: FakeProvider) -> None:
    fake.answers[WELL_KNOWN] = Answer(description(fake, userinfo_endpoint="https://evil.test/"))
    assert provider(issuer=fake.url).profile(WALK, code=CODE).name == ""


@pytest.mark.parametrize("address", [7, None, "", "https://[::1", "/token"])
def test_an_address_that_is_none_is_refused(fake: FakeProvider, address: object) -> None:
    fake.answers[WELL_KNOWN] = Answer(description(fake, token_endpoint=address))
    with pytest.raises(ProviderFailed, match="refused"):
        provider(issuer=fake.url).authorization_url(WALK)
