"""Comparing every count with the comments themselves."""

import click

from commentbox.cli import service
from commentbox.comments import recount as counts
from commentbox.comments import threads
from commentbox.extensions import begin_writing, db


@click.command()
@click.option("--repair", is_flag=True, help="Write the counts that differ.")
@click.option("--thread", "thread_id", help="Look at one thread only.")
def recount(*, repair: bool, thread_id: str | None) -> None:
    """Compare all counts with the comments; exit status 1 when one is wrong and not mended."""
    with service.running():
        if repair:
            begin_writing()
        if thread_id is not None:
            threads.by_id(thread_id)
        if repair:
            found = counts.repair(thread_id)
            db.session.commit()
        else:
            found = counts.drift(thread_id)
    for part in found:
        click.echo(part)
    click.echo(f"{len(found)} drift{', mended' if found and repair else ''}")
    if found and not repair:
        raise SystemExit(1)
