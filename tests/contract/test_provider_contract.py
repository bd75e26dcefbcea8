"""What every provider promises, whatever its server answers."""

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog

from commentbox.adapters import bounded_exchange
from commentbox.providers.base import Profile, ProviderFailed
from tests.contract.plugin import CASE as PLUGIN
from tests.contract.plugin import installed
from tests.contract.providers import CASES, PHOTO, Case
from tests.fake_provider import (
    ACCESS,
    CLIENT_ID,
    CODE,
    SECRET,
    WALK,
    Answer,
    FakeProvider,
    basic,
)


@pytest.fixture(params=[*CASES, PLUGIN], ids=lambda case: case.name)
def case(
    request: pytest.FixtureRequest, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> Case:
    """Return each provider in turn, whose server knows Ada."""
    installed(monkeypatch)
    case: Case = request.param
    case.knows(fake, name="Ada L.", picture=PHOTO, subject="1089")
    return case


def profile(case: Case, fake: FakeProvider) -> Profile:
    return case.provider(fake).profile(WALK, code=CODE)


def failure(case: Case, fake: FakeProvider) -> str:
    with structlog.testing.capture_logs() as logs, pytest.raises(ProviderFailed) as caught:
        profile(case, fake)
    said = json.dumps([logs, caught.value.kind, caught.value.why], default=repr)
    assert not any(secret in said for secret in (SECRET, ACCESS, CODE, WALK.code_verifier, "1089"))
    return caught.value.kind


def test_c2_people_are_sent_there_with_pkce_and_no_secret(case: Case, fake: FakeProvider) -> None:
    url = case.provider(fake).authorization_url(WALK)
    given = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{fake.url}/authorize?")
    digest = hashlib.sha256(WALK.code_verifier.encode()).digest()
    assert given["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert given["code_challenge_method"] == "S256"
    assert given["response_type"] == "code"
    assert (given["client_id"], given["state"]) == (CLIENT_ID, WALK.state)
    assert given["redirect_uri"] == WALK.redirect_uri
    assert SECRET not in url
    assert WALK.code_verifier not in url


def test_another_account_may_be_chosen(case: Case, fake: FakeProvider) -> None:
    provider = case.provider(fake)
    plain = provider.authorization_url(WALK)
    chosen = provider.authorization_url(WALK, ask_account=True)
    added = set(parse_qs(urlsplit(chosen).query)) - set(parse_qs(urlsplit(plain).query))
    assert added <= {"prompt", "auth_type"}


def test_who_comes_back_has_a_profile(case: Case, fake: FakeProvider) -> None:
    assert profile(case, fake) == case.expected()


def test_a_person_has_a_label_and_a_picture_to_be_called_by(case: Case, fake: FakeProvider) -> None:
    provider = case.provider(fake)
    assert provider.label
    assert provider.picture
    assert case.provider(fake, label="Work").label == "Work"


def test_c2_the_code_is_redeemed_with_its_verifier(case: Case, fake: FakeProvider) -> None:
    profile(case, fake)
    [asked] = fake.to("/token")
    assert asked.method == "POST"
    assert asked.form["grant_type"] == "authorization_code"
    assert (asked.form["code"], asked.form["redirect_uri"]) == (CODE, WALK.redirect_uri)
    assert asked.form["code_verifier"] == WALK.code_verifier


def test_c13_token_leakage_secrets_stand_in_no_address(case: Case, fake: FakeProvider) -> None:
    profile(case, fake)
    for asked in fake.asked:
        for secret in (SECRET, ACCESS, CODE, WALK.code_verifier):
            assert secret not in asked.target


def test_the_service_proves_itself_as_the_provider_wants(case: Case, fake: FakeProvider) -> None:
    profile(case, fake)
    [asked] = fake.to("/token")
    if case.auth == "basic":
        assert asked.headers["Authorization"] == basic(CLIENT_ID, SECRET)
        assert "client_secret" not in asked.form
    else:
        assert asked.form["client_secret"] == SECRET
        assert "Authorization" not in asked.headers


HOSTILE = {
    "long": Answer(b'{"x": "' + b"x" * 10_000_000 + b'"}'),
    "html": Answer(b"<html>Sorry</html>", kind="text/html"),
    "too many": Answer({"error": "slow_down"}, status=429),
    "too many in html": Answer(b"<html>", status=429, kind="text/html"),
    "bad gateway": Answer(b"<html>", status=502, kind="text/html"),
    "error": Answer({"error": "server_error"}, status=500),
    "empty": Answer(b""),
    "nothing": Answer({}),
    "null": Answer(None),
    "list": Answer([{}]),
    "text": Answer("text"),
    "deep": Answer(b"[" * 500_000),
    "redirect": Answer(status=302, headers={"Location": "https://elsewhere.test/"}),
    "gone": Answer(status=404),
    "no utf-8": Answer(b'"\xff\xfe"'),
}
# An answer without a person is what a provider says about a token that it does not take.
UNCLEAR = {"nothing", "list", "null"}


@pytest.mark.parametrize("answer", HOSTILE)
def test_c14_a_broken_token_endpoint_is_unreachable(
    case: Case, fake: FakeProvider, answer: str
) -> None:
    fake.answers["/token"] = HOSTILE[answer]
    assert failure(case, fake) == "unreachable"


@pytest.mark.parametrize("answer", HOSTILE)
def test_c14_a_provider_that_cannot_say_who_it_was_is_unreachable(
    case: Case, fake: FakeProvider, answer: str
) -> None:
    fake.answers[case.asks] = HOSTILE[answer]
    assert failure(case, fake) in (
        {"unreachable", "refused"} if answer in UNCLEAR else {"unreachable"}
    )


@pytest.mark.parametrize("where", ["token", "person"])
def test_c14_a_provider_that_hangs_is_given_up(
    case: Case, fake: FakeProvider, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_exchange, "SILENCE", 0.2)
    fake.answers["/token" if where == "token" else case.asks] = Answer({}, wait=0.6)
    assert failure(case, fake) == "unreachable"


REFUSALS = [
    Answer({"error": "invalid_grant"}, status=400),
    Answer({"error": "bad_verification_code"}),
    Answer({"error": {"message": "used", "type": "OAuthException", "code": 100}}, status=400),
    Answer({"error": "unauthorized_client"}, status=401),
    Answer({"error": ["odd"]}, status=400),
]


@pytest.mark.parametrize("number", range(len(REFUSALS)))
def test_a_code_that_is_not_taken_is_refused(case: Case, fake: FakeProvider, number: int) -> None:
    fake.answers["/token"] = REFUSALS[number]
    assert failure(case, fake) == "refused"


@pytest.mark.parametrize(("status", "kind"), [(401, "refused"), (403, "unreachable")])
def test_a_token_that_is_not_taken_is_told_from_a_closed_door(
    case: Case, fake: FakeProvider, status: int, kind: str
) -> None:
    fake.answers[case.asks] = Answer({"title": "No", "status": status}, status=status)
    assert failure(case, fake) == kind


ODD_TOKENS = [
    {"token_type": "bearer"},
    {"access_token": ""},
    {"access_token": 7},
    {"access_token": {"a": 1}},
    {"access_token": "x" * 20_000},
    {"access_token": ACCESS, "expires_in": {"a": 1}},
    {"access_token": ACCESS, "expires_in": "soon"},
]


@pytest.mark.parametrize("number", range(len(ODD_TOKENS)))
def test_a_token_that_is_none_is_no_login(case: Case, fake: FakeProvider, number: int) -> None:
    fake.answers["/token"] = Answer(ODD_TOKENS[number])
    assert failure(case, fake) in {"refused", "unreachable"}


NOBODY = [None, "", True, 1.5, ["1089"], {"a": 1}, "a b", "x" * 256, "\x00"]


@pytest.mark.parametrize("number", range(len(NOBODY)))
def test_without_an_id_there_is_nobody(case: Case, fake: FakeProvider, number: int) -> None:
    case.knows(fake, name="Ada", picture=PHOTO, subject=NOBODY[number])
    assert failure(case, fake) == "refused"


def test_c14_markup_in_a_name_is_text(case: Case, fake: FakeProvider) -> None:
    name = "<script>alert(1)</script>"
    case.knows(fake, name=name, picture=PHOTO, subject="1089")
    assert profile(case, fake).name == name


@pytest.mark.parametrize("name", [7, ["a"], None, "", " \u200b "])
def test_a_name_that_is_none_is_left_out(case: Case, fake: FakeProvider, name: object) -> None:
    case.knows(fake, name=name, picture=PHOTO, subject="1089")
    assert profile(case, fake).name in {"", "ada"}


def test_a_name_cannot_disturb_what_stands_around_it(case: Case, fake: FakeProvider) -> None:
    case.knows(fake, name="A\u202eda\n\ud800" + "x" * 999, picture=PHOTO, subject="1089")
    name = profile(case, fake).name
    assert name.startswith("Ada ?xxx")
    assert len(name) == 245


PICTURES = ["javascript:alert(1)", "data:image/png;base64,xx", "http://p.test/a.jpg", 7, None]
PICTURES += ["https://u:p@p.test/", "https://p.test/" + "x" * 9999]


@pytest.mark.parametrize("number", range(len(PICTURES)))
def test_c14_a_picture_is_a_safe_address_or_none(
    case: Case, fake: FakeProvider, number: int
) -> None:
    case.knows(fake, name="Ada L.", picture=PICTURES[number], subject="1089")
    url = profile(case, fake).avatar_url
    assert url == "" or url.startswith("https://cdn.")


def test_a_denial_is_told_from_a_failure(case: Case, fake: FakeProvider) -> None:
    provider = case.provider(fake)
    assert provider.outcome({"code": CODE, "state": WALK.state}) == ""
    assert provider.outcome({"error": "access_denied"}) == "denied"
    assert provider.outcome({"error": "access_denied", "code": CODE}) == "denied"
    assert provider.outcome({"error": "server_error"}) == "failed"
    assert provider.outcome({}) == "failed"


def test_c4_an_answer_of_another_issuer_is_refused(case: Case, fake: FakeProvider) -> None:
    provider = case.provider(fake)
    provider.check_iss({"code": CODE, "iss": provider.issuer})
    for iss in ("https://evil.test", "", provider.issuer + "/"):
        with pytest.raises(ProviderFailed, match="refused"):
            provider.check_iss({"code": CODE, "iss": iss})


def test_a_code_of_any_length_is_answered(case: Case, fake: FakeProvider) -> None:
    with pytest.raises(ProviderFailed, match="refused"):
        case.provider(fake).profile(WALK, code="x" * 5000)
    assert fake.asked == []
