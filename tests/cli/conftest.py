"""Running a command as an owner does, in an environment of its own."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commentbox.__main__ import main
from commentbox.app import create_app
from commentbox.cli.main import commands
from commentbox.config import load
from commentbox.extensions import db
from tests.conftest import SECRET
from tests.reader import Reader

Run = Callable[..., Result]
SECOND = timedelta(seconds=1)  # within which every process shows what a command changed


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


@pytest.fixture
def reader(run: Run) -> Iterator[Reader]:
    """Return a browser in front of the site `blog`, served beside the commands."""
    run("db", "upgrade")
    app = create_app(load())
    yield Reader(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
