"""`commentbox doctor`: a sentence for each thing, and exit status 1 when one is wrong."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from commentbox.adapters import http
from commentbox.adapters.http import Fetched, Unreachable
from commentbox.cli.demo.providers import Standins
from commentbox.cli.doctor.logins import CONSOLES
from commentbox.config.providers import BUILT_IN
from tests.cli.conftest import Run
from tests.outside import Reply, listening, says
from tests.paths import ROOT
from tests.reader import Reader
from tests.smtp import Authority, Sink, serving, unused_port

HERE = "http://comments.localhost"
NAMES = ("google", "twitter", "facebook", "wordpress", "github")


@pytest.fixture(autouse=True)
def here(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTBOX_BASE_URL", HERE)


@pytest.fixture
def standins(monkeypatch: pytest.MonkeyPatch) -> Iterator[Standins]:
    """Return providers that serve, and to which the settings lead."""
    standins = Standins(HERE)
    standins.serve()
    for name, value in standins.environment().items():
        monkeypatch.setenv(name, value)
    yield standins
    standins.close()


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> list[Fetched | str]:
    """Return a list whose only entry the public address answers, or the code of its silence."""
    answers: list[Fetched | str] = []

    def fetch(url: str, **_limits: object) -> Fetched:
        assert url == "https://comments.test/healthz"
        [given] = answers
        if isinstance(given, str):
            raise Unreachable(given)
        return given

    monkeypatch.setattr(http, "fetch", fetch)
    monkeypatch.setenv("COMMENTBOX_BASE_URL", "https://comments.test")
    return answers


def test_a_service_without_anything_is_told_what_it_could_have(run: Run, tmp_path: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert "wrong" not in result.stdout
    file = tmp_path / "instance" / "commentbox.db"
    assert f"The database {file} is made when `commentbox serve` starts" in result.stdout
    assert "No mail server is set" in result.stdout
    for name in NAMES:
        assert f"Not offered: {name}." in result.stdout
        assert f"{HERE}/login/{name}/callback" in result.stdout
    assert not list(tmp_path.rglob("*.db"))


def test_right_credentials_are_known_everywhere(
    run: Run, standins: Standins, tmp_path: Path
) -> None:
    run("db", "upgrade")
    result = run("doctor")
    assert result.exit_code == 0, result.stdout
    assert f"The database {tmp_path}/instance/commentbox.db answers" in result.stdout
    assert "tables are those of this version" in result.stdout
    assert result.stdout.count("knows the id and the secret") == len(NAMES)
    assert f"Twitter must know the callback {HERE}/login/twitter/callback" in result.stdout
    assert "Not offered" not in result.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_secret_is_found(
    run: Run, standins: Standins, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"COMMENTBOX_{name.upper()}_CLIENT_SECRET", "another")
    result = run("doctor", "--quiet")
    [line] = result.stdout.splitlines()
    setting = f"COMMENTBOX_{name.upper()}_CLIENT_"
    assert result.exit_code == 1
    assert line.startswith("wrong ")
    assert f"does not accept {setting}ID with {setting}SECRET." in line
    assert "another" not in result.output


def test_the_guide_has_every_address_that_it_prints(run: Run, standins: Standins) -> None:
    guide = (ROOT / "docs" / "sign-in.md").read_text("utf-8")
    printed = run("doctor").stdout.replace(HERE, "https://comments.example")
    addresses = re.findall(r"https://comments\.example\S+", printed)
    assert len(addresses) == len(NAMES) + 3
    for address in (*addresses, *CONSOLES.values()):
        assert address in guide


def test_every_provider_that_comes_along_has_a_console() -> None:
    assert {*CONSOLES, "oidc"} == {*BUILT_IN}


def test_what_a_provider_should_call_is_what_we_answer(
    run: Run, standins: Standins, reader: Reader
) -> None:
    told = re.findall(rf"should know, as [^,]+, {HERE}(\S+)", run("doctor").stdout)
    assert len(told) == 3
    routes = {
        rule.rule for rule in reader.app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    assert {*told} <= routes


def test_a_provider_out_of_reach_is_found(run: Run, standins: Standins) -> None:
    standins.google.faults["token"] = "502"
    result = run("doctor", "--quiet")
    [line] = result.stdout.splitlines()
    assert "Google gives no usable answer to this machine: it says that it cannot" in line


def test_settings_that_cannot_be_used_are_all_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTBOX_FLOOD_COMMENTS", "many")
    monkeypatch.setenv("COMMENTBOX_GOOGLE_CLIENT_ID", "an id")
    result = run("doctor")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert "COMMENTBOX_GOOGLE_CLIENT_SECRET must be set" in result.stdout


def test_a_database_that_does_not_work_is_found(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "broken.db"
    file.write_text("no database" * 100, "utf-8")
    monkeypatch.setenv("COMMENTBOX_DATABASE_URL", f"sqlite:///{file}")
    result = run("doctor", "--quiet")
    assert result.exit_code == 1
    assert "The database does not work: file is not a database." in result.stdout


def test_old_tables_are_brought_up_to_date_later(run: Run, tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "commentbox.db").touch()
    assert "is brought up to date when" in run("doctor").stdout


def test_tables_of_a_newer_version_are_found(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    engine = create_engine(f"sqlite:///{tmp_path}/instance/commentbox.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    result = run("doctor", "--quiet")
    assert result.exit_code == 1
    assert "wrong The database belongs to a newer version of Commentbox" in result.stdout


def test_a_mail_server_that_takes_mail_is_well(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    sink = Sink()
    with serving(sink, authority, login="me:secret") as url:
        monkeypatch.setenv("COMMENTBOX_SMTP_URL", url)
        well = run("doctor")
        monkeypatch.setenv("COMMENTBOX_SMTP_URL", url.replace("secret", "guess"))
        refused = run("doctor", "--quiet")
    assert "The mail server localhost takes mail from comments@" in well.stdout
    assert "does not accept user and password" in refused.stdout
    assert "guess" not in refused.output
    assert sink.messages == []


def test_a_mail_server_that_does_not_answer_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTBOX_SMTP_URL", f"smtp://localhost:{unused_port()}")
    assert "The mail server localhost does not answer" in run("doctor", "--quiet").stdout


def test_a_mail_server_whose_name_is_not_known_is_told_as_that(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", look_up)
    monkeypatch.setenv("COMMENTBOX_SMTP_URL", "smtp://mial.blog.example")
    said = run("doctor", "--quiet").stdout
    assert "wrong The name of the mail server mial.blog.example is not known here.\n" in said
    assert "Errno" not in said


def test_a_mail_server_without_tls_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Sink()) as url:
        monkeypatch.setenv("COMMENTBOX_SMTP_URL", url)
        assert "cannot be used: STARTTLS" in run("doctor", "--quiet").stdout


def test_an_address_of_this_machine_is_asked_without_tls(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTBOX_BASE_URL", f"http://127.0.0.1:{unused_port()}")
    assert "does not answer: is `commentbox serve` running?" in run("doctor").stdout
    answers = [(b'{"ok": true}', "is answered by Commentbox."), (b"{}", "by something else than")]
    for body, words in answers:
        with listening(says(body)) as server:
            monkeypatch.setenv("COMMENTBOX_BASE_URL", f"http://127.0.0.1:{server.port}")
            result = run("doctor")
        assert words in result.stdout
        assert "is for this very machine: the public needs https://" in result.stdout
        assert result.exit_code == (0 if body != b"{}" else 1)


def test_a_name_of_this_machine_that_is_not_known_is_told_as_that(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    said = run("doctor").stdout
    assert f"note  {HERE} cannot be checked from here: its name is not known here.\n" in said
    assert "serve` running?" not in said


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Fetched(200, "application/json", json.dumps({"ok": True}).encode()), "over TLS."),
        (Fetched(200, "text/html", b"<p>Welcome to nginx"), "by something else than Commentbox."),
        (Fetched(404, "text/html", b""), "by something else than Commentbox."),
        (Fetched(502, "text/html", b""), "answers 502: is `commentbox serve` running behind it?"),
        ("answer.tls", "cannot be reached: its certificate is not valid for it."),
        ("host.unknown", "cannot be reached: its name is not known here."),
        ("address.not_public", "cannot be checked from here: open https://comments.test/healthz"),
    ],
)
def test_the_public_address_is_asked(
    run: Run, answer: list[Fetched | str], given: Fetched | str, words: str
) -> None:
    answer.append(given)
    result = run("doctor")
    assert words in result.stdout
    assert result.exit_code == (0 if "TLS." in words or "from here" in words else 1)


@pytest.mark.parametrize(("proxies", "is_told"), [("0", True), ("1", False)])
def test_who_may_be_behind_a_proxy_is_told_what_to_set(
    run: Run,
    answer: list[Fetched | str],
    monkeypatch: pytest.MonkeyPatch,
    proxies: str,
    is_told: bool,
) -> None:
    answer.append(Fetched(200, "application/json", b'{"ok": true}'))
    advice = "note  Behind a proxy, set COMMENTBOX_TRUSTED_PROXIES=1; until then all readers count"
    monkeypatch.setenv("COMMENTBOX_TRUSTED_PROXIES", proxies)
    result = run("doctor")
    assert (advice in result.stdout, result.exit_code) == (is_told, 0)
    monkeypatch.setenv("COMMENTBOX_BASE_URL", HERE)
    assert "TRUSTED_PROXIES" not in run("doctor").stdout


@pytest.mark.parametrize(
    ("reply", "said", "status"),
    [
        (says(b"valid"), "ok    The outside scorer {} knows the key.", 0),
        (says(b"invalid"), "wrong The outside scorer {} does not accept AKISMET_KEY.", 1),
        (says(b"<html>"), "note  The outside scorer {} is not known to work: ", 0),
        (says(b"", status="500 Oh dear"), "note  The outside scorer {} is not known to work: ", 0),
    ],
    ids=["valid", "invalid", "unclear", "broken"],
)
def test_the_outside_scorer_is_asked_whether_it_knows_the_key(
    run: Run, monkeypatch: pytest.MonkeyPatch, reply: Reply, said: str, status: int
) -> None:
    with listening(reply) as server:
        monkeypatch.setenv("COMMENTBOX_AKISMET_KEY", "abc123")
        monkeypatch.setenv("COMMENTBOX_AKISMET_URL", f"http://127.0.0.1:{server.port}")
        result = run("doctor")
        [request] = [each for each in server.requests if b"/1.1/verify-key" in each]
    assert said.format(f"127.0.0.1:{server.port}") in result.stdout
    assert "abc123" not in result.output
    assert result.exit_code == status
    assert b"key=abc123" in request
