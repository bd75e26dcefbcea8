"""Those who moderate, and their way in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from commentbox.accounts import people, signin
from commentbox.cli import service
from commentbox.comments import sites
from commentbox.comments.threads import site_named
from commentbox.config import load
from commentbox.errors import Conflict
from commentbox.extensions import begin_writing, db
from commentbox.models import Role, Site
from commentbox.moderation import appointing
from commentbox.moderation.appointing import Appointed

_ONE_SITE: Final = "Admins are admins of all sites: leave out --site, or give --role owner."
_LAST_ADMIN: Final = (
    "No other admin would be left: name one first, with `commentbox admins add EMAIL --role admin`."
)


@click.group("admins")
def group() -> None:
    """Add, list and remove those who moderate."""


@group.command()
@click.argument("email")
@click.option("--site", "name", help="Only this site; without it, all sites.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="What they are. Default, for who has no role: moderator of a site, admin of all.",
)
@click.option("--name", "called", default="", help="What readers see beside their comments.")
def add(email: str, name: str | None, role: str | None, called: str) -> None:
    """Let EMAIL moderate, and print a link that signs them in once, within a day.

    For somebody who moderates there already, this prints a fresh link and leaves their role as it
    is, unless you give another one.
    """
    wanted, settings = Role(role) if role else None, load()
    if name and wanted is Role.ADMIN:
        raise click.UsageError(_ONE_SITE)
    with service.running(settings):
        begin_writing()
        site = _site(name)
        with _keeping_an_admin():
            made = appointing.appoint(email, site=site, role=wanted, name=called)
        token = signin.link_for(made.account, valid=signin.BY_HAND)
        db.session.commit()
        click.echo(f"{email} {_said(made, name)}.", err=True)  # beside the link that scripts read
        click.echo(f"{settings.base_url}/admin/sign-in/{token}")


@group.command("list")
def list_admins() -> None:
    """List who moderates: email, role, site, name."""
    with service.running():
        for account, membership, site in people.everybody():
            where = site.name if site else "all sites"
            click.echo(f"{account.email}\t{membership.role.value}\t{where}\t{account.name}")


@group.command()
@click.argument("email")
@click.option("--site", "name", help="Only the role on this site.")
@click.option("--everywhere", is_flag=True, help="Only the role on all sites.")
def remove(email: str, name: str | None, *, everywhere: bool) -> None:
    """Take EMAIL's roles away; without any they are signed out at once.

    Without an option all their roles go. The only admin stays until you name another.
    """
    if name and everywhere:
        raise click.UsageError("Give either --site or --everywhere.")
    with service.running():
        begin_writing()
        places = [_site(name)] if name or everywhere else None
        with _keeping_an_admin():
            taken = appointing.dismiss(email, places=places)
        words = ", ".join(_role(role, site.name if site else None) for role, site in taken)
        db.session.commit()
        click.echo(f"Removed {email}: no longer {words}.")


def _site(name: str | None) -> Site | None:
    return site_named(name) if name else None


@contextmanager
def _keeping_an_admin() -> Iterator[None]:
    try:
        yield
    except Conflict as problem:
        if problem.code != "role.last":
            raise
        raise click.UsageError(_LAST_ADMIN) from problem


def _said(made: Appointed, name: str | None) -> str:
    """Return what became of somebody's role, in words."""
    if made.role is None:
        held = [(each.role, each.site_id) for each in people.roles(made.account)]
        names: dict[str | None, str] = {site.id: site.name for site in sites.every()}
        return "stays " + ", ".join(_role(role, names.get(at)) for role, at in held)
    before = f" (was {made.before.value})" if made.before else ""
    return f"is now {_role(made.role, name)}{before}"


def _role(role: Role, name: str | None) -> str:
    return f"{role.value} of {name or 'all sites'}"
