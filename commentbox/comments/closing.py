"""Closing threads for new comments, and opening them again."""

from collections.abc import Sequence

from sqlalchemy import or_

from commentbox.comments import sites, threads
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db
from commentbox.lib import clock, ids, urls
from commentbox.models import Account, Site, Thread
from commentbox.moderation import decisions, log
from commentbox.policy import Action


def close(thread: Thread, *, by: Account | None = None) -> None:
    """Let the thread take no more comments; what is there can be read as before.

    Without `by` it is whoever runs the service. Raises `NotFound("thread.unknown")` for a stranger
    to its site.
    """
    _set(thread, is_closed=True, by=by)


def reopen(thread: Thread, *, by: Account | None = None) -> None:
    """Let the thread take comments again, as long as one that begins now; see `close`."""
    _set(thread, is_closed=False, by=by)


def found(address_or_id: str, *, site: Site | None = None) -> Sequence[Thread]:
    """Return the threads of an article: by the thread's id, or by the article's address.

    An address can have a thread on each site that its host is registered for, and several by the
    owner's own ids. `site` narrows that to one. Raises `NotFound("thread.unknown")`,
    `Invalid("address.invalid")` and `Invalid("address.not_registered")`.
    """
    if ids.is_id(address_or_id):
        return [threads.by_id(address_or_id)]
    known = [thread for home in _homes(address_or_id, site) for thread in _at(home, address_or_id)]
    if not known:
        raise NotFound("thread.unknown")
    return known


def found_or_begun(address_or_id: str, *, site: Site | None = None) -> Sequence[Thread]:
    """Return what `found` does, where nobody has commented a thread that begins now."""
    if ids.is_id(address_or_id):
        return [threads.by_id(address_or_id)]
    return [
        thread
        for home in _homes(address_or_id, site)
        for thread in _at(home, address_or_id) or [_begun(home, address_or_id)]
    ]


def _homes(address: str, site: Site | None) -> list[Site]:
    """Return the sites that the address can belong to."""
    urls.canonical(address)
    among = [site] if site else sites.every()
    homes = [home for home in among if urls.is_registered(address, home.origins)]
    if not homes:
        raise Invalid("address.not_registered")
    return homes


def _at(site: Site, address: str) -> Sequence[Thread]:
    key, url = urls.canonical(address), urls.public_url(address, site.origins)
    there = or_(Thread.key == key, Thread.url == url)
    return db.session.scalars(threads.led_to(Thread.site_id == site.id, there)).all()


def _begun(site: Site, address: str) -> Thread:
    return threads.opened(site, threads.place(site, address=address))


def _set(thread: Thread, *, is_closed: bool, by: Account | None) -> None:
    if by:
        decisions.require(by, Action.CLOSE, site_ids=[thread.site_id], code="thread.unknown")
    was_closed = threads.is_closed(thread, threads.site_of(thread))
    if was_closed != is_closed:
        action = "close" if is_closed else "open"
        log.note(action, site_id=thread.site_id, by=by, thread=thread.id)
    if was_closed and not is_closed:
        thread.opened_at = clock.now()
    thread.is_closed = is_closed
    thread.revision = Thread.revision + 1
    db.session.flush()
