"""The sites whose articles have threads here: adding, changing and removing one."""

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import delete, func, select, update

from commentbox.errors import Conflict, Invalid
from commentbox.extensions import db
from commentbox.lib import urls
from commentbox.models import Comment, Policy, Site

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


def change(site: Site, **given: Any) -> None:
    """Give the site other settings, by the names that `Site` has for them.

    Pages served anywhere follow within a second. Raises `Invalid("origin.invalid")`.
    """
    if "origins" in given:
        given["origins"] = _parsed(given["origins"])
    for name, value in given.items():
        setattr(site, name, value)
    site.revision = Site.revision + 1
    db.session.flush()


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


def _parsed(origins: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(urls.parse_origin(origin) for origin in origins))
