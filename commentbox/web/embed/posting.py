"""Posting a comment from the frame."""

from flask import Response, make_response, render_template, request, url_for

from commentbox.adapters import translations
from commentbox.comments import following, posting, threads
from commentbox.comments.reading import Placed
from commentbox.comments.threads import Place
from commentbox.extensions import db
from commentbox.models import Comment, Site
from commentbox.web.embed import places
from commentbox.web.embed.forms import CommentForm, Entry
from commentbox.web.embed.fragments import AUTHOR
from commentbox.web.kit import forms, idempotency
from commentbox.web.kit.requests import require_own_origin
from commentbox.web.kit.transaction import writes


@writes
def post(site_name: str) -> Response:
    """Store a comment and return it as it is to be shown: 201 published, 202 held."""
    require_own_origin()
    site = threads.site_named(site_name)
    form = CommentForm(binding=forms.guest(site))
    place = places.place_of(site, request.form, prefix="page_")
    sent = idempotency.sending(
        purpose(site), author=request.headers.get(AUTHOR), body=form.essence(place.key)
    )
    response, author = idempotency.replayed(sent), sent.author
    if response is None:
        entry = form.entry(site, author_key=author)
        comment, author = accept(site, place, entry), entry.guest.key
        response = idempotency.remember(sent, _answer(comment, site))
    if author:
        response.headers[AUTHOR] = author
    return response


def purpose(site: Site) -> str:
    """Return what a reader's idempotency key is for: one comment on the site, from any form."""
    return f"embed.post:{site.name}"


def accept(site: Site, place: Place, entry: Entry) -> Comment:
    """Store an entry at a place, whose thread it may open; raises the codes of `posting.post`."""
    comment = posting.post_on_page(
        site, place, author=entry.guest, draft=entry.draft, arrival=entry.arrival
    )
    if entry.wants_mail and entry.guest.email:
        following.subscribe(threads.by_id(comment.thread_id), entry.guest.email)
    return comment


def _answer(comment: Comment, site: Site) -> Response:
    parent = db.session.get(Comment, comment.parent_id) if comment.parent_id else None
    placed = Placed(comment, comment.depth, parent.author_name if parent else "")
    with translations.speaking(places.view(site, request.args).locale):
        html = render_template("embed/_posted.html", placed=placed)
    response = make_response(html, 201 if comment.is_published else 202)
    response.headers["Cache-Control"] = "private, no-store"
    response.location = url_for("embed.permalink", comment_id=comment.id)
    return response
