"""Numbered events on the line: the same numbers as in the list below the chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.charts.axes import y_name
from lib.charts.line import Line, instant
from lib.links import Measure

MAX_NUMBERED = 30  # more numbers on one line cover it
ABOVE = 26  # pixels between the line and the number


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
) -> list[dict[str, Any]]:
    """A number above the line for each event, with a stem to the value of its day."""
    first = {line.country.code: line for line in reversed(lines)}
    drawn = []
    for event in events[:MAX_NUMBERED]:
        line = first.get(event.country)
        height = _height(line, measure, event.day) if line else None
        if line is None or height is None:
            continue
        at = np.log10(height) if log and measure != "change" else height
        place = {"x": instant(event.day), "xref": "x", "y": float(at)}
        stem = {"yref": y_name(rows[event.country]), "ax": 0, "ay": -ABOVE, "arrowhead": 6}
        circle = {"bordercolor": ink, "borderwidth": 1, "borderpad": 2, "font": {"size": 12}}
        name = {"name": f"event-{event.number}", "captureevents": True, "arrowcolor": ink}
        drawn.append({**place, **stem, **circle, **name, "text": f"<b>{event.number}</b>"})
    return drawn


def _height(line: Line, measure: Measure, day: date) -> float | None:
    """Where the line stands on a day: its own value, or the one in force."""
    if measure == "change":
        return 0.0
    values = line.values(measure).dropna()
    at = int(values.index.searchsorted(pd.Timestamp(day), side="right")) - 1
    return float(values.iloc[max(at, 0)]) if len(values) else None
