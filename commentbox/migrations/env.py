"""Alembic's entry: runs the migrations on the connection that the caller passes."""

from typing import Any

from alembic import context
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from commentbox import models
from commentbox.extensions import db

_TABLES = models.__all__


def _run(connection: Connection) -> None:
    # SQLite cannot alter most constraints; batch mode rebuilds the table.
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        on_version_apply=_check_rows,  # type: ignore[arg-type]  # given by name
    )
    with context.begin_transaction():
        context.run_migrations()


def _check_rows(*, ctx: MigrationContext, **_step: Any) -> None:
    """Undo a migration of SQLite that leaves rows which refer to none.

    Nothing watches them meanwhile, see `schema.upgrade`: step 10 of
    https://sqlite.org/lang_altertable.html#otheralter.
    """
    if ctx.dialect.name != "sqlite" or ctx.connection is None:
        return
    check = "PRAGMA foreign_key_check"
    if lost := ctx.connection.exec_driver_sql(check).all():
        tables = ", ".join(sorted({row[0] for row in lost}))
        raise IntegrityError(check, None, LookupError(f"rows refer to none, in {tables}"))


_run(context.config.attributes["connection"])
