"""A study over time: curves of several currencies on one axis, or a panel for each, with a band around zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.charts.axes import GRID, MUTED, layout, y_name
from lib.charts.line import DASHES, Days, Trace, to_ms
from lib.charts.typed import floats
from lib.countries import Country

PANEL, ONE = 190, 380  # pixels of a panel, and of one axis alone
BETWEEN = 0.05  # of the height
Figure = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One curve: its name, its values by day (NaN where it breaks). `steps` hold from one point to the next; `thin` is
    what is drawn below another of the same currency."""

    country: Country
    name: str
    values: pd.Series
    steps: bool = False
    thin: bool = False


def study(
    curves: Sequence[Drawn],
    period: Days,
    *,
    suffix: str = "",
    band: float = 0.0,
    panels: bool = False,
    ink: str = "#31363c",
) -> Figure:
    """The figure as a plain dict. `suffix` follows each value; `band` (zero: none) is shaded on either side of zero;
    with `panels` each currency has an axis of its own."""
    codes = list(dict.fromkeys(curve.country.code for curve in curves)) if panels else [""]
    rows = {code: n for n, code in enumerate(codes)}
    drawn = layout(len(codes) - 1, period, ink, 8)
    drawn |= {"height": max(ONE, PANEL * len(codes)), "showlegend": True, "dragmode": False}
    drawn["legend"] = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "font": {"color": ink}}
    drawn |= {f"yaxis{y_name(n)[1:]}": _axis(n, len(codes), suffix) for n in range(len(codes))}
    drawn["shapes"] = [_band(band)] if band else []
    nth = [sum(other.country is curve.country for other in curves[:n]) for n, curve in enumerate(curves)]
    traces = [_trace(c, rows.get(c.country.code, 0), number) for c, number in zip(curves, nth, strict=True)]
    return {"data": traces, "layout": drawn}


def _axis(number: int, panels: int, suffix: str) -> dict[str, Any]:
    top = 1 - number / panels
    domain = [top - 1 / panels + (BETWEEN if number < panels - 1 else 0), top]
    ticks = {"ticksuffix": suffix, "tickformat": ",.6~r", "nticks": 6 if panels == 1 else 4}
    return {
        "domain": domain,
        "gridcolor": GRID,
        "zerolinecolor": MUTED,
        "automargin": True,
        "fixedrange": True,
        **ticks,
    }


def _band(size: float) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": -size, "y1": size}
    return {"type": "rect", **place, "fillcolor": GRID, "line": {"width": 0}, "layer": "below"}


def _trace(curve: Drawn, row: int, nth: int) -> Trace:
    width = 1.0 if curve.thin else 1.8
    dash = DASHES[nth % len(DASHES)] if nth else curve.country.dash
    line = {"color": curve.country.colour, "dash": dash, "width": width, "shape": "hv" if curve.steps else "linear"}
    return {
        "type": "scatter",
        "mode": "lines+markers" if curve.steps else "lines",
        "name": curve.name,
        "x": floats(to_ms(curve.values.index)),
        "y": floats(curve.values.to_numpy(float)),
        "yaxis": y_name(row),
        "line": line,
        "marker": {"size": [0 if moment.hour else 6 for moment in curve.values.index]} if curve.steps else {},
        "connectgaps": False,
        "hovertemplate": "%{y:,.6~r}",
    }
