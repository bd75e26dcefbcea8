"""What one provider alone does: Google's events, Facebook's signature, what each shares."""

import base64
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest
import structlog

from commentbox.config import BadSetting, ProviderSettings, load
from commentbox.config.providers import BUILT_IN
from commentbox.errors import Malformed
from commentbox.providers import registry
from commentbox.providers.base import ProviderFailed
from commentbox.providers.facebook import Facebook, proof, signed_request
from commentbox.providers.google import Google, SecurityEvent
from tests.conftest import BASE
from tests.conftest import SECRET as OURS
from tests.contract.plugin import SOURCE, installed
from tests.contract.providers import CASE, ISSUER, PHOTO
from tests.fake_provider import (
    ACCESS,
    CLIENT_ID,
    CODE,
    SECRET,
    WALK,
    Answer,
    FakeProvider,
    basic,
    claims,
    key_set,
    signed,
    token,
)

REVOKED = "https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked"
DISABLED = "https://schemas.openid.net/secevent/risc/event-type/account-disabled"
VERIFICATION = "https://schemas.openid.net/secevent/risc/event-type/verification"


@pytest.fixture
def google(fake: FakeProvider) -> Google:
    """Return Google."""
    fake.answers["/keys"] = key_set()
    provider = CASE["google"].provider(fake)
    assert isinstance(provider, Google)
    return provider


def event(kind: str, about: Any, **changed: Any) -> str:
    """Return a security event token as Google sends it: without an end."""
    content = {"iss": f"{ISSUER}/", "aud": CLIENT_ID, "jti": "event-1", "iat": int(time.time())}
    return signed({**content, "events": {kind: about}, **changed}, typ="secevent+jwt")


def about(sub: Any = "1089", iss: str = ISSUER, **more: Any) -> dict[str, Any]:
    return {"subject": {"subject_type": "iss-sub", "iss": iss, "sub": sub}, **more}


def test_a_security_event_names_an_account_and_what_happened(google: Google) -> None:
    told = google.security_event(event(DISABLED, about(iss=f"{ISSUER}/", reason="hijacking")))
    assert told == SecurityEvent("event-1", "account-disabled", "1089", "hijacking")
    assert google.security_event(event(REVOKED, about())).kind == "tokens-revoked"
    assert google.security_event(event(VERIFICATION, {"state": "x"})).subject == ""


def test_a_security_event_has_no_end(google: Google) -> None:
    old = event(REVOKED, about(), iat=1, exp=2, aud=["another", CLIENT_ID])
    assert google.security_event(old).subject == "1089"


def test_a_security_event_that_is_not_googles_or_not_for_us_is_refused(google: Google) -> None:
    bad = [
        event(REVOKED, about(), iss="https://evil.test"),
        event(REVOKED, about(), aud="another"),
        event(REVOKED, about(), jti=None),
        event(REVOKED, about(iss="https://evil.test")),
        event(REVOKED, about(sub=7)),
        event(REVOKED, "nothing"),
        event(REVOKED, about(), events=["x"]),
        event(REVOKED, about(), events={}),
        signed(claims(ISSUER)),
        event(REVOKED, about())[:-8] + "AAAAAAAA",
        "nonsense",
        "",
    ]
    for text in bad:
        with pytest.raises(Malformed, match=r"security_event\.invalid"):
            google.security_event(text)


def test_a_security_event_is_not_refused_for_want_of_keys(
    google: Google, fake: FakeProvider
) -> None:
    fake.answers["/keys"] = Answer(status=503)
    with pytest.raises(ProviderFailed, match="unreachable"):
        google.security_event(event(REVOKED, about()))


@pytest.mark.parametrize(
    ("email", "more", "is_authoritative"),
    [
        ("ada@gmail.com", {"email_verified": True}, True),
        ("ada@example.org", {"email_verified": True, "hd": "example.org"}, True),
        ("ada@example.org", {"email_verified": True}, False),
        ("ada@example.org", {"email_verified": True, "hd": ""}, False),
        ("ada@gmail.com", {"email_verified": "true"}, False),
        ("ada@gmail.com.evil.test", {"email_verified": True}, False),
        ("ada@gmail.com", {}, False),
    ],
)
def test_c12_google_speaks_for_the_mailboxes_it_runs_alone(
    fake: FakeProvider, email: str, more: dict[str, Any], is_authoritative: bool
) -> None:
    said = claims(ISSUER, name="Ada", email=email, **more)
    fake.answers |= {"/token": token(id_token=signed(said)), "/keys": key_set()}
    profile = CASE["google"].provider(fake).profile(WALK, code=CODE)
    assert profile.is_authoritative is is_authoritative
    assert profile.email_verified is (more.get("email_verified") is True)


def test_googles_two_names_are_one_issuer(fake: FakeProvider) -> None:
    said = signed(claims("accounts.google.com", name="Ada"))
    fake.answers |= {"/token": token(id_token=said), "/keys": key_set()}
    options = {"access_token_url": f"{fake.url}/token", "jwks_uri": f"{fake.url}/keys"}
    google = Google(
        ProviderSettings(name="google", client_id=CLIENT_ID, client_secret=SECRET, options=options)
    )
    assert google.profile(WALK, code=CODE).issuer == "https://accounts.google.com"


def test_facebook_is_shown_that_the_token_is_used_by_its_application(fake: FakeProvider) -> None:
    CASE["facebook"].knows(fake, name="Ada", picture=PHOTO, subject="1089")
    CASE["facebook"].provider(fake).profile(WALK, code=CODE)
    [asked] = fake.to("/api/me")
    assert asked.query["appsecret_proof"] == proof(ACCESS, SECRET)
    assert asked.headers["Authorization"] == f"Bearer {ACCESS}"


def test_facebook_is_asked_in_the_version_that_is_set() -> None:
    def facebook(**options: str) -> Facebook:
        settings = {"client_id": "a", "client_secret": "b", "options": options}
        return Facebook(ProviderSettings(name="facebook", **settings))  # type: ignore[arg-type]

    assert facebook().authorize_url == "https://www.facebook.com/v26.0/dialog/oauth"
    assert facebook(graph_version="v99.1").api_base_url == "https://graph.facebook.com/v99.1/"
    assert facebook(api_base_url="https://f.test/").api_base_url == "https://f.test/"


def test_facebooks_drawn_head_is_no_picture(fake: FakeProvider) -> None:
    silhouette = {"data": {"url": PHOTO, "is_silhouette": True}}
    person = {"id": "1089", "name": "Ada", "picture": silhouette}
    fake.answers |= {"/token": token(), "/api/me": Answer(person)}
    assert CASE["facebook"].provider(fake).profile(WALK, code=CODE).avatar_url == ""


def test_facebook_says_in_two_ways_that_somebody_cancelled(fake: FakeProvider) -> None:
    facebook = CASE["facebook"].provider(fake)
    first = {"error": "access_denied", "error_code": "200", "error_reason": "user_denied"}
    assert facebook.outcome(first) == "denied"
    assert facebook.outcome({"error_code": "4201", "error_message": "User canceled"}) == "denied"
    assert (
        facebook.outcome({"error_code": "1349126", "error_message": "App not active"}) == "failed"
    )


def request(content: Any, *, secret: str = SECRET, raw: bytes | None = None) -> str:
    payload = raw if raw is not None else json.dumps(content).encode()
    encoded = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
    digest = hmac.new(secret.encode(), encoded.encode(), "sha256").digest()
    return f"{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}.{encoded}"


RIGHT = {"algorithm": "HMAC-SHA256", "issued_at": 1, "user_id": "1089"}


def test_a_signed_request_is_read_however_old_it_is() -> None:
    assert signed_request(request(RIGHT), SECRET)["user_id"] == "1089"


def test_a_signed_request_that_is_forged_or_tampered_with_is_refused() -> None:
    signature, _, payload = request(RIGHT).partition(".")
    other = request({**RIGHT, "user_id": "2000"}).partition(".")[2]
    bad = [
        request(RIGHT, secret="another"),
        f"{signature}.{other}",
        f".{payload}",
        payload,
        "",
        ".",
        f"ü.{payload}",
        f"{signature}.ü\ud800",
        request({**RIGHT, "algorithm": "none"}),
        request([RIGHT]),
        request(None, raw=b"[" * 20_000),
        request(None, raw=b"\xff"),
        request({**RIGHT, "x": "x" * 99_999}),
    ]
    for text in bad:
        with pytest.raises(Malformed, match=r"signed_request\.invalid"):
            signed_request(text, SECRET)
    with pytest.raises(Malformed, match=r"signed_request\.invalid"):
        signed_request(request(RIGHT, secret=""), "")


def test_twitter_tells_an_address_when_it_is_asked_for(fake: FakeProvider) -> None:
    person = {"id": "1", "name": "", "username": "ada", "confirmed_email": "ada@example.org"}
    fake.answers |= {"/token": token(), "/api/users/me": Answer({"data": person})}
    twitter = CASE["twitter"].provider(fake, scope="users.read tweet.read users.email")
    profile = twitter.profile(WALK, code=CODE)
    assert (profile.name, profile.email, profile.email_verified) == ("ada", "ada@example.org", True)
    assert profile.is_authoritative is False
    assert "confirmed_email" in fake.to("/api/users/me")[0].query["user.fields"]


def test_twitter_is_not_asked_for_more_than_a_login_needs(fake: FakeProvider) -> None:
    CASE["twitter"].knows(fake, name="Ada", picture=PHOTO, subject="1")
    twitter = CASE["twitter"].provider(fake)
    assert "scope=users.read+tweet.read&" in twitter.authorization_url(WALK) + "&"
    twitter.profile(WALK, code=CODE)
    assert "confirmed_email" not in fake.to("/api/users/me")[0].query["user.fields"]


def test_a_token_is_given_back_and_nobody_waits_for_that(fake: FakeProvider) -> None:
    CASE["twitter"].knows(fake, name="Ada", picture=PHOTO, subject="1")
    fake.answers["/revoke"] = Answer(status=500, wait=2.5)
    before = time.monotonic()
    CASE["twitter"].provider(fake, revoke_url=f"{fake.url}/revoke").profile(WALK, code=CODE)
    assert time.monotonic() - before < 2.5
    [asked] = fake.to("/revoke")
    assert asked.form["token"] == ACCESS
    assert asked.headers["Authorization"] == basic(CLIENT_ID, SECRET)


def test_github_tells_the_primary_address_if_it_is_verified(fake: FakeProvider) -> None:
    CASE["github"].knows(fake, name="Ada", picture=PHOTO, subject="1")
    unverified = {"email": "ada@example.org", "primary": True, "verified": False}
    other = {"email": "old@example.org", "primary": False, "verified": True}
    for answer in (Answer([other, unverified]), Answer([]), Answer({}), Answer(status=404)):
        fake.answers["/api/user/emails"] = answer
        profile = CASE["github"].provider(fake).profile(WALK, code=CODE)
        assert (profile.email, profile.email_verified) == ("", False)


def test_github_gets_its_token_back(fake: FakeProvider) -> None:
    CASE["github"].knows(fake, name="Ada", picture=PHOTO, subject="1")
    CASE["github"].provider(fake).profile(WALK, code=CODE)
    [asked] = fake.to(f"/api/applications/{CLIENT_ID}/token")
    assert (asked.method, json.loads(asked.body)) == ("DELETE", {"access_token": ACCESS})
    assert asked.headers["Authorization"] == basic(CLIENT_ID, SECRET)


def test_the_document_builds_a_provider_in_under_40_lines() -> None:
    assert len(SOURCE.splitlines()) < 40


def test_an_installed_package_adds_a_provider_by_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    installed(monkeypatch)
    names = {"SECRET_KEY": OURS, "BASE_URL": BASE, "DISCORD_CLIENT_ID": "a"}
    environment = {f"COMMENTBOX_{name}": value for name, value in names.items()}
    with pytest.raises(BadSetting, match="COMMENTBOX_DISCORD_CLIENT_SECRET must be set"):
        load(environment)
    settings = load(environment | {"COMMENTBOX_DISCORD_CLIENT_SECRET": "b"})
    assert registry.built(settings.providers)["discord"].label == "Discord"


def test_every_provider_that_comes_along_has_settings() -> None:
    assert tuple(registry.BUILT_IN) == BUILT_IN


def test_a_provider_that_cannot_be_loaded_is_named_and_left_out() -> None:
    given = {
        name: ProviderSettings(name=name, client_id="a", client_secret="b")
        for name in ("google", "missing", "twitter")
    }
    with structlog.testing.capture_logs() as entries:
        assert list(registry.built(given)) == ["google", "twitter"]
    assert [(entry["event"], entry["provider"]) for entry in entries] == [
        ("provider.left_out", "missing")
    ]
