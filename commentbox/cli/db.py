"""The tables: bringing them up to date, and asking whether they are."""

import click

from commentbox.cli import service
from commentbox.config import load


@click.group()
def db() -> None:
    """Look after the tables of the database."""


@db.command()
def upgrade() -> None:
    """Bring the tables up to date; stop the service first on PostgreSQL."""
    service.upgrade(load())
    click.echo("The tables are up to date.")


@db.command()
def current() -> None:
    """Say whether the tables are those of this version; exit status 1 when not."""
    settings = load()
    service.require(settings)
    if not service.is_current(settings):
        raise click.ClickException("The tables are not up to date; run `commentbox db upgrade`")
    click.echo("The tables are up to date.")
