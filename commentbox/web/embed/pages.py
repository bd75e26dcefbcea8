"""The conversation in a frame, the same for everybody who asks for it."""

from typing import Final

from flask import Response, make_response, redirect, render_template, request

from commentbox.adapters import translations
from commentbox.comments import pinning, reading
from commentbox.comments.reading import Page, Placed
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db
from commentbox.lib import ids, markdown, urls
from commentbox.models import Comment, Thread
from commentbox.web.embed import places
from commentbox.web.embed.forms import offers_mail
from commentbox.web.embed.places import Spot, View
from commentbox.web.kit import offers, page_cache
from commentbox.web.kit.headers import allow_framing_by
from commentbox.web.kit.page_cache import Drawn, Look

NO_ORIGIN: Final = "null"
"""What browsers call the origin of a file or a sandbox."""


def page(site_name: str) -> Response:
    """Return the whole page of a frame: the form, and the first comments.

    The loader says in `from` which page wants to frame it. Browsers frame only for the site's exact
    origins, though a thread has more addresses: where they would show nothing, the owner is told.
    """
    framing = _origin(request.args.get("from", ""))
    try:
        spot = places.spot(site_name, request.args)
    except Invalid as refusal:
        if refusal.code == "address.not_registered":
            return _refused(site_name, 403, host=urls.origin(request.args.get("url", "")))
        if framing == NO_ORIGIN:
            return _refused(site_name, 403, host=NO_ORIGIN)
        raise
    except NotFound:
        return _refused(site_name, 404)
    if framing and framing not in spot.site.origins:
        return _refused(site_name, 403, host=framing)
    view = places.view(spot.site, request.args)
    return answer(spot, "page", view, lambda: _page(spot, view))


def answer(spot: Spot, kind: str, view: View, render: page_cache.Render) -> Response:
    """Answer with a page of this kind from memory, rendered if it is not there."""
    root = "" if kind == "page" else request.args.get("root", "")[: ids.LENGTH]
    look = Look(
        site=spot.site.name,
        site_revision=spot.site.revision,
        key=spot.place.key,
        view=(kind, root, spot.url, view),
    )

    def speak() -> Drawn:
        with translations.speaking(view.locale):
            return render()

    return page_cache.of_app().answer(look, spot.site, spot.thread, speak)


def read(thread: Thread | None, view: View) -> tuple[Page, bool]:
    """Return what a view shows of a thread, and whether the comment asked for is missing."""
    if thread is None:
        return Page(), bool(view.comment)
    if view.comment:
        try:
            return reading.around(thread, view.comment, order=view.order), False
        except NotFound:
            return reading.page(thread, order=view.order), True
    return reading.page(thread, order=view.order, after=view.after), False


def pinned(thread: Thread | None, view: View) -> Placed | None:
    """Return the comment that stands above the others, on a thread's first page."""
    return pinning.pinned(thread) if thread and not view.after else None


def permalink(comment_id: str) -> Response:
    """Lead to a comment in its article; one that readers do not see is as good as unknown."""
    comment = db.session.get(Comment, comment_id) if ids.is_id(comment_id) else None
    if comment is None or not comment.is_shown:
        raise NotFound("comment.unknown")
    article = db.session.get_one(Thread, comment.thread_id).url
    response = make_response(redirect(f"{article}#comment-{comment.id}"))
    response.headers["Cache-Control"] = "no-cache"
    return response


def _origin(said: str) -> str:
    """Return the origin that a page says it has; `NO_ORIGIN` when it is none of the web."""
    try:
        return urls.origin(said) if said else ""
    except Invalid:
        return NO_ORIGIN


def _page(spot: Spot, view: View) -> Drawn:
    found, is_missing = read(spot.thread, view)
    html = render_template(
        "embed/page.html",
        spot=spot,
        view=view,
        page=found,
        pinned=pinned(spot.thread, view),
        is_missing=is_missing,
        offers_mail=offers_mail(spot.site),
        longest=markdown.MAX_SOURCE,
        providers=offers.offered(),
        by_mail=offers.by_mail(),
        scorer=offers.told(spot.site),
        doors={},
        me=None,
    )
    return Drawn(html, is_passing=spot.thread is None or is_missing)


def _refused(site_name: str, status: int, *, host: str = "") -> Response:
    """Tell the owner which origin is not registered, or that the site is unknown.

    Nothing is created, and nobody is named. This page alone may be framed by anybody: it has to be
    seen where the mistake is, and it holds nothing but what the asker sent.
    """
    page = render_template("embed/refused.html", site_name=site_name, host=host)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    allow_framing_by(["*"])
    return response
