"""Where things stand: a panel for each currency, or one axis for all, above a strip of articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lib.charts.line import DAY_MS, Days, Line, instant
from lib.links import Measure
from lib.words import spoken

HEIGHT = 560  # where nothing says otherwise; the page gives its own
LEAST_HEIGHT = 300  # labels that are apart at this height are so at any greater one
STRIP_SHARE = 0.11  # of the height, for the articles a day
PANEL_GAP = 0.03
MIN_SPAN = 0.01  # a panel spans at least this share of its middle value on either side
PADDING = 0.06  # of the span, above and below the line
MUTED = "#8a8f98"  # 3:1 or more on white and on near-black
GRID = "rgba(138,143,152,0.22)"
SEPARATORS = {"en": ".,", "ru": ",\u00a0"}  # the decimal one first
DAYS = {"en": "%a %-d %b %Y", "ru": "%d.%m.%Y"}  # Plotly knows no other language's months by itself
MONTH_MS = 28 * DAY_MS
TICKS = {  # and none of its own for English
    "en": [],
    "ru": [
        {"dtickrange": [None, MONTH_MS], "value": "%d.%m"},
        {"dtickrange": [MONTH_MS, "M11"], "value": "%m.%Y"},
    ],
}
Span = tuple[float, float]
EMPTY: Span = (1.0, 2.0)  # of a panel without values; above zero, since an axis may be logarithmic


def y_name(number: int) -> str:
    """Plotly's name of the axis of panel `number`, counted from the top: y, y2, y3 ..."""
    return f"y{number + 1 if number else ''}"


def layout(panels: int, period: Days, ink: str, right: int) -> dict[str, Any]:
    """All panels share one time axis, so that hover and zoom concern one day in all of them.
    `right` is the room for labels beside the lines, in pixels."""
    shifts = (-DAY_MS / 2, DAY_MS / 2)
    edges = [instant(day) + shift for day, shift in zip(period, shifts, strict=True)]
    return {
        "height": HEIGHT,
        "margin": {"l": 4, "r": right, "t": 34, "b": 4},
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
            "automargin": True,
        },
    }


def axes(spans: Sequence[Span], measure: Measure, log: bool) -> dict[str, Any]:
    """The y axes from the top down, the strip's last. `spans` are the lowest and highest value of
    each panel."""
    common = {"gridcolor": GRID, "zeroline": False, "automargin": True, "fixedrange": True}
    changes = {"ticksuffix": " %", "tickformat": ",.3~r", "zeroline": True, "zerolinecolor": MUTED}
    log = log and measure != "change"
    values = {"type": "log" if log else "linear", "tickformat": ",.6~r"}
    panels = len(spans)
    own = {**common, **(changes if measure == "change" else values)}
    own["nticks"] = 4 if panels > 1 else 8
    axes = {}
    for n, span in enumerate(spans):
        bounds = [float(bound) for bound in (np.log10(span) if log else span)]
        axes[_layout_name(n)] = {**own, "range": bounds, "domain": _domain(n, panels)}
    strip = {"nticks": 2, "rangemode": "tozero", "tickformat": "d", "showgrid": False}
    axes[_layout_name(panels)] = {**common, **strip, "domain": [0, STRIP_SHARE]}
    return axes


def spans(lines: Sequence[Line], rows: dict[str, int], measure: Measure) -> list[Span]:
    """The lowest and highest value of each panel, padded. All panels of changes have one scale; a
    panel of values spans at least one percent on either side, so that calm looks calm."""
    panels = max(rows.values(), default=0) + 1
    values: list[list[np.ndarray]] = [[] for _ in range(panels)]
    for line in lines:
        finite = line.values(measure).to_numpy(float)
        values[rows[line.country.code]].append(finite[np.isfinite(finite)])
    drawn = [np.concatenate(some) if some else np.zeros(0) for some in values]
    if measure == "change":
        largest = max((float(np.abs(some).max()) for some in drawn if len(some)), default=0.0)
        size = max(largest, 0.1) * (1 + PADDING)
        return [(-size, size)] * panels
    return [_padded(some) if len(some) else EMPTY for some in drawn]


def pixels(value: float, span: Span, panels: int, log: bool) -> float:
    """How far above the foot of its panel a value stands, in pixels of the least height."""
    low, high, at = (np.log(x) if log else x for x in (*span, value))
    return float((at - low) / (high - low) * LEAST_HEIGHT * _panel_share(panels))


def room_above(value: float, row: int, limits: Sequence[Span], log: bool) -> float:
    """How many pixels of the least height there are between a value and the top of the chart: above
    the top panel a number would be cut."""
    panels = len(limits)
    own = LEAST_HEIGHT * _panel_share(panels) - pixels(value, limits[row], panels, log)
    return own + row * LEAST_HEIGHT * (1 - STRIP_SHARE) / panels


def _padded(values: np.ndarray) -> Span:
    low, high = float(values.min()), float(values.max())
    middle = (low + high) / 2
    low, high = min(low, middle * (1 - MIN_SPAN)), max(high, middle * (1 + MIN_SPAN))
    pad = min((high - low) * PADDING, low / 2)  # a rate is never below zero, nor its logarithm nan
    return low - pad, high + pad


def _panel_share(panels: int) -> float:
    return (1 - STRIP_SHARE) / panels - PANEL_GAP


def _domain(number: int, panels: int) -> list[float]:
    top = 1 - (1 - STRIP_SHARE) / panels * number
    return [top - _panel_share(panels), top]


def _layout_name(number: int) -> str:
    return f"yaxis{y_name(number)[1:]}"
