"""The stand-in for Google says what Google says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from commentbox.cli.demo.providers import Standin, Standins
from commentbox.cli.demo.providers.google import Google
from commentbox.lib import clock
from tests.cli.standins.conftest import Caller

SCOPE = "openid email profile"


@pytest.fixture
def google(standins: Standins) -> Google:
    return standins.google


@pytest.fixture
def caller(google: Google, caller_of: Callable[[Standin], Caller]) -> Caller:
    caller = caller_of(google)
    caller.asked |= {"scope": SCOPE, "nonce": "a nonce"}
    return caller


def token(caller: Caller, persona: str = "usual") -> Any:
    return caller.redeem("/token", caller.told(persona=persona)["code"]).get_json()


def claims(caller: Caller, given: Any) -> Any:
    keys = KeySet.import_key_set(caller.client.get("/oauth2/v3/certs").get_json())
    return jwt.decode(given["id_token"], keys, algorithms=["RS256"]).claims


def test_somebody_who_allows_comes_back_with_a_code_the_state_and_the_issuer(
    caller: Caller,
) -> None:
    told = caller.told()
    assert told["state"] == "a state"
    assert told["iss"] == "https://accounts.google.com"


def test_the_id_token_names_them_and_carries_the_nonce(caller: Caller) -> None:
    given = token(caller)
    found = claims(caller, given)
    assert given["token_type"] == "Bearer"
    assert found["aud"] == caller.standin.client.id
    assert found["nonce"] == "a nonce"
    assert (found["email"], found["email_verified"]) == ("ada@readers.example", True)
    assert len(found["sub"]) == 21
    assert caller.get("/v1/userinfo", given["access_token"])["sub"] == found["sub"]


def test_personas_lack_what_real_people_lack(caller: Caller) -> None:
    assert "email" not in claims(caller, token(caller, "no-email"))
    assert "picture" not in claims(caller, token(caller, "no-photo"))
    assert claims(caller, token(caller, "unverified"))["email_verified"] is False
    assert claims(caller, token(caller, "office"))["hd"] == "office.example"


def test_a_code_works_once_and_its_second_use_ends_the_token(caller: Caller) -> None:
    code = caller.told()["code"]
    given = caller.redeem("/token", code).get_json()
    again = caller.redeem("/token", code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert "sub" not in caller.get("/v1/userinfo", given["access_token"])


def test_a_code_ends_after_ten_minutes(caller: Caller) -> None:
    code = caller.told()["code"]
    with clock.turned_by(timedelta(minutes=10)):
        assert caller.redeem("/token", code).get_json()["error"] == "invalid_grant"
    dead = caller.told("expired")["code"]
    assert caller.redeem("/token", dead).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code_verifier": "another" * 9}, 400, "invalid_grant"),
        ({"code_verifier": None}, 400, "invalid_grant"),
        ({"redirect_uri": "https://evil.test/"}, 400, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"code": "made up"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_wrong_token_request_is_refused_as_google_does(
    caller: Caller, changed: dict[str, str | None], status: int, error: str
) -> None:
    code = changed.pop("code", None) or caller.told()["code"]
    answer = caller.redeem("/token", code, **changed)
    assert (answer.status_code, answer.get_json()["error"]) == (status, error)


@pytest.mark.parametrize(
    "changed",
    [{"redirect_uri": "https://evil.test/"}, {"client_id": "x"}, {"scope": "email"},
     {"response_type": "token"}],
)  # fmt: skip
def test_a_wrong_request_for_the_page_is_shown_and_not_sent_back(
    caller: Caller, changed: dict[str, str]
) -> None:
    answer = caller.choose(**changed)
    assert answer.status_code == 400
    assert "Error 40" in answer.text


def test_claims_header_and_clock_can_be_spoilt(caller: Caller, google: Google) -> None:
    google.claims = {"aud": "other", "nonce": None}
    google.skew = timedelta(hours=-3)
    found = claims(caller, token(caller))
    assert found["aud"] == "other"
    assert "nonce" not in found
    assert found["exp"] < clock.now().timestamp()
    google.header = {"alg": "none"}
    assert token(caller)["id_token"].endswith(".")


def test_the_key_can_change_under_the_same_id(caller: Caller, google: Google) -> None:
    before = KeySet.import_key_set(caller.client.get("/oauth2/v3/certs").get_json())
    google.rotate(keep_id=True)
    with pytest.raises(BadSignatureError):
        jwt.decode(token(caller)["id_token"], before, algorithms=["RS256"])
    assert claims(caller, token(caller))["sub"]


def test_those_it_remembers_are_asked_only_when_the_service_wants_that(
    caller: Caller, google: Google
) -> None:
    google.remembers = True
    caller.told(persona="other")
    assert caller.open().status_code == 302
    assert "Ben Other" in caller.open(prompt="select_account").text


def test_security_events_are_signed_and_never_end(caller: Caller, google: Google) -> None:
    event = google.security_event("sessions-revoked")
    keys = KeySet.import_key_set(caller.client.get("/oauth2/v3/certs").get_json())
    found = jwt.decode(event, keys, algorithms=["RS256"]).claims
    [(kind, said)] = found["events"].items()
    assert kind.endswith("/sessions-revoked")
    assert said["subject"]["sub"] == claims(caller, token(caller))["sub"]
    assert "exp" not in found
