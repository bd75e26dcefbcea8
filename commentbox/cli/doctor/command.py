"""`commentbox doctor`: one sentence for each thing that was looked at."""

from collections.abc import Iterator

import click

from commentbox.adapters import logs
from commentbox.cli.doctor import logins, machine
from commentbox.cli.doctor.finding import Finding, Kind, wrong
from commentbox.config import BadSetting, load


@click.command()
@click.option("--quiet", is_flag=True, help="Print only what is wrong.")
def doctor(*, quiet: bool) -> None:
    """Check settings, database, mail, public address and providers; exit status 1 if one is wrong.

    Providers are asked whether they know the id and the secret, the outside scorer whether it knows
    its key; nobody is logged in, and nothing is changed. For each provider it prints the callback
    address to register there, or how to obtain its credentials.
    """
    logs.configure("CRITICAL")  # what is found is said in sentences instead
    is_well = True
    for finding in _findings():
        is_well &= finding.kind is not Kind.WRONG
        if finding.kind is Kind.WRONG or not quiet:
            click.echo(f"{finding.kind.value:<6}{finding.sentence}")
    if not is_well:
        raise SystemExit(1)


def _findings() -> Iterator[Finding]:
    try:
        settings = load()
    except BadSetting as problem:
        yield from (wrong(sentence) for sentence in problem.sentences)
        return
    yield from machine.findings(settings)
    yield from logins.findings(settings)
