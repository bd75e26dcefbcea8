"""Finding the thread of an article, and opening it when its first comment arrives."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, func, select

from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db, insert_new
from commentbox.lib import clock, ids, text, urls
from commentbox.models import Site, Thread
from commentbox.moderation import status

_LONGEST_ID = 200
_LONGEST_TITLE = 300


@dataclass(frozen=True)
class Place:
    """Where a discussion belongs: the thread's key, the article's address, and its title."""

    key: str
    url: str
    title: str = ""


def site_named(name: str) -> Site:
    """Return the site with this name; raise `NotFound("site.unknown")`."""
    # PostgreSQL's text holds no NUL, and refuses the query instead of finding nothing.
    site = None if "\0" in name else db.session.scalar(select(Site).where(Site.name == name))
    if site is None:
        raise NotFound("site.unknown")
    return site


def site_of(thread: Thread) -> Site:
    """Return the site that a thread belongs to."""
    return db.session.get_one(Site, thread.site_id)


def place(
    site: Site, *, address: str, canonical_link: str = "", thread_id: str = "", title: str = ""
) -> Place:
    """Return the place that an article's address names.

    The owner's `thread_id` wins, then the canonical link, then the address. Raises
    `Invalid("address.invalid")` and `Invalid("address.not_registered")`.
    """
    page = urls.choose(address=address, canonical_link=canonical_link or None, origins=site.origins)
    key, url = urls.canonical(page), urls.public_url(page, site.origins)
    if thread_id:
        thread_id = text.clean_line(thread_id)
        if not thread_id or len(thread_id) > _LONGEST_ID:
            raise Invalid("thread_id.invalid")
        key = f"id:{thread_id}"
    return Place(key=key, url=url, title=text.clean_line(title)[:_LONGEST_TITLE])


def find(site: Site, key: str) -> Thread | None:
    """Return the thread at a place of the site, if anybody has commented there.

    Where that was merged into another, it is the other one.
    """
    return db.session.scalar(led_to(Thread.site_id == site.id, Thread.key == key))


def led_to(*conditions: ColumnElement[bool]) -> Select[Thread]:
    """Choose the threads of which the conditions are true; for one that was merged, the other."""
    own = select(func.coalesce(Thread.merged_into, Thread.id)).where(*conditions)
    return select(Thread).where(Thread.id.in_(own.correlate(None))).order_by(Thread.id)


def by_id(thread_id: str) -> Thread:
    """Return a thread by its id, or the one that it was merged into.

    Raises `NotFound("thread.unknown")`.
    """
    thread = db.session.get(Thread, thread_id) if ids.is_id(thread_id) else None
    if thread is None:
        raise NotFound("thread.unknown")
    return db.session.get_one(Thread, thread.merged_into) if thread.merged_into else thread


def titles(thread_ids: Collection[str]) -> dict[str, str]:
    """Return what articles are called, or else their addresses, by the threads' ids. One query."""
    found = select(Thread.id, Thread.title, Thread.url).where(Thread.id.in_(thread_ids))
    rows = db.session.execute(found) if thread_ids else ()
    return {row.id: row.title or row.url for row in rows}


def held(thread: Thread) -> Thread:
    """Return the thread as `status.hold` does, or the one that it was merged into meanwhile."""
    now = status.hold(thread.id)
    return status.hold(now.merged_into) if now.merged_into else now


def is_closed(thread: Thread, site: Site) -> bool:
    """Say whether a thread takes no more comments: somebody closed it, or it is too old.

    Nothing is asked or written: a thread closes when its time has come, also on pages in memory.
    """
    if thread.is_closed or not site.closes_after:
        return thread.is_closed
    begun = thread.opened_at or thread.created_at
    return clock.now() >= begun + timedelta(days=site.closes_after)


def opened(site: Site, place: Place) -> Thread:
    """Return the place's thread, opening it if this is its first comment.

    Two first comments at once end in one thread: the second insert does nothing.
    """
    thread = find(site, place.key)
    if thread is not None:
        return thread
    insert_new(Thread, site_id=site.id, key=place.key, url=place.url, title=place.title)
    return db.session.scalars(led_to(Thread.site_id == site.id, Thread.key == place.key)).one()
