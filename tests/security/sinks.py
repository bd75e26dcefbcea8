"""Every page, letter and feed that shows what people typed, and what elements are in it."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from sqlalchemy import Select, select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.models import Comment, Site, Subscription, Thread
from commentbox.notify.links import Links
from commentbox.notify.mail import Entry, Letters
from tests.desk import MIA, Desk
from tests.reader import Reader

Element = tuple[str, ...]
"""A tag and the names of its attributes, in order."""

WORDS: Final[set[Element]] = {
    *((tag,) for tag in "p br strong em del code pre blockquote ul ol li hr".split()),
    *(("ol", "start"), ("a", "href", "rel")),
}
"""What a comment's own mark-up becomes."""

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_ADDRESSES: Final = frozenset({"href", "src", "action", "formaction", "data", "poster"})


def sinks(reader: Reader, desk: Desk) -> Iterator[str]:
    """Yield as HTML everything that shows the comments of the site `blog`."""
    with reader.app.app_context():
        rows = list(db.session.execute(_everything()))
        letters = list(_letters(reader, [Entry(*row) for row in rows]))
    for thread in {thread.id: thread for _, thread, _ in rows}.values():
        url = quote(thread.url, safe="")
        for path in (f"/embed/blog?url={url}", f"/embed/blog/comments?url={url}"):
            yield _shown(reader, path)
        yield _shown(reader, f"/t/{thread.id}")
        yield from _entries(_shown(reader, f"/feeds/t/{thread.id}.atom"))
    yield from _entries(_shown(reader, "/feeds/blog.atom"))
    for path in (
        "?status=published",
        "?status=published&q=Words",
        "?status=published&group=host",
        "",
    ):
        yield desk.get(f"/admin/queue{path}").text
    for comment, _, _ in rows:
        yield desk.get(f"/admin/comments/{comment.id}").text
        if comment.is_published:
            yield _shown(reader, f"/c/{comment.id}/report")
        yield str(reader.client.get(f"/api/v1/comments/{comment.id}").get_json()["html"])
    yield desk.get("/admin/account").text
    yield from letters


def elements(html: str) -> set[Element]:
    """Return the elements of a page; fail when an address in it could run script."""
    reader = _Elements()
    reader.feed(html)
    reader.close()
    return reader.found


def _everything() -> Select[Comment, Thread, Site]:
    return (
        select(Comment, Thread, Site)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Site, Site.id == Comment.site_id)
    )


def _letters(reader: Reader, entries: list[Entry]) -> Iterator[str]:
    settings = reader.app.extensions["commentbox.settings"]
    writer = Letters(reader.app.jinja_env, Links.from_settings(settings))
    moderator = people.find(MIA)
    assert moderator
    follower = Subscription(id="0" * 22, email="ann@example.org")
    yield writer.held(moderator, entries, count=len(entries)).html
    yield writer.news(follower, entries, unlisted=0).html


def _shown(reader: Reader, path: str) -> str:
    answer = reader.client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def _entries(feed: str) -> Iterator[str]:
    for entry in ElementTree.fromstring(feed).findall(f"{_ATOM}entry"):  # noqa: S314 -- our own
        yield entry.findtext(f"{_ATOM}content", "")


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[Element] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, *sorted(name for name, _ in attrs)))
        for name, value in attrs:
            if name in _ADDRESSES:
                assert urlsplit(value or "").scheme in {"", "http", "https", "mailto"}, value
