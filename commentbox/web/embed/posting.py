"""Posting a comment from the frame."""

from flask import Response, make_response, render_template, request, url_for

from commentbox.adapters import translations
from commentbox.comments import following, posting, threads
from commentbox.comments.reading import Placed
from commentbox.comments.threads import Place
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Comment, Site
from commentbox.web.embed import places
from commentbox.web.embed.forms import CommentForm, Entry
from commentbox.web.embed.fragments import AUTHOR
from commentbox.web.kit import forms, idempotency, readers
from commentbox.web.kit.readers import Reader
from commentbox.web.kit.requests import require_own_origin, settings
from commentbox.web.kit.transaction import writes


@writes
def post(site_name: str) -> Response:
    """Store a comment and return it as it is to be shown: 201 published, 202 held.

    It is by whoever the form showed as logged in, and by nobody else: raises
    `NotSignedIn("session.expired")` when they are not any more.
    """
    require_own_origin()
    site = threads.site_named(site_name)
    form = CommentForm(binding=forms.guest(site))
    place = places.place_of(site, request.form, prefix="page_")
    reader = readers.author(lambda: readers.in_frame(site), form.typed("session"))
    sent = idempotency.sending(
        purpose(site),
        author=sender(reader, request.headers.get(AUTHOR)),
        body=form.essence(place.key),
    )
    response, secret = idempotency.replayed(sent), sent.author
    if response is None:
        entry = form.entry(site, reader=reader, author_key=sent.author)
        comment, secret = accept(site, place, entry), entry.key
        response = idempotency.remember(sent, _answer(comment, site))
    if secret and not reader:
        response.headers[AUTHOR] = secret
    return response


def purpose(site: Site) -> str:
    """Return what a reader's idempotency key is for: one comment on the site, from any form."""
    return f"embed.post:{site.name}"


def sender(reader: Reader | None, secret: str | None) -> str | None:
    """Return what tells a sender from all others: the account, or a guest's secret if they have
    one. That of an account is known to nobody."""
    if reader is None:
        return secret
    return tokens.derived(settings().secret_key, "sender", reader.account.id)


def accept(site: Site, place: Place, entry: Entry) -> Comment:
    """Store an entry at a place, whose thread it may open; raises the codes of `posting.post`."""
    comment = posting.post_on_page(
        site, place, author=entry.author, draft=entry.draft, arrival=entry.arrival
    )
    if entry.mail_to:
        following.subscribe(threads.by_id(comment.thread_id), entry.mail_to)
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
