"""What the paths of the API name."""

from commentbox.comments import listing, threads
from commentbox.models import Comment, Site, Thread
from commentbox.web.kit.requests import settings


def site(name: str) -> tuple[Site, Site]:
    """Find a site by its name; raise `NotFound("site.unknown")`."""
    found = threads.site_named(name)
    return found, found


def thread(thread_id: str) -> tuple[Site, Thread]:
    """Find a thread by its id; raise `NotFound("thread.unknown")`."""
    found = threads.by_id(thread_id)
    return threads.site_of(found), found


def comment(comment_id: str) -> tuple[Site, Comment]:
    """Find a published comment by its id; raise `NotFound("comment.unknown")` for all others."""
    found = listing.published(comment_id)
    return threads.site_of(threads.by_id(found.thread_id)), found


def permalink(comment: Comment) -> str:
    """Return the address that leads readers to a comment."""
    return f"{settings().base_url}/c/{comment.id}"
