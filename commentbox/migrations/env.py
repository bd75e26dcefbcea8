"""Alembic's entry: runs the migrations on the connection that the caller passes."""

from alembic import context
from sqlalchemy import Connection

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
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
