"""The queue: folders of comments, decisions about them, and taking those back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from commentbox import policy
from commentbox.errors import Invalid, NotFound
from commentbox.lib import cursor, text
from commentbox.models import Site, Status
from commentbox.moderation import actions, queue
from commentbox.moderation.actions import Done, Seen
from commentbox.moderation.filters import Filter
from commentbox.policy import Action
from commentbox.web.admin import deciding, desk, places, proof
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import desk_session, given
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("queue", __name__)

ACTIONS: Final[dict[str, Callable[..., Done]]] = {
    "approve": actions.approve,
    "spam": actions.mark_spam,
    "trash": actions.trash,
    "restore": actions.restore,
    "delete": actions.delete,
}
_LONGEST_WORDS: Final = 100


@dataclass(frozen=True)
class Asked:
    """What part of the queue the address asks for."""

    status: Status
    site: str
    words: str
    after: str

    def url(self, **changes: str) -> str:
        """Return the address of this part with changes; another part starts at its first page."""
        values = {"status": self.status.value, "site": self.site, "q": self.words}
        return places.queue_url(**(values | changes))


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Lead to what waits."""
    return redirect(places.queue_url(status=Status.PENDING.value), HTTPStatus.SEE_OTHER)


@blueprint.get("/queue")
def show() -> str:
    """Show one page of a folder."""
    asked = _asked()
    sites = queue.sites(visitor().roles)
    chosen = _chosen_sites(sites, asked.site)
    after = cursor.parse(asked.after) if asked.after else None
    wanted = Filter(tuple(site.id for site in chosen), asked.status, words=asked.words)
    page = queue.page(wanted, after=after)
    is_elsewhere = asked.words and not page.items
    return desk.page(
        "admin/queue.html",
        asked=asked,
        sites=sites,
        page=page,
        elsewhere=queue.counts(wanted) if is_elsewhere else {},
        counts=queue.counts(Filter(wanted.site_ids)),
        most=queue.COUNTED,
        may_delete={site.id for site in chosen if _may_delete(site)},
        here=asked.url(after=asked.after),
    )


@blueprint.get("/counts")
def counts() -> Response:
    """Return how many comments wait on all sites of the visitor, for the page's title."""
    chosen = _chosen_sites(queue.sites(visitor().roles), request.args.get("site", ""))
    found = queue.counts(Filter(tuple(site.id for site in chosen)))
    return jsonify({status.value: number for status, number in found.items()})


@blueprint.post("/decisions")
@writes
def decide() -> ResponseReturnValue:
    """Do one thing to one comment or to all that are selected, then show the folder again."""
    back = desk_session.local(request.form.get("back", ""))
    name, chosen = _decision()
    if not chosen:
        return deciding.to(places.with_notice(back, problem="selection.empty"))
    if name == "delete" and (way := proof.wanted(back)):
        return way
    return deciding.done(back, lambda by: ACTIONS[name](chosen, by=by))


@blueprint.post("/decisions/<batch>/undo")
@writes
def undo(batch: str) -> ResponseReturnValue:
    """Take a batch back, then show the folder again."""
    back = desk_session.local(request.form.get("back", ""))
    batch = given.known_id(batch, code="decision.unknown")
    return deciding.done(back, lambda by: actions.undo(batch, by=by))


def _asked() -> Asked:
    wanted = request.args.get("status", "")
    known = {folder.value: folder for folder in queue.FOLDERS}
    return Asked(
        status=known.get(wanted, Status.PENDING),
        site=request.args.get("site", ""),
        words=text.clean_line(request.args.get("q", ""))[:_LONGEST_WORDS],
        after=request.args.get("after", ""),
    )


def _chosen_sites(sites: Sequence[Site], name: str) -> list[Site]:
    chosen = [site for site in sites if name in {"", site.name}]
    if name and not chosen:
        raise NotFound("site.unknown")
    return chosen


def _decision() -> tuple[str, list[Seen]]:
    """Read the form: the button of a row names its comment, one of the bar takes the selection."""
    name, _, only = request.form.get("only", "").partition(" ")
    chosen = [only] if only else request.form.getlist("comment")
    name = name or request.form.get("decision", "")
    if name not in ACTIONS:
        raise Invalid("action.unknown")
    return name, [deciding.seen(each) for each in chosen]


def _may_delete(site: Site) -> bool:
    return policy.may(visitor().roles, Action.DELETE, site_id=site.id)
