"""The numbers of the lines in view over their period, in the direction shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from lib import charts, series
from lib.charts.headline import Told
from lib.desk.lines import Days, InView
from lib.links import View
from lib.series.performance import Performance, performance, value_in_force
from lib.store import State

if TYPE_CHECKING:
    from lib.desk.desk import Desk


def told(desk: Desk, view: View, lines: Sequence[InView], period: Days, state: State, today: date) -> list[Told]:
    """The numbers of each line; a line without an observation in the period has none."""
    found = []
    for line in lines:
        numbers = _performance(desk, view, line, period, state, today)
        if numbers and len(line.line):
            found.append(Told(line.country, numbers, line.line.index[0].date(), line.source))
    return found


def with_changes(lines: Sequence[charts.Line], numbers: Sequence[Told]) -> list[charts.Line]:
    """The charted lines, each with its change over the period, where `numbers` has one for each."""
    if len(lines) != len(numbers):
        return list(lines)
    pairs = zip(lines, numbers, strict=True)
    return [replace(line, change=_change(line, one)) for line, one in pairs]


def _change(line: charts.Line, one: Told) -> float | None:
    """The change over the period, where the line ends with a value of the source that it is of."""
    own = line.sources[-1] == line.source if len(line.frame) else False
    return one.performance.period if own else None


def change_between(line: charts.Line, days: Days) -> float | None:
    """The change of a charted line in percent, from the value in force on the first day (else the
    first one after it) to that on the last; None where there are not two."""
    frame = series.cut(line.frame, *days)
    before = value_in_force(line.frame, pd.Timestamp(days[0]))
    after = value_in_force(line.frame, pd.Timestamp(days[1]))
    if before is None and len(frame):
        before = float(frame["value"].iloc[0])
    return None if before is None or after is None else (after / before - 1) * 100


def _performance(desk: Desk, view: View, line: InView, period: Days, state: State, today: date) -> Performance | None:
    pair = (view.base, line.country.currency, line.source)

    def compute() -> Performance | None:
        whole = desk.lines.whole(*pair, state, today)
        if whole is None:
            return None
        return performance(series.invert(whole) if view.direction == "local" else whole, *period)

    question = ("performance", *pair, view.direction, period, today)
    return desk.cache.get("rates", state.rates, question, compute)
