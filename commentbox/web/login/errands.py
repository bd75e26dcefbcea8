"""What somebody logs in for: which conversation they come from, and where they go afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from commentbox.accounts import attempts
from commentbox.adapters import translations
from commentbox.comments import threads
from commentbox.comments.threads import Place
from commentbox.errors import Invalid, Malformed, NotSignedIn
from commentbox.extensions import db
from commentbox.lib import ids, urls
from commentbox.models import Attempt, Mode, Session, Site
from commentbox.web.kit import desk_session, kept_words
from commentbox.web.login import fresh_login

MODES: Final = {mode.value: mode for mode in Mode}
"""The modes that a form may ask for."""

_NAMES: Final = ("thread", "site", "url", "canonical", "id", "title")


@dataclass(frozen=True)
class Conversation:
    """Which conversation somebody comes from; its thread may have to be opened yet."""

    site: Site
    place: Place
    thread_id: str | None = None

    @property
    def host(self) -> str:
        """Return what people call the site: the host of its address."""
        return host(self.place.url)

    @property
    def fields(self) -> dict[str, str]:
        """Return the fields by which a form names the conversation again."""
        return {"thread": self.thread_id} if self.thread_id else self._address

    @property
    def page(self) -> str:
        """Return the address of the conversation as a page of our own."""
        return f"/t/{self.thread_id}" if self.thread_id else f"/t?{urlencode(self._address)}"

    def form_for(self, target: str) -> str:
        """Return the address of the form there, to answer a comment or the article."""
        asked = {"replytocom": target} if ids.is_id(target) else {}
        joint = "&" if "?" in self.page else "?"
        return self.page + (f"{joint}{urlencode(asked)}" if asked else "") + "#respond"

    @property
    def _address(self) -> dict[str, str]:
        key = self.place.key
        found = {"site": self.site.name, "url": self.place.url, "title": self.place.title}
        found["id"] = key.removeprefix("id:") if key.startswith("id:") else ""
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Errand:
    """A walk that is about to begin, and where it leads in the end."""

    conversation: Conversation | None
    mode: Mode
    return_to: str = ""
    challenge: str | None = None
    here: Session | None = None

    @property
    def locale(self) -> str:
        """Return the language to say things in."""
        return self.conversation.site.locale if self.conversation else translations.DEFAULT


def of_form(form: Mapping[str, str]) -> Errand:
    """Return what a form asks for.

    A tab goes back to `return_to`, or to the form below the article. Raises
    `Invalid("field.invalid")` for an unknown mode, `Malformed("challenge.invalid")` for a frame
    that sends none, `Invalid("return.foreign")`, and the codes of `conversation_of` and `holder`.
    """
    mode = MODES.get(form.get("mode", ""))
    if mode is None:
        raise Invalid("field.invalid", fields={"mode": "field.invalid"})
    if mode is Mode.LINK:
        holder = fresh_login.holder()
        return Errand(None, mode, return_to=holder.page, here=holder.session)
    if mode is Mode.DESK:
        return Errand(
            None, mode, return_to=desk_session.local(form.get("next", "")), here=_at_desk()
        )
    if mode is Mode.PAGE and form.get("from") == "me":
        return Errand(None, mode, return_to=fresh_login.ME)
    found = conversation_of(form)
    if mode is Mode.PAGE:
        return Errand(found, mode, return_to=_page_of(found, form))
    if not form.get("challenge"):
        raise Malformed("challenge.invalid")
    back = form.get("return_to") or f"{found.place.url}#respond"
    return_to = urls.within(back, found.site.origins) if mode is Mode.TAB else ""
    return Errand(found, mode, return_to=return_to, challenge=form["challenge"])


def _page_of(found: Conversation, form: Mapping[str, str]) -> str:
    """Return the page here that a form stands on: a report's, or that of the conversation."""
    if report := report_of(form):
        return report
    return found.form_for(form.get("parent", "")) if is_of_comment(form) else found.page


def report_of(form: Mapping[str, str]) -> str:
    """Return the page on which somebody reports the comment that a form names, or nothing."""
    reported = form.get("reported", "")
    return f"/c/{reported}/report" if ids.is_id(reported) else ""


def _at_desk() -> Session | None:
    """Return the session that this browser has at the desk; its cookie does not come back."""
    try:
        return desk_session.live()[0]
    except NotSignedIn:
        return None


def conversation_of(form: Mapping[str, str]) -> Conversation:
    """Return the conversation that a form or an address names.

    It is that of `thread`, or of the page that `site` and `url`, `canonical`, `id`, `title` name;
    the form of a comment, where `url` is its writer's, has `page_` before each of them. Raises the
    codes of `threads.by_id` and `threads.place`.
    """
    prefix = "page_" if is_of_comment(form) else ""
    asked = {name: form.get(f"{prefix}{name}", "") for name in _NAMES}
    if asked["thread"]:
        thread = threads.by_id(asked["thread"])
        place = Place(key=thread.key, url=thread.url, title=thread.title)
        return Conversation(threads.site_of(thread), place, thread.id)
    site = threads.site_named(asked["site"])
    place = threads.place(
        site,
        address=asked["url"],
        canonical_link=asked["canonical"],
        thread_id=asked["id"],
        title=asked["title"],
    )
    known = threads.find(site, place.key)
    return Conversation(site, place, known.id if known else None)


def is_of_comment(form: Mapping[str, str]) -> bool:
    """Say whether it is the form of a comment that was sent, by another button than its own."""
    return "comment" in form


def page_left(form: Mapping[str, str], found: Conversation) -> str:
    """Return by which key to keep what is typed on the page that a form was sent from, or nothing.

    It is sent by another button than its own: that of a comment, or of a report.
    """
    if is_of_comment(form):
        return found.place.key
    is_of_report = "note" in form and report_of(form)
    return kept_words.of_report(form["reported"]) if is_of_report else ""


def plan(errand: Errand, provider: str) -> tuple[Attempt, str]:
    """Note the walk; raises the codes of `attempts.plan`."""
    found = errand.conversation
    return attempts.plan(
        provider,
        mode=errand.mode,
        site=found.site if found else None,
        challenge=errand.challenge,
        article_url=found.place.url if found else "",
        article_title=found.place.title if found else "",
        return_to=errand.return_to,
        here=errand.here,
    )


def locale_of(attempt: Attempt) -> str:
    """Return the language of the site that a walk began on."""
    site = db.session.get(Site, attempt.site_id) if attempt.site_id else None
    return site.locale if site else translations.DEFAULT


def host(address: str) -> str:
    """Return what people call a site: the host of its address."""
    return urlsplit(address).netloc
