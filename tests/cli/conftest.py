"""Running a command as an owner does, in an environment of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commentbox.__main__ import main
from commentbox.cli.main import commands
from tests.conftest import SECRET

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `commentbox WORD…` with settings and an empty folder."""
    assert callable(main)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMENTBOX_SECRET_KEY", SECRET)
    monkeypatch.setenv("COMMENTBOX_BASE_URL", "https://comments.test")

    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(commands, words, input=typed)

    return run
