"""The stand-in for X says what X says."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from commentbox.cli.demo.providers import Standin, Standins
from commentbox.cli.demo.providers.twitter import Twitter
from commentbox.lib import clock
from tests.cli.standins.conftest import BasicCaller, Caller

TOKEN, ME = "/2/oauth2/token", "/2/users/me"
FIELDS = {"user.fields": "profile_image_url,confirmed_email"}


@pytest.fixture
def twitter(standins: Standins) -> Twitter:
    return standins.twitter


@pytest.fixture
def caller(twitter: Twitter, caller_of: Callable[[Standin], Caller]) -> Caller:
    caller = caller_of(twitter)
    caller.asked |= {"scope": "users.read tweet.read users.email"}
    return caller


def token(caller: Caller, persona: str = "usual", **changed: str) -> str:
    given = caller.redeem(TOKEN, caller.told(persona=persona, **changed)["code"]).get_json()
    assert (given["token_type"], given["expires_in"]) == ("bearer", 7200)
    return str(given["access_token"])


def test_who_somebody_is_comes_in_a_wrapper(caller: Caller) -> None:
    found = caller.get(ME, token(caller), **FIELDS)["data"]
    assert (found["name"], found["username"]) == ("Ada Reader", "ada_reads")
    assert found["id"].isdecimal()
    assert found["confirmed_email"] == "ada@readers.example"
    assert found["profile_image_url"].endswith("/photos/usual_normal.png")


def test_an_email_needs_scope_console_and_a_confirmed_address(
    caller: Caller, twitter: Twitter
) -> None:
    without = token(caller, scope="users.read tweet.read")
    assert "confirmed_email" not in caller.get(ME, without, **FIELDS)["data"]
    assert "confirmed_email" not in caller.get(ME, token(caller, "unverified"), **FIELDS)["data"]
    twitter.asks_for_email = False
    assert "confirmed_email" not in caller.get(ME, token(caller), **FIELDS)["data"]


def test_fields_that_were_not_asked_for_are_not_sent(caller: Caller) -> None:
    assert set(caller.get(ME, token(caller))["data"]) == {"id", "name", "username"}


def test_a_code_lives_for_thirty_seconds(caller: Caller) -> None:
    code, other = caller.told()["code"], caller.told()["code"]
    with clock.turned_by(timedelta(seconds=29)):
        assert caller.redeem(TOKEN, other).status_code == 200
    with clock.turned_by(timedelta(seconds=30)):
        answer = caller.redeem(TOKEN, code)
    assert answer.status_code == 400
    assert answer.get_json() == {
        "error": "invalid_request",
        "error_description": "Value passed for the authorization code was invalid.",
    }


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"code_verifier": None}, "Missing required parameter [code_verifier]."),
        ({"code_verifier": "x" * 43}, "the code verifier did not match the code challenge."),
        ({"redirect_uri": "https://evil.test/"}, "the redirect uri was invalid."),
    ],
)
def test_a_wrong_token_request_is_refused_as_x_does(
    caller: Caller, changed: dict[str, str | None], words: str
) -> None:
    answer = caller.redeem(TOKEN, caller.told()["code"], **changed)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")
    assert words in answer.get_json()["error_description"]


def test_the_client_has_to_name_itself_in_the_header(twitter: Twitter, caller: Caller) -> None:
    quiet = Caller(twitter, caller.client)
    answer = quiet.redeem(TOKEN, caller.told()["code"])
    assert (answer.status_code, answer.get_json()["error"]) == (401, "unauthorized_client")
    assert isinstance(caller, BasicCaller)


@pytest.mark.parametrize(
    "changed",
    [{"redirect_uri": "https://evil.test/"}, {"client_id": "x"}, {"code_challenge": ""},
     {"state": ""}, {"state": "s" * 501}],
)  # fmt: skip
def test_a_wrong_request_for_the_page_is_shown_and_not_sent_back(
    caller: Caller, changed: dict[str, str]
) -> None:
    answer = caller.choose(**changed)
    assert answer.status_code == 400
    assert "Something went wrong" in answer.text


def test_refusing_comes_back_with_the_state(caller: Caller) -> None:
    assert caller.told("deny") == {"error": "access_denied", "state": "a state"}


def test_its_page_parts_windows(caller: Caller) -> None:
    assert caller.open().headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_errors_of_the_api_are_problems(caller: Caller, twitter: Twitter) -> None:
    assert caller.get(ME, "made up")["status"] == 401
    assert caller.get(ME, token(caller, scope="users.read"))["status"] == 403
    twitter.faults["me"] = "429"
    answer = caller.client.get(ME)
    assert (answer.status_code, answer.content_type) == (429, "application/problem+json")


def test_a_token_can_be_given_back(caller: Caller) -> None:
    given = token(caller)
    assert isinstance(caller, BasicCaller)
    form = {"token": given}
    answer = caller.client.post("/2/oauth2/revoke", data=form, headers=caller.basic())
    assert answer.get_json() == {"revoked": True}
    assert caller.get(ME, given)["status"] == 401
