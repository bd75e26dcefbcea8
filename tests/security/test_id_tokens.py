"""Row C3: a forged or stray ID token logs nobody in."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from commentbox.providers.base import ProviderFailed
from tests.contract.providers import CASE, ISSUER
from tests.fake_provider import (
    CODE,
    KEY,
    WALK,
    Answer,
    FakeProvider,
    claims,
    key_set,
    serving,
    signed,
    token,
)

FOREIGN = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_NAME = RSAKey.generate_key(2048, {"kid": "two"})
SIGNING = ["google", "wordpress", "oidc"]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """Return a provider's server."""
    with serving() as fake:
        yield fake


def compact(header: Any, content: Any, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(content).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def without_signature() -> str:
    return compact({"alg": "none"}, claims(ISSUER))


def signed_with_the_public_key_as_a_secret() -> str:
    text = compact({"alg": "HS256", "kid": "one"}, claims(ISSUER)).rstrip(".")
    digest = hmac.new(KEY.as_pem(private=False), text.encode(), "sha256").digest()
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def tampered() -> str:
    header, _content, signature = signed(claims(ISSUER)).split(".")
    content = json.dumps(claims(ISSUER, sub="somebody-else")).encode()
    return f"{header}.{base64.urlsafe_b64encode(content).rstrip(b'=').decode()}.{signature}"


def right(**changed: Any) -> Callable[[], str]:
    return lambda: signed(claims(ISSUER, **changed))


def header(**given: Any) -> Callable[[], str]:
    return lambda: signed(claims(ISSUER), **given)


NOW = int(time.time())
BAD: dict[str, Callable[[], Any]] = {
    "alg none": without_signature,
    "public key as secret": signed_with_the_public_key_as_a_secret,
    "key brought along": lambda: signed(
        claims(ISSUER), key=FOREIGN, jwk=FOREIGN.as_dict(private=False)
    ),
    "key of somebody else": lambda: signed(claims(ISSUER), key=FOREIGN),
    "unknown key": lambda: signed(claims(ISSUER), key=OTHER_NAME),
    "tampered": tampered,
    "other nonce": right(nonce="another"),
    "no nonce": right(nonce=None),
    "other audience": right(aud="another"),
    "audience among others": right(aud=["another"], azp="our-id"),
    "meant for another": right(aud=["our-id", "another"], azp="another"),
    "other issuer": right(iss="https://evil.test"),
    "no issuer": right(iss=None),
    "issuer in a list": right(iss=[ISSUER]),
    "expired": right(exp=NOW - 600),
    "no end": right(exp=None),
    "end in words": right(exp="tomorrow"),
    "not yet": right(nbf=NOW + 600),
    "from the future": right(iat=NOW + 600),
    "nobody": right(sub=None),
    "a number": right(sub=1089),
    "other token's": right(at_hash="x" * 22),
    "critical header": lambda: compact(
        {"alg": "RS256", "kid": "one", "crit": ["odd"], "odd": 1}, claims(ISSUER), b"x"
    ),
    "long header": lambda: compact({"alg": "RS256", "kid": "x" * 500_000}, claims(ISSUER), b"x"),
    "deep": lambda: f"{base64.urlsafe_b64encode(b'[' * 9000).decode()}..",
    "no token": lambda: "nonsense",
    "empty": lambda: "",
    "a number for a token": lambda: 7,
    "absent": lambda: None,
}


@pytest.mark.parametrize("name", SIGNING)
@pytest.mark.parametrize("bad", BAD)
def test_c3_a_bad_id_token_logs_nobody_in(fake: FakeProvider, name: str, bad: str) -> None:
    fake.answers |= {"/token": token(id_token=BAD[bad]()), "/keys": key_set()}
    with pytest.raises(ProviderFailed) as caught:
        CASE[name].provider(fake).profile(WALK, code=CODE)
    assert caught.value.kind == "refused"


@pytest.mark.parametrize("name", SIGNING)
def test_c3_no_key_is_fetched_from_where_a_token_says(fake: FakeProvider, name: str) -> None:
    away = {"jku": f"{fake.url}/evil", "x5u": f"{fake.url}/evil"}
    fake.answers |= {"/token": token(id_token=signed(claims(ISSUER, name="A"), **away))}
    fake.answers |= {"/keys": key_set()}
    CASE[name].provider(fake).profile(WALK, code=CODE)
    assert fake.to("/evil") == []


def test_c3_an_audience_of_several_is_ours_when_it_is_meant_for_us(fake: FakeProvider) -> None:
    said = claims(ISSUER, name="A", aud=["our-id", "another"], azp="our-id")
    fake.answers |= {"/token": token(id_token=signed(said)), "/keys": key_set()}
    assert CASE["oidc"].provider(fake).profile(WALK, code=CODE).subject == "1089"


def test_c3_a_walk_without_a_nonce_logs_nobody_in(fake: FakeProvider) -> None:
    said = claims(ISSUER, name="A", nonce="")
    fake.answers |= {"/token": token(id_token=signed(said)), "/keys": key_set()}
    with pytest.raises(ProviderFailed, match="refused"):
        CASE["google"].provider(fake).profile(replace(WALK, nonce=""), code=CODE)


def test_what_userinfo_says_must_be_about_the_same_person(fake: FakeProvider) -> None:
    told = {"sub": "2000", "name": "From there", "iss": "https://evil.test"}
    fake.answers |= {"/token": token(id_token=signed(claims(ISSUER))), "/keys": key_set()}
    fake.answers["/userinfo"] = Answer(told)
    with pytest.raises(ProviderFailed, match="refused"):
        CASE["oidc"].provider(fake).profile(WALK, code=CODE)
    fake.answers["/userinfo"] = Answer({**told, "sub": "1089"})
    assert CASE["oidc"].provider(fake).profile(WALK, code=CODE).name == "From there"
