"""What every command starts from: the settings, tables that fit, and the service itself."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import OperationalError

from commentbox.adapters import logs, schema
from commentbox.app import create_app
from commentbox.cli import database_file
from commentbox.config import Settings, load
from commentbox.extensions import db, prepare_sqlite, take_time


@contextmanager
def beginning(settings: Settings | None = None) -> Iterator[Flask]:
    """Run the block as `running` does, and make a database where there is none."""
    settings = settings or load()
    ready(settings)
    with running(settings) as app:
        yield app


@contextmanager
def running(settings: Settings | None = None) -> Iterator[Flask]:
    """Run the block inside the service, once its tables fit this version.

    A database that is missing is not made: it is another one that its owner means. What is asked of
    it may take as long as it needs, as a recount of many comments does.
    """
    with working(settings) as app:
        logs.configure("WARNING")  # what is done is said in a sentence instead
        for engine in db.engines.values():
            take_time(engine)
        yield app


@contextmanager
def working(settings: Settings | None = None) -> Iterator[Flask]:
    """Run the block inside the service as `running` does, but under the limits of serving."""
    settings = settings or load()
    require(settings)
    ready(settings)
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def ready(settings: Settings) -> None:
    """Bring an SQLite database up to date; refuse a PostgreSQL database that is not.

    PostgreSQL serves many machines, so somebody has to say when its tables change.
    """
    if is_current(settings):
        return
    if not settings.is_sqlite:
        raise click.ClickException(
            "The tables of the database are not those of this version; "
            "run `commentbox db upgrade` first."
        )
    upgrade(settings)


def require(settings: Settings) -> None:
    """Raise `ClickException` where there is no database yet."""
    if settings.is_sqlite and not _file(settings).exists():
        raise click.ClickException(
            f"There is no database at {place(settings)}. "
            "Set COMMENTBOX_INSTANCE_DIR to the folder that holds it, or make one: "
            "run `commentbox db upgrade`, or `commentbox sites add`."
        )


def place(settings: Settings) -> str:
    """Return where the database is: a file, or a server's address without the password."""
    if settings.is_sqlite:
        return str(_file(settings).absolute())
    return make_url(settings.database_url).set(query={}).render_as_string(hide_password=True)


def is_current(settings: Settings) -> bool:
    """Say whether the tables fit this version.

    Raise `ClickException` for those of a newer one, and for an SQLite file that cannot be written.
    """
    with engine(settings) as database:
        _refuse_newer(database)
        if settings.is_sqlite:
            database_file.try_writing(database)
        return schema.is_current(database)


def upgrade(settings: Settings) -> None:
    """Bring the tables up to date; of several processes that try at once, one does it."""
    with engine(settings) as database, _alone(settings):
        _refuse_newer(database)
        if not schema.is_current(database):
            schema.upgrade(database)


@contextmanager
def engine(settings: Settings) -> Iterator[Engine]:
    """Lend a connection pool to the database, outside of the service."""
    if settings.is_sqlite:
        _file(settings).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = create_engine(settings.database_url, hide_parameters=True)
    take_time(database)
    if settings.is_sqlite:
        prepare_sqlite(database, writes=True)
    try:
        yield database
    except OperationalError as problem:
        if settings.is_sqlite and (sentence := database_file.why(_file(settings), problem)):
            raise click.ClickException(sentence) from problem
        raise
    finally:
        database.dispose()


def _refuse_newer(database: Engine) -> None:
    if found := schema.newer(database):
        raise click.ClickException(
            f"The database belongs to a newer version of Commentbox (its tables are {found}); "
            "install that version, or bring back a copy from before."
        )


def _file(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database or "")


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    if not settings.is_sqlite:
        yield
        return
    lock = _file(settings).with_suffix(".lock")
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
