"""Moving a discussion to another address, with all its comments."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from commentbox.comments import threads
from commentbox.errors import Conflict, NotFound
from commentbox.extensions import db
from commentbox.lib import ids, urls
from commentbox.models import Comment, Site, Thread
from commentbox.moderation import log

_OWN = "id:"


def found(address_or_id: str, *, site: Site | None = None) -> Sequence[Thread]:
    """Return the threads that go by an address, one on each site, or the one with an id.

    The address may be of a host that is no longer registered. Raises `NotFound("thread.unknown")`
    and `Invalid("address.invalid")`.
    """
    if ids.is_id(address_or_id):
        return [threads.by_id(address_or_id)]
    on_site = [Thread.site_id == site.id] if site else []
    query = threads.led_to(Thread.key == urls.canonical(address_or_id), *on_site)
    known = db.session.scalars(query).all()
    if not known:
        raise NotFound("thread.unknown")
    return known


def move(thread: Thread, *, address: str, own_id: str = "") -> None:
    """Let a thread go on at another address of its site, by the owner's own id if there is one.

    An id that it had stays its. Raises `Conflict("thread.taken")` where others have commented, and
    the codes of `threads.place`.
    """
    kept = thread.key.removeprefix(_OWN) if thread.key.startswith(_OWN) else ""
    site = threads.site_of(thread)
    place = threads.place(site, address=address, thread_id=own_id or kept)
    _make_room(thread, place.key)
    thread.key, thread.url, thread.revision = place.key, place.url, Thread.revision + 1
    # Where a comment was written becomes the thread's address once it is the first to be published.
    elsewhere = update(Comment).where(Comment.thread_id == thread.id, Comment.page_url.is_not(None))
    db.session.execute(elsewhere.values(page_url=place.url))
    log.note("move", site_id=site.id, by=None, thread=thread.id)


def _make_room(thread: Thread, key: str) -> None:
    there = select(Thread.id).where(
        Thread.site_id == thread.site_id, Thread.key == key, Thread.id != thread.id
    )
    other = db.session.scalar(there)
    if other is None:
        return
    if db.session.scalar(select(Comment.id).where(Comment.thread_id == other).limit(1)):
        raise Conflict("thread.taken")
    db.session.execute(delete(Thread).where(Thread.id == other))
