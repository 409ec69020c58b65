"""The articles on the chart: a strip of their number, a marker for each day of a country's line, a day picked out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lib import notation
from lib.charts.axes import DAY_MS, MUTED, instant
from lib.charts.line import Days, Line, ms
from lib.words import plural, t

MOST_DAYS = 100  # of a period in which a marker a day can be told from the next

Counts = Sequence[tuple[date, int]]


def strip(articles: Sequence[tuple[date, int]]) -> go.Bar:
    days = pd.DatetimeIndex([day for day, _ in articles])
    return go.Bar(
        x=ms(days),
        y=[count for _, count in articles],
        name="articles",
        width=DAY_MS,
        marker={"color": MUTED, "line": {"width": 0}},
        hovertemplate=f"%{{y}} {t('articles')}<extra></extra>",
    )


def strip_label() -> dict[str, Any]:
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yref": "paper", "y": 0, "yanchor": "bottom"}
    return {**place, "text": t("articles<br>a day"), "align": "left", "showarrow": False, "font": {"size": 11}}


def markers(line: Line, values: pd.Series, counts: Counts, period: Days) -> list[go.Scatter]:
    """One marker for the articles of a day, on the country's own line: at the value that held on it. None where days
    stand too close to be told apart."""
    days = pd.DatetimeIndex([day for day, _ in counts]).astype(values.index.dtype)
    heights = values.dropna().reindex(days, method="ffill")
    held = heights.notna().to_numpy()
    if (period[1] - period[0]).days > MOST_DAYS or not held.any():
        return []
    words = [plural(count, "article", "articles") for _, count in counts]
    marks = go.Scatter(
        x=ms(days[held]),
        y=heights[held].to_numpy(),
        customdata=[word for word, at in zip(words, held, strict=True) if at],
        name=f"{line.country.currency} articles",
        mode="markers",
        marker={"symbol": "triangle-down", "size": 8, "color": line.country.colour, "line": {"width": 0}},
        hovertemplate="▼ %{customdata}<extra></extra>",
    )
    return [marks]


def picked(day: date | None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """A line through all panels on one day, with its date."""
    if day is None:
        return []
    place = {"x": instant(day), "xref": "x", "yref": "paper"}
    rule = {"type": "line", "x0": instant(day), "x1": instant(day), "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    word = {"text": notation.day(day), "y": 1, "yanchor": "top", "xanchor": "left", "xshift": 3, "showarrow": False}
    return [({**rule, "line": {"color": MUTED, "width": 2, "dash": "dot"}}, {**place, **word, "font": {"size": 11}})]


def shaded(days: Days | None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The selected days, from midnight of the first to that after the last as the bars stand."""
    if days is None:
        return []
    x0, x1 = instant(days[0]) - DAY_MS / 2, instant(days[1]) + DAY_MS / 2
    box = {"type": "rect", "x0": x0, "x1": x1, "y0": 0, "y1": 1, "xref": "x", "yref": "paper", "layer": "below"}
    return [({**box, "fillcolor": "rgba(63,179,191,0.18)", "line": {"color": MUTED, "width": 1, "dash": "dot"}}, {})]
