"""The paths of a study: a thin line an episode, their mean with its interval, the days before shaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.charts import Figure
from lib.words import t

GREY, ACCENT, BAND = "rgba(128,128,128,0.35)", "#0b7285", "rgba(11,114,133,0.18)"
SHADE = "rgba(128,128,128,0.10)"
OFFSETS = range(-5, 6)

Path = Sequence[float | None]


def figure(
    paths: Sequence[Path],
    mean: Sequence[tuple[int, float, float | None, float | None]],
    ink: str,
    window: tuple[int, int],
) -> Figure:
    """`paths` have a value (percent against observation -1, None where there is none) for each
    offset from -5 to +5; `mean` is offset, mean, low and high of the interval."""
    traces = [_thin(paths), *_interval(mean), _mean(mean)]
    return {"data": traces, "layout": _layout(ink, window)}


def _thin(paths: Sequence[Path]) -> dict[str, Any]:
    """All episodes as one trace, with a gap between them: a trace each would cost the browser much more."""
    xs: list[int | None] = []
    ys: list[float | None] = []
    for path in paths:
        xs += [*OFFSETS, None]
        ys += [*path, None]
    line = {"color": GREY, "width": 1}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": line,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _interval(mean: Sequence[tuple[int, float, float | None, float | None]]) -> list[dict[str, Any]]:
    rows = [(at, low, high) for at, _, low, high in mean if low is not None and high is not None]
    if not rows:
        return []
    xs = [at for at, _, _ in rows]
    around = {
        "type": "scatter",
        "x": [*xs, *reversed(xs)],
        "y": [*(low for _, low, _ in rows), *(high for _, _, high in reversed(rows))],
        "fill": "toself",
        "fillcolor": BAND,
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [around]


def _mean(mean: Sequence[tuple[int, float, float | None, float | None]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [at for at, *_ in mean],
        "y": [value for _, value, _, _ in mean],
        "line": {"color": ACCENT, "width": 3},
        "marker": {"size": 6},
        "name": t("mean"),
        "hovertemplate": t("observation {n}: mean {value} %", n="%{x:+d}", value="%{y:.2f}") + "<extra></extra>",
        "showlegend": False,
    }


def _layout(ink: str, window: tuple[int, int]) -> dict[str, Any]:
    axis = {"zeroline": False, "gridcolor": "rgba(128,128,128,0.2)", "tickfont": {"size": 12}, "fixedrange": True}
    before = {"type": "rect", "xref": "x", "yref": "paper", "x0": -5.5, "x1": -0.5, "y0": 0, "y1": 1}
    event = {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": window[0] - 0.5,
        "x1": window[1] + 0.5,
        "y0": 0,
        "y1": 1,
    }
    nothing = {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": 0, "y1": 0}
    return {
        "xaxis": {
            **axis,
            "title": {"text": t("observations around the news")},
            "dtick": 1,
            "range": [-5.5, 5.5],
        },
        "yaxis": {**axis, "title": {"text": t("percent, up: weaker")}, "ticksuffix": " %"},
        "shapes": [
            {**before, "fillcolor": SHADE, "line": {"width": 0}, "layer": "below"},
            {**event, "fillcolor": "rgba(11,114,133,0.06)", "line": {"width": 0}, "layer": "below"},
            {**nothing, "line": {"color": ink, "width": 1}, "layer": "below"},
        ],
        "margin": {"l": 60, "r": 16, "t": 16, "b": 48},
        "font": {"color": ink, "size": 12},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "height": 380,
        "dragmode": False,
    }
