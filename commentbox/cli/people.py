"""Those who have logged in, and keeping them out."""

from collections.abc import Callable

import click

from commentbox.accounts import people as features
from commentbox.cli import service
from commentbox.extensions import begin_writing, db
from commentbox.models import Account


@click.group()
def people() -> None:
    """Block somebody who has logged in, and let them in again."""


@people.command()
@click.argument("address_or_comment")
def block(address_or_comment: str) -> None:
    """Log somebody out everywhere at once, and let them log in no more.

    Who is meant goes by the id of a comment of theirs, by the address that they were invited by, or
    by the one that they proved by a code. What they wrote stays.
    """
    _do(features.block, address_or_comment, said="Blocked")


@people.command()
@click.argument("address_or_comment")
def unblock(address_or_comment: str) -> None:
    """Let somebody log in again who was blocked."""
    _do(features.unblock, address_or_comment, said="Unblocked")


def _do(act: Callable[[Account], None], address_or_comment: str, *, said: str) -> None:
    with service.running():
        begin_writing()
        account = features.known_by(address_or_comment)
        act(account)
        name = account.name
        db.session.commit()
    click.echo(f"{said} {name}.")
