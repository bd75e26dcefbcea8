"""How much came in lately, and what caught it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, request

from commentbox import policy
from commentbox.adapters.translations import gettext
from commentbox.moderation import numbers, queue, reasons
from commentbox.moderation.filters import Filter
from commentbox.moderation.numbers import Numbers
from commentbox.policy import Action
from commentbox.web.admin import desk, of_site
from commentbox.web.admin.gate import visitor

blueprint = Blueprint("numbers", __name__)

HEIGHT: Final = 120
"""How high the fullest day stands in the chart, in its own units."""

_STEP: Final = 20
_WIDTH: Final = 14
_LINES: Final = 2  # below the top one, so that a height can be read


@dataclass(frozen=True)
class Bar:
    """A part of a day's column in the chart: what it stands for, and where it is drawn."""

    kind: str
    x: int
    y: float
    height: float


@dataclass(frozen=True)
class Line:
    """A level in the chart, and the number that it stands for."""

    y: float
    number: int


@dataclass(frozen=True)
class Chart:
    """Columns of all days above each other, in units of the drawing."""

    width: int
    height: int
    bar: int
    bars: list[Bar]
    lines: list[Line]
    marks: list[tuple[int, date]]


@blueprint.get("/numbers")
def show() -> str:
    """Show what waits, the last days as a chart and in figures, and what caught it."""
    reach = policy.reach(visitor().roles, Action.NUMBERS)
    sites = [site for site in queue.sites(visitor().roles) if reach is None or site.id in reach]
    name = request.args.get("site", "")
    chosen = tuple(site.id for site in of_site.chosen(sites, name))
    found = numbers.of(chosen)
    return desk.page(
        "admin/numbers.html",
        sites=sites,
        site=name,
        found=found,
        chart=chart(found),
        caught=[(gettext(reasons.NAMES.get(code, code)), number) for code, number in found.caught],
        counts=queue.counts(Filter(chosen)),
        most=queue.COUNTED,
    )


def chart(found: Numbers) -> Chart:
    """Return the days as columns; the fullest one is as high as the chart."""
    most = max([1, *(each.total for each in found.days)])
    bars: list[Bar] = []
    for place, each in enumerate(found.days):
        y = float(HEIGHT)
        for kind in ("published", "held", "spam"):
            height = getattr(each, kind) * HEIGHT / most
            y -= height
            if height:
                bars.append(Bar(kind, place * _STEP, round(y, 2), round(height, 2)))
    levels = sorted({most * part // _LINES for part in range(1, _LINES + 1)} - {0})
    return Chart(
        width=len(found.days) * _STEP,
        height=HEIGHT,
        bar=_WIDTH,
        bars=bars,
        lines=[Line(round(HEIGHT - level * HEIGHT / most, 2), level) for level in levels],
        marks=[(place * _STEP, each.day) for place, each in enumerate(found.days) if not place % 7],
    )
