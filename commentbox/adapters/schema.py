"""The tables of the database: bringing them up to date, and asking whether they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_FOLDER: Final = Path(__file__).parent.parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to `revision`, in one transaction each."""
    config = _config()
    with engine.connect() as connection, _unwatched(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Say whether the tables are those that this version works with."""
    return _revision(engine) == _scripts().get_current_head()


def newer(engine: Engine) -> str:
    """Return the revision of tables that only a newer version knows; nothing for all others."""
    found = _revision(engine)
    known = {script.revision for script in _scripts().walk_revisions()}
    return found if found is not None and found not in known else ""


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


@contextmanager
def _unwatched(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild a table without losing what refers to its rows.

    SQLite changes a column by making the table anew, and dropping the old one deletes its rows
    with all that hangs on them. Only outside a transaction can that be switched off, step 1 of
    https://sqlite.org/lang_altertable.html#otheralter; `migrations/env.py` does step 10.
    """
    raw = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    watches = raw.execute("PRAGMA foreign_keys").fetchone()[0]
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA foreign_keys={watches}")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config
