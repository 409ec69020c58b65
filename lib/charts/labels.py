"""Each line's name and last value at its end: a legend's box would make readers look twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lib import notation
from lib.charts.axes import HEIGHT, STRIP_SHARE, y_name
from lib.charts.line import GLYPHS, Line
from lib.links import Measure

LABEL_PIXELS = 13  # the height of one end label


def end_labels(lines: Sequence[Line], rows: dict[str, int], measure: Measure, log: bool) -> list[dict[str, Any]]:
    """Each line's code and last value at its end, pushed apart on each axis until none covers another."""
    shared = measure == "index"
    labels = []
    for axis in range(1 if shared else len(rows)):
        here = [x for x in lines if len(x.frame) and (shared or rows[x.country.code] == axis)]
        tops = [_end(line, measure) for line in here]
        for line, top, shift in zip(here, tops, _apart(tops, log, len(rows) if not shared else 1), strict=True):
            told = notation.number(f"{top:,.2f}") if shared else _told(line, measure)
            name = f" {line.source}" if len(here) > len({x.country.code for x in here}) else ""
            glyph = f'<span style="color:{line.country.colour}">{GLYPHS[line.dash]}</span>'
            height = np.log10(top) if log and measure != "change" else top
            place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yshift": shift, "showarrow": False}
            text = f"{glyph} <b>{line.country.currency}</b> {told}{name}"
            labels.append({**place, "text": text, "yref": y_name(axis), "y": height})
    return labels


def _end(line: Line, measure: Measure) -> float:
    return 0.0 if measure == "change" else float(line.values(measure).iloc[-1])


def _told(line: Line, measure: Measure) -> str:
    last = line.frame.iloc[-1]
    return notation.change(last["change"]) if measure == "change" else notation.published(float(last["value"]))


def _apart(tops: Sequence[float], log: bool, panels: int) -> list[float]:
    """How many pixels to move each label up so that neighbours keep one label's height, on the ends' own span."""
    if len(tops) < 2:
        return [0.0] * len(tops)
    heights = np.log(tops) if log else np.asarray(tops)
    span = max(float(np.ptp(heights)), 1e-9)
    pixels = (heights - heights.min()) / span * HEIGHT * (1 - STRIP_SHARE) * 0.5 / panels
    shifts, floor = [0.0] * len(tops), -np.inf
    for n in np.argsort(pixels).tolist():
        placed = max(float(pixels[n]), floor)
        shifts[n], floor = placed - float(pixels[n]), placed + LABEL_PIXELS
    return shifts
