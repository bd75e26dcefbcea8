"""The sites whose articles have threads here: adding, changing and removing one."""

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import delete, func, select, update

from commentbox import policy
from commentbox.accounts import people
from commentbox.comments import threads
from commentbox.errors import Conflict, Invalid
from commentbox.extensions import db
from commentbox.lib import text, urls
from commentbox.models import Account, Comment, Membership, Policy, Site
from commentbox.moderation import log
from commentbox.policy import Action

LONGEST_HEADING: Final = 120

LIMITS: Final = {
    "link_limit": range(1, 1001),
    "closes_after": range(3651),
    "reports_to_hold": range(1001),
}
"""The numbers that a setting may be."""

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def add(name: str, origins: Sequence[str], *, policy: Policy = Policy.HOLD_FIRST) -> Site:
    """Store a site and return it; `origins` are the pages that may show its threads.

    Raises `Invalid("site.name")` for a name that is no short word of a-z, 0-9 and hyphens,
    `Invalid("origin.invalid")`, and `Conflict("site.exists")`.
    """
    if not _NAME.fullmatch(name):
        raise Invalid("site.name")
    if db.session.scalar(select(Site.id).where(Site.name == name)):
        raise Conflict("site.exists")
    site = Site(name=name, origins=_parsed(origins), policy=policy)
    db.session.add(site)
    db.session.flush()
    return site


def change(site: Site, *, by: Account | None, **given: Any) -> bool:
    """Give the site other settings, by the names that `Site` has for them; say if any differ.

    Pages served anywhere follow within a second, and the log tells what was before. Without `by` it
    is whoever runs the service. Raises `Invalid("origin.invalid")`, `Invalid("settings.invalid")`
    with the fields at fault, `NotFound("site.unknown")` and `NotAllowed`.
    """
    if by:
        policy.require(people.roles(by), Action.SETTINGS, site_id=site.id, code="site.unknown")
    given = _checked(given)
    before = {name: getattr(site, name) for name in given if getattr(site, name) != given[name]}
    if not before:
        return False
    for name in before:
        setattr(site, name, given[name])
    after = {name: given[name] for name in before}
    site.revision = Site.revision + 1
    db.session.flush()
    log.note("settings", site_id=site.id, by=by, before=before, after=after)
    return True


def named(name: str, *, roles: Sequence[Membership], right: Action) -> Site:
    """Return the site of this name on which the roles allow this.

    Raises `NotFound("site.unknown")`, also for a stranger to the site, and `NotAllowed`.
    """
    site = threads.site_named(name)
    policy.require(roles, right, site_id=site.id, code="site.unknown")
    return site


def every() -> Sequence[Site]:
    """Return all sites by name."""
    return db.session.scalars(select(Site).order_by(Site.name)).all()


def other_spellings(site: Site) -> list[str]:
    """Return origins that differ from the site's only by `www.`, and that it does not have."""
    found = [_with_or_without_www(origin) for origin in site.origins]
    return [other for other in found if other not in {"", *site.origins}]


def comment_count(site: Site) -> int:
    """Return how many comments there are on the site, of any status."""
    count = select(func.count()).select_from(Comment).where(Comment.site_id == site.id)
    return db.session.scalar(count) or 0


def remove(site: Site) -> None:
    """Delete the site with all that belongs to it."""
    # SQLite follows ON DELETE CASCADE a thousand levels down at most, and replies go deeper:
    # https://sqlite.org/limits.html#max_trigger_depth
    db.session.execute(update(Comment).where(Comment.site_id == site.id).values(parent_id=None))
    db.session.execute(delete(Site).where(Site.id == site.id))
    db.session.expire_all()


def _with_or_without_www(origin: str) -> str:
    """Return the other spelling of an origin; nothing for machines that have no public name."""
    scheme, _, host = origin.partition("://")
    bare = host.removeprefix("www.")
    other = f"{scheme}://{bare if bare != host else f'www.{host}'}"
    try:
        urls.web_address(other)
    except Invalid:
        return ""
    return other


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings as they are stored; raise for what cannot be one."""
    given = dict(given)
    if "origins" in given:
        given["origins"] = _parsed(given["origins"])
    if "heading" in given:
        given["heading"] = text.clean_line(given["heading"])
    faults = {
        name: "setting.range" for name in LIMITS.keys() & given if given[name] not in LIMITS[name]
    }
    if len(given.get("heading", "")) > LONGEST_HEADING:
        faults["heading"] = "setting.long"
    if faults:
        raise Invalid("settings.invalid", fields=faults)
    return given


def _parsed(origins: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(urls.parse_origin(origin) for origin in origins))
