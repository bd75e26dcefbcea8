"""Every provider of the service and its stand-in understand each other, whatever happens."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from commentbox.cli.demo.providers import PERSONAS, Standin, Standins
from commentbox.cli.demo.providers.faults import KINDS
from commentbox.cli.demo.providers.google import Google
from commentbox.lib import clock
from commentbox.providers.base import Provider, ProviderFailed
from commentbox.providers.registry import built
from tests.contract.walking import Denied, log_in

NAMES = ("google", "twitter", "facebook", "wordpress", "github")
SAY_NOTHING = ("429", "500", "502", "html", "empty", "{}", "[]", "no-token", "huge", "redirect")
OPENID = {"google", "wordpress"}


@pytest.fixture(scope="module")
def serving() -> Iterator[Standins]:
    standins = Standins("https://comments.test")
    port = standins.serve()
    standins.settle(port, browser=f"http://127.0.0.1:{port}/{{name}}")
    yield standins
    standins.close()


@pytest.fixture(params=NAMES)
def standin(serving: Standins, request: pytest.FixtureRequest) -> Iterator[Standin]:
    standin = serving.by_name[request.param]
    yield standin
    standin.faults.clear()
    standin.answer, standin.persona = "", "usual"


@pytest.fixture
def provider(serving: Standins, standin: Standin) -> Provider:
    return built(serving.providers())[standin.name]


def test_every_persona_logs_in_under_their_name(provider: Provider, standin: Standin) -> None:
    for key, persona in PERSONAS.items():
        profile = log_in(provider, {"persona": key, "way": "allow"})
        subject = persona.subject(standin.name, digits=standin.subject_digits)
        assert (profile.provider, profile.subject) == (standin.name, subject)
        assert profile.name
        assert profile.email in {persona.email, ""}
        assert not profile.email_verified or persona.is_verified


def test_who_wants_another_account_gets_there_too(provider: Provider) -> None:
    assert log_in(provider, {"persona": "other", "way": "allow"}, ask_account=True).subject


def test_refusing_and_failing_are_told_apart(provider: Provider, standin: Standin) -> None:
    for way in standin.refusals:
        with pytest.raises(Denied) as problem:
            log_in(provider, {"persona": "usual", "way": way})
        assert problem.value.args == ("failed" if way == "error" else "denied",)


def test_a_dead_code_is_refused(provider: Provider) -> None:
    with pytest.raises(ProviderFailed) as problem:
        log_in(provider, {"persona": "usual", "way": "expired"})
    assert problem.value.kind == "refused"


@pytest.mark.parametrize("kind", SAY_NOTHING)
def test_a_provider_that_says_nothing_usable_is_out_of_reach(
    provider: Provider, standin: Standin, kind: str
) -> None:
    standin.faults["token"] = kind
    with pytest.raises(ProviderFailed) as problem:
        log_in(provider, {"persona": "usual", "way": "allow"})
    assert problem.value.kind == "unreachable"


@pytest.mark.parametrize("kind", SAY_NOTHING)
def test_so_it_is_when_it_does_not_say_who_came(
    provider: Provider, standin: Standin, kind: str
) -> None:
    if standin.name in OPENID:
        standin.faults["jwks"] = kind
    else:
        standin.faults |= {"me": kind, "user": kind}
    with pytest.raises(ProviderFailed):
        log_in(provider, {"persona": "usual", "way": "allow"})


@pytest.mark.parametrize(
    "spoilt",
    [{"aud": "other"}, {"iss": "https://evil.test"}, {"nonce": "other"}, {"nonce": None},
     {"sub": None}, {"sub": 7}, {"exp": 1}, {"exp": None}],
)  # fmt: skip
def test_a_token_of_google_that_is_not_right_is_refused(
    serving: Standins, spoilt: dict[str, object]
) -> None:
    google = serving.google
    google.claims = spoilt
    with pytest.raises(ProviderFailed) as problem:
        log_in(built(serving.providers())["google"], {"persona": "usual", "way": "allow"})
    google.claims = {}
    assert problem.value.kind == "refused"


def test_an_unsigned_token_is_refused(serving: Standins) -> None:
    serving.google.header = {"alg": "none"}
    with pytest.raises(ProviderFailed):
        log_in(built(serving.providers())["google"], {"persona": "usual", "way": "allow"})
    serving.google.header = {}


def test_a_key_that_changed_under_its_name_is_fetched_anew() -> None:
    standins = Standins("https://comments.test")
    port = standins.serve()
    standins.settle(port, browser=f"http://127.0.0.1:{port}/{{name}}")
    provider = built(standins.providers())["google"]
    answers = {"persona": "usual", "way": "allow"}
    before = log_in(provider, answers)
    standins.google.rotate(keep_id=True)
    with clock.turned_by(timedelta(minutes=2)):
        after = log_in(provider, answers)
    standins.close()
    assert before == after


def test_clocks_may_differ_by_a_little(serving: Standins) -> None:
    google, answers = serving.google, {"persona": "usual", "way": "allow"}
    provider = built(serving.providers())["google"]
    google.skew = timedelta(seconds=60)
    assert log_in(provider, answers).subject
    google.skew = timedelta(hours=3)
    with pytest.raises(ProviderFailed):
        log_in(provider, answers)
    google.skew = timedelta(0)


def test_no_token_is_left_that_could_have_been_given_back(serving: Standins) -> None:
    for name in ("twitter", "github"):
        standin = serving.by_name[name]
        log_in(built(serving.providers())[name], {"persona": "usual", "way": "allow"})
        assert standin.issued.tokens() == []


def test_every_fault_has_its_test() -> None:
    assert set(SAY_NOTHING) | {"slow", "hang", "trickle"} == set(KINDS)
    assert Google.name in NAMES
