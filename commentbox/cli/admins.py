"""Those who moderate, and their way in."""

import click

from commentbox.accounts import people, signin
from commentbox.cli import service
from commentbox.comments.threads import site_named
from commentbox.config import load
from commentbox.extensions import begin_writing, db
from commentbox.models import Role, Site
from commentbox.moderation import members


@click.group("admins")
def group() -> None:
    """Add, list and remove those who moderate."""


@group.command()
@click.argument("email")
@click.option("--site", "name", help="Only this site; without it, all sites.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="What they are. Default: moderator of a site, admin of all.",
)
@click.option("--name", "called", default="", help="What readers see beside their comments.")
def add(email: str, name: str | None, role: str | None, called: str) -> None:
    """Let EMAIL moderate, and print a link that signs them in once, within a day.

    For somebody who moderates already, this prints a fresh link.
    """
    settings = load()
    with service.running(settings):
        begin_writing()
        site = _site(name)
        account = members.appoint(email, site=site, role=_role(role, site), name=called)
        token = signin.link_for(account, valid=signin.BY_HAND)
        db.session.commit()
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
@click.option("--site", "name", help="Only on this site; without it, everywhere.")
def remove(email: str, name: str | None) -> None:
    """Take EMAIL's roles away; without any they are signed out at once."""
    with service.running():
        begin_writing()
        members.dismiss(email, site=_site(name))
        db.session.commit()
        click.echo(f"Removed {email}.")


def _site(name: str | None) -> Site | None:
    return site_named(name) if name else None


def _role(role: str | None, site: Site | None) -> Role:
    if role:
        return Role(role)
    return Role.MODERATOR if site else Role.ADMIN
