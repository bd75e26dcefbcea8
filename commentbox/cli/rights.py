"""Who may do what, as a page."""

from collections.abc import Iterable, Iterator
from typing import Final

import click

from commentbox.models import Role
from commentbox.policy import GRANTS, ROLES, TABLE, WORDS

_HEAD: Final = """# Rights

An admin is one on all sites; owners and moderators are that on a site, or on all of them. Whoever
has no role on a site learns nothing of it: its pages and comments are unknown to them (404).
Whoever has one that does not reach is told so (403). Threads are merged on the command line alone,
which is for whoever runs the service and asks for no role. This page is printed by
`commentbox rights`, from the one table that the service asks.
"""


@click.command()
def rights() -> None:
    """Print who may do what (Markdown), as kept in docs/rights.md."""
    click.echo(text(), nl=False)


def text() -> str:
    """Return the page as it is kept in docs/rights.md."""
    return "\n".join([_HEAD, *_table(), "", *_granting(), ""])


def _table() -> Iterator[str]:
    yield _row(["", *ROLES.values()])
    yield _row(["---", *(":-:" for _ in ROLES)])
    for action, words in WORDS.items():
        yield _row([words, *("yes" if role in TABLE[action] else "no" for role in ROLES)])


def _granting() -> Iterator[str]:
    yield "## Giving and taking roles\n"
    for role, name in ROLES.items():
        given = [other.lower() for each, other in ROLES.items() if each in GRANTS[role]]
        yield f"- {name}: {', '.join(given) or 'none'}{_where(role)}"


def _where(role: Role) -> str:
    return ", on their sites" if role is Role.OWNER else ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
