"""Each line's name, last value and change over the period at its end, in place of a legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lib import notation
from lib.charts.axes import Span, pixels, y_name
from lib.charts.line import GLYPHS, Line
from lib.links import Measure

LINE_PIXELS = 15  # the height of one line of a label
CHARACTER_PIXELS = 7  # the mean width of a character of a label
MIN_RIGHT, MAX_RIGHT = 70, 150  # room beside the lines, in pixels


def end_labels(
    lines: Sequence[Line], rows: dict[str, int], measure: Measure, spans: Sequence[Span], log: bool
) -> list[dict[str, Any]]:
    """A label for each line, pushed apart on each axis until none covers another."""
    labels = []
    log = log and measure != "change"
    for axis, span in enumerate(spans):
        here = [x for x in lines if len(x.frame) and rows[x.country.code] == axis]
        texts = label_texts(here, measure)
        ends = [_end(line, measure) for line in here]
        heights = [len(text) * LINE_PIXELS for text in texts]
        tops = [pixels(end, span, len(spans), log) for end in ends]
        for line, text, end, shift in zip(here, texts, ends, _apart(tops, heights), strict=True):
            place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "align": "left"}
            height = np.log10(end) if log else end
            at = {"yref": y_name(axis), "y": height, "yshift": shift, "showarrow": False}
            labels.append({**place, **at, "text": _coloured(line, text)})
    return labels


def label_texts(lines: Sequence[Line], measure: Measure) -> list[list[str]]:
    """The lines of each label: "KZT 446.42" and "▼ 13.1 %", with the source where a currency has
    several."""
    several = len(lines) > len({line.country.code for line in lines})
    return [_texts(line, measure, several) for line in lines]


def right_margin(lines: Sequence[Line], measure: Measure) -> int:
    """Room for the longest label, in pixels."""
    texts = [text for of in label_texts(lines, measure) for text in of]
    longest = max((len(text) for text in texts), default=0)
    return int(min(max(longest * CHARACTER_PIXELS + 28, MIN_RIGHT), MAX_RIGHT))


def _texts(line: Line, measure: Measure, several: bool) -> list[str]:
    texts = [f"{line.currency} {_last(line, measure)}"]
    second = [line.source] if several else []
    if line.change is not None and measure == "rate":
        second.insert(0, notation.change(line.change, digits=1))
    return [*texts, " ".join(second)] if second else texts


def _coloured(line: Line, texts: Sequence[str]) -> str:
    glyph = f'<span style="color:{line.country.colour}">{GLYPHS[line.dash]}</span>'
    return "<br>".join([f"{glyph} <b>{texts[0]}</b>", *texts[1:]])


def _end(line: Line, measure: Measure) -> float:
    return 0.0 if measure == "change" else float(line.values(measure).dropna().iloc[-1])


def _last(line: Line, measure: Measure) -> str:
    if measure == "index":
        return notation.number(f"{_end(line, measure):,.2f}")
    last = line.frame.iloc[-1]
    if measure == "change":
        return notation.change(last["change"])
    return notation.published(float(last["value"]))


def _apart(tops: Sequence[float], heights: Sequence[int]) -> list[float]:
    """How many pixels to move each label up so that none covers its neighbour. They are spread
    around their own places: a crowd at the top of a panel does not leave it."""
    order = np.argsort(tops, kind="stable").tolist()
    placed = dict.fromkeys(order, 0.0)
    floor = -np.inf
    for n in order:
        placed[n] = max(float(tops[n]), floor)
        floor = placed[n] + heights[n]
    excess = np.mean([placed[n] - tops[n] for n in order]) if order else 0.0
    return [float(placed[n] - tops[n] - excess) for n in range(len(tops))]
