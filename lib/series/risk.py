"""Risk of a line, and how two lines move together. All of it on whole lines, to be cut afterwards.

Only what was observed counts: carried days and weekend copies are left out, and so are spikes (wrong prints, by their
flag) where levels are concerned. A change to or from a spike, across a gap or across a break of the regime is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.series.cadence import GAP_DAYS

YEAR_DAYS = 365.25
WEEKLY_FROM = 5  # days between observations, by median: a line so sparse is weekly
DAILY_SUNDAYS = 0.1  # share of Sundays in a line that is published for every calendar day (1 in 7)
NORMAL_95 = 1.959963984540054  # two-sided 5 % quantile of the standard normal distribution
MIN_WINDOW = 5  # changes: a correlation of fewer has a band as wide as the scale


@dataclass(frozen=True, slots=True)
class Correlation:
    """Rolling correlation of two lines. `frame` has by day the columns `correlation` (-1 to 1, NaN where a line does
    not move) and `band` (what |correlation| exceeds in 5 % of windows without any dependence). `common` counts the
    observations that both lines have. `why` says, where `frame` is empty, what is missing and what to change."""

    frame: pd.DataFrame
    window: int
    common: int
    weekly: bool
    why: str = ""


def observed(line: pd.DataFrame) -> pd.DataFrame:
    """The rows of an annotated line that a publisher fixed: without carried days and weekend copies (the value of
    Friday again, where a line has every calendar day)."""
    fixed = line[~line["flags"].str.contains("carried")]
    weekday = fixed.index.day_of_week.to_numpy()
    every_day = len(fixed) > 0 and (weekday == 6).mean() > DAILY_SUNDAYS
    weekend = (weekday >= 5) if every_day else (weekday == 6)
    return fixed[~(weekend & (fixed["value"].diff() == 0).to_numpy())]


def without_spikes(line: pd.DataFrame) -> pd.DataFrame:
    """The observed rows that no flag calls a wrong print."""
    rows = observed(line)
    return rows[~rows["flags"].str.contains("spike")]


def spacing(days: pd.DatetimeIndex) -> float:
    """Median number of days between observations; 1.0 where there are fewer than two."""
    return float(np.median(np.diff(days.to_numpy()) / np.timedelta64(1, "D"))) if len(days) > 1 else 1.0


def is_weekly(days: pd.DatetimeIndex) -> bool:
    """Whether a line has about one observation a week, or fewer."""
    return spacing(days) >= WEEKLY_FROM


def gap_limit(days: pd.DatetimeIndex) -> pd.Timedelta:
    """The longest time between two observations that is no gap: seven days, or two spacings of a sparser line."""
    return pd.Timedelta(days=max(GAP_DAYS, 2 * spacing(days)))


def log_changes(line: pd.DataFrame) -> pd.Series:
    """Log changes of the observed rows in percent: r_t = 100 ln(S_t / S_(t-1)). NaN for the first, across a gap or a
    break, and to or from a spike. A change over a weekend or a holiday is one observation."""
    rows = observed(line)
    spike = rows["flags"].str.contains("spike")
    changes = _changes(rows["value"], _eras(rows), gap_limit(rows.index))
    return changes.mask(spike | spike.shift(fill_value=False))


def per_year(line: pd.DataFrame) -> float:
    """The line's own number of changes a year: 365.25 n / (days that its n changes span), gaps left out; 0.0 where the
    line has no change."""
    changes = log_changes(line)
    spans = (changes.index.to_series().diff() / pd.Timedelta(days=1))[changes.notna()]
    return YEAR_DAYS * len(spans) / float(spans.sum()) if len(spans) else 0.0


def rolling_volatility(line: pd.DataFrame, window: int = 60) -> pd.Series:
    """Annualised volatility in percent, by day: sd of the last `window` log changes (n - 1 in the denominator) times
    sqrt(`per_year(line)`). Empty where the line has fewer changes."""
    changes = log_changes(line).dropna()
    deviation = changes.rolling(_at_least(window, 2)).std()
    return (deviation * np.sqrt(per_year(line))).dropna()


def drawdown(line: pd.DataFrame) -> pd.Series:
    """How far the line is below its highest value so far, in percent, by day: 100 (S_t / max(S_1 .. S_t) - 1). Local
    per USD falls when the local currency gains: for the falls of the currency give `invert(line)`."""
    values = without_spikes(line)["value"]
    return (values / values.cummax() - 1) * 100


def moving_average(line: pd.DataFrame, window: int) -> pd.Series:
    """Mean of the last `window` observations, by day; none before there are as many."""
    return without_spikes(line)["value"].rolling(_at_least(window, 1)).mean().dropna()


def weekly(line: pd.DataFrame) -> pd.DataFrame:
    """The last observed row of each week (Monday to Sunday), on its own day."""
    rows = without_spikes(line)
    return rows[~_weeks(rows.index).duplicated(keep="last")]


def rolling_correlation(a: pd.DataFrame, b: pd.DataFrame, window: int = 60) -> Correlation:
    """Pearson correlation of the log changes of two annotated lines over the last `window` changes.

    Both changes go from one common observed day to the next, so that they span the same days; where a line is weekly
    they are weekly. Two weekly lines of different weekdays are compared week by week. The band is that of Fisher's z:
    tanh(1.96 / sqrt(window - 3))."""
    _at_least(window, MIN_WINDOW)
    pair = _common(without_spikes(a), without_spikes(b))
    limit, sparse = gap_limit(pair.index), is_weekly(pair.index)
    changes = pd.DataFrame({side: _changes(pair[side], pair["era"], limit) for side in ("a", "b")}).dropna()
    if len(changes) < window:
        why = (
            f"The two lines share {_count(len(pair), 'observed day')} with {_count(len(changes), 'change')} between "
            f"them; a window of {window} needs {window}. Choose a shorter window, a longer period or another source."
        )
        return Correlation(_no_correlation(), window, len(pair), sparse, why)
    frame = _correlated(changes, window)
    why = "" if frame["correlation"].notna().any() else "One of the two lines does not move: choose another one."
    return Correlation(frame if not why else _no_correlation(), window, len(pair), sparse, why)


def _correlated(changes: pd.DataFrame, window: int) -> pd.DataFrame:
    rolling = changes.rolling(window)
    moves = (rolling.max() - rolling.min() > 1e-9).all(axis=1)  # a still line leaves float noise to correlate
    found = changes["a"].rolling(window).corr(changes["b"]).where(moves).clip(-1, 1)
    frame = pd.DataFrame({"correlation": found, "band": np.tanh(NORMAL_95 / np.sqrt(window - 3))})
    return frame.iloc[window - 1 :]


def _no_correlation() -> pd.DataFrame:
    return pd.DataFrame({"correlation": [], "band": []}, index=pd.DatetimeIndex([]), dtype=float)


def _common(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """The values `a` and `b` of the days that both lines have, and the `era` between breaks. Weekly lines that share
    fewer than half of their weeks' days are joined by week, on its Sunday."""
    pair = _joined(a, b)
    if is_weekly(a.index) or is_weekly(b.index):
        by_week = _joined(*(_last_of_weeks(rows) for rows in (a, b)))
        if len(pair) < len(by_week) / 2:
            return by_week
    return pair


def _joined(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    sides = [pd.DataFrame({side: rows["value"], f"era_{side}": _eras(rows)}) for side, rows in (("a", a), ("b", b))]
    pair = sides[0].join(sides[1], how="inner")
    return pair.assign(era=pair["era_a"] + pair["era_b"])


def _last_of_weeks(rows: pd.DataFrame) -> pd.DataFrame:
    last = rows[~_weeks(rows.index).duplicated(keep="last")]
    return last.set_axis(_weeks(last.index))


def _weeks(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The Sunday that ends each day's week."""
    return days + pd.to_timedelta(6 - days.day_of_week, unit="D")


def _eras(rows: pd.DataFrame) -> pd.Series:
    return rows["flags"].str.contains("break").cumsum()


def _changes(values: pd.Series, eras: pd.Series, limit: pd.Timedelta) -> pd.Series:
    near = values.index.to_series().diff() <= limit
    changes = 100 * np.log(values).diff()
    return changes.where(near & (eras.diff() == 0))


def _at_least(window: int, least: int) -> int:
    if window < least:
        raise ValueError(f"A window of {window} observations is too short: choose {least} or more.")
    return window


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
