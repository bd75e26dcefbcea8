"""The extensions, unbound: `app.create_app` binds them."""

import sqlite3
import time
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, MetaData, event, literal_column, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

READS = "reads"
"""The bind of connections that cannot write."""


class RoutedSession(Session):
    """A session that reads through read-only connections until it is told that it writes."""

    writes = False

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Return the engine for what this session is for."""
        return self._db.engines[None if self.writes else READS]


class _Base(DeclarativeBase):
    # Alembic can only change a constraint that has a name, and the same name everywhere.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(
    model_class=_Base,
    session_options={"class_": RoutedSession, "expire_on_commit": False},
    disable_autonaming=True,
)


def begin_writing() -> None:
    """Let this context's session write from now on; call it before the first query.

    A transaction that reads first and writes later cannot be saved by waiting: SQLite refuses the
    upgrade of a stale snapshot at once. So the intention is stated at the start.
    """
    session = cast(RoutedSession, db.session())
    if not session.writes:
        session.rollback()
        session.writes = True


def begin_reading() -> None:
    """Commit, and let this context's session only read until `begin_writing`.

    Nobody who writes waits for what a job reads. What it read may have changed when it writes.
    """
    session = cast(RoutedSession, db.session())
    session.commit()
    session.writes = False


def insert_new(table: type[Any], **row: Any) -> bool:
    """Insert a row and say whether that was done: one with a key that is there already is not.

    Where another transaction is inserting the same key, this waits to see what becomes of it.
    """
    insert = (postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite).insert
    statement = insert(table).values(**row).on_conflict_do_nothing()
    return db.session.scalar(statement.returning(literal_column("1"))) is not None


def has_turns() -> bool:
    """Say whether all who write wait for each other, as in SQLite."""
    return db.engine.dialect.name == "sqlite"


def engine_options(url: str) -> dict[str | None, dict[str, Any]]:
    """Return `SQLALCHEMY_BINDS` for the database: one engine that writes, one that cannot.

    An error's message names no parameters: they are what people typed, and would be logged.
    """
    private = {"hide_parameters": True}
    if url.startswith("sqlite"):
        wait = {"connect_args": {"timeout": 5.0}, **private}
        return {
            None: {"url": url, "pool_size": 2, "max_overflow": 8, **wait},
            READS: {"url": url, "pool_size": 8, "max_overflow": 8, **wait},
        }
    # What is given to connect takes the place of what stands in the address.
    limits = str(make_url(url).query.get("options", ""))
    limits += " -c statement_timeout=5000 -c lock_timeout=2000 -c timezone=UTC"
    limits += " -c idle_in_transaction_session_timeout=10000"
    shared = {
        "url": url,
        "pool_size": 8,
        "max_overflow": 2,
        "pool_timeout": 3,
        "pool_pre_ping": True,
        **private,
    }
    reads_only = f"{limits} -c default_transaction_read_only=on"
    return {
        None: {**shared, "connect_args": {"options": limits}},
        READS: {**shared, "connect_args": {"options": reads_only}},
    }


def take_time(engine: Engine) -> None:
    """Let what this engine does take as long as it needs: somebody waits for it, no reader does."""
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET {limit} = 0")
        cursor.execute("SET lock_timeout = '30s'")
        cursor.close()
        connection.commit()


def is_worth_repeating(problem: DBAPIError) -> bool:
    """Say whether the transaction was given up only because another one was in its way.

    PostgreSQL says so by code: a deadlock, or a failure to serialize (its manual, 13.5).
    """
    return getattr(problem.orig, "sqlstate", None) in {"40P01", "40001"}


def prepare_sqlite(engine: Engine, *, writes: bool) -> None:
    """Give an SQLite engine the settings under which no acknowledged comment is lost.

    WAL with FULL syncs every commit; IMMEDIATE takes the write lock before the first read, since
    SQLAlchemy's defaults lost 74 % of concurrent counter updates. https://sqlite.org/pragma.html
    """

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        # Its own knows the 26 letters of English alone: nobody found Ömer by writing ömer.
        connection.create_function("lower", 1, _lower, deterministic=True)
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *(_WRITING if writes else _READING)):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if writes:
            _begin_to_write(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    """Take the write lock once nobody else has it; ask for it often, for as long as `_PATIENCE`.

    SQLite's own waiting soon asks ten times a second alone: of the moments that a long job leaves
    to others it would miss most.
    """
    until, raw = time.monotonic() + _PATIENCE, connection.connection.dbapi_connection
    while time.monotonic() < until:
        try:
            cast(sqlite3.Connection, raw).execute(_WRITE)
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                break
            time.sleep(_AGAIN)
        else:
            return
    connection.exec_driver_sql(_WRITE)  # it fails as any other statement would


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


_WRITE = "BEGIN IMMEDIATE"
_PATIENCE = 5.0  # seconds
_AGAIN = 0.003  # seconds
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "wal_autocheckpoint=1000",
    "journal_size_limit=67108864",
    "secure_delete=ON",
)
_READING = ("busy_timeout=5000", "query_only=ON")
_WRITING = ("busy_timeout=0", "query_only=OFF")
