"""Numbered events on the line: the same numbers as in the list below the chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.charts.axes import Span, room_above, y_name
from lib.charts.line import Days, Line, instant
from lib.links import Measure

MAX_NUMBERED = 30  # more numbers on one line cover it
ABOVE = 26  # pixels between the line and the number
HALF = 10  # pixels of a number above its middle
STEP = 20  # pixels by which a number stands higher than its neighbour
LEVELS = 4
APART = 1 / 24  # of the period, between two numbers of one height
LIGHT_INK = "#d9dcdf"  # of the page in its dark theme
LIGHT, DARK = "#ffffff", "#101316"  # paper behind a number, so that the line does not strike it


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a country's currency: its number in the list and its day."""

    number: int
    country: str
    day: date


def numbered(
    events: Sequence[Event],
    lines: Sequence[Line],
    rows: dict[str, int],
    measure: Measure,
    log: bool,
    ink: str,
    period: Days,
    limits: Sequence[Span],
) -> list[dict[str, Any]]:
    """A number for each event with a stem to the value of its day: above the line, or below it where
    the chart ends too soon above."""
    first = {line.country.code: line for line in reversed(lines)}
    drawn: list[dict[str, Any]] = []
    taken: list[dict[str, float]] = [{} for _ in range(LEVELS)]  # the last day on each height
    for event in events[:MAX_NUMBERED]:
        line = first.get(event.country)
        height = _height(line, measure, event.day) if line else None
        if line is None or height is None:
            continue
        at = np.log10(height) if log and measure != "change" else height
        place = {"x": instant(event.day), "xref": "x", "y": float(at)}
        axis = y_name(rows[event.country])
        level = _level(taken, axis, (event.day - period[0]).days / _length(period))
        away = ABOVE + level * STEP
        fits = room_above(height, rows[event.country], limits, log and measure != "change") > away + HALF
        stem = {"yref": axis, "ax": 0, "ay": -away if fits else away, "arrowhead": 6, "arrowsize": 0.6}
        paper = DARK if ink == LIGHT_INK else LIGHT
        circle = {"bordercolor": ink, "borderwidth": 1, "borderpad": 2, "bgcolor": paper}
        name = {"name": f"event-{event.number}", "captureevents": True, "arrowcolor": ink}
        drawn.append({**place, **stem, **circle, **name, "font": {"size": 12}, "text": f"<b>{event.number}</b>"})
    return drawn


def _level(taken: list[dict[str, float]], axis: str, place: float) -> int:
    """The lowest height at which no earlier number of the axis is near, and takes it."""
    free = (n for n, last in enumerate(taken) if place - last.get(axis, -1.0) >= APART)
    level = next(free, len(taken) - 1)
    taken[level][axis] = place
    return level


def _length(period: Days) -> int:
    return max((period[1] - period[0]).days, 1)


def _height(line: Line, measure: Measure, day: date) -> float | None:
    """Where the line stands on a day: its own value, or the one in force."""
    if measure == "change":
        return 0.0
    values = line.values(measure).dropna()
    at = int(values.index.searchsorted(pd.Timestamp(day), side="right")) - 1
    return float(values.iloc[max(at, 0)]) if len(values) else None
