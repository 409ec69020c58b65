"""The articles on the chart: a strip of their number, and the days that are picked or selected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib import notation
from lib.charts.axes import MUTED
from lib.charts.hover import grid
from lib.charts.line import DAY_MS, Days, Trace, instant, to_ms
from lib.charts.typed import floats
from lib.words import plural, t

Counts = Sequence[tuple[date, int]]
Drawn = tuple[dict[str, Any], dict[str, Any]]  # a shape and its annotation


def strip(articles: Counts) -> Trace:
    """A bar for each day that has articles."""
    days = pd.DatetimeIndex([day for day, _ in articles])
    return {
        "type": "bar",
        "x": floats(to_ms(days)),
        "y": [count for _, count in articles],
        "name": "articles",
        "width": DAY_MS,
        "marker": {"color": MUTED, "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def strip_hover(articles: Counts, period: Days) -> Trace:
    """How many articles each day has that a hover can name."""
    first, step, count = grid(period)
    counts = {day.toordinal(): number for day, number in articles}
    numbers = [counts.get(first + step * n, 0) for n in range(count)]
    return {
        "type": "scatter",
        "mode": "none",
        "name": "articles a day",
        "x0": instant(date.fromordinal(first)),
        "dx": step * DAY_MS,
        "y": floats(np.asarray(numbers), exact=False),
        "text": [_counted(number) for number in numbers],
        "hovertemplate": "%{text}<extra></extra>",
    }


def strip_label() -> dict[str, Any]:
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yref": "paper", "y": 0}
    text = {"text": t("articles<br>a day"), "align": "left", "font": {"size": 12}}
    return {**place, **text, "yanchor": "bottom", "showarrow": False}


def picked(day: date | None) -> list[Drawn]:
    """A line through all panels on one day, with its date."""
    if day is None:
        return []
    x = {"xref": "x", "yref": "paper"}
    rule = {"type": "line", "x0": instant(day), "x1": instant(day), "y0": 0, "y1": 1, **x}
    place = {"x": instant(day), "y": 1, **x, "yanchor": "top", "xanchor": "left", "xshift": 3}
    word = {**place, "text": notation.day(day), "showarrow": False, "font": {"size": 12}}
    return [({**rule, "line": {"color": MUTED, "width": 2, "dash": "dot"}}, word)]


def shaded(days: Days | None) -> list[Drawn]:
    """The selected days, as the bars stand around midnight."""
    if days is None:
        return []
    x0, x1 = instant(days[0]) - DAY_MS / 2, instant(days[1]) + DAY_MS / 2
    box = {"type": "rect", "x0": x0, "x1": x1, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    line = {"color": MUTED, "width": 1, "dash": "dot"}
    fill = {"fillcolor": "rgba(63,179,191,0.18)", "layer": "below", "line": line}
    return [({**box, **fill}, {})]


def _counted(number: int) -> str:
    return plural(number, "article", "articles") if number else t("no articles")
