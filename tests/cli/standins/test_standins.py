"""What all stand-ins share: choices, faults, a log of secrets, and no way into the service."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from commentbox.app import create_app
from commentbox.cli.demo.providers import COOPS, PERSONAS, Standin, Standins
from commentbox.cli.demo.providers import faults as faults_
from commentbox.config import Settings, load
from tests.cli.standins.conftest import SERVICE, Caller
from tests.conftest import SECRET
from tests.e2e.hosts import Certificate

NAMES = ("google", "twitter", "facebook", "wordpress", "github")
SCOPES = {
    "google": "openid email profile",
    "wordpress": "openid email profile",
    "twitter": "users.read tweet.read users.email",
    "facebook": "public_profile,email",
    "github": "read:user user:email",
}


@pytest.fixture(params=NAMES)
def caller(
    request: pytest.FixtureRequest, standins: Standins, caller_of: Callable[[Standin], Caller]
) -> Caller:
    caller = caller_of(standins.by_name[request.param])
    caller.asked |= {"scope": SCOPES[request.param]}
    return caller


@pytest.fixture
def serving() -> Iterator[Standins]:
    """Return stand-ins that serve on this machine."""
    standins = Standins(SERVICE)
    standins.serve()
    yield standins
    standins.close()


def token_path(standin: Standin) -> str:
    return standin.settings()["access_token_url"]


def test_the_page_offers_every_persona_and_every_way(caller: Caller) -> None:
    page = caller.open().text
    for persona in PERSONAS:
        assert f'name="persona" value="{persona}"' in page
    for way in ("allow", "slow", "expired", "deny", "error", "page", "hang"):
        assert f'name="way" value="{way}"' in page
    assert "<script>alert" not in page


def test_every_persona_can_log_in(caller: Caller) -> None:
    for persona in PERSONAS:
        code = caller.told(persona=persona)["code"]
        given = caller.redeem(token_path(caller.standin), code).get_json()
        assert given["token_type"].lower() == "bearer"


def test_a_code_that_is_dead_is_refused(caller: Caller) -> None:
    code = caller.told("expired")["code"]
    assert "error" in caller.redeem(token_path(caller.standin), code).get_json()


def test_one_person_has_another_id_at_every_provider(standins: Standins) -> None:
    usual = PERSONAS["usual"]
    ids = {
        usual.subject(each.name, digits=each.subject_digits) for each in standins.by_name.values()
    }
    assert len(ids) == len(NAMES)
    assert PERSONAS["twin"].email == usual.email
    assert PERSONAS["twin"].subject("google", digits=21) != usual.subject("google", digits=21)


def test_an_error_page_sends_nobody_back(caller: Caller) -> None:
    assert caller.choose("page").status_code == 500


def test_the_page_can_answer_by_itself(caller: Caller) -> None:
    caller.standin.answer, caller.standin.persona = "allow", "emoji"
    answer = caller.open()
    assert answer.location.startswith(caller.callback)
    assert "standin-who=emoji" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("coop", COOPS)
def test_the_opener_policy_can_be_chosen_in_three_ways(caller: Caller, coop: str) -> None:
    sent = None if coop == "none" else coop
    caller.standin.coop = coop
    assert caller.open().headers.get("Cross-Origin-Opener-Policy") == sent
    caller.standin.coop = "same-origin"
    assert caller.open(coop=coop).headers.get("Cross-Origin-Opener-Policy") == sent
    assert caller.choose().headers.get("Cross-Origin-Opener-Policy") == sent


@pytest.mark.parametrize("kind", faults_.KINDS)
def test_every_endpoint_can_fail_in_every_way(caller: Caller, kind: str) -> None:
    caller.standin.over.set()  # nothing waits
    for name in caller.standin.endpoints:
        caller.standin.faults[name] = kind
    answer = caller.redeem(token_path(caller.standin), caller.told()["code"])
    if kind == "slow":
        assert "access_token" in answer.get_json()
    else:
        assert b"access_token" not in answer.data


def test_another_process_can_change_it_and_read_what_it_issued(caller: Caller) -> None:
    code = caller.told()["code"]
    told = caller.client.post("/standin", json={"coop": "none", "faults": {"token": "empty"}})
    assert told.get_json()["faults"] == {"token": "empty"}
    assert {"kind": "code", "value": code} in told.get_json()["issued"]
    assert caller.redeem(token_path(caller.standin), code).data == b""
    assert caller.client.post("/standin", json={"client": 1}).status_code == 400


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_they_serve_browsers_over_tls_and_the_service_without(
    serving: Standins, tmp_path: Path
) -> None:
    certificate = Certificate.make(tmp_path)
    port = serving.serve_tls(str(certificate.chain), str(certificate.key))
    host = {"Host": "twitter.test"}
    url = f"https://127.0.0.1:{port}/i/oauth2/authorize"
    page = requests.get(url, headers=host, verify=False, timeout=10)  # noqa: S501 -- our own
    told = requests.post(serving.settings()["github"]["access_token_url"], timeout=10)
    assert "X <small>" in page.text
    assert told.json()["error"] == "incorrect_client_credentials"


def test_their_addresses_are_settings_of_the_service(serving: Standins) -> None:
    environment = {"COMMENTBOX_SECRET_KEY": SECRET, "COMMENTBOX_BASE_URL": SERVICE}
    settings = load(environment | serving.environment())
    assert tuple(settings.providers) == NAMES
    assert settings.providers["google"].client_id == serving.google.client.id


def test_every_secret_they_issue_can_be_looked_for(
    standins: Standins, caller_of: Callable[[Standin], Caller]
) -> None:
    caller = caller_of(standins.google)
    code = caller.told(scope=SCOPES["google"])["code"]
    given = caller.redeem("/token", code).get_json()
    found = caller.get("/v1/userinfo", given["access_token"])
    secrets = standins.secrets()
    assert {code, given["access_token"], given["id_token"], found["sub"]} <= secrets
    assert {"ada@readers.example", standins.google.client.secret} <= secrets
    assert len(standins.secrets("hash")) == 2


def test_the_service_does_not_know_them(tmp_path: Path) -> None:
    look = "import sys, commentbox.app; print([m for m in sys.modules if 'commentbox.cli' in m])"
    found = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True)
    app = create_app(Settings(secret_key=SECRET, base_url=SERVICE, instance_dir=str(tmp_path)))
    theirs = {rule.rule for rule in Standins(SERVICE).google.app().url_map.iter_rules()}
    assert found.stdout.strip() == "[]"
    assert theirs.isdisjoint(rule.rule for rule in app.url_map.iter_rules())
