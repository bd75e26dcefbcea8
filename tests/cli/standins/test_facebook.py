"""The stand-in for Facebook says what Facebook says."""

import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from commentbox.cli.demo.providers import Standin, Standins
from commentbox.cli.demo.providers.facebook import VERSION, Facebook
from commentbox.lib import clock
from tests.cli.standins.conftest import Caller

TOKEN, ME = f"/{VERSION}/oauth/access_token", f"/{VERSION}/me"
FIELDS = "id,name,email,picture.width(200)"


@pytest.fixture
def facebook(standins: Standins) -> Facebook:
    return standins.facebook


@pytest.fixture
def caller(facebook: Facebook, caller_of: Callable[[Standin], Caller]) -> Caller:
    caller = caller_of(facebook)
    caller.asked |= {"scope": "public_profile email", "return_scopes": "true"}
    return caller


def token(caller: Caller, way: str = "allow", persona: str = "usual") -> str:
    given = caller.redeem(TOKEN, caller.told(way, persona)["code"]).get_json()
    return str(given["access_token"])


def me(caller: Caller, given: str, **changed: str) -> Any:
    proof = hmac.digest(caller.standin.client.secret.encode(), given.encode(), "sha256").hex()
    query = {"fields": FIELDS, "access_token": given, "appsecret_proof": proof}
    return caller.client.get(ME, query_string=query | changed).get_json()


def test_somebody_who_allows_comes_back_with_the_mark_of_facebook(caller: Caller) -> None:
    assert urlsplit(caller.choose().location).fragment == "_=_"
    told = caller.told()
    assert told["granted_scopes"] == "public_profile,email"
    assert told["state"] == "a state"


def test_who_somebody_is_has_a_picture_whose_address_ends(caller: Caller) -> None:
    found = me(caller, token(caller))
    picture = urlsplit(found["picture"]["data"]["url"])
    address = f"{picture.path}?{picture.query}"
    assert (found["name"], found["email"]) == ("Ada Reader", "ada@readers.example")
    assert caller.client.get(address).content_type == "image/png"
    with clock.turned_by(timedelta(hours=2)):
        assert caller.client.get(address).status_code == 403


def test_an_email_is_missing_without_a_word(caller: Caller) -> None:
    assert "email" not in me(caller, token(caller, "allow-no-email"))
    assert "email" not in me(caller, token(caller, persona="no-email"))
    assert me(caller, token(caller, persona="no-photo"))["picture"]["data"]["is_silhouette"]
    assert caller.told("allow-no-email")["denied_scopes"] == "email"


def test_cancelling_has_several_shapes(caller: Caller) -> None:
    denied = caller.told("deny")
    assert (denied["error"], denied["error_code"]) == ("access_denied", "200")
    assert denied["error_reason"] == "user_denied"
    cancelled = caller.told("cancel")
    assert (cancelled["error_code"], cancelled["state"]) == ("4201", "a state")
    assert "error" not in cancelled
    assert "state" not in caller.told("cancel-stateless")


@pytest.mark.parametrize(
    ("changed", "code", "subcode"),
    [
        ({"redirect_uri": "https://evil.test/"}, 100, 36008),
        ({"client_id": "x"}, 101, None),
        ({"client_secret": "x"}, 1, None),
        ({"code": "made up"}, 100, None),
        ({"code_verifier": "x" * 43}, 100, None),
    ],
)
def test_errors_are_nested(
    caller: Caller, changed: dict[str, str | None], code: int, subcode: int | None
) -> None:
    given = changed.pop("code", None) or caller.told()["code"]
    answer = caller.redeem(TOKEN, given, **changed)
    error = answer.get_json()["error"]
    assert answer.status_code == 400
    assert (error["type"], error["code"]) == ("OAuthException", code)
    assert error.get("error_subcode") == subcode


def test_a_used_or_dead_code_has_a_number_of_its_own(caller: Caller) -> None:
    code = caller.told()["code"]
    caller.redeem(TOKEN, code)
    for each in (code, caller.told("expired")["code"]):
        assert caller.redeem(TOKEN, each).get_json()["error"]["error_subcode"] == 36009


def test_the_graph_wants_a_proof_that_the_service_itself_asks(
    caller: Caller, facebook: Facebook
) -> None:
    given = token(caller)
    assert me(caller, given, appsecret_proof="")["error"]["code"] == 100
    assert me(caller, given, appsecret_proof="0" * 64)["error"]["code"] == 100
    facebook.requires_proof = False
    assert me(caller, given, appsecret_proof="")["id"]
    assert me(caller, "made up")["error"]["code"] == 190


def test_a_token_can_be_looked_into_and_its_permissions_taken_back(
    caller: Caller, facebook: Facebook
) -> None:
    facebook.requires_proof = False
    given = token(caller)
    app = f"{facebook.client.id}|{facebook.client.secret}"
    query = {"input_token": given, "access_token": app}
    found = caller.client.get(f"/{VERSION}/debug_token", query_string=query).get_json()["data"]
    assert (found["app_id"], found["is_valid"]) == (facebook.client.id, True)
    path, own = f"{ME}/permissions", {"access_token": given}
    listed = caller.client.get(path, query_string=own).get_json()["data"]
    assert [each["permission"] for each in listed] == ["public_profile", "email"]
    assert caller.client.delete(path, query_string=own).get_json() == {"success": True}
    assert me(caller, given)["error"]["code"] == 190


def test_a_signed_request_is_signed_over_what_is_encoded(facebook: Facebook) -> None:
    signature, _, payload = facebook.signed_request(issued_at=1).partition(".")
    right = hmac.digest(facebook.client.secret.encode(), payload.encode(), "sha256")
    assert urlsafe_b64decode(signature + "=") == right
    said = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert (said["algorithm"], said["issued_at"]) == ("HMAC-SHA256", 1)
    assert len(said["user_id"]) == 17
