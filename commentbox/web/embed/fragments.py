"""Parts of a conversation that its script asks for."""

from flask import Response, jsonify, render_template, request

from commentbox.adapters import translations
from commentbox.comments import reading, threads
from commentbox.errors import NotFound
from commentbox.lib import tokens
from commentbox.web.embed import places
from commentbox.web.embed.pages import answer
from commentbox.web.embed.places import Spot, View
from commentbox.web.kit import readers
from commentbox.web.kit.forms import form_token, guest
from commentbox.web.kit.page_cache import Drawn

AUTHOR = "Commentbox-Author"


def branches(site_name: str) -> Response:
    """Return the next top-level comments with their first replies."""
    spot = places.spot(site_name, request.args)
    view = places.view(spot.site, request.args)
    return answer(spot, "branches", view, lambda: _branches(spot, view))


def replies(site_name: str) -> Response:
    """Return the next replies of one branch."""
    spot = places.spot(site_name, request.args)
    view = places.view(spot.site, request.args)
    return answer(spot, "replies", view, lambda: _replies(spot, view, request.args.get("root", "")))


def token(site_name: str) -> Response:
    """Return a fresh token for the form."""
    site = threads.site_named(site_name)
    return _private(jsonify(token=form_token(guest(site))))


def mine(site_name: str) -> Response:
    """Return what waits here of the holder of a browser's secret, or of who is logged in."""
    spot = places.spot(site_name, request.args)
    key, reader = request.headers.get(AUTHOR, ""), readers.in_frame(spot.site)
    found = []
    if spot.thread and (tokens.is_token(key) or reader):
        found = reading.previews(
            spot.thread,
            author_key=key if tokens.is_token(key) else "",
            account_id=reader.account.id if reader else None,
        )
    with translations.speaking(places.view(spot.site, request.args).locale):
        html = render_template("embed/_previews.html", previews=found)
    response = _private(jsonify(previews=html, count=len(found)))
    response.headers["Vary"] = f"{AUTHOR}, Cookie, Authorization"
    return response


def _branches(spot: Spot, view: View) -> Drawn:
    if spot.thread is None:
        raise NotFound("thread.unknown")
    page = reading.page(spot.thread, order=view.order, after=view.after)
    ahead = request.args.get("root", "")
    if ahead:
        page = reading.behind(ahead, page)
    parts = {"spot": spot, "view": view, "page": page, "acts": _acts(spot)}
    html = render_template("embed/_branches.html", **parts, counted=True)
    return Drawn(html, is_passing=bool(ahead or view.after))


def _replies(spot: Spot, view: View, root_id: str) -> Drawn:
    if spot.thread is None:
        raise NotFound("thread.unknown")
    branch = reading.replies(spot.thread, root_id, after=view.after)
    parts = {"spot": spot, "view": view, "branch": branch, "acts": _acts(spot)}
    html = render_template("embed/_replies.html", **parts, counted=False)
    return Drawn(html, is_passing=bool(view.after))


def _acts(spot: Spot) -> str:
    return "" if spot.is_closed else "button"


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
