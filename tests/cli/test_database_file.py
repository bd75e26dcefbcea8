"""An SQLite file that cannot be written: said at the start, with its name, and whose it is."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from commentbox.app import create_app
from commentbox.cli import database_file, service
from commentbox.config import Settings, load
from tests.cli.conftest import Run
from tests.servers import free_port
from tests.unprivileged import without_privileges

NOBODY = 4_000_000_000  # an id that no user has


@pytest.fixture(autouse=True)
def here(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTBOX_BASE_URL", "http://comments.localhost")
    monkeypatch.setattr("commentbox.cli.serve._PORT_TIMEOUT", 0)


@pytest.fixture
def file(run: Run, tmp_path: Path) -> Path:
    """Return a database with all tables."""
    run("db", "upgrade")
    return tmp_path / "instance" / "commentbox.db"


def serve(run: Run) -> Result:
    """Serve at an address that is not ours: it ends where all else is well."""
    return run("serve", "--host", "192.0.2.1", "--port", str(free_port()))


@pytest.mark.parametrize("closed", ["", "commentbox.db"], ids=["folder", "file"])
def test_nothing_begins_on_a_file_that_cannot_be_written(run: Run, file: Path, closed: str) -> None:
    path = file.parent / closed
    path.chmod(path.stat().st_mode & ~0o222)
    with without_privileges():
        looked, served, added = (
            run("doctor"),
            serve(run),
            run("sites", "add", "b", "https://b.test"),
        )
    path.chmod(path.stat().st_mode | 0o200)
    said = f"{path} cannot be written by {path.owner()}, to whom it belongs"
    assert f"wrong {said}" in looked.stdout
    assert looked.exit_code == 1
    for result in (served, added):
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
        assert result.stderr.startswith(f"Error: {said}")


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_what_lies_beside_the_file_must_be_ours_too(run: Run, file: Path, ending: str) -> None:
    beside = file.with_name(file.name + ending)
    beside.touch(mode=0o444)
    with without_privileges():
        result = run("doctor", "--quiet")
    assert result.stdout.startswith(f"wrong {beside} cannot be written by ")


def test_a_file_that_can_be_written_is_left_as_it_is(run: Run, file: Path) -> None:
    before = file.read_bytes()
    with without_privileges():
        looked, served = run("doctor"), serve(run)
    assert f"The database {file} answers" in looked.stdout
    assert served.stderr.startswith("Error: Cannot listen on 192.0.2.1:")
    assert file.read_bytes() == before


@pytest.mark.parametrize("folder", ["", "not/there/yet"])
def test_a_file_that_could_not_be_made_is_found(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    monkeypatch.setenv("COMMENTBOX_INSTANCE_DIR", str(closed / folder))
    with without_privileges():
        result = run("doctor", "--quiet")
    assert (result.exit_code, list(closed.iterdir())) == (1, [])
    assert result.stdout.startswith(f"wrong {closed} cannot be written by ")


def test_a_file_in_a_folder_that_cannot_be_looked_into_is_one_sentence(
    run: Run, file: Path
) -> None:
    file.parent.chmod(0)
    with without_privileges():
        looked, served = run("doctor", "--quiet"), serve(run)
    file.parent.chmod(0o700)
    assert looked.stdout.startswith(f"wrong {file.parent} cannot be written by ")
    assert served.stderr.startswith(f"Error: {file.parent} cannot be written by ")


@pytest.mark.parametrize("begin", [service.upgrade, create_app], ids=["command", "server"])
def test_a_folder_that_is_made_is_closed_to_other_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: Callable[[Settings], object]
) -> None:
    for name in ("made", "given"):
        monkeypatch.setenv("COMMENTBOX_INSTANCE_DIR", str(tmp_path / name))
        if name == "given":
            (tmp_path / name).mkdir(mode=0o755)
        begin(load())
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("made", "given")]
    assert modes == [0o700, 0o755]


def test_a_file_is_named_that_only_the_database_knows_to_be_closed(file: Path) -> None:
    engine = create_engine(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(OperationalError) as raised:
        database_file.try_writing(engine)
    engine.dispose()
    assert database_file.why(file, raised.value).startswith(f"{file} cannot be written by ")


def test_who_runs_and_whose_it_is_are_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = file.owner()
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY)
    sentence = database_file.refusal(file)
    assert sentence == f"{file} cannot be written by {NOBODY}; it belongs to {owner}."
