"""Frames to a Plotly figure: lines in panels or on one axis, doubtful points marked, and a strip of articles below.

line.py    a line in view, and what tells it from others
axes.py    where things stand
traces.py  what is drawn of a line
labels.py  names and last values at the lines' ends
strip.py   the articles: how many, where, which day

Colours carry nothing alone: every line also has its own dash and a label at its end. Days travel as milliseconds since
1970 (smaller and faster than text). Nothing is interpolated: a silence of more than seven days is a gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import plotly.graph_objects as go

from lib import notation
from lib.charts.axes import axes, layout, y_name
from lib.charts.labels import end_labels
from lib.charts.line import Days, Line, dashed
from lib.charts.strip import Counts, markers, picked, shaded, strip, strip_label
from lib.charts.traces import bars, breaks, carried, curve, doubtful, doubts
from lib.links import Direction, Measure
from lib.words import t

__all__ = ["Line", "alt", "doubtful", "figure"]


def figure(
    lines: Sequence[Line],
    articles: Counts,
    period: Days,
    measure: Measure = "rate",
    direction: Direction = "usd",
    log: bool = False,
    ink: str = "#31363c",
    marks: Mapping[str, Counts] | None = None,
    marked: date | None = None,
    selected: Days | None = None,
) -> go.Figure:
    """The chart. Rates and changes get a panel each, since 441 tenge and 9 somoni share no axis; indexes share one.
    `articles` a day stand in the strip, `marks` are those of each country, by its code, for its own line; `marked` is
    a day picked out, `selected` days shaded. `ink` is the colour of the labels: the page's theme is not known here."""
    shared = measure == "index"
    lines = dashed(lines, shared)
    rows = {code: 0 if shared else n for n, code in enumerate(dict.fromkeys(line.country.code for line in lines))}
    panels = 1 if shared else max(1, len(rows))
    traces = [
        trace.update(yaxis=y_name(rows[line.country.code]))
        for line in lines
        for trace in _drawn(line, measure, direction, period, (marks or {}).get(line.country.code, ()))
    ]
    laid = layout(panels, period, ink) | axes(panels, measure, log)
    told = [broken for line in lines for broken in breaks(line, period, y_name(rows[line.country.code]))]
    told += [*picked(marked), *shaded(selected)]
    laid["shapes"] = [shape for shape, _ in told]
    words = [word for _, word in told if word]
    laid["annotations"] = [strip_label(), *words, *end_labels(lines, rows, measure, log)]
    return go.Figure([*traces, strip(articles).update(yaxis=y_name(panels))], laid)


def _drawn(
    line: Line, measure: Measure, direction: Direction, period: Days, counts: Counts
) -> list[go.Scatter | go.Bar]:
    """What is drawn of one line in its panel."""
    values = line.values(measure)
    if measure == "change":
        return [bars(line, values), *doubts(line, values)]
    drawn = [*curve(line, values, measure, direction), *carried(line, values, period), *doubts(line, values)]
    return [*drawn, *markers(line, values, counts, period)]


def alt(lines: Sequence[Line], period: Days) -> str:
    """The figure in words, for those who do not see it."""
    ends = ", ".join(f"{x.country.currency} {notation.published(float(x.frame['value'].iloc[-1]))}" for x in lines)
    return t("Chart of {period}; last values: {values}.", period=notation.span(*period), values=ends)
