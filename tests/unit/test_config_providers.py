"""Settings of the providers that people log in with."""

from pathlib import Path

import pytest

from commentbox.config import BadSetting, Settings, load
from tests.conftest import BASE, SECRET

GOOD = {"COMMENTBOX_SECRET_KEY": SECRET, "COMMENTBOX_BASE_URL": BASE}
GOOGLE = {"GOOGLE_CLIENT_ID": "an id", "GOOGLE_CLIENT_SECRET": "hunter2"}
WORK = {"OIDC_WORK_CLIENT_ID": "an id", "OIDC_WORK_CLIENT_SECRET": "hunter2"}
ISSUER = {"OIDC_WORK_ISSUER": "https://id.test"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given(*settings: dict[str, str]) -> Settings:
    named = {f"COMMENTBOX_{name}": value for part in settings for name, value in part.items()}
    return load(GOOD | named)


def test_without_credentials_there_is_no_provider() -> None:
    assert given().providers == {}
    assert given({"GOOGLE_CLIENT_ID": "", "GOOGLE_CLIENT_SECRET": ""}).providers == {}


def test_providers_keep_the_order_of_their_settings() -> None:
    settings = given(WORK, ISSUER, GOOGLE, {"OIDC_WORK_LABEL": "Work"})
    assert list(settings.providers) == ["oidc_work", "google"]
    assert settings.providers["oidc_work"].options == {"issuer": "https://id.test", "label": "Work"}
    assert settings.providers["google"].client_id == "an id"


def test_the_environment_wins_over_the_file_setting_by_setting(folder: Path) -> None:
    (folder / "commentbox.toml").write_text('google_client_id = "old"\ngoogle_scope = "openid"\n')
    google = given(GOOGLE).providers["google"]
    assert (google.client_id, google.options) == ("an id", {"scope": "openid"})


def test_n2_no_client_secret_shows_when_settings_are_printed() -> None:
    assert "hunter2" not in repr(given(GOOGLE))


MISTAKES = [
    (GOOGLE | {"GOOGLE_CLIENT_SECRET": ""}, "COMMENTBOX_GOOGLE_CLIENT_SECRET must be set"),
    (GOOGLE | {"GOOGLE_CLIENT_ID": ""}, "COMMENTBOX_GOOGLE_CLIENT_ID must be set"),
    ({"GOOGLE_SCOPE": "openid"}, "COMMENTBOX_GOOGLE_CLIENT_ID and COMMENTBOX_GOOGLE_CLIENT_SECRET"),
    ({"GOGLE_CLIENT_ID": "x"}, "COMMENTBOX_GOGLE_CLIENT_ID names no provider; there are google"),
    ({"PROVIDERS": "google"}, "COMMENTBOX_PROVIDERS is not a setting of Commentbox."),
    (GOOGLE | {"GOOGLE_COLOUR": "red"}, "COMMENTBOX_GOOGLE_COLOUR is not a setting"),
    (GOOGLE | {"GOOGLE_AUTHORIZE_URL": "http://id.test"}, "COMMENTBOX_GOOGLE_AUTHORIZE_URL must"),
    (GOOGLE | {"GOOGLE_JWKS_URI": "https://id.test:99999"}, "COMMENTBOX_GOOGLE_JWKS_URI must"),
    (GOOGLE | {"GOOGLE_JWKS_URI": "https://u:p@id.test"}, "COMMENTBOX_GOOGLE_JWKS_URI must"),
    (GOOGLE | {"GOOGLE_JWKS_URI": "http://a b"}, "COMMENTBOX_GOOGLE_JWKS_URI must begin with"),
    (GOOGLE | {"GOOGLE_REVOKE_URL": "javascript:x"}, "COMMENTBOX_GOOGLE_REVOKE_URL must"),
    (GOOGLE | {"GOOGLE_GRAPH_VERSION": "../x"}, "COMMENTBOX_GOOGLE_GRAPH_VERSION must look like"),
    (WORK | ISSUER | {"OIDC_WORK_TRUST_EMAIL": "?"}, "COMMENTBOX_OIDC_WORK_TRUST_EMAIL must be"),
    (WORK, "COMMENTBOX_OIDC_WORK_ISSUER is missing"),
]


@pytest.mark.parametrize(("settings", "sentence"), MISTAKES)
def test_n1_a_mistake_about_a_provider_is_named_in_one_sentence(
    settings: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        given(settings)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("home", ["http://127.0.0.1:9", "http://localhost:9", "https://id.test"])
def test_an_endpoint_may_be_on_this_machine(home: str) -> None:
    assert given(GOOGLE, {"GOOGLE_API_BASE_URL": home}).providers["google"].options
