"""What `serve` refuses before it begins."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.paths import ROOT
from tests.servers import free_port

Run = Callable[..., Result]


@pytest.fixture
def nonsense(tmp_path: Path) -> str:
    """Return a file that is neither a certificate nor a key."""
    file = tmp_path / "nonsense.pem"
    file.write_text("nonsense")
    return str(file)


@pytest.mark.parametrize("option", ["--tls-cert", "--tls-key"])
def test_a_certificate_and_its_key_go_together(run: Run, nonsense: str, option: str) -> None:
    result = run("serve", option, nonsense)
    assert result.exit_code == 2
    assert "--tls-cert and --tls-key go together." in result.stderr


def test_a_certificate_that_is_none_is_one_sentence(run: Run, nonsense: str) -> None:
    words = ("serve", "--port", str(free_port()), "--tls-cert", nonsense, "--tls-key", nonsense)
    result = run(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Certificate and key cannot be used: ")


def test_a_host_that_is_not_ours_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentbox.cli.serve._PORT_TIMEOUT", 0)
    result = run("serve", "--host", "192.0.2.1", "--port", str(free_port()))
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Cannot listen on 192.0.2.1:")


def test_another_server_gets_the_application_or_the_sentences(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = runpy.run_path(str(ROOT / "wsgi.py"))["app"]
    assert found.test_client().get("/healthz").status_code == 200
    monkeypatch.setenv("COMMENTBOX_BASE_URL", "nonsense")
    with pytest.raises(SystemExit, match=r"^COMMENTBOX_BASE_URL must be an address"):
        runpy.run_path(str(ROOT / "wsgi.py"))
