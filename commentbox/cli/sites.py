"""The sites that comments are kept for."""

from functools import partial
from typing import Any, Final

import click

from commentbox.cli import service
from commentbox.comments import sites as features
from commentbox.comments.threads import site_named
from commentbox.config import load
from commentbox.extensions import begin_writing, db
from commentbox.lib import text
from commentbox.models import Policy, Site

_policies = click.Choice([policy.value for policy in Policy])
_NOTHING_SENT: Final = "Nothing is sent to the outside scorer before COMMENTBOX_AKISMET_KEY is set."
_either = partial(click.option, default=None)  # None: as it was


def _number(setting: str) -> click.IntRange:
    allowed = features.LIMITS[setting]
    return click.IntRange(allowed.start, allowed.stop - 1)


@click.group()
def sites() -> None:
    """Add, list, change and remove sites."""


@sites.command()
@click.argument("name")
@click.argument("origins", nargs=-1, required=True, metavar="ORIGIN...")
@click.option(
    "--policy",
    type=_policies,
    default=Policy.HOLD_FIRST.value,
    show_default=True,
    help="Which comments of readers appear at once.",
)
def add(name: str, origins: tuple[str, ...], policy: str) -> None:
    """Add the site NAME, whose pages are at ORIGIN, such as https://blog.example."""
    with service.beginning():
        begin_writing()
        site = features.add(name, origins, policy=Policy(policy))
        db.session.commit()
        click.echo(f"Added {site.name} for {' '.join(site.origins)}")
        click.echo("Pages at exactly these addresses show its comments, and no others.")
        for other in features.other_spellings(site):
            click.echo(
                f"If {other} answers as well, add it: "
                f"commentbox sites set {site.name} --add-origin {other}"
            )


@sites.command("list")
def list_sites() -> None:
    """List the sites: name, policy, origins."""
    settings = load()
    with service.running(settings):
        found = features.every()
        said = "The database is" if found else "No sites yet in"
        click.echo(f"{said} {service.place(settings)}", err=True)
        for site in found:
            click.echo(f"{site.name}\t{site.policy.value}\t{' '.join(site.origins)}")


@sites.command("set")
@click.argument("name")
@click.option(
    "--origin", "origins", multiple=True, help="Pages that may show its threads, instead of before."
)
@click.option("--add-origin", "more", multiple=True, help="Pages that may show them as well.")
@click.option("--policy", type=_policies, help="Which comments of readers appear at once.")
@click.option("--heading", help='Words above the form; "" for “Leave a Reply”.')
@click.option("--link-limit", type=_number("link_limit"), help="So many links hold a comment.")
@click.option(
    "--closes-after", type=_number("closes_after"), help="Days after which threads close; 0: never."
)
@click.option(
    "--reports-to-hold",
    type=_number("reports_to_hold"),
    help="So many trusted readers hold a comment; 0: none do.",
)
@_either(
    "--filter-holds/--filter-ignored",
    "filter_holds",
    help="Whether the learned filter puts comments into the spam folder and has them wait.",
)
@_either(
    "--filter-publishes/--filter-only-holds",
    "filter_publishes",
    help="Whether an author's first comment appears at once if the filter is sure of it.",
)
@_either(
    "--scorer/--no-scorer",
    "asks_scorer",
    help="Whether new comments are sent to the outside scorer; it needs COMMENTBOX_AKISMET_KEY.",
)
@_either(
    "--email-required/--email-optional", "requires_email", help="Whether guests give an address."
)
@_either("--name-required/--name-optional", "requires_name", help="Whether guests give a name.")
@_either(
    "--subscriptions/--no-subscriptions",
    "offers_subscription",
    help="Whether the form offers new comments by mail.",
)
def set_site(name: str, *, more: tuple[str, ...], **given: Any) -> None:
    """Change the site NAME as the options say, and show all its settings.

    Several --origin replace all of before; --add-origin keeps them. Pages show the change within a
    second.
    """
    changes = {key: value for key, value in given.items() if value not in {None, ()}}
    if "policy" in changes:
        changes["policy"] = Policy(changes["policy"])
    if "heading" in changes:
        changes["heading"] = _heading(changes["heading"])
    settings = load()
    with service.running(settings):
        begin_writing()
        site = site_named(name)
        if more:
            changes["origins"] = [*changes.get("origins", site.origins), *more]
        if changes:
            features.change(site, by=None, **changes)
        db.session.commit()
        for line in _lines(site):
            click.echo(line)
        if site.asks_scorer and not settings.akismet_key:
            click.echo(_NOTHING_SENT, err=True)


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


def _heading(typed: str) -> str:
    heading = text.clean_line(typed)
    if len(heading) > features.LONGEST_HEADING:
        raise click.BadParameter(
            f"at most {features.LONGEST_HEADING} characters.", param_hint="'--heading'"
        )
    return heading


def _lines(site: Site) -> list[str]:
    return [
        f"origins\t{' '.join(site.origins)}",
        f"policy\t{site.policy.value}",
        f"heading\t{site.heading}",
        f"link-limit\t{site.link_limit}",
        f"closes-after\t{site.closes_after}",
        f"reports-to-hold\t{site.reports_to_hold}",
        f"filter\t{_filter(site)}",
        f"scorer\t{'asked' if site.asks_scorer else 'not asked'}",
        f"email\t{'required' if site.requires_email else 'optional'}",
        f"name\t{'required' if site.requires_name else 'optional'}",
        f"subscriptions\t{'offered' if site.offers_subscription else 'not offered'}",
    ]


def _filter(site: Site) -> str:
    does = ["holds"] * site.filter_holds + ["publishes"] * site.filter_publishes
    return " and ".join(does) or "ignored"
