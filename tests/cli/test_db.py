"""Tables that do not fit this version."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine, create_engine, text

from commentbox.cli import service
from commentbox.config import load
from commentbox.extensions import db

Run = Callable[..., Result]


@pytest.fixture
def newer(run: Run, tmp_path: Path) -> None:
    """Leave tables behind as a later version might."""
    assert run("db", "upgrade").stdout == "The tables are up to date.\n"
    engine = create_engine(f"sqlite:///{tmp_path}/instance/commentbox.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


@pytest.mark.parametrize(
    "words",
    [
        ("serve",),
        ("worker",),
        ("recount",),
        ("sites", "list"),
        ("db", "upgrade"),
        ("db", "current"),
    ],
    ids=" ".join,
)
def test_tables_of_a_newer_version_are_left_alone(
    run: Run, newer: None, words: tuple[str, ...]
) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: The database belongs to a newer version of Commentbox (its tables are 9999); "
        "install that version, or bring back a copy from before.\n"
    )


def test_commands_may_take_longer_than_readers_wait(
    run: Run, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTBOX_DATABASE_URL", postgres)
    with service.running():
        counting = [_limit(engine) for engine in db.engines.values()]
    with service.working():
        serving = [_limit(engine) for engine in db.engines.values()]
    with service.engine(load()) as migrating:
        assert _limit(migrating) == "0"
    assert (counting, serving) == (["0", "0"], ["5s", "5s"])


def test_tables_that_are_missing_are_said_to_be(run: Run) -> None:
    result = run("db", "current")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "run `commentbox db upgrade`" in result.stderr


def _limit(engine: Engine) -> str:
    with engine.connect() as connection:
        connection.rollback()  # what is set must outlast the transaction that set it
        return str(connection.scalar(text("SHOW statement_timeout")))
