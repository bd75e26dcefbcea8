"""Settings: from the environment over the file, and each mistake has its sentence."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from commentbox.config import BadSetting, Settings, load
from tests.conftest import BASE, SECRET

GOOD = {"COMMENTBOX_SECRET_KEY": SECRET, "COMMENTBOX_BASE_URL": BASE}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given(**changed: str) -> Settings:
    return load(GOOD | {f"COMMENTBOX_{name}": value for name, value in changed.items()})


def test_two_settings_are_enough(folder: Path) -> None:
    settings = given()
    assert settings.database_url == f"sqlite:///{folder}/instance/commentbox.db"
    assert (settings.is_sqlite, settings.is_secure) == (True, True)
    assert settings.mail_from == "comments@comments.test"


def test_the_environment_wins_over_the_file(folder: Path) -> None:
    (folder / "commentbox.toml").write_text(
        f'secret_key = "{SECRET}"\nCOMMENTBOX_BASE_URL = "https://file.test"\nsession_days = 7\n'
        "smtp_plain = true\n"
    )
    settings = load({"COMMENTBOX_BASE_URL": BASE})
    assert (settings.base_url, settings.session_days, settings.smtp_plain) == (BASE, 7, True)


def test_the_file_may_stand_elsewhere(folder: Path) -> None:
    elsewhere = folder / "other.toml"
    elsewhere.write_text("flood_comments = 9\n")
    assert given(CONFIG=str(elsewhere)).flood_comments == 9
    assert load(GOOD, file=elsewhere).flood_comments == 9


def test_postgresql_is_reached_by_the_driver_that_is_installed() -> None:
    settings = given(DATABASE_URL="postgresql://u:p@db.test/c")
    assert settings.database_url == "postgresql+psycopg://u:p@db.test/c"
    assert not settings.is_sqlite


@pytest.mark.parametrize(
    "url", ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:1", "http://a.localhost/"]
)
def test_plain_http_is_for_this_machine_alone(url: str) -> None:
    assert not given(BASE_URL=url).is_secure


SENTENCES = [
    ("SECRET_KEY", "", "COMMENTBOX_SECRET_KEY is missing; make one with"),
    ("SECRET_KEY", "dev", "COMMENTBOX_SECRET_KEY must have at least 32 characters"),
    ("SECRET_KEY", "short-ok", "COMMENTBOX_SECRET_KEY must have at least 32 characters"),
    ("SECRET_KEY", "a" * 40, "COMMENTBOX_SECRET_KEY repeats too few characters"),
    ("SECRET_KEY", "changeme" + "1" * 40, "COMMENTBOX_SECRET_KEY must have at least 32"),
    ("BASE_URL", "", "COMMENTBOX_BASE_URL is missing; give the public address"),
    ("BASE_URL", "comments.test", "COMMENTBOX_BASE_URL must be an address such as"),
    ("BASE_URL", "ftp://comments.test", "COMMENTBOX_BASE_URL must be an address such as"),
    ("BASE_URL", "https://u@comments.test", "COMMENTBOX_BASE_URL must be an address such as"),
    ("BASE_URL", "https://comments.test/x", "COMMENTBOX_BASE_URL must be a bare origin"),
    ("BASE_URL", "http://comments.test", "COMMENTBOX_BASE_URL must begin with https://"),
    ("BASE_URL", "https://comments.test?", "COMMENTBOX_BASE_URL must be a bare origin"),
    ("BASE_URL", "https://comments.test:99999", "COMMENTBOX_BASE_URL must be an address such as"),
    ("BASE_URL", "https://comments.test:https", "COMMENTBOX_BASE_URL must be an address such as"),
    ("BASE_URL", "https://*.test", "COMMENTBOX_BASE_URL must be an address such as"),
    ("BASE_URL", "https://[::1", "COMMENTBOX_BASE_URL must be an address such as"),
    ("DATABASE_URL", "postgresql://h:abc/x", "COMMENTBOX_DATABASE_URL is not a database address."),
    ("DATABASE_URL", "postgresql://h:99999/x", "COMMENTBOX_DATABASE_URL must name a port"),
    ("DATABASE_URL", "nonsense", "COMMENTBOX_DATABASE_URL is not a database address."),
    ("DATABASE_URL", "mysql://db", "COMMENTBOX_DATABASE_URL must begin with sqlite:///"),
    ("DATABASE_URL", "sqlite://", "COMMENTBOX_DATABASE_URL must name a file"),
    ("SMTP_URL", "mail.test:25", "COMMENTBOX_SMTP_URL must look like smtp://"),
    ("SMTP_URL", "smtp://mail.test:0", "COMMENTBOX_SMTP_URL must look like smtp://"),
    ("SMTP_URL", "smtp://mail.test:x", "COMMENTBOX_SMTP_URL must look like smtp://"),
    ("SMTP_URL", "smtp://[::1", "COMMENTBOX_SMTP_URL must look like smtp://"),
    ("REDIS_URL", "nonsense", "COMMENTBOX_REDIS_URL must look like redis://"),
    ("REDIS_URL", "redis://h:99999", "COMMENTBOX_REDIS_URL must look like redis://"),
    ("REDIS_URL", "http://h:1", "COMMENTBOX_REDIS_URL must look like redis://"),
    ("MAIL_FROM", "a@[::1", "COMMENTBOX_MAIL_FROM must be an email address."),
    ("MAIL_FROM", "nobody", "COMMENTBOX_MAIL_FROM must be an email address."),
    ("TRUSTED_PROXIES", "one", "COMMENTBOX_TRUSTED_PROXIES must be a whole number, not 'one'."),
    ("TRUSTED_PROXIES", "-1", "COMMENTBOX_TRUSTED_PROXIES must be a whole number"),
    ("FLOOD_COMMENTS", "0", "COMMENTBOX_FLOOD_COMMENTS must be at least 1."),
    ("FLOOD_SECONDS", "0", "COMMENTBOX_FLOOD_SECONDS must be at least 1."),
    ("REQUEST_LIMIT", "0", "COMMENTBOX_REQUEST_LIMIT must be at least 1."),
    ("SESSION_DAYS", "0", "COMMENTBOX_SESSION_DAYS must be at least 1."),
    ("SESSION_DAYS", "401", "COMMENTBOX_SESSION_DAYS must be at most 400."),
    ("FLOOD_SECONDS", "9" * 5000, "COMMENTBOX_FLOOD_SECONDS must be a whole number"),
    ("SMTP_PLAIN", "maybe", "COMMENTBOX_SMTP_PLAIN must be true or false, not 'maybe'."),
    ("AKISMET_KEY", "two words", "COMMENTBOX_AKISMET_KEY must be one word of letters, digits"),
    ("AKISMET_URL", "", "COMMENTBOX_AKISMET_URL must look like https://rest.akismet.com"),
    ("AKISMET_URL", "https://a.test/?b", "COMMENTBOX_AKISMET_URL must look like https://"),
    ("AKISMET_URL", "akismet.test", "COMMENTBOX_AKISMET_URL must be an address that begins with"),
    ("AKISMET_URL", "http://akismet.test", "COMMENTBOX_AKISMET_URL must begin with https://"),
    ("LOG_LEVEL", "loud", "COMMENTBOX_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR."),
    ("SECRETKEY", "x", "COMMENTBOX_SECRETKEY is not a setting of Commentbox."),
    ("CONFIG", "absent.toml", "COMMENTBOX_CONFIG names absent.toml, which is not a file."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), SENTENCES)
def test_n1_a_mistake_is_named_in_one_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        given(**{name: value})
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_several_mistakes_are_named_at_once() -> None:
    with pytest.raises(BadSetting) as caught:
        given(
            SECRET_KEY="dev", BASE_URL="nonsense", SESSION_DAYS="0", SECRETKEY="x", SMTP_PLAIN="?"
        )
    named = {sentence.split()[0] for sentence in caught.value.sentences}
    assert named == {
        f"COMMENTBOX_{name}"
        for name in ("SECRET_KEY", "BASE_URL", "SESSION_DAYS", "SECRETKEY", "SMTP_PLAIN")
    }


@pytest.mark.parametrize(
    ("name", "url", "extra"),
    [("DATABASE_URL", "postgresql://db/c", "postgres"), ("REDIS_URL", "redis://r", "redis")],
)
def test_what_needs_more_installed_is_named(
    name: str, url: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commentbox.config.settings.find_spec", lambda _module: None)
    with pytest.raises(BadSetting, match=rf"COMMENTBOX_{name} needs .*commentbox\[{extra}\]"):
        given(**{name: url})


def test_the_public_address_is_written_as_browsers_write_it() -> None:
    assert given(BASE_URL="https://Bücher.Test:443/").base_url == "https://xn--bcher-kva.test"
    assert given(BASE_URL="http://[::1]:8080").base_url == "http://[::1]:8080"


def test_a_folder_with_signs_of_an_address_in_its_name_is_a_folder(folder: Path) -> None:
    settings = given(INSTANCE_DIR=str(folder / "a?b#c"))
    assert make_url(settings.database_url).database == str(folder / "a?b#c" / "commentbox.db")


def test_a_file_that_may_not_be_read_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, _encoding: str) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(BadSetting, match=r"commentbox.toml cannot be read: Permission denied."):
        given()


def test_a_file_that_is_no_toml_is_named(folder: Path) -> None:
    (folder / "commentbox.toml").write_text("= nonsense")
    with pytest.raises(BadSetting, match=r"commentbox.toml is not valid TOML: "):
        given()


def test_n2_no_secret_shows_when_settings_are_printed() -> None:
    settings = given(
        DATABASE_URL="postgresql://u:hunter2@db.test/c",
        SMTP_URL="smtp://u:hunter3@mail.test:587",
        REDIS_URL="redis://:hunter4@redis.test",
        AKISMET_KEY="hunter5",
    )
    assert not any(secret in repr(settings) for secret in (SECRET, "hunter"))
