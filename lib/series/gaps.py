"""Days without an observation: drawn as gaps, carried over, counted as missed.

`reach` is for how many days each value stands where no other follows (`cadence.reach`); an annotated line has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from lib.series.cadence import GAP_DAYS
from lib.series.calendars import WEEKS, Calendar, publications

OVERDUE_AFTER = 5  # publications: a working week
BEATS = 30  # the newest spacings that tell how often a line is published


def with_gaps(values: pd.Series, reach: pd.Series | None = None) -> pd.Series:
    """The values with a NaN in the middle of each silence that is longer than the value before it stands (seven days
    without `reach`), so that no line crosses it."""
    days = values.index.to_series()
    silent = silences(values.index, None if reach is None else reach.to_numpy())
    holes = days[silent] - days.diff()[silent] / 2
    empty = pd.Series(np.nan, index=pd.DatetimeIndex(holes).astype(values.index.dtype), dtype=float)
    return pd.concat([values, empty]).sort_index() if len(empty) else values


def alone(values: pd.Series) -> np.ndarray:
    """Which values stand between two gaps: a line does not show them, so they need a marker."""
    missing = values.isna().to_numpy()
    edge = np.concatenate([[True], missing, [True]])
    lone: np.ndarray = ~missing & edge[:-2] & edge[2:]
    return lone


def silences(days: pd.DatetimeIndex, reach: np.ndarray | None = None) -> np.ndarray:
    """Which observations come after a gap."""
    apart = np.diff(days.to_numpy()) // np.timedelta64(1, "D")
    longest = GAP_DAYS if reach is None else reach[:-1]
    silent: np.ndarray = np.concatenate([np.zeros(min(len(days), 1), bool), apart > longest])
    return silent


def carry(line: pd.DataFrame, until: date) -> pd.DataFrame:
    """An annotated line with a row for each day up to `until` that has no observation: the value before, flagged
    `carried`, without a change. Nothing is carried into a gap, so that none closes; nor is the newest value for longer
    than it stands."""
    if not len(line):
        return line
    before, index = _unpublished(line.index, until, line["reach"].to_numpy())
    carried = line.iloc[before].set_axis(index)
    carried = carried.assign(previous=np.nan, change=np.nan, before=pd.NaT, flags="carried")
    return pd.concat([line, carried.astype(line.dtypes)]).sort_index()


def carried(values: pd.Series, until: date, reach: pd.Series | None = None) -> pd.Series:
    """What `carry` adds to a line, of its values alone."""
    if not len(values):
        return values
    longest = np.full(len(values), GAP_DAYS) if reach is None else reach.to_numpy()
    before, index = _unpublished(values.index, until, longest)
    return pd.Series(values.to_numpy()[before], index)


def _unpublished(published: pd.DatetimeIndex, until: date, reach: np.ndarray) -> tuple[np.ndarray, pd.DatetimeIndex]:
    """The days that carry a value, and for each the position of the observation before."""
    silence = np.diff(published.to_numpy()) // np.timedelta64(1, "D")
    after = min(max((pd.Timestamp(until) - published[-1]).days, 0), int(reach[-1]))
    copies = np.append(np.where(silence <= reach[:-1], silence - 1, 0), after)
    before = np.repeat(np.arange(len(published)), copies)
    nth = np.arange(len(before)) - np.repeat(np.cumsum(copies) - copies, copies) + 1
    return before, published[before] + pd.to_timedelta(nth, unit="D").astype("timedelta64[s]")


def missed(line_days: Iterable[date], calendar: Calendar, first: date, today: date, country: str = "") -> list[date]:
    """The days from `first` on, today not included, that the calendar names and `line_days` lacks; without the public
    holidays of `country`."""
    held = set(pd.DatetimeIndex(list(line_days)).date)
    return [day for day in publications(calendar, first, today, country) if day not in held]


def overdue(line_days: pd.DatetimeIndex, calendar: Calendar, today: date, country: str = "") -> bool:
    """Whether more than five publications were missed since the newest observation. A line that appears once a week is
    given five of its own weeks."""
    after = line_days[-1].date() + timedelta(days=1)
    beat = max(1.0, float(np.median(_spacings(line_days[-BEATS:], calendar)))) if len(line_days) > 1 else 1.0
    if len(publications(calendar, after, today)) <= OVERDUE_AFTER * beat:
        return False
    return len(publications(calendar, after, today, country)) > OVERDUE_AFTER * beat


def _spacings(line_days: pd.DatetimeIndex, calendar: Calendar) -> np.ndarray:
    """How many publications lie between one observation and the next."""
    days = line_days.to_numpy().astype("datetime64[D]")
    spacings: np.ndarray = np.busday_count(days[:-1], days[1:], weekmask=WEEKS[calendar])
    return spacings
