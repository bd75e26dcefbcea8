"""The discussions of single articles."""

from collections.abc import Callable, Sequence
from typing import Protocol

import click

from commentbox.cli import service
from commentbox.comments import closing, merging, moving
from commentbox.comments.threads import site_named, site_of
from commentbox.extensions import begin_writing, db
from commentbox.models import Site, Thread


class Find(Protocol):
    """Returns the threads that an owner means."""

    def __call__(self, address_or_id: str, *, site: Site | None) -> Sequence[Thread]: ...


@click.group()
def threads() -> None:
    """Close threads for new comments, open them again, move and merge them."""


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


@threads.command()
@click.argument("old")
@click.argument("new")
@click.option("--site", "name", help="Only on this site; without it, on every site it is on.")
@click.option("--id", "own_id", default="", help="Your own name for it, as in data-thread-id.")
def move(old: str, new: str, name: str | None, own_id: str) -> None:
    """Let the discussion of the article at OLD go on at NEW, with all its comments.

    OLD is an address, also of a host that is given up, or the thread's id. Where NEW has comments
    already, nothing is moved.
    """
    with service.running():
        begin_writing()
        lines = []
        for thread in moving.found(old, site=site_named(name) if name else None):
            before = thread.url
            moving.move(thread, address=new, own_id=own_id)
            lines.append(f"Moved {before} to {thread.url} on {site_of(thread).name}.")
        db.session.commit()
    for line in lines:
        click.echo(line)


@threads.command()
@click.argument("source", metavar="FROM")
@click.argument("into")
@click.option("--site", "name", help="Only on this site; without it, on every site it is on.")
def merge(source: str, into: str, name: str | None) -> None:
    """Put all comments of the article at FROM into the discussion at INTO, on the same site.

    Both are addresses or ids of threads. Afterwards FROM shows the discussion of INTO.
    """
    with service.running():
        begin_writing()
        lines = []
        for thread, other in merging.found(source, into, site=site_named(name) if name else None):
            before = thread.url
            merging.merge(thread, other)
            lines.append(f"Merged {before} into {other.url} on {site_of(other).name}.")
        db.session.commit()
    for line in lines:
        click.echo(line)


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
