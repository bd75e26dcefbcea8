"""What a request asks to see: which place of which site, and how it is to look."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlencode

from babel import Locale

from commentbox.adapters import translations
from commentbox.comments import threads
from commentbox.comments.reading import Order
from commentbox.comments.threads import Place
from commentbox.lib import cursor, ids
from commentbox.lib.cursor import Cursor
from commentbox.models import Site, Thread
from commentbox.web.kit import page_cache

THEMES: Final = frozenset({"auto", "light", "dark"})
LEVELS: Final = {str(level): level for level in range(1, 7)}
LEVEL: Final = 3


@dataclass(frozen=True)
class Spot:
    """A place of a site, and its thread once somebody has commented there."""

    site: Site
    place: Place
    thread: Thread | None

    @property
    def url(self) -> str:
        """Return the article's address."""
        return self.thread.url if self.thread else self.place.url

    @property
    def own_id(self) -> str:
        """Return the owner's own name for the thread, if it goes by that."""
        return self.place.key.removeprefix("id:") if self.place.key.startswith("id:") else ""

    @property
    def title(self) -> str:
        """Return the article's title, or else its address without the scheme.

        What a request says the title is, any link can say.
        """
        return (self.thread and self.thread.title) or self.url.partition("://")[2]

    @property
    def is_closed(self) -> bool:
        """Return whether no more comments are taken here."""
        return self.thread is not None and threads.is_closed(self.thread, self.site)

    @property
    def address(self) -> dict[str, str]:
        """Return the parameters that lead to this place again, whatever led here."""
        found = {"url": self.url}
        return found | {"id": self.own_id} if self.own_id else found

    def link(self, view: "View | None" = None, **asked: object) -> str:
        """Return the address of this place as a page of our own."""
        values = {**(view.order_asked if view else {}), **asked}
        if self.thread:
            return _url(f"/t/{self.thread.id}", values)
        return _url("/t", {"site": self.site.name, **self.address, **values})

    def fragment(self, kind: str, view: "View | None" = None, **asked: object) -> str:
        """Return the address of a part of this place; of the whole frame when `kind` is empty."""
        path = f"/embed/{quote(self.site.name)}/{kind}".rstrip("/")
        return _url(path, {**self.address, **view.asked, **asked} if view else {})

    def ways(self, view: "View") -> dict[str, str]:
        """Return where further replies are, as beginnings of addresses: `swap` and `link`."""
        swap, link = self.fragment("replies", view), self.link(view)
        return {"swap": f"{swap}&", "link": link + ("&" if "?" in link else "?")}

    def sorted(self, view: "View", order: str, *, in_frame: bool) -> str:
        """Return the address of the same view from its beginning in another order."""
        other = replace(view, order=Order(order))
        return self.fragment("", other) if in_frame else self.link(other)

    def data(self, view: "View") -> dict[str, object]:
        """Return what the frame's script has to know, for attributes of the page's main part."""
        return {
            "site": self.site.name,
            "origins": " ".join(self.site.origins),
            "place": self.place.key,
            "url": self.url,
            "id": self.own_id,
            "thread": self.thread.id if self.thread else "",
            "order": view.order.value,
            "lang": view.lang,
            "email": "required" if self.site.requires_email else "",
            "name": "required" if self.site.requires_name else "",
        }


@dataclass(frozen=True)
class View:
    """How a thread is looked at: only values that are known, so that there are few views."""

    order: Order
    theme: str
    locale: str
    level: int
    comment: str = ""
    after: Cursor | None = None

    @property
    def lang(self) -> str:
        """Return the language as HTML writes it (BCP 47)."""
        return self.locale.replace("_", "-")

    @property
    def direction(self) -> str:
        """Return which way the language runs: `ltr` or `rtl`."""
        return Locale.parse(self.locale).text_direction

    @property
    def order_asked(self) -> dict[str, str]:
        """Return the parameter that asks for this order, if it is not the default."""
        return {} if self.order is Order.NEWEST else {"sort": self.order.value}

    @property
    def asked(self) -> dict[str, str]:
        """Return the parameters that ask for this look."""
        level = {} if self.level == LEVEL else {"h": str(self.level)}
        return {**self.order_asked, "theme": self.theme, "lang": self.lang, **level}


def spot(site_name: str, asked: Mapping[str, str]) -> Spot:
    """Return the place that the parameters name, as it was at most a second ago.

    Raises `NotFound("site.unknown")` and the codes of `threads.place`.
    """
    pages = page_cache.of_app()
    site = pages.site(site_name, lambda: threads.site_named(site_name))
    place = place_of(site, asked)
    thread = pages.thread(site, place.key, lambda: threads.find(site, place.key))
    return Spot(site, place, thread)


def spot_of(site: Site, thread: Thread) -> Spot:
    """Return the place of a thread."""
    return Spot(site, Place(key=thread.key, url=thread.url, title=thread.title), thread)


def place_of(site: Site, asked: Mapping[str, str], *, prefix: str = "") -> Place:
    """Return the place that parameters name; raises the codes of `threads.place`."""
    return threads.place(
        site,
        address=asked.get(f"{prefix}url", ""),
        canonical_link=asked.get(f"{prefix}canonical", ""),
        thread_id=asked.get(f"{prefix}id", ""),
        title=asked.get(f"{prefix}title", ""),
    )


def view(site: Site, asked: Mapping[str, str]) -> View:
    """Return the view that the parameters ask for; what is unknown means the default.

    Raises `Invalid("cursor.invalid")`.
    """
    theme, comment, after = (asked.get(name, "") for name in ("theme", "comment", "after"))
    return View(
        order=Order.OLDEST if asked.get("sort") == Order.OLDEST else Order.NEWEST,
        theme=theme if theme in THEMES else "auto",
        locale=translations.known(asked.get("lang") or site.locale),
        level=LEVELS.get(asked.get("h", ""), LEVEL),
        comment=comment if ids.is_id(comment) else "",
        after=cursor.parse(after) if after else None,
    )


def _url(path: str, values: Mapping[str, object]) -> str:
    return f"{path}?{urlencode(values)}" if values else path
