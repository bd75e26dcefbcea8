"""The question before anything is deleted for good, which carries the form that asked for it."""

from collections.abc import Callable
from typing import Final

from babel.numbers import format_decimal
from flask import request
from flask.typing import ResponseReturnValue

from commentbox.adapters import translations
from commentbox.errors import Conflict
from commentbox.moderation import deleting
from commentbox.moderation.filters import Filter, Group
from commentbox.web.admin import deciding, desk, places, selecting
from commentbox.web.admin.gate import visitor
from commentbox.web.admin.selecting import Selection

_CARRIED: Final = ("decision", "only", "comment", "all", "seen", "back")


def is_due(selection: Selection) -> bool:
    """Say whether the form asks for what cannot be undone, and nobody has said yes to it yet."""
    return selection.action == "delete" and not request.form.get("confirm")


def page(back: str, count: Callable[[], int]) -> ResponseReturnValue:
    """Return the question with the number of comments, or lead back where there is nothing to ask.

    Counting raises `Conflict` then.
    """
    try:
        number = count()
    except Conflict as problem:
        return deciding.to(places.with_notice(back, problem=problem.code))
    fields = [(name, value) for name in _CARRIED for value in request.form.getlist(name)]
    return desk.page(
        "admin/delete.html",
        number=number,
        shown=format_decimal(number, locale=translations.current()),
        fields=fields,
        here=back,
    )


def named(selection: Selection) -> int:
    """Return how many comments a selection names."""
    return deleting.named({row.comment_id for row in selection.rows}, by=visitor().account)


def taken(wanted: Filter, group: Group, selection: Selection) -> int:
    """Return how many comments a selection takes out of a filter."""
    return deleting.matching(selecting.taken(wanted, group, selection), by=visitor().account)
