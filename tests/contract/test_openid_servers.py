"""Servers that others have written log people in through the generic OpenID provider."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from commentbox.config.providers import configured
from commentbox.providers.base import Profile, Provider, ProviderFailed
from commentbox.providers.registry import built
from tests.contract.walking import CALLBACK, Denied, come_back, log_in, walk_to
from tests.paths import ROOT
from tests.servers import free_port, until

USER = '{"sub": "ann", "name": "Reader ann", "email": "ann@readers.example"}'
SECRET = "a secret of the certified server"
LOGIN = {"login": "ann", "password": "any"}


@contextmanager
def running(port: int, *command: str, **environment: str) -> Iterator[str]:
    """Run a server on a port of this machine until the block ends, and return its issuer."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _answers(port, process))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "it ended at its start"
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture(scope="module", params=["1", "0"], ids=["claims by asking", "claims in the token"])
def issuer(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run npm's oidc-provider, which the OpenID Foundation has certified."""
    port, server = free_port(), str(ROOT / "tests/contract/server.mjs")
    callback = CALLBACK.format("oidc_acme")
    with running(port, "node", server, str(port), callback, LEAN=request.param) as issuer:
        yield issuer


def generic(issuer: str, **options: str) -> Provider:
    """Return the generic provider for an issuer, as the settings of an owner make it."""
    given = {"client_id": "commentbox", "client_secret": SECRET, "issuer": issuer, **options}
    return built(configured({f"oidc_acme_{name}": each for name, each in given.items()}))[
        "oidc_acme"
    ]


def test_the_certified_server_logs_somebody_in(issuer: str) -> None:
    profile = log_in(generic(issuer, trust_email="true"), LOGIN)
    assert profile == Profile(
        provider="oidc_acme",
        issuer=issuer,
        subject="ann",
        name="Reader ann",
        email="ann@readers.example",
        email_verified=True,
        is_authoritative=True,
    )


def test_its_word_about_an_address_counts_only_where_the_owner_says_so(issuer: str) -> None:
    assert not log_in(generic(issuer), LOGIN).email_verified


def test_it_says_who_it_is_when_somebody_comes_back(issuer: str) -> None:
    provider = generic(issuer)
    told = come_back(provider.authorization_url(walk_to(provider)), LOGIN)
    provider.check_iss(told)
    assert told["iss"] == issuer
    with pytest.raises(ProviderFailed):
        provider.check_iss({**told, "iss": "https://evil.test"})
    with pytest.raises(ProviderFailed):
        provider.check_iss({"code": told["code"]})


def test_aborting_there_is_a_denial(issuer: str) -> None:
    with pytest.raises(Denied) as problem:
        log_in(generic(issuer), LOGIN, leave="/abort")
    assert problem.value.args == ("denied",)


def test_it_takes_a_code_once_and_only_with_its_verifier(issuer: str) -> None:
    provider = generic(issuer)
    walk, other = walk_to(provider), walk_to(provider)
    code = come_back(provider.authorization_url(walk), LOGIN)["code"]
    with pytest.raises(ProviderFailed) as problem:
        provider.profile(other, code=code)
    assert problem.value.kind == "refused"
    code = come_back(provider.authorization_url(walk), LOGIN)["code"]
    assert provider.profile(walk, code=code).subject == "ann"
    with pytest.raises(ProviderFailed) as problem:
        provider.profile(walk, code=code)
    assert problem.value.kind == "refused"


def test_a_wrong_secret_is_refused(issuer: str) -> None:
    with pytest.raises(ProviderFailed) as problem:
        log_in(generic(issuer, client_secret="another"), LOGIN)
    assert problem.value.kind == "refused"


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """Run oidc-provider-mock, in a process of its own: what it uses is deprecated."""
    port = free_port()
    words = ("-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--user-claims", USER)
    with running(port, sys.executable, *words) as issuer:
        yield issuer


def test_the_mock_logs_somebody_in(mock: str) -> None:
    profile = log_in(generic(mock), {"sub": "ann", "action": "authorize"})
    assert (profile.subject, profile.name) == ("ann", "Reader ann")
    assert profile.issuer == mock


def test_the_mock_denies_without_the_state(mock: str) -> None:
    provider = generic(mock)
    told = come_back(provider.authorization_url(walk_to(provider)), {"action": "deny"})
    assert "state" not in told
    assert provider.outcome(told) == "denied"
