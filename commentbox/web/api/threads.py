"""Threads: found by their article's address, and how many comments they have."""

from commentbox.comments import listing, threads
from commentbox.errors import Invalid, NotFound
from commentbox.models import Site
from commentbox.web.api import addressed, schemas
from commentbox.web.api.operations import reads


@reads(
    "/sites/{site}/threads",
    find=addressed.site,
    query=schemas.ThreadQuery,
    answer=schemas.Thread,
    summary="Find the thread of an article",
)
def find_thread(site: Site, query: schemas.ThreadQuery) -> schemas.Thread:
    """Return the article's thread; reading never opens one."""
    place = threads.place(
        site, address=query.url, canonical_link=query.canonical, thread_id=query.id
    )
    thread = threads.find(site, place.key)
    if thread is None:
        raise NotFound("thread.unknown")
    return schemas.Thread(
        id=thread.id,
        url=thread.url,
        title=thread.title,
        comment_count=thread.comment_count,
        is_closed=threads.is_closed(thread, site),
        created_at=thread.created_at,
    )


@reads(
    "/sites/{site}/counts",
    find=addressed.site,
    query=schemas.CountQuery,
    answer=schemas.Counts,
    summary="Count the comments of several articles",
)
def count_comments(site: Site, query: schemas.CountQuery) -> schemas.Counts:
    """Return the counts; an address that is none of the site's has no comments."""
    keys = {address: key for address in query.url if (key := _key(site, address))}
    counted = listing.counts(site, list(keys.values()))
    return schemas.Counts(
        counts={address: counted.get(keys.get(address, ""), 0) for address in query.url}
    )


def _key(site: Site, address: str) -> str | None:
    try:
        return threads.place(site, address=address).key
    except Invalid:
        return None
