"""What stands beside a selection of days on the chart: its change, its articles, and the ways on."""

from __future__ import annotations

from collections.abc import Sequence

from lib import charts, notation
from lib.desk import Days
from lib.desk.numbers import change_between
from lib.links import View
from lib.ui import hands, markup
from lib.words import plural, t

LINES = 5  # whose changes are named


def html(view: View, lines: Sequence[charts.Line], period: Days, articles: int) -> str:
    """A row above the chart, of one height whether or not days are selected, so that the chart
    does not move; it stands over the selection."""
    days = view.selected
    if days is None:
        hint = t("Drag across the chart to select days; click a bar for the articles of its day.")
        return f'<div class="span muted"><span class="wide-only">{markup.text(hint)}</span></div>'
    value = f"{days[0]}..{days[1]}"
    zoom = hands.button("zoom", value, t("Zoom"), more=notation.span(*days))
    close = hands.button("days", "", "✕", t("Clear the selection"), more=t("Clear the selection"))
    found = plural(articles, "article", "articles")
    changes = " · ".join(_changes(view, lines, days))
    words = [markup.text(notation.span(*days)), markup.text(changes), markup.text(found)]
    told = " · ".join(filter(None, words))
    return (
        f'<div class="span" role="status"><span style="flex:0 1 {_left(days, period):.0f}%"></span>'
        f"<span>{told}</span>{zoom}{close}</div>"
    )


def _changes(view: View, lines: Sequence[charts.Line], days: Days) -> list[str]:
    """The change of each line over the days, of what it is: "1 USD in KZT ▲ 38.5 %"."""
    told = []
    for line in lines[:LINES]:
        change = change_between(line, days)
        if change is not None and days[0] != days[1]:
            told.append(f"{line.currency} {notation.change(change, digits=1)}")
    if told and view.direction == "usd":
        told[0] = t("1 {base} in {change}", base=view.base, change=told[0])
    return told


def _left(days: Days, period: Days) -> float:
    """How far from the left the selection begins, in percent, so that the row stays in the page."""
    length = max((period[1] - period[0]).days, 1)
    return min(max((days[0] - period[0]).days / length * 100, 0), 60)
