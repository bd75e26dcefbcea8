"""The discussions of single articles."""

from collections.abc import Callable, Sequence
from typing import Protocol

import click

from commentbox.cli import service
from commentbox.comments import closing
from commentbox.comments.threads import site_named, site_of
from commentbox.extensions import begin_writing, db
from commentbox.models import Site, Thread


class Find(Protocol):
    """Returns the threads that an owner means."""

    def __call__(self, address_or_id: str, *, site: Site | None) -> Sequence[Thread]: ...


@click.group()
def threads() -> None:
    """Close threads for new comments, and open them again."""


@threads.command()
@click.argument("address_or_id")
@click.option("--site", "name", help="Only on this site; without it, on every site it is on.")
def close(address_or_id: str, name: str | None) -> None:
    """Take no more comments on an article, named by its address or its thread's id.

    Also before its first comment. What is there can be read as before.
    """
    _do(closing.close, closing.found_or_begun, address_or_id, name, said="Closed")


@threads.command("open")
@click.argument("address_or_id")
@click.option("--site", "name", help="Only on this site; without it, on every site it is on.")
def reopen(address_or_id: str, name: str | None) -> None:
    """Take comments again on an article, named by its address or its thread's id."""
    _do(closing.reopen, closing.found, address_or_id, name, said="Opened")


def _do(
    act: Callable[[Thread], None], find: Find, address_or_id: str, name: str | None, *, said: str
) -> None:
    with service.running():
        begin_writing()
        found = find(address_or_id, site=site_named(name) if name else None)
        lines = [f"{said} {thread.url} on {site_of(thread).name}." for thread in found]
        for thread in found:
            act(thread)
        db.session.commit()
    for line in lines:
        click.echo(line)
