"""Where things stand: a panel for each currency, or one axis for all, above a strip of articles; one time axis."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from lib.charts.line import Days
from lib.links import Measure
from lib.words import spoken

HEIGHT = 560
STRIP_SHARE = 0.11  # of the height, for the articles a day
PANEL_GAP = 0.025
DAY_MS = 86_400_000
MUTED = "#8a8f98"  # 3:1 or more on white and on near-black
GRID = "rgba(138,143,152,0.22)"
SEPARATORS = {"en": ".,", "ru": ",\u00a0"}  # the decimal one first
DAYS = {"en": "%-d %b %Y", "ru": "%d.%m.%Y"}  # Plotly knows the months of no other language by itself
MONTH_MS = 28 * DAY_MS
TICKS = {  # and none of its own for English
    "en": [],
    "ru": [{"dtickrange": [None, MONTH_MS], "value": "%d.%m"}, {"dtickrange": [MONTH_MS, "M11"], "value": "%m.%Y"}],
}


def y_name(number: int) -> str:
    """Plotly's name of the axis of panel `number`, counted from the top: y, y2, y3 ..."""
    return f"y{number + 1 if number else ''}"


def instant(day: date) -> float:
    """A day as the time axis has it: milliseconds since 1970, smaller and faster than text."""
    return float(pd.Timestamp(day).value / 10**6)


def layout(panels: int, period: Days, ink: str) -> dict[str, Any]:
    """All panels hang on one time axis, so that hover and zoom speak of one day in all of them."""
    edges = [instant(day) + shift for day, shift in zip(period, (-DAY_MS / 2, DAY_MS / 2), strict=True)]
    return {
        "height": HEIGHT,
        "margin": {"l": 4, "r": 108, "t": 8, "b": 4},
        "showlegend": False,
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "hoverlabel": {"namelength": -1},
        "bargap": 0,
        "dragmode": "select",
        "selectdirection": "h",
        "font": {"size": 12, "color": ink},
        "separators": SEPARATORS[spoken()],
        "xaxis": {
            "type": "date",
            "range": edges,
            "anchor": y_name(panels),
            "showgrid": False,
            "hoverformat": DAYS[spoken()],
            "tickformatstops": TICKS[spoken()],
            "showspikes": True,
            "spikethickness": 1,
            "spikecolor": MUTED,
            "spikedash": "solid",
            "spikemode": "across",
            "tickfont": {"color": ink},
        },
    }


def axes(panels: int, measure: Measure, log: bool) -> dict[str, Any]:
    """The y axes from the top down, the strip's last."""
    common = {"gridcolor": GRID, "zeroline": False, "automargin": True}
    changes = {"ticksuffix": " %", "tickformat": ",.3~r", "zeroline": True, "zerolinecolor": MUTED}
    values = {"type": "log" if log else "linear", "tickformat": ",.6~r"}
    own = {**common, **(changes if measure == "change" else values), "nticks": 4 if panels > 1 else 8}
    height = (1 - STRIP_SHARE) / panels
    tops = [1 - height * n for n in range(panels)]
    axes = {f"yaxis{y_name(n)[1:]}": {**own, "domain": [top - height + PANEL_GAP, top]} for n, top in enumerate(tops)}
    strip = {"nticks": 2, "rangemode": "tozero", "tickformat": "d", "showgrid": False, "domain": [0, STRIP_SHARE]}
    return {**axes, f"yaxis{y_name(panels)[1:]}": {**common, **strip}}
