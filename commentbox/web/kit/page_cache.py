"""Thread pages as bytes, answered before Flask.

Nothing is ever purged: the key of a page names the revisions that it shows. Those are looked up
at most once a second in each process, so a page is right everywhere within a second, and at once
in the process that changed it.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar, cast
from weakref import ref

from flask import Flask, Response, current_app, request

from commentbox.comments import threads
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.lib.lru import LRU
from commentbox.models import Site, Thread
from commentbox.web.kit import headers
from commentbox.web.kit.stored import StoredPage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")

FRESH: Final = 1.0  # seconds that a revision is believed
PAGES: Final = 64 * 1024 * 1024  # bytes of pages kept
PASSING: Final = 4 * 1024 * 1024  # bytes of pages kept of which there is no end
FACTS: Final = 10_000  # sites and threads whose revision is kept
ADDRESSES: Final = 10_000  # addresses kept with what they ask for
LONGEST_ADDRESS: Final = 4096  # characters of an address that is kept
_LOCKS: Final = 64
_NAME: Final = "commentbox.pages"


@dataclass(frozen=True)
class Drawn:
    """A page as it was rendered.

    There is no end of pages of what is not there, or from some place on: such pages drive only
    each other out of memory.
    """

    html: str
    is_passing: bool = False


Render = Callable[[], Drawn]


@dataclass(frozen=True)
class Look:
    """What an address asks for: one view of the thread at a place of a site.

    `key` is the thread's; `view` is whatever else the page depends on. `site_revision` is that
    under which the address was read: with other origins it may lead elsewhere.
    """

    site: str
    site_revision: int
    key: str
    view: Hashable

    @property
    def facts(self) -> tuple[Hashable, Hashable]:
        """Return the names of what the page depends on: its site and its thread."""
        return ("site", self.site), ("thread", self.site, self.key)


@dataclass(frozen=True)
class _Fact:
    """A row as it was at a moment, in the time between two changes made by this process."""

    value: Site | Thread | None
    until: float
    era: int


class _Known:
    """An address that was asked for, and the page that answers it until a moment of an era.

    The page is only borrowed: how many are in memory is for their own store to say.
    """

    __slots__ = ("era", "look", "page", "until")

    def __init__(self, look: Look) -> None:
        self.look, self.era, self.until = look, -1, 0.0
        self.page: Callable[[], StoredPage | None] = lambda: None


def init_app(app: Flask) -> None:
    """Answer what has been rendered already from memory."""
    pages = PageCache(app.wsgi_app)
    app.extensions[_NAME] = pages
    app.wsgi_app = pages  # type: ignore[method-assign]


def of_app() -> "PageCache":
    """Return the pages of the running service."""
    return cast(PageCache, current_app.extensions[_NAME])


class PageCache:
    """A WSGI layer with a memory of pages; views fill it through `site`, `thread` and `answer`."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._locks = [Lock() for _ in range(_LOCKS)]
        self._era = 0
        self.renders = 0
        self.empty()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a page that is in memory and surely fresh; leave the rest to the app."""
        method = environ["REQUEST_METHOD"]
        page = self._ready(environ) if method in {"GET", "HEAD"} else None
        if page is None:
            return self._app(environ, start_response)
        status, lines, body = page.answer(
            accept_encoding=environ.get("HTTP_ACCEPT_ENCODING", ""),
            if_none_match=environ.get("HTTP_IF_NONE_MATCH", ""),
        )
        start_response(status, lines)
        return [body] if method == "GET" else []

    def site(self, name: str, load: Callable[[], Site]) -> Site:
        """Return the site, detached, at most a second old."""
        return self._recall(("site", name), load)

    def thread(self, site: Site, key: str, load: Callable[[], Thread | None]) -> Thread | None:
        """Return the thread with a key, detached, at most a second old; or that there is none."""
        return self._recall(("thread", site.name, key), load)

    def answer(self, look: Look, site: Site, thread: Thread | None, render: Render) -> Response:
        """Answer the current request with a page; `render` is called once for all who wait.

        Whatever it reads must be what everybody may see: `site` and `thread` as they were got from
        here, and comments that are read later, so never older.
        """
        headers.allow_framing_by(site.origins)
        key = _key(look, site, thread)
        page = self._page(key)
        if page is None:
            with self._lock(key):
                page = self._page(key) or self._made(key, render, site)
        if key in self._pages:
            self._note(_address(request.environ), look)
        return _response(page)

    def empty(self) -> None:
        """Drop everything, as if the process had just begun."""
        # A bare dictionary, started anew when full: every request looks here first.
        self._known: dict[str, _Known] = {}
        self._facts: LRU[Hashable, _Fact] = LRU(FACTS)
        self._pages: LRU[Hashable, StoredPage] = LRU(PAGES)
        self._passing: LRU[Hashable, StoredPage] = LRU(PASSING)

    def forget(self) -> None:
        """Believe no revision that was read before now; call it after a commit."""
        self._era += 1

    @property
    def kept(self) -> int:
        """Return how many pages are in memory."""
        return len(self._pages)

    def _ready(self, environ: "WSGIEnvironment") -> StoredPage | None:
        known = self._known.get(_address(environ))
        if known is None:
            return None
        if known.era == self._era and clock.monotonic() < known.until:
            page = known.page()
            if page is not None:
                return page
        return self._found(known)

    def _found(self, known: _Known) -> StoredPage | None:
        """Return what an address shows now, if that is in memory, and note until when it does."""
        era = self._era
        key, until = self._state(known.look)
        page = None if key is None else self._pages.get(key)
        if page is not None:
            known.page, known.until, known.era = ref(page), until, era
        return page

    def _state(self, look: Look) -> tuple[Hashable | None, float]:
        """Return the key of what the look shows now, and until when: if known without asking."""
        site, thread = map(self._fresh, look.facts)
        if site is None or thread is None:
            return None, 0.0
        found = cast(Site, site.value)
        if found.revision != look.site_revision:
            return None, 0.0
        key = _key(look, found, cast(Thread | None, thread.value))
        return key, min(site.until, thread.until)

    def _note(self, address: str, look: Look) -> None:
        if len(self._known) >= ADDRESSES:
            self._known = {}
        if len(address) <= LONGEST_ADDRESS:
            self._known[address] = _Known(look)

    def _fresh(self, key: Hashable) -> _Fact | None:
        fact = self._facts.get(key)
        is_fresh = fact and fact.era == self._era and clock.monotonic() < fact.until
        return fact if is_fresh else None

    def _recall(self, key: Hashable, load: Callable[[], T]) -> T:
        fact = self._fresh(key)
        if fact is None:
            with self._lock(key):
                fact = self._fresh(key) or self._read(key, load)
        return cast(T, fact.value)

    def _read(self, key: Hashable, load: Callable[[], T]) -> _Fact:
        era, began = self._era, clock.monotonic()
        value = cast(Site | Thread | None, load())
        if value is not None:
            db.session.expunge(value)
        # What is read next must not be older than this: it goes into the page of this revision.
        db.session.rollback()
        fact = _Fact(value, began + FRESH, era)
        self._facts.put(key, fact)
        return fact

    def _page(self, key: Hashable) -> StoredPage | None:
        return self._pages.get(key) or self._passing.get(key)

    def _made(self, key: Hashable, render: Render, site: Site) -> StoredPage:
        self.renders += 1
        drawn = render()
        page = StoredPage(drawn.html, headers.security(" ".join(site.origins)))
        (self._passing if drawn.is_passing else self._pages).put(key, page, weight=page.weight)
        return page

    def _lock(self, key: Hashable) -> Lock:
        return self._locks[hash(key) % _LOCKS]


def _key(look: Look, site: Site, thread: Thread | None) -> Hashable:
    if thread is None:
        return (site.id, site.revision, look.key, look.view)
    # A thread closes when its time has come, and nothing is written then.
    is_closed = threads.is_closed(thread, site)
    return (site.id, site.revision, (thread.id, thread.revision, is_closed), look.view)


def _address(environ: "WSGIEnvironment") -> str:
    return f"{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}"


def _response(page: StoredPage) -> Response:
    status, lines, body = page.answer(
        accept_encoding=request.headers.get("Accept-Encoding", ""),
        if_none_match=request.headers.get("If-None-Match", ""),
    )
    return Response(body, status, lines)
