"""What Authlib leaves to who uses it (A1 to A17), each with the answer of this service."""

import logging
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from commentbox.adapters import logs
from commentbox.config import ProviderSettings
from commentbox.lib import clock
from commentbox.providers.base import Profile, ProviderFailed
from commentbox.providers.registry import built
from tests.contract.providers import CASE, ISSUER, PHOTO
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
from tests.paths import ROOT

SOURCES = "\n".join(path.read_text("utf-8") for path in (ROOT / "commentbox").rglob("*.py"))


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """Return a provider's server that knows Ada."""
    with serving() as fake:
        CASE["google"].knows(fake, name="Ada", picture=PHOTO, subject="1089")
        yield fake


def logged_in(fake: FakeProvider, **changed: Any) -> Profile:
    if changed:
        fake.answers["/token"] = token(id_token=signed(claims(ISSUER, name="Ada", **changed)))
    return CASE["google"].provider(fake).profile(WALK, code=CODE)


def described(fake: FakeProvider, **changed: Any) -> Any:
    """Return the provider `oidc_work`, which describes itself like this."""
    description = {
        "issuer": fake.url,
        "authorization_endpoint": f"{fake.url}/authorize",
        "token_endpoint": f"{fake.url}/token",
        "jwks_uri": f"{fake.url}/keys",
        **changed,
    }
    fake.answers["/.well-known/openid-configuration"] = Answer(description)
    options = {"issuer": fake.url}
    settings = ProviderSettings(
        name="oidc_work", client_id=CLIENT_ID, client_secret=SECRET, options=options
    )
    return built({"oidc_work": settings})["oidc_work"]


def test_a1_the_issuer_of_an_answer_is_compared(fake: FakeProvider) -> None:
    google = built({"google": ProviderSettings(name="google", client_id="a", client_secret="b")})
    google["google"].check_iss({"code": CODE, "iss": "https://accounts.google.com"})
    for params in ({"code": CODE}, {"error": "x"}, {"code": CODE, "iss": "https://evil.test"}):
        with pytest.raises(ProviderFailed, match="refused"):
            google["google"].check_iss(params)


def test_a1_a_provider_that_says_it_sends_its_issuer_is_held_to_it(fake: FakeProvider) -> None:
    described(fake).check_iss({"code": CODE})
    provider = described(fake, authorization_response_iss_parameter_supported=True)
    with pytest.raises(ProviderFailed, match="refused"):
        provider.check_iss({"code": CODE})


def test_a2_a12_a13_a14_nothing_of_a_walk_is_left_to_authlib_or_a_cookie() -> None:
    assert not re.search(r"authorize_redirect|authorize_access_token", SOURCES)
    assert not re.search(r"authlib\.integrations\.(flask_client|base_client)", SOURCES)
    assert not re.search(r"from flask import [^\n]*\bsession\b", SOURCES)


def test_a3_a_denial_is_read_from_the_parameters_however_they_came(fake: FakeProvider) -> None:
    posted = {"error": "user_cancelled_authorize", "state": WALK.state}
    assert CASE["google"].provider(fake).outcome(posted) == "denied"


def test_a4_a_token_for_another_application_is_refused(fake: FakeProvider) -> None:
    with pytest.raises(ProviderFailed, match="refused"):
        logged_in(fake, aud="other", azp=CLIENT_ID)


@pytest.mark.parametrize("iss", ["https://evil.test", None, ""])
def test_a5_a_token_of_another_issuer_is_refused(fake: FakeProvider, iss: str | None) -> None:
    with pytest.raises(ProviderFailed, match="refused"):
        logged_in(fake, iss=iss)


def test_a6_discovery_poisoning_another_issuer_is_refused(
    fake: FakeProvider,
) -> None:
    with pytest.raises(ProviderFailed, match="refused"):
        described(fake, issuer="https://evil.test").authorization_url(WALK)


@pytest.mark.parametrize("field", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a6_ssrf_a_description_leads_to_no_other_host(fake: FakeProvider, field: str) -> None:
    with serving() as evil:
        provider = described(fake, **{field: f"{evil.url}/token"})
        with pytest.raises(ProviderFailed, match="refused"):
            provider.profile(WALK, code=CODE)
        assert evil.asked == []


def test_a6_the_built_in_providers_ask_for_no_description(fake: FakeProvider) -> None:
    logged_in(fake)
    assert fake.to("/.well-known/openid-configuration") == []


def test_a7_a_token_without_signature_is_refused_whatever_the_description_says(
    fake: FakeProvider,
) -> None:
    provider = described(fake, id_token_signing_alg_values_supported=["none", "HS256"])
    bare = signed(claims(fake.url)).split(".")
    fake.answers["/token"] = token(id_token=f"eyJhbGciOiJub25lIn0.{bare[1]}.")
    with pytest.raises(ProviderFailed, match="refused"):
        provider.profile(WALK, code=CODE)


def test_a8_a_key_that_was_replaced_under_its_name_is_fetched_once(fake: FakeProvider) -> None:
    google = CASE["google"].provider(fake)
    google.profile(WALK, code=CODE)
    _replace_key(fake)
    assert google.profile(WALK, code=CODE).subject == "1089"
    _replace_key(fake)
    for _ in range(3):
        with pytest.raises(ProviderFailed, match="refused"):
            google.profile(WALK, code=CODE)
    assert len(fake.to("/keys")) == 2
    with clock.turned_by(timedelta(seconds=61)):
        assert google.profile(WALK, code=CODE).subject == "1089"


def _replace_key(fake: FakeProvider) -> None:
    key = RSAKey.generate_key(2048, {"kid": "one"})
    said = signed(claims(ISSUER, name="Ada"), key=key)
    fake.answers |= {"/token": token(id_token=said), "/keys": key_set(key)}


def test_a9_c14_a_provider_that_hangs_has_a_worker_for_less_than_six_seconds(
    fake: FakeProvider,
) -> None:
    fake.answers["/token"] = Answer({}, wait=5.5)
    before = time.monotonic()
    with pytest.raises(ProviderFailed, match="unreachable"):
        logged_in(fake)
    assert time.monotonic() - before < 6


ODD = {
    "object": (Answer({"error": {"code": 100, "message": "x"}}, status=400), "refused"),
    "passing": (Answer({"error": {"code": 2, "is_transient": True}}, status=400), "unreachable"),
    "page": (Answer(b"<html>", status=429, kind="text/html"), "unreachable"),
    "nothing": (Answer(b""), "unreachable"),
    "no token": (Answer({"token_type": "bearer"}), "unreachable"),
}


@pytest.mark.parametrize("odd", ODD)
def test_a10_whatever_the_token_endpoint_says_is_one_kind_of_error(
    fake: FakeProvider, odd: str
) -> None:
    fake.answers["/token"], kind = ODD[odd]
    with pytest.raises(ProviderFailed) as caught:
        CASE["facebook"].provider(fake).profile(WALK, code=CODE)
    assert caught.value.kind == kind


def test_a11_each_provider_has_its_way_to_prove_who_we_are(fake: FakeProvider) -> None:
    ways = {name: vars(type(case.provider(fake))) for name, case in CASE.items()}
    assert ways["twitter"]["token_auth"] == "client_secret_basic"
    for supported, way in ((None, "basic"), (["client_secret_post"], "post"), ([], "post")):
        provider = described(fake, token_endpoint_auth_methods_supported=supported)
        provider.authorization_url(WALK)
        assert provider.token_auth == f"client_secret_{way}"


@pytest.mark.parametrize(("ago", "is_accepted"), [(100, True), (121, False)])
def test_a15_clocks_may_differ_by_two_minutes(
    fake: FakeProvider, ago: int, is_accepted: bool
) -> None:
    end = int(time.time()) - ago
    if is_accepted:
        assert logged_in(fake, exp=end).subject == "1089"
    else:
        with pytest.raises(ProviderFailed, match="refused"):
            logged_in(fake, exp=end)


def test_a16_an_issuer_with_a_gap_in_it_is_refused(fake: FakeProvider) -> None:
    with pytest.raises(ProviderFailed, match="refused"):
        described(fake, issuer=fake.url + "/{tenantid}/v2.0").authorization_url(WALK)


def test_a17_authlib_writes_no_secret_to_the_log(
    fake: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    logs.configure("DEBUG")
    assert not logging.getLogger("authlib.integrations").isEnabledFor(logging.INFO)
    with caplog.at_level(logging.DEBUG):
        CASE["google"].provider(fake).authorization_url(WALK)
        logged_in(fake)
    for secret in (WALK.code_verifier, WALK.nonce, CODE, SECRET, "1089"):
        assert secret not in caplog.text
