"""How far a line moved over the usual horizons, its extremes and its risk. Whole lines of one source.

All changes are of the quoted value: a dollar that costs 13.1 % less is a tenge 15.1 % stronger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.series.lines import cut

OFFSETS: Mapping[str, pd.DateOffset] = MappingProxyType(
    {
        "1W": pd.DateOffset(weeks=1),
        "1M": pd.DateOffset(months=1),
        "3M": pd.DateOffset(months=3),
        "6M": pd.DateOffset(months=6),
        "1Y": pd.DateOffset(years=1),
        "5Y": pd.DateOffset(years=5),
        "10Y": pd.DateOffset(years=10),
    }
)
HORIZONS = ("1D", "1W", "1M", "3M", "6M", "YTD", "1Y", "5Y", "10Y")
DOUBTED = "spike|off-peg|implausible"  # flags of values that are no extreme of anything


@dataclass(frozen=True, slots=True)
class Extreme:
    """The highest or lowest value of a period and its first day."""

    value: float
    day: date


@dataclass(frozen=True, slots=True)
class Performance:
    """The last observation of a period and what led to it. `changes` are percent by horizon, `period`
    that since the period's first day; None where no value was in force to compare with."""

    value: float
    day: date
    changes: Mapping[str, float | None]
    period: float | None
    low: Extreme
    high: Extreme


def performance(line: pd.DataFrame, since: date, until: date) -> Performance | None:
    """The performance of an annotated line from `since` to `until`, both included; None where the
    period has no observation. Give the whole line: horizons reach back beyond the period."""
    visible = cut(line, since, until)
    if not len(visible):
        return None
    upto = line.loc[: pd.Timestamp(until)]
    last = upto.index[-1]
    sound = visible[~visible["flags"].str.contains(DOUBTED)]["value"]
    low, high = _extremes(sound if len(sound) else visible["value"])
    return Performance(
        value=float(upto["value"].iloc[-1]),
        day=last.date(),
        changes={horizon: _change(upto, horizon) for horizon in HORIZONS},
        period=_since(upto, pd.Timestamp(since), visible["value"].iloc[0]),
        low=low,
        high=high,
    )


def value_in_force(line: pd.DataFrame, day: pd.Timestamp) -> float | None:
    """The value of the newest observation at or before a day; None where that no longer
    stands on the day."""
    at = int(line.index.searchsorted(day, side="right")) - 1
    if at < 0 or (day - line.index[at]).days > line["reach"].iloc[at]:
        return None
    return float(line["value"].iloc[at])


def inverse_change(percent: float) -> float:
    """The change of the inverse rate: a dollar that costs 13.1 % less is a tenge 15.1 % stronger."""
    return (1 / (1 + percent / 100) - 1) * 100


def _change(line: pd.DataFrame, horizon: str) -> float | None:
    values, last = line["value"], line.index[-1]
    if horizon == "1D":
        before = float(values.iloc[-2]) if len(values) > 1 else None
    elif horizon == "YTD":
        before = value_in_force(line, pd.Timestamp(last.year - 1, 12, 31))
    else:
        before = value_in_force(line, last - OFFSETS[horizon])
    return _percent(before, float(values.iloc[-1]))


def _since(line: pd.DataFrame, since: pd.Timestamp, first: float) -> float | None:
    """From the value in force on the first day of the period, else from its first observation."""
    before = value_in_force(line, since)
    return _percent(first if before is None else before, float(line["value"].iloc[-1]))


def _percent(before: float | None, after: float) -> float | None:
    return None if before is None else (after / before - 1) * 100


def _extremes(values: pd.Series) -> tuple[Extreme, Extreme]:
    places = (int(np.argmin(values)), int(np.argmax(values)))
    low, high = (Extreme(float(values.iloc[n]), values.index[n].date()) for n in places)
    return low, high
