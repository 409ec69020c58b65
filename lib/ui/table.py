"""The chart's twin for those who read: a day a row, a line a column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from lib import charts, notation, series
from lib.charts.flags import flag_words
from lib.desk import InView
from lib.links import View
from lib.ui import loaders, markup
from lib.words import t

MAX_ROWS = 1000  # more is what the files are for


def html(view: View, lines: Sequence[InView]) -> str:
    """Each day with an observation, the newest first."""
    shown = loaders.desk().chart_lines(view, lines)
    several = len({x.country for x in shown}) < len(shown)
    heads = [f"{x.country.currency}{f' {x.source}' if several else ''}" for x in shown]
    columns = [_column(view, x) for x in shown]
    days = sorted({day for column in columns for day in column}, reverse=True)
    head = "".join(f'<th scope="col">{markup.text(name)}</th>' for name in (t("Day"), *heads))
    rows = "".join(_row(day, columns) for day in days[:MAX_ROWS])
    cut = t(
        "The newest {n} days of {total}; the files hold all.",
        n=notation.number(f"{MAX_ROWS:,}"),
        total=notation.number(f"{len(days):,}"),
    )
    note = f'<p class="muted">{cut}</p>' if len(days) > MAX_ROWS else ""
    title = t("Rates in view")
    return (
        f'<div class="scroll twin" tabindex="0" role="region" aria-label="{title}">'
        f'<table class="plain figures"><caption>{title}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}</div>"
    )


def _row(day: date, columns: Sequence[dict[date, str]]) -> str:
    cells = "".join(f"<td>{column.get(day, notation.DASH)}</td>" for column in columns)
    return f'<tr><th scope="row">{notation.day(day)}</th>{cells}</tr>'


def _column(view: View, line: charts.Line) -> dict[date, str]:
    """Each day's figure as the chart shows it, with its flags in words."""
    frame = line.frame
    values = (
        series.index_to_100(frame)
        if view.measure == "index"
        else frame["change" if view.measure == "change" else "value"]
    )
    computed = view.direction == "local" or frame["legs"].any()
    write = {"rate": notation.derived if computed else notation.published, "change": notation.change}.get(
        view.measure, lambda value: notation.number(f"{value:,.2f}")
    )
    return {
        day.date(): write(value) + (f' <span class="muted">({markup.text(flags)})</span>' if flags else "")
        for day, value, flags in zip(frame.index, values, flag_words(frame), strict=True)
        if pd.notna(value)
    }
