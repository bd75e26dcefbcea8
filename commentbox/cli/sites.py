"""The sites that comments are kept for."""

import click

from commentbox.cli import service
from commentbox.comments import sites as features
from commentbox.comments.threads import site_named
from commentbox.extensions import begin_writing, db
from commentbox.models import Policy


@click.group()
def sites() -> None:
    """Add, list and remove sites."""


@sites.command()
@click.argument("name")
@click.argument("origins", nargs=-1, required=True, metavar="ORIGIN...")
@click.option(
    "--policy",
    type=click.Choice([policy.value for policy in Policy]),
    default=Policy.HOLD_FIRST.value,
    show_default=True,
    help="Which comments of readers appear at once.",
)
def add(name: str, origins: tuple[str, ...], policy: str) -> None:
    """Add the site NAME, whose pages are at ORIGIN, such as https://blog.example."""
    with service.running():
        begin_writing()
        site = features.add(name, origins, policy=Policy(policy))
        db.session.commit()
        click.echo(f"Added {site.name} for {' '.join(site.origins)}")


@sites.command("list")
def list_sites() -> None:
    """List the sites: name, policy, origins."""
    with service.running():
        for site in features.every():
            click.echo(f"{site.name}\t{site.policy.value}\t{' '.join(site.origins)}")


@sites.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, *, yes: bool) -> None:
    """Delete the site NAME with all its threads and comments."""
    with service.running():
        begin_writing()
        site = site_named(name)
        count = features.comment_count(site)
        if not yes:
            db.session.rollback()
            click.confirm(f"Delete {name} and its comments ({count}) for good?", abort=True)
        features.remove(site)
        db.session.commit()
        click.echo(f"Deleted {name} and its comments ({count}).")
