"""A line made ready for studies: its abnormal returns around every possible day 0, computed once.

All arrays have one row for each observation `t` of the line, taken as day 0. The estimation window is [-130, -11]
observations before it, as far as it lies in the same regime; the paths go from -5 to +5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

import numpy as np
import pandas as pd

from lib import series
from lib.countries import BY_CURRENCY, MANAT_PEGS
from lib.impact.windows import MIN_OBSERVATIONS, Estimates, estimate
from lib.models import Kind

Normal = Literal["median", "mean"]

FIXED_MANAT = (
    "Not applicable: the manat is fixed to the dollar, so its official rate cannot answer news."
    " Choose another currency."
)
PEG_NEAR = 0.02  # a share: closer to the peg than this is the fixed rate with its source's noise
PEG_SHARE = 0.9  # of the observations since the peg: fewer are another market than the official one
DRIVER_AGE = 4  # days that a driver's last value may be old: a weekend and two holidays


@dataclass(frozen=True, slots=True)
class Fixing:
    """How a line's days stand to the trading behind them. `next_day`: the value of a day is the trading of the business
    day before. `until`: the local time in `zone` after which an article is news for the next day; None where it is not
    known, or does not matter."""

    next_day: bool = False
    until: time | None = None
    zone: str = "UTC"


# The official rates of these currencies at their own central banks. NBK: the average of the exchange session until
# 15:30 of the business day before; NBKR: set at 15:00 of the day before; CBU: announced on the day before.
OWN_BANK: dict[str, Fixing] = {
    "KZT": Fixing(True, time(15, 30), "Asia/Almaty"),
    "KGS": Fixing(True, time(15, 0), "Asia/Bishkek"),
    "UZS": Fixing(True, None, "Asia/Tashkent"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """The returns of `currency` per 1 `base`, ready for studies. `change` is 100 ln(S_t / S_(t-1)), positive where the
    currency is weaker, NaN across gaps and breaks and at doubted values. `trading` is the day whose trading each fixing
    shows. `why` says, where it is not empty, why no study of this line can be made."""

    currency: str
    base: str
    normal: Normal
    fixing: Fixing
    days: np.ndarray  # datetime64[D]
    trading: np.ndarray  # datetime64[D]
    change: np.ndarray  # percent
    limit: np.timedelta64  # the longest silence that is no gap
    estimates: Estimates
    weekly: bool = False
    adjusted: tuple[str, ...] = ()
    why: str = ""
    breaks: tuple[date, ...] = field(default=())


def prepare(
    line: pd.DataFrame,
    currency: str,
    *,
    base: str = "USD",
    kind: Kind = "official",
    fixing: Fixing | None = None,
    normal: Normal = "median",
    drivers: Mapping[str, pd.DataFrame] | None = None,
) -> Returns:
    """The returns of an annotated line of `currency` per 1 `base`. With `drivers` (annotated lines by name, such as
    "USD/RUB") returns are adjusted by OLS on the drivers' returns over the same days.

    Raises ValueError where a driver contains the currency itself, or `normal` is unknown."""
    given = dict(drivers or {})
    _check(currency, normal, given)
    fixing = fixing or Fixing()
    rows = series.observed(line)
    days = rows.index.to_numpy().astype("datetime64[D]")
    trading = _trading(days, fixing.next_day)
    change = series.log_changes(line).to_numpy(float)
    eras = rows["flags"].str.contains("break").cumsum().to_numpy(int)
    doubted = rows["flags"].str.contains("spike").to_numpy(bool)
    columns = [_driver_changes(driver, trading) for driver in given.values()]
    moves = np.array(columns, float).reshape(len(given), len(days)).T
    return Returns(
        currency=currency,
        base=base,
        normal=normal,
        fixing=fixing,
        days=days,
        trading=trading,
        change=change,
        limit=series.gap_limit(rows.index).to_timedelta64(),
        estimates=estimate(change, eras, doubted, moves, normal),
        weekly=series.is_weekly(rows.index),
        adjusted=tuple(given),
        why=_impossible(rows, change, moves, currency, base, kind, tuple(given)),
        breaks=tuple(rows.index[rows["flags"].str.contains("break")].date),
    )


def _check(currency: str, normal: str, drivers: Mapping[str, pd.DataFrame]) -> None:
    if normal not in ("median", "mean"):
        raise ValueError(f"The normal return is the median or the mean, not {normal!r}.")
    for name in drivers:
        if currency in name.split("/"):
            raise ValueError(
                f"{name} contains {currency} itself, so that it would explain its own moves: choose another driver."
            )


def _trading(days: np.ndarray, next_day: bool) -> np.ndarray:
    """The day of trading behind each fixing. Where a bank stamps Saturdays, Tuesday's rate is Monday's trading, on
    which there is no stamp; elsewhere the fixing before is the day of trading, over holidays too."""
    if not next_day or not len(days):
        return days
    before: np.ndarray = np.busday_offset(days, -1, roll="forward")
    if (pd.DatetimeIndex(days).day_of_week == 5).mean() > 0.1:
        return before
    return np.concatenate([before[:1], days[:-1]])


def level_on(line: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    """100 ln of the line's last observed value on or before each of `days`, NaN where that is over four days old."""
    rows = series.without_spikes(line)
    values = 100 * np.log(rows["value"])
    values.index = rows.index.astype("datetime64[s]")
    targets = pd.DatetimeIndex(days.astype("datetime64[s]"))
    tolerance = pd.Timedelta(days=DRIVER_AGE)
    levels: np.ndarray = values.reindex(targets, method="ffill", tolerance=tolerance).to_numpy(float)
    return levels


def _driver_changes(driver: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    levels = level_on(driver, days)
    return np.diff(levels, prepend=np.nan) if len(levels) else levels


def _impossible(
    rows: pd.DataFrame,
    change: np.ndarray,
    moves: np.ndarray,
    currency: str,
    base: str,
    kind: Kind,
    drivers: tuple[str, ...],
) -> str:
    """The sentence that says why no study can be made of a line, and what to change; empty where one can."""
    unit = BY_CURRENCY[currency].unit if currency in BY_CURRENCY else currency
    if currency == "TMT" and (kind == "peg" or base != "USD" or _fixed(rows["value"])):
        return FIXED_MANAT
    usable = change[np.isfinite(change)]
    if len(usable) < MIN_OBSERVATIONS:
        return (
            f"The line has {len(usable)} comparable changes; a study needs {MIN_OBSERVATIONS} before the first "
            "article. Fetch more history, or choose another source."
        )
    if not np.any(np.abs(usable) > 1e-9):
        return f"Not applicable: the {unit} does not move on this line. Choose another currency or source."
    for name, column in zip(drivers, moves.T, strict=True):
        shared = int(np.sum(np.isfinite(column) & np.isfinite(change)))
        if shared < MIN_OBSERVATIONS:
            return (
                f"{name} and the line share {shared} changes; the adjustment needs {MIN_OBSERVATIONS}. "
                f"Leave {name} out, or fetch more of its history."
            )
    return ""


def _fixed(values: pd.Series) -> bool:
    first, peg = MANAT_PEGS[-1]
    since = values[values.index >= pd.Timestamp(first)]
    return len(since) > 0 and bool(((since / peg - 1).abs() < PEG_NEAR).mean() > PEG_SHARE)
