"""Days without an observation: drawn as gaps, carried over, counted as missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

# The days on which a source publishes, as the catalogue has it.
Calendar = Literal["weekdays", "daily", "tue-sat", "mon-sat"]
WEEKS: dict[Calendar, str] = {  # NumPy's masks, Monday first
    "weekdays": "1111100",
    "daily": "1111111",
    "tue-sat": "0111110",
    "mon-sat": "1111110",
}

GAP_DAYS = 7  # a longer silence is drawn as a gap, and nothing is carried across it
OVERDUE_AFTER = 5  # publications: a working week, so that most public holidays pass without a word
BEATS = 30  # the newest spacings that tell how often a line is published


def with_gaps(values: pd.Series) -> pd.Series:
    """The values with a NaN in the middle of each silence of more than seven days, so that no line crosses it."""
    days = values.index.to_series()
    silent = (days.diff() > pd.Timedelta(days=GAP_DAYS)).to_numpy()
    holes = days[silent] - days.diff()[silent] / 2
    empty = pd.Series(np.nan, index=pd.DatetimeIndex(holes).astype(values.index.dtype), dtype=float)
    return pd.concat([values, empty]).sort_index() if len(empty) else values


def alone(values: pd.Series) -> np.ndarray:
    """Which values stand between two gaps: a line does not show them, so they need a marker."""
    missing = values.isna().to_numpy()
    edge = np.concatenate([[True], missing, [True]])
    lone: np.ndarray = ~missing & edge[:-2] & edge[2:]
    return lone


def silences(line: pd.DataFrame) -> np.ndarray:
    """Which observations come after a gap."""
    silent: np.ndarray = (line.index.to_series().diff() > pd.Timedelta(days=GAP_DAYS)).to_numpy()
    return silent


def carry(line: pd.DataFrame, until: date, days: int = GAP_DAYS) -> pd.DataFrame:
    """An annotated line with a row for each day up to `until` that has no observation: the value before, flagged
    `carried`, without a change. Into a silence of more than `days` days nothing is carried, so that no gap closes;
    after the newest observation `days` days at most are."""
    if not len(line):
        return line
    before, index = _unpublished(line.index, until, days)
    carried = line.iloc[before].set_axis(index)
    carried = carried.assign(previous=np.nan, change=np.nan, before=pd.NaT, flags="carried")
    return pd.concat([line, carried.astype(line.dtypes)]).sort_index()


def carried(values: pd.Series, until: date, days: int = GAP_DAYS) -> pd.Series:
    """What `carry` adds to a line, of its values alone."""
    if not len(values):
        return values
    before, index = _unpublished(values.index, until, days)
    return pd.Series(values.to_numpy()[before], index)


def _unpublished(published: pd.DatetimeIndex, until: date, days: int) -> tuple[np.ndarray, pd.DatetimeIndex]:
    """The days that carry a value, and for each the position of the observation before."""
    silence = np.diff(published.to_numpy()) // np.timedelta64(1, "D")
    after = min(max((pd.Timestamp(until) - published[-1]).days, 0), days)
    copies = np.append(np.where(silence <= days, silence - 1, 0), after)
    before = np.repeat(np.arange(len(published)), copies)
    nth = np.arange(len(before)) - np.repeat(np.cumsum(copies) - copies, copies) + 1
    return before, published[before] + pd.to_timedelta(nth, unit="D").astype("timedelta64[s]")


def missed(line_days: Iterable[date], calendar: Calendar, first: date, today: date) -> list[date]:
    """The days from `first` on, today not included, that the calendar names and `line_days` lacks. Public holidays
    count: no catalogue of them is kept."""
    held = set(pd.DatetimeIndex(list(line_days)).date)
    return [day for day in _publications(calendar, first, today) if day not in held]


def overdue(line_days: pd.DatetimeIndex, calendar: Calendar, today: date) -> bool:
    """Whether more than five publications were missed since the newest observation. A line that appears once a week is
    given five of its own weeks."""
    newest = line_days[-1].date()
    beat = max(1.0, float(np.median(_spacings(line_days[-BEATS:], calendar)))) if len(line_days) > 1 else 1.0
    return len(_publications(calendar, newest + timedelta(days=1), today)) > OVERDUE_AFTER * beat


def _publications(calendar: Calendar, first: date, today: date) -> list[date]:
    days = np.arange(np.datetime64(first), np.datetime64(today))
    due: list[date] = days[np.is_busday(days, weekmask=WEEKS[calendar])].tolist()
    return due


def _spacings(line_days: pd.DatetimeIndex, calendar: Calendar) -> np.ndarray:
    """How many publications lie between one observation and the next."""
    days = line_days.to_numpy().astype("datetime64[D]")
    spacings: np.ndarray = np.busday_count(days[:-1], days[1:], weekmask=WEEKS[calendar])
    return spacings
