"""What a reader hears on hover: of each line one sentence for exactly that day.

A trace that draws nothing has a point on each day of the period, whether or not something was
published on it. Plotly takes of each trace the point nearest to the pointer: with a point a day
that is the day that the heading names, and no observation is told under another day.
"""

from __future__ import annotations

from datetime import date
from math import isfinite

import numpy as np
import pandas as pd

from lib import notation
from lib.charts.flags import flag_words
from lib.charts.line import DAY_MS, GLYPHS, Days, Line, Trace, instant
from lib.charts.traces import carried_until
from lib.charts.typed import floats
from lib.links import Direction, Measure
from lib.words import t

MAX_POINTS = 1900  # of one line: five years of days, and more than a screen has pixels

Grid = tuple[int, int, int]  # ordinals: the first day, the step in days, how many


def grid(period: Days) -> Grid:
    """The days that a hover can name: each, or every nth of a period with more days than pixels.
    The last day of the period is always among them."""
    length = (period[1] - period[0]).days + 1
    step = -(-length // MAX_POINTS)
    count = -(-length // step)
    return period[1].toordinal() - (count - 1) * step, step, count


def hover(line: Line, measure: Measure, direction: Direction, period: Days, until: date) -> Trace:
    """The silent trace of one line; its `text` says what is known of each day. `until` is the last
    day on which a value can still be carried: today, or that of the as-of instant."""
    days = grid(period)
    reader = _Reader(line, measure, direction, until)
    heights = reader.heights(days)
    glyph = f'<span style="color:{line.country.colour}">{GLYPHS[line.dash]}</span>'
    return {
        "type": "scatter",
        "mode": "none",
        "name": line.currency,
        "x0": instant(date.fromordinal(days[0])),
        "dx": days[1] * DAY_MS,
        "y": floats(heights, exact=False),
        "text": reader.sentences(days),
        "hovertemplate": f"{glyph} <b>{line.currency}</b> %{{text}}<extra></extra>",
    }


def short_day(day: date, near: date | None = None) -> str:
    """A day with its weekday, the year only where it is another one: Fri 26 Jun."""
    same_year = near is not None and near.year == day.year
    return f"{notation.weekday(day)} {notation.day(day, year=not same_year)}"


class _Reader:
    """Says what a line's observations tell of any day."""

    def __init__(self, line: Line, measure: Measure, direction: Direction, until: date) -> None:
        frame = line.frame
        self._measure = measure
        self._days = _ordinals(frame.index).tolist()
        self._limits = _ordinals(carried_until(frame, until)).tolist()
        self._sources = line.sources
        self._computed = direction == "local" or bool((frame["legs"] != "").any())
        self._values = frame["value"].tolist()
        self._shown = line.values(measure).to_numpy(float)
        self._changes = frame["change"].tolist()
        self._legs = frame["legs"].tolist()
        self._flags = flag_words(frame)
        self._written: dict[int, str] = {}

    def heights(self, days: Grid) -> np.ndarray:
        """The value at which each day stands: that in force, or the first one."""
        first, step, count = days
        at = np.searchsorted(self._days, first + step * np.arange(count), side="right") - 1
        heights: np.ndarray = np.nan_to_num(self._shown)[np.maximum(at, 0)]
        return heights

    def sentences(self, days: Grid) -> list[str]:
        first, step, count = days
        at = np.searchsorted(self._days, first + step * np.arange(count), side="right") - 1
        return [self._sentence(first + step * n, place) for n, place in enumerate(at.tolist())]

    def _sentence(self, day: int, at: int) -> str:
        if at < 0:
            first = date.fromordinal(self._days[0])
            return t("nothing published in this period before {day}", day=notation.day(first))
        if self._days[at] == day:
            return self._observed(at)
        if day <= self._limits[at]:
            return self._carried(at, day)
        return self._silent(at)

    def _observed(self, at: int) -> str:
        told = [self._value(at)]
        if isfinite(self._changes[at]) and self._measure != "change":
            told.append(notation.change(self._changes[at]))
        told.append(f"· {self._source(at)}")
        if self._flags[at]:
            told.append(f"⚑ {self._flags[at]}")
        return " ".join(told)

    def _carried(self, at: int, day: int) -> str:
        since = date.fromordinal(self._days[at])
        carried = t("carried from {day}", day=short_day(since, date.fromordinal(day)))
        value = self._rate(at) if self._measure == "change" else self._value(at)
        return f"{value}, {carried} · {self._source(at)}"

    def _silent(self, at: int) -> str:
        last = date.fromordinal(self._days[at])
        if at + 1 == len(self._days):
            return t("no data since {day}", day=notation.day(last))
        following = date.fromordinal(self._days[at + 1])
        first = notation.day(last, year=last.year != following.year)
        return t("no data between {first} and {last}", first=first, last=notation.day(following))

    def _value(self, at: int) -> str:
        if self._measure == "change":
            change = self._changes[at]
            told = notation.change(change) if isfinite(change) else t("no earlier observation")
            return f"{told} ({self._rate(at)})"
        if self._measure == "index":
            return f"{notation.number(f'{self._shown[at]:,.2f}')} ({self._rate(at)})"
        return self._rate(at)

    def _rate(self, at: int) -> str:
        if at not in self._written:
            write = notation.derived if self._computed else notation.published
            self._written[at] = write(self._values[at])
        return self._written[at]

    def _source(self, at: int) -> str:
        legs = self._legs[at]
        return f"{self._sources[at]}, {legs}" if legs else str(self._sources[at])


def _ordinals(index: pd.Index) -> np.ndarray:
    days: np.ndarray = index.to_numpy().astype("datetime64[D]").astype(int)
    return days + date(1970, 1, 1).toordinal()
