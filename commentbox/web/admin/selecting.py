"""What a form of the queue says is to be done, and to which comments."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from flask import request

from commentbox.errors import Conflict, Invalid
from commentbox.lib import clock
from commentbox.models import Account
from commentbox.moderation import actions, bulk, grouping, log
from commentbox.moderation.actions import Done, Seen
from commentbox.moderation.filters import Filter, Group
from commentbox.web.admin import deciding

ACTIONS: Final[dict[str, Callable[..., Done]]] = {
    "approve": actions.approve,
    "spam": actions.mark_spam,
    "trash": actions.trash,
    "restore": actions.restore,
    "delete": actions.delete,
}
_GROUP: Final = "group."


@dataclass(frozen=True)
class Selection:
    """An action, and the rows that it is for; of a folded row, `firsts` has what stands for it.

    With `is_all` it is for everything that the filter lets through.
    """

    action: str
    rows: tuple[Seen, ...]
    firsts: frozenset[str]
    is_all: bool
    seen_at: datetime

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return not (self.rows or self.is_all)

    @property
    def needs_filter(self) -> bool:
        """Whether it is for more comments than it names."""
        return self.is_all or bool(self.firsts)


def read() -> Selection:
    """Read the form: the button of a row names its comment, one of the bar takes the selection.

    Raises `Invalid("action.unknown")`, `Invalid("selection.too_many")` and
    `NotFound("comment.unknown")`.
    """
    form = request.form
    name, _, only = form.get("only", "").partition(" ")
    chosen = [only] if only else form.getlist("comment")
    name = name or form.get("decision", "")
    if name not in ACTIONS:
        raise Invalid("action.unknown")
    if len(chosen) > actions.MOST:
        raise Invalid("selection.too_many")
    at = _moment(form.get("seen", ""))
    rows = [(each.startswith(_GROUP), deciding.seen(each.removeprefix(_GROUP))) for each in chosen]
    return Selection(
        name,
        tuple(replace(seen, at=at) for _, seen in rows),
        frozenset(seen.comment_id for is_group, seen in rows if is_group),
        is_all=not only and bool(form.get("all")),
        seen_at=at,
    )


def decide(selection: Selection, *, by: Account) -> str:
    """Decide about the comments that a selection names; return the batch, if any was decided on.

    Of several, what others have decided about since is left to them. Raises what the actions do,
    and `Conflict("selection.gone")` where that is all of them.
    """
    rows = selection.rows
    if len(rows) > 1:
        rows = actions.unchanged(rows)
        if not rows:
            raise Conflict("selection.gone")
    done = ACTIONS[selection.action](rows, by=by)
    if done.comments:
        log.leave(done.id, len(selection.rows) - len(rows))
    return done.id if done.comments else ""


def decide_by(wanted: Filter, group: Group, selection: Selection, *, by: Account) -> str:
    """Decide about what a selection takes out of a filter, as it was when the page was made.

    What others have decided about or edited since is left to them. Many comments are decided about
    in the background. Returns the batch; raises what `grouping.selected` and `bulk.begin` do.
    """
    unchanged = taken(wanted, group, selection)
    batch = bulk.begin(selection.action, unchanged, by=by)
    log.leave(batch.id, len(selection.rows) - len(unchanged.shown))
    return batch.id


def taken(wanted: Filter, group: Group, selection: Selection) -> Filter:
    """Return the filter for what a selection takes out of one, as it was when they were seen.

    Raises what `grouping.selected` does.
    """
    seen = {row.comment_id: row.revision for row in selection.rows}
    wanted = replace(wanted, seen_at=selection.seen_at, shown=tuple(seen))
    if selection.is_all:
        return wanted
    return grouping.selected(wanted, group, seen=seen, firsts=selection.firsts)


def _moment(text: str) -> datetime:
    """Return when the page was made that the form stands on; a page without that was made now."""
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC) if text else clock.now()
    except (ValueError, OverflowError) as problem:
        raise Invalid("field.invalid") from problem
    return min(moment, clock.now())
