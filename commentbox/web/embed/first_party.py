"""The conversation as a page of our own, wholly usable without script."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from flask import Response, make_response, redirect, render_template, request, url_for

from commentbox.adapters import translations
from commentbox.adapters.translations import gettext
from commentbox.comments import reading, threads
from commentbox.comments.reading import Page, Placed
from commentbox.errors import CommentboxError, NotFound
from commentbox.extensions import db
from commentbox.lib import markdown, tokens
from commentbox.models import Comment, Site
from commentbox.web.embed import pages, places
from commentbox.web.embed.forms import CommentForm, offers_mail
from commentbox.web.embed.places import Spot, View
from commentbox.web.embed.posting import accept, purpose, sender
from commentbox.web.kit import cookies, forms, idempotency, kept_words, offers, readers
from commentbox.web.kit.problems import Problem, problem
from commentbox.web.kit.readers import Reader
from commentbox.web.kit.requests import require_own_origin
from commentbox.web.kit.transaction import writes

REMEMBERED: Final = timedelta(days=30)
"""How long a browser keeps the secret that its comments go by."""

COOKIE: Final = "cb_author"
"""The name of that secret in the browser."""

_GUEST: Final = "guest"


def thread(thread_id: str) -> Response:
    """Return a thread's page."""
    return _page(_spot(thread_id))


def place() -> Response:
    """Lead to the thread of an article; an article without one gets an empty page."""
    spot = _spot_asked_for()
    if spot.thread:
        return _redirect(spot.thread.id, 302)
    return _page(spot)


def post_to_thread(thread_id: str) -> Response:
    """Store a comment and lead back to the page; show the form again if it cannot be."""
    return _posted(lambda: _spot(thread_id))


def post_to_place() -> Response:
    """Store the first comment of an article, which opens its thread."""
    return _posted(_spot_asked_for)


def _spot(thread_id: str) -> Spot:
    thread = threads.by_id(thread_id)
    return places.spot_of(db.session.get_one(Site, thread.site_id), thread)


def _spot_asked_for() -> Spot:
    site = threads.site_named(request.args.get("site", ""))
    place = places.place_of(site, request.args)
    return Spot(site, place, threads.find(site, place.key))


def _posted(find: Callable[[], Spot]) -> Response:
    require_own_origin()
    if request.form.get("discard"):
        return _discard(find)
    try:
        return _store(find)
    except CommentboxError as refusal:
        db.session.remove()  # its transaction was for writing; the page is only read
        return _page(find(), refusal)


@writes
def _store(find: Callable[[], Spot]) -> Response:
    spot = find()
    form = CommentForm(binding=forms.guest(spot.site))
    reader = readers.author(readers.at_home, form.typed("session"))
    sent = idempotency.sending(
        purpose(spot.site),
        author=sender(reader, cookies.value(COOKIE) or None),
        key=form.typed("key"),
        body=form.essence(spot.place.key),
    )
    response, secret = idempotency.replayed(sent), sent.author
    if response is None:
        entry = form.entry(spot.site, reader=reader, author_key=sent.author)
        comment, secret = accept(spot.site, spot.place, entry), entry.key
        response = idempotency.remember(sent, _to(comment, is_asked=bool(entry.mail_to)))
    if secret and not reader:
        cookies.keep(response, COOKIE, secret, lasts=REMEMBERED, samesite="Lax")
    kept_words.forget(response, spot.site, spot.place.key)
    return response


@writes
def _discard(find: Callable[[], Spot]) -> Response:
    """Forget what was typed before a log-in, and lead back to the empty form."""
    spot, target = find(), request.form.get("parent", "")
    back = spot.link(None, **_answering(target))
    response = make_response(redirect(f"{back}#respond", code=303))
    kept_words.forget(response, spot.site, spot.place.key)
    return response


def _to(comment: Comment, *, is_asked: bool) -> Response:
    """Lead to a comment that was just posted; the page says whether mail was asked for."""
    shown = {"comment": comment.id} if comment.is_published else {}
    shown |= {"asked": "mail"} if is_asked else {}
    return _redirect(comment.thread_id, 303, _anchor=f"comment-{comment.id}", **shown)


def _page(spot: Spot, refusal: CommentboxError | None = None) -> Response:
    view, reader = places.view(spot.site, request.args), readers.at_home()
    with translations.speaking(view.locale):
        trouble = problem(refusal) if refusal else None
        found, is_missing = _read(spot, view)
        page = render_template(
            "embed/first_party.html",
            spot=spot,
            view=view,
            page=found,
            pinned=None if request.args.get("root") else pages.pinned(spot.thread, view),
            is_missing=is_missing,
            counted=not request.args.get("root"),
            previews=_previews(spot, reader),
            offers_mail=offers_mail(spot.site),
            is_asked=request.args.get("asked") == "mail",
            form=_form(spot, trouble),
            longest=markdown.MAX_SOURCE,
            providers=offers.offered(),
            by_mail=offers.by_mail(),
            scorer=offers.told(spot.site),
            doors=_doors(spot),
            me=_me(spot, view, reader),
            desk=reader is not None and readers.moderates(reader, spot.site.id),
        )
    response = make_response(page, trouble.status if trouble else 200)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    if trouble and trouble.retry_after:
        response.headers["Retry-After"] = str(trouble.retry_after)
    return response


def _read(spot: Spot, view: View) -> tuple[Page, bool]:
    """Return what the page shows: one branch from some reply on, or what the frame would show."""
    root = request.args.get("root", "")
    if not root or spot.thread is None:
        return pages.read(spot.thread, view)
    return Page([reading.replies(spot.thread, root, after=view.after)]), False


def _previews(spot: Spot, reader: Reader | None) -> list[Placed]:
    author = cookies.value(COOKIE)
    if spot.thread is None or not (tokens.is_token(author) or reader):
        return []
    return reading.previews(
        spot.thread,
        author_key=author if tokens.is_token(author) else "",
        account_id=reader.account.id if reader else None,
    )


def _doors(spot: Spot) -> dict[str, str]:
    """Return the fields with which a log-in or a log-out names where it comes from, if any can."""
    if not (offers.providers() or offers.by_mail()):
        return {}
    # No title: without a thread it is what an address says, and anybody may have made that.
    article = {"site": spot.site.name, **spot.address}
    names = {"thread": spot.thread.id} if spot.thread else article
    return {"mode": "page"} | {f"page_{name}": value for name, value in names.items()}


def _me(spot: Spot, view: View, reader: Reader | None) -> dict[str, Any] | None:
    """Return who is to be shown as logged in: nobody to whoever writes as a guest instead."""
    sent_by_guest = request.method == "POST" and not request.form.get("session")
    if reader is None or sent_by_guest or request.args.get("as") == _GUEST:
        return None
    answered = _answering(request.args.get("replytocom", ""))
    guest = spot.link(view, **{"as": _GUEST}, **answered)
    return {**readers.who(reader), "guest": f"{guest}#respond"}


def _answering(comment_id: str) -> dict[str, str]:
    """Return the parameter that has the form answer a comment, if there is one."""
    return {"replytocom": comment_id} if comment_id else {}


def _form(spot: Spot, trouble: Problem | None) -> dict[str, Any]:
    """Return what the form shows: what was typed, what is wrong with it, whom it answers."""
    form = CommentForm(binding=forms.guest(spot.site))
    parent_id = form.typed("parent") or request.args.get("replytocom", "")
    parent_name = _name_of(spot, parent_id)
    typed = {name: form[name].data or "" for name in kept_words.FIELDS}
    kept = kept_words.kept(spot.site, spot.place.key, target=parent_id) if not trouble else {}
    return {
        "values": {**typed, **kept},
        "is_restored": bool(kept.get("comment")),
        "errors": trouble.fields if trouble else {},
        "message": _message(trouble) if trouble else "",
        "twin": _twin(spot, trouble.comment_id or "") if trouble else "",
        "parent": parent_id if parent_name else "",
        "parent_name": parent_name,
        # Always a fresh key: what is sent next may be other words than were sent under the last.
        "hidden": {"token": _token(form, spot), "key": tokens.new()},
    }


def _message(trouble: Problem) -> str:
    """Return what is wrong with the form as a whole."""
    if trouble.code == "key.reused":
        return gettext(
            "Your comment has been posted with other words. "
            "Press the button again to post this one too."
        )
    return "" if trouble.fields else trouble.detail


def _twin(spot: Spot, comment_id: str) -> str:
    """Return where the reader sees the comment that theirs repeats: published, or their own."""
    row = f"#comment-{comment_id}" if comment_id else ""
    return spot.link(comment=comment_id) + row if _name_of(spot, comment_id) else row


def _name_of(spot: Spot, comment_id: str) -> str:
    if spot.thread is None or not comment_id:
        return ""
    try:
        comment = reading.visible(spot.thread, comment_id)
    except NotFound:
        return ""
    return comment.author_name if comment.is_published else ""


def _token(form: CommentForm, spot: Spot) -> str:
    """Return the token that was sent while it holds: a new one would look like a quick program."""
    sent, binding = form.typed(forms.FIELD), forms.guest(spot.site)
    try:
        forms.read_token(sent, binding)
    except CommentboxError:
        return forms.form_token(binding)
    return sent


def _redirect(thread_id: str, status: int, **values: Any) -> Response:
    return make_response(
        redirect(url_for("embed.thread", thread_id=thread_id, **values), code=status)
    )
