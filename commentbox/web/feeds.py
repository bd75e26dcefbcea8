"""Feeds: the newest comments of a site or of a thread, as Atom (RFC 4287)."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from feedgenerator import Atom1Feed
from flask import Blueprint, Response, request

from commentbox.adapters.translations import gettext, speaking
from commentbox.comments import listing, threads
from commentbox.comments.reading import Order
from commentbox.models import Comment, Site, Thread
from commentbox.web.kit.requests import settings
from commentbox.web.kit.stored import CACHE_CONTROL

blueprint = Blueprint("feeds", __name__, url_prefix="/feeds")
ENTRIES: Final = 50
# https://www.w3.org/TR/xml/#charsets: what may not stand in a document, not even escaped.
_NO_XML: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@blueprint.get("/<site_name>.atom")
def of_site(site_name: str) -> Response:
    """Return the newest comments of all threads."""
    site = threads.site_named(site_name)
    found = listing.of_site(site, limit=ENTRIES)
    with speaking(site.locale):
        title = gettext("Comments on %(name)s") % {"name": site.name}
    return _feed(site, found, title=title, link=next(iter(site.origins), ""), since=site.created_at)


@blueprint.get("/t/<thread_id>.atom")
def of_thread(thread_id: str) -> Response:
    """Return the newest comments of one thread."""
    thread = threads.by_id(thread_id)
    found, _more = listing.of_thread(thread, order=Order.NEWEST, limit=ENTRIES)
    site = threads.site_of(thread)
    with speaking(site.locale):
        title = gettext("Comments on %(name)s") % {"name": thread.title or thread.url}
    entries = [(comment, thread) for comment in found]
    return _feed(site, entries, title=title, link=thread.url, since=thread.created_at)


class _Feed(Atom1Feed):  # type: ignore[misc]  # the library has no types
    """A feed that says the same as long as its comments are the same."""

    def latest_post_date(self) -> datetime:
        """Return when it changed last: with no entry, when it began, not now."""
        newest: datetime = max(
            [self.feed["since"], *(entry["updateddate"] for entry in self.items)]
        )
        return newest


def _feed(
    site: Site,
    entries: Iterable[tuple[Comment, Thread]],
    *,
    title: str,
    link: str,
    since: datetime,
) -> Response:
    feed = _Feed(
        title=_text(title),
        link=link,
        description="",
        language=site.locale,
        feed_url=f"{settings().base_url}{request.path}",
        feed_guid=f"{settings().base_url}{request.path}",
        since=since,
    )
    for comment, thread in entries:
        _add(feed, site, comment, thread)
    response = Response(feed.writeString("utf-8"), content_type=feed.content_type)
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.add_etag()
    response.make_conditional(request)
    return response


def _add(feed: _Feed, site: Site, comment: Comment, thread: Thread) -> None:
    with speaking(site.locale):
        title = gettext("%(author)s on %(title)s") % {
            "author": comment.author_name,
            "title": thread.title or thread.url,
        }
    permalink = f"{settings().base_url}/c/{comment.id}"
    feed.add_item(
        title=_text(title),
        link=permalink,
        unique_id=permalink,
        description=None,
        content=_text(comment.html),
        author_name=_text(comment.author_name),
        author_link=_text(comment.author_website) or None,
        pubdate=comment.created_at,
        updateddate=comment.edited_at or comment.created_at,
    )


def _text(value: str) -> str:
    return _NO_XML.sub("\ufffd", value)
