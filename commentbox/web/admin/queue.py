"""The queue: folders of comments, decisions about them, and taking those back."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from commentbox import policy
from commentbox.adapters.translations import gettext
from commentbox.errors import NotFound
from commentbox.lib import cursor
from commentbox.models import Comment, Site, Status
from commentbox.moderation import actions, complaints, queue, reasons
from commentbox.moderation.filters import Filter
from commentbox.policy import Action
from commentbox.web.admin import asked as asking
from commentbox.web.admin import (
    asking_first,
    chips,
    deciding,
    desk,
    judged,
    notices,
    of_site,
    places,
    proof,
    selecting,
)
from commentbox.web.admin.asked import Asked
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import desk_session, given
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("queue", __name__)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Lead to what waits."""
    return redirect(places.queue_url(status=Status.PENDING.value), HTTPStatus.SEE_OTHER)


@blueprint.get("/queue")
def show() -> str:
    """Show one page of a folder."""
    asked = asking.read(request.args)
    sites = queue.sites(visitor().roles)
    chosen = of_site.chosen(sites, asked.site)
    author = _author(asked)
    wanted = _wanted(asked, chosen, author)
    after = cursor.parse_any(asked.after) if asked.after else None
    page = queue.page(wanted, sort=asked.sort, group=asked.folded_by, after=after)
    is_elsewhere = asked.is_narrowed and not page.items
    thread = queue.thread(visitor().roles, asked.thread) if asked.thread else None
    return desk.page(
        "admin/queue.html",
        asked=asked,
        sites=sites,
        page=page,
        chips=chips.of(asked, thread=thread, author=author),
        lists={"reasons": reasons.NAMES, "sorts": asking.SORTS, "groups": asking.GROUPS},
        elsewhere=queue.counts(wanted) if is_elsewhere else {},
        counts=_numbers(wanted, page),
        most=queue.COUNTED,
        may_delete={site.id for site in chosen if _may_delete(site)},
        causes=_causes(page),
        here=asked.url(after=asked.after),
        only_url=asked.url,
    )


@blueprint.get("/counts")
def counts() -> Response:
    """Return how many comments wait on all sites of the visitor, for the page's title."""
    chosen = of_site.chosen(queue.sites(visitor().roles), request.args.get("site", ""))
    found = queue.counts(Filter(tuple(site.id for site in chosen)))
    return jsonify({status.value: number for status, number in found.items()})


@blueprint.post("/decisions")
@writes
def decide() -> ResponseReturnValue:
    """Do one thing to one comment, to all that are selected or to all that match.

    The address says of which part of the queue that is; afterwards it is shown again. Deleting for
    good is asked about first: the question sends the form again.
    """
    back = desk_session.local(request.form.get("back", ""))
    selection = selecting.read()
    if selection.is_empty:
        return deciding.to(places.with_notice(back, problem="selection.empty"))
    if selection.action == "delete" and (way := proof.wanted(back)):
        return way
    if not selection.needs_filter:
        if asking_first.is_due(selection):
            return asking_first.page(back, lambda: asking_first.named(selection))
        return deciding.done(back, lambda by: selecting.decide(selection, by=by))
    asked = asking.read(request.args)
    chosen = of_site.chosen(queue.sites(visitor().roles), asked.site)
    wanted, group = _wanted(asked, chosen, _author(asked)), asked.folded_by
    if asking_first.is_due(selection):
        return asking_first.page(back, lambda: asking_first.taken(wanted, group, selection))
    return deciding.done(back, lambda by: selecting.decide_by(wanted, group, selection, by=by))


@blueprint.get("/decisions/<batch>")
def progress(batch: str) -> Response:
    """Return how far something is that goes on in the background."""
    notice = notices.of(batch)
    if notice is None:
        raise NotFound("decision.unknown")
    return jsonify(
        {
            "words": notice.words,
            "done": notice.done,
            "total": notice.total,
            "goes_on": notice.goes_on,
        }
    )


@blueprint.post("/decisions/<batch>/undo")
@writes
def undo(batch: str) -> ResponseReturnValue:
    """Take a batch back, then show the folder again."""
    back = desk_session.local(request.form.get("back", ""))
    batch = given.known_id(batch, code="decision.unknown")
    return deciding.done(back, lambda by: actions.undo(batch, by=by).id)


def _author(asked: Asked) -> Comment | None:
    """Return the comment that names the author, unless nobody knows any more who wrote it."""
    if not asked.author:
        return None
    comment = queue.item(visitor().roles, asked.author).comment
    if not comment.person:
        raise NotFound("comment.unknown")
    return comment


def _wanted(asked: Asked, sites: Sequence[Site], author: Comment | None) -> Filter:
    site_ids = tuple(site.id for site in sites)
    return asked.wanted(site_ids, person=author.person if author else "")


def _numbers(wanted: Filter, page: queue.Page) -> dict[str, int]:
    """Return the numbers beside folders and views; `matching` where one page does not tell it."""
    every = {status.value: Filter(wanted.site_ids, status) for status in queue.FOLDERS}
    every["repeated"] = Filter(wanted.site_ids, wanted.status, is_repeated=True)
    every["reported"] = Filter(wanted.site_ids, wanted.status, is_reported=True)
    if wanted.status is Status.PENDING:
        # Whoever empties what waits hears of reports that have held nothing as well.
        every["complaints"] = Filter(wanted.site_ids, Status.PUBLISHED, is_reported=True)
    if page.more or page.groups:
        every["matching"] = wanted
    # A folder that is longer than what is looked through is seldom gone through to its end.
    return queue.counted(every, newest={"repeated"})


def _causes(page: queue.Page) -> dict[str, str]:
    """Return for what readers reported the comments of a page, in words."""
    found = complaints.causes(item.comment for item in page.items)
    return {
        comment_id: ", ".join(gettext(judged.CAUSES[cause]) for cause in causes)
        for comment_id, causes in found.items()
    }


def _may_delete(site: Site) -> bool:
    return policy.may(visitor().roles, Action.DELETE, site_id=site.id)
