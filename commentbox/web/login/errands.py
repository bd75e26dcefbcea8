"""What somebody logs in for: which conversation they come from, and where they go afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from commentbox.accounts import attempts
from commentbox.comments import threads
from commentbox.errors import Invalid, Malformed
from commentbox.extensions import db
from commentbox.lib import urls
from commentbox.models import Attempt, Mode, Site

MODES: Final = {mode.value: mode for mode in (Mode.WINDOW, Mode.TAB, Mode.PAGE)}
"""The modes that a form may ask for."""

_FROM_A_FRAME: Final = frozenset({Mode.WINDOW, Mode.TAB})


@dataclass(frozen=True)
class Errand:
    """A walk that is about to begin; `fields` are those of a form that asks for the same again."""

    site: Site
    mode: Mode
    url: str
    title: str
    thread_id: str | None = None
    challenge: str | None = None
    return_to: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """Return the fields of a form that asks for this again, from a page of our own."""
        kept = {"thread": self.thread_id} if self.thread_id else self._address
        return {"mode": self.mode.value, **kept}

    @property
    def _address(self) -> dict[str, str]:
        return {"site": self.site.name, "page_url": self.url, "page_title": self.title}


def of_form(form: Mapping[str, str], *, mode: Mode | None = None) -> Errand:
    """Return what a form asks for.

    The conversation is that of `thread`, or of the page that `site` and `page_url`,
    `page_canonical`, `page_id`, `page_title` name. Raises `Invalid("field.invalid")` for an unknown
    mode, `Malformed("challenge.invalid")` for a frame that sends none, `Invalid("return.foreign")`,
    and the codes of `threads.by_id` and `threads.place`.
    """
    mode = mode or MODES.get(form.get("mode", ""))
    if mode is None:
        raise Invalid("field.invalid", fields={"mode": "field.invalid"})
    found = _conversation(form)
    if mode is Mode.PAGE:
        return Errand(mode=mode, **found)
    challenge, site = form.get("challenge", ""), found["site"]
    if not challenge:
        raise Malformed("challenge.invalid")
    return_to = urls.within(form.get("return_to", ""), site.origins) if mode is Mode.TAB else ""
    return Errand(mode=mode, challenge=challenge, return_to=return_to, **found)


def plan(errand: Errand, provider: str) -> tuple[Attempt, str]:
    """Note the walk; raises the codes of `attempts.plan`."""
    return attempts.plan(
        provider,
        mode=errand.mode,
        site=errand.site,
        challenge=errand.challenge,
        article_url=errand.url,
        article_title=errand.title,
        thread_id=errand.thread_id,
        return_to=errand.return_to or home(errand.site, errand.url, errand.thread_id),
    )


def home(site: Site, url: str, thread_id: str | None) -> str:
    """Return the address of a conversation as a page of our own."""
    if thread_id:
        return f"/t/{thread_id}"
    return f"/t?{urlencode({'site': site.name, 'url': url})}"


def site_of(attempt: Attempt) -> Site:
    """Return the site that a walk began on."""
    return db.session.get_one(Site, attempt.site_id)


def host(address: str) -> str:
    """Return what people call a site: the host of its address."""
    return urlsplit(address).netloc


def _conversation(form: Mapping[str, str]) -> dict[str, Any]:
    if form.get("thread"):
        thread = threads.by_id(form["thread"])
        site = threads.site_of(thread)
        return {"site": site, "url": thread.url, "title": thread.title, "thread_id": thread.id}
    site = threads.site_named(form.get("site", ""))
    place = threads.place(
        site,
        address=form.get("page_url", ""),
        canonical_link=form.get("page_canonical", ""),
        thread_id=form.get("page_id", ""),
        title=form.get("page_title", ""),
    )
    known = threads.find(site, place.key)
    thread_id = known.id if known else None
    return {"site": site, "url": place.url, "title": place.title, "thread_id": thread_id}
