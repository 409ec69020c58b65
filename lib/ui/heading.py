"""The numbers first: a sentence as the page's heading, the extremes with their days and the sources
below it, and for several currencies a small table of changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from lib import notation, series
from lib.charts import headline
from lib.charts.headline import Told
from lib.desk import Days, InView
from lib.links import View
from lib.ui import loaders, markup
from lib.words import t

HORIZONS = ("1D", "1W", "1M", "YTD", "1Y")
SPOKEN = {  # of the horizons, for those who are read to
    "1D": "since the observation before",
    "1W": "over a week",
    "1M": "over a month",
    "YTD": "since the end of last year",
    "1Y": "over a year",
}


def html(view: View, told: Sequence[Told], lines: Sequence[InView], period: Days, today: date) -> str:
    """The heading and the line below it."""
    title = headline.title(told, view.base, view.direction, period, today)
    below = " · ".join(_below(view, told, lines, period))
    return (
        f'<div class="headline"><h1>{markup.text(title)}</h1>'
        f'<div class="caption muted">{markup.text(below)}</div></div>'
    )


def table(view: View, told: Sequence[Told]) -> str:
    """A row a currency: the value now, and its change over the usual horizons and the period."""
    unit = f"1 {view.base}" if view.direction == "usd" else view.base
    heads = [t("Currency"), unit, *(t(h) for h in HORIZONS), t("Period")]
    head = "".join(f'<th scope="col">{markup.text(name)}</th>' for name in heads)
    rows = "".join(_row(one, several=_several(told)) for one in told)
    what = _what(view)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{markup.text(what)}">'
        f'<table class="plain figures changes"><caption>{markup.text(what)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _below(view: View, told: Sequence[Told], lines: Sequence[InView], period: Days) -> list[str]:
    parts = []
    if len(told) == 1:
        extremes = headline.extremes(told[0], period)
        parts.append(extremes[:1].upper() + extremes[1:])
    currencies = list(dict.fromkeys(one.country.currency for one in lines))
    if currencies:
        parts.append(headline.unit_line(currencies, view.base, view.direction))
    names = [name for line in lines for name in _published(line)]
    parts += [", ".join(dict.fromkeys(names))] if names else []
    return [*parts, notation.span(*period)] if st.context.is_embedded else parts  # else a control says it


def _published(line: InView) -> list[str]:
    """The sources of a line, and how often each publishes where that is not every day."""
    return [_with_cadence(key, line.line[line.line["source"] == key]) for key in line.sources]


def _with_cadence(key: str, rows: pd.DataFrame) -> str:
    source, cadence = loaders.desk().sources.get(key), series.cadence(rows)
    name = t(source.name) if source else key
    return name if cadence in ("daily", "") else f"{name} ({t(cadence)})"


def _what(view: View) -> str:
    """Of what the changes are."""
    if view.direction == "usd":
        return t("Change of what 1 {unit} costs", unit=view.base)
    return t("Change of what each currency costs in {unit}", unit=view.base)


def _several(told: Sequence[Told]) -> bool:
    return len({one.country.code for one in told}) < len(told)


def _row(one: Told, several: bool) -> str:
    name = f"<b>{one.country.currency}</b> {markup.text(t(one.country.unit))}"
    if several:
        name += f" · {markup.text(loaders.source_name(one.source))}"
    numbers = one.performance
    cells = [_cell(numbers.changes[horizon], t(SPOKEN[horizon])) for horizon in HORIZONS]
    cells.append(_cell(numbers.period, t("over the period")))
    value = notation.published(numbers.value)
    colour = f'<span class="swatch" style="background:{one.country.colour}"></span>'
    return f'<tr><th scope="row">{colour}{name}</th><td>{value}</td>{"".join(cells)}</tr>'


def _cell(percent: float | None, when: str) -> str:
    """A change with its arrow, and in words for those who do not see the arrow."""
    written = notation.change(percent)
    if percent is None:
        return f'<td>{written}<span class="sr"> {t("no earlier value")}</span></td>'
    words = t("up") if written.startswith("▲") else t("down") if written.startswith("▼") else t("unchanged")
    return f'<td>{written}<span class="sr"> {words} {markup.text(when)}</span></td>'
