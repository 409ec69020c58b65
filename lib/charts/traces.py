"""What is drawn of a line: steps or bars, one mark a run of doubted values, breaks of its regime.

None of it answers the pointer: `hover.py` does, for exactly one day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib import series
from lib.charts.axes import MUTED
from lib.charts.flags import doubted, runs
from lib.charts.line import DAY_MS, FALLBACK_SHADE, Days, Line, Trace, instant, to_ms
from lib.charts.typed import floats
from lib.links import Direction, Measure
from lib.words import t

HALF_DAY = DAY_MS / 2
BREAK_WIDTH = 320  # pixels of the narrowest chart, for which words of breaks are set apart
CHARACTER_PIXELS = 7
Drawn = tuple[dict[str, Any], dict[str, Any]]  # a shape and its annotation


def steps(line: Line, measure: Measure, until: date) -> list[Trace]:
    """The line as steps: a value is in force from its day until the next one, and ends where
    nothing more is known. What another source continues is lighter."""
    values = line.values(measure).to_numpy(float)
    own = line.sources == line.source
    drawn = []
    for which, shade in ((own, line.shade), (~own, FALLBACK_SHADE)):
        if which.any():
            x, y = _vertices(line.frame, values, which, until)
            drawn.append(_step_trace(line, x, y, shade))
    return drawn


def bars(line: Line, values: pd.Series) -> Trace:
    """A change belongs to the day it was published on."""
    return {
        "type": "bar",
        "x": floats(to_ms(values.index)),
        "y": floats(values.to_numpy(float)),
        "name": line.currency,
        "width": DAY_MS,
        "marker": {"color": line.country.colour, "opacity": line.shade, "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def doubts(line: Line, values: pd.Series) -> list[Trace]:
    """One hollow mark at the beginning of each run of doubted values; hover gives the reason."""
    starts = runs(doubted(line.frame))
    if not len(starts):
        return []
    marker = {"symbol": "circle-open", "size": 7, "color": line.country.colour}
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": f"{line.currency} flags",
            "x": floats(to_ms(values.index[starts])),
            "y": floats(values.to_numpy(float)[starts]),
            "marker": {**marker, "line": {"width": 1.4}},
            "hoverinfo": "skip",
        }
    ]


def doubtful(line: Line) -> bool:
    """Whether the line has points that the chart marks."""
    return bool(doubted(line.frame).any())


def breaks(lines: Sequence[Line], period: Days, axis: str, direction: Direction) -> list[Drawn]:
    """A dated line with a word for each break of a regime in view, of all currencies on an axis.
    Words that would cover each other stand one below the other; each stands on the side where the
    line is lower, which is before a devaluation, and after it where rates are shown inversely."""
    currencies = dict.fromkeys(line.currency for line in lines)
    found = [(b.day, c, b.word) for c in currencies for b in series.breaks(c, *period)]
    levels: list[list[tuple[float, float]]] = []  # from where to where each has words
    day_pixels = BREAK_WIDTH / max((period[1] - period[0]).days, 1)
    drawn: list[Drawn] = []
    for day, currency, word in sorted(found):
        text = f"{currency} {t(word)}" if len(currencies) > 1 else t(word)
        x, width = (day - period[0]).days * day_pixels, len(text) * CHARACTER_PIXELS
        after = direction == "local" or x < width
        place = (x, x + width) if after else (x - width, x)
        level = next((n for n, row in enumerate(levels) if _free(place, row)), len(levels))
        levels += [[]] if level == len(levels) else []
        levels[level].append(place)
        drawn.append(_break(day, text, level, axis, after))
    return drawn


def _free(place: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    return all(place[1] <= begin or end <= place[0] for begin, end in taken)


def _break(day: date, text: str, level: int, axis: str, after: bool) -> Drawn:
    x = instant(day) - HALF_DAY
    reference = {"xref": "x", "yref": f"{axis} domain"}
    place = {"x": x, "y": 1, "yanchor": "top", **reference}
    side = {"xanchor": "left", "xshift": 3} if after else {"xanchor": "right", "xshift": -3}
    word = {**place, **side, "yshift": -14 * level, "showarrow": False, "text": text}
    ends = {"x0": x, "x1": x, "y0": 0, "y1": 1, **reference}
    shape = {"type": "line", **ends, "line": {"color": MUTED, "width": 1}}
    return shape, {**word, "font": {"size": 12}}


def _vertices(frame: pd.DataFrame, values: np.ndarray, which: np.ndarray, until: date) -> tuple[np.ndarray, np.ndarray]:
    """The corners of the steps, as x in milliseconds and y; a NaN ends each stretch. A step that
    repeats the value before has no corner: a peg of decades is one line."""
    start = to_ms(frame.index) - HALF_DAY
    end = to_ms(pd.DatetimeIndex(carried_until(frame, until))) + HALF_DAY
    joined = which[:-1] & which[1:] & (end[:-1] >= start[1:])
    begins = np.append(True, ~joined)
    stops = which & np.append(~joined, True)
    repeated = ~begins & (values == np.append(np.nan, values[:-1]))
    corners = np.flatnonzero(which & ~repeated)
    ends = np.flatnonzero(stops)
    order = np.argsort(np.concatenate([3 * corners, 3 * ends + 1, 3 * ends + 2]))
    x = np.concatenate([start[corners], end[ends], end[ends]])[order]
    y = np.concatenate([values[corners], values[ends], np.full(len(ends), np.nan)])[order]
    return x[:-1], y[:-1]


def carried_until(frame: pd.DataFrame, until: date) -> pd.DatetimeIndex:
    """The last day on which each observation is in force: the day before the next one; its own
    day where a gap follows (a silence longer than its `reach`); for the newest as far as it
    reaches, and not after `until`."""
    days, reach = frame.index, pd.to_timedelta(frame["reach"].to_numpy(), unit="D")
    newest = min(days[-1] + reach[-1], max(pd.Timestamp(until), days[-1]))
    following = (days[1:] - pd.Timedelta(days=1)).append(pd.DatetimeIndex([newest]))
    gap = np.append(np.diff(days.to_numpy()) > reach[:-1].to_numpy(), False)
    return pd.DatetimeIndex(np.where(gap, days.to_numpy(), following.to_numpy()))


def _step_trace(line: Line, x: np.ndarray, y: np.ndarray, shade: float) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": line.currency,
        "x": floats(x),
        "y": floats(y),
        "opacity": shade,
        "line": {
            "color": line.country.colour,
            "dash": line.dash,
            "width": 1.8,
            "shape": "hv",
            "simplify": False,
        },
        "hoverinfo": "skip",
    }
