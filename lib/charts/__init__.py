"""Frames to a Plotly figure, as a plain dict: steps in panels or on one axis, a strip of articles.

line.py    a line in view, and what distinguishes it from the others
axes.py    where things stand
traces.py  what is drawn of a line
hover.py   what a hover says of each line on one day
flags.py   flags in a few words
headline.py  the numbers in sentences
labels.py  names, last values and changes at the lines' ends
events.py  numbered events on the line
strip.py   the articles: how many a day, which day is picked
typed.py   numbers as Plotly's typed arrays

Colours carry nothing alone: every line also has its own dash and a label at its end. Days travel as
milliseconds since 1970 (smaller and faster than text). A fixing is in force until the next one, so
lines are steps; nothing is interpolated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lib import notation
from lib.charts.axes import axes, layout, spans, y_name
from lib.charts.events import Event, numbered
from lib.charts.hover import hover
from lib.charts.labels import end_labels, right_margin
from lib.charts.line import Days, Line, Trace, distinguished
from lib.charts.strip import Counts, picked, shaded, strip, strip_hover, strip_label
from lib.charts.traces import bars, breaks, doubtful, doubts, steps
from lib.links import Direction, Measure
from lib.words import t

__all__ = ["Event", "Figure", "Line", "alt", "doubtful", "figure"]

INK = "#31363c"
Figure = dict[str, Any]


def figure(
    lines: Sequence[Line],
    articles: Counts,
    period: Days,
    measure: Measure = "rate",
    direction: Direction = "usd",
    log: bool = False,
    ink: str = INK,
    events: Sequence[Event] = (),
    marked: date | None = None,
    selected: Days | None = None,
    until: date | None = None,
) -> Figure:
    """The chart as a Plotly figure in plain dicts: validating objects take half of a page's time.

    Rates and changes get a panel each, since 441 tenge and 9 somoni share no axis; indexes share
    one. `articles` a day stand in the strip, `events` are numbered on their line, `marked` is a day
    picked out, `selected` days shaded. `ink` is the colour of the labels: the page's theme is not
    known here. `until` is the last day to which a value is carried (the period's last if None).
    """
    shared = measure == "index"
    until = min(until or period[1], period[1])
    lines = [line for line in distinguished(_comparable(lines, measure), shared) if len(line.frame)]
    rows = _rows(lines, shared)
    limits = spans(lines, rows, measure)
    traces = [
        {**trace, "yaxis": y_name(rows[line.country.code])}
        for line in lines
        for trace in _traces(line, measure, direction, period, until)
    ]
    below = {"yaxis": y_name(len(limits))}
    traces += [{**strip_hover(articles, period), **below}, {**strip(articles), **below}]
    laid = layout(len(limits), period, ink, right_margin(lines, measure))
    drawn = [*picked(marked), *shaded(selected)]
    for row in sorted(set(rows.values())):
        here = [line for line in lines if rows[line.country.code] == row]
        drawn += breaks(here, period, y_name(row), direction)
    words = [word for _, word in drawn if word]
    numbers = numbered(events, lines, rows, measure, log, ink, period, limits)
    labels = end_labels(lines, rows, measure, limits, log)
    laid |= axes(limits, measure, log)
    laid["shapes"] = [shape for shape, _ in drawn]
    laid["annotations"] = [strip_label(), *words, *numbers, *labels]
    return {"data": traces, "layout": laid}


def alt(lines: Sequence[Line], period: Days) -> str:
    """The figure in words, for those who do not see it."""
    ends = ", ".join(
        f"{line.currency} {notation.published(float(line.frame['value'].iloc[-1]))}"
        for line in lines
        if len(line.frame)
    )
    days = notation.span(*period)
    return t("Chart of {period}; last values: {values}.", period=days, values=ends)


def _traces(line: Line, measure: Measure, direction: Direction, period: Days, until: date) -> list[Trace]:
    """What is drawn of one line in its panel, and what answers the pointer."""
    values = line.values(measure)
    drawn = [bars(line, values)] if measure == "change" else steps(line, measure, until)
    return [*drawn, *doubts(line, values), hover(line, measure, direction, period, until)]


def _comparable(lines: Sequence[Line], measure: Measure) -> list[Line]:
    """An index compares the observations of one source."""
    if measure != "index":
        return list(lines)
    return [replace(line, frame=line.frame[line.sources == line.source]) for line in lines]


def _rows(lines: Sequence[Line], shared: bool) -> dict[str, int]:
    """The panel of each country: one for all where they share an axis."""
    codes = dict.fromkeys(line.country.code for line in lines)
    return {code: 0 if shared else n for n, code in enumerate(codes)}
