"""Lines in view studied over time: risk, what they move with, spreads between sources, and policy rates.

All is computed on whole lines of one source each and cut to the period afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lib import series, snapshot
from lib.countries import BY_CODE, Country
from lib.desk.compare import by_preference
from lib.desk.events import BANKS
from lib.desk.lines import Days
from lib.links import View
from lib.models import PolicyRate
from lib.store import State

if TYPE_CHECKING:
    from lib.desk.desk import Desk

HALF_DAY = pd.Timedelta(hours=12)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One curve of a study: its `values` by day, cut to the period (NaN across a gap). `source` is the key of
    the source of its line; `against` that of the line it is measured against. `per_year` counts observations,
    `common` the days that two lines share; `band` is what a correlation exceeds in 5 % of windows by chance."""

    country: Country
    source: str
    values: pd.Series
    against: str = ""
    per_year: float = 0.0
    common: int = 0
    band: float = 0.0
    average: bool = False


def volatility(desk: Desk, view: View, period: Days, state: State) -> list[Curve]:
    """Annualised volatility in percent: sd of the last `view.window` log changes times the root of the changes a
    year."""
    return _risk(desk, view, period, state, lambda line: series.rolling_volatility(line, view.window))


def drawdown(desk: Desk, view: View, period: Days, state: State) -> list[Curve]:
    """How far each currency is below its highest value since its line begins, in percent (zero or less)."""
    return _risk(desk, view, period, state, lambda line: series.drawdown(series.invert(line)))


def averages(desk: Desk, view: View, period: Days, state: State) -> list[Curve]:
    """Each line in the direction shown, followed by its mean of the last `view.window` observations."""
    found = []
    for country, key, whole in _wholes(desk, view, period, state):
        line = series.invert(whole) if view.direction == "local" else whole
        mean = series.moving_average(line, view.window)
        values = _gapped(series.without_spikes(line)["value"])
        found.append(Curve(country, key, _cut(values, period), per_year=series.per_year(line)))
        found.append(Curve(country, key, _cut(mean, period), per_year=series.per_year(line), average=True))
    return found


def together(desk: Desk, view: View, period: Days, state: State) -> list[Curve]:
    """The rolling correlation of the log changes of each line and those of `view.driver`, both per 1 `view.base` and of
    one source where that has both; changes from one common observed day to the next. Without enough common days the
    curve has no values. None of a driver that is the base itself."""
    drivers = desk.lines.of_pair(view.base, view.driver, state)
    found = []
    for country, key, line in _wholes(desk, view, period, state):
        against = key if key in drivers else desk.lines.best(view.base, view.driver, period, state)
        if against in drivers:
            result = series.rolling_correlation(line, drivers[against].frame(), view.window)
            values = _cut(result.frame["correlation"], period)
            band = float(result.frame["band"].iloc[0]) if len(result.frame) else 0.0
            found.append(Curve(country, key, values, against, common=result.common, band=band))
    return found


def premium(desk: Desk, view: View, period: Days, state: State) -> list[Curve]:
    """By how many percent each source's figure of a currency exceeds that of the base line, which is the best official
    source of the period, on the days that both have. In units of currency per 1 base."""
    found = []
    for country in _countries(view):
        order = by_preference(desk, view.base, country.currency, state)
        parts = {key: _part(desk, view, country, key, period, state) for key in order}
        visible = {key: part for key, part in parts.items() if len(part)}
        if visible:
            against, *others = visible
            found += [_spread(country, key, visible[key], against, visible[against]) for key in others]
    return [curve for curve in found if len(curve.values)]


def policy(view: View, period: Days) -> list[Curve]:
    """The policy rate in percent of each country's bank, as steps that break where decisions are missing."""
    decisions = snapshot.policy_rates()
    found = []
    for country in _countries(view):
        own = [one for one in decisions if one.bank == BANKS.get(country.code)]
        values = _carried_in(steps(own), period)
        if values.notna().any():
            found.append(Curve(country, BANKS[country.code], values))
    return found


def steps(decisions: Iterable[PolicyRate]) -> pd.Series:
    """The rate by day of decision. A NaN half a day later follows on the newest one, and on a decision after which
    others are missing: the next one's rate before is not the rate that it set."""
    ordered = sorted(decisions, key=lambda one: one.day)
    points: dict[pd.Timestamp, float] = {}
    for n, one in enumerate(ordered):
        points[pd.Timestamp(one.day)] = one.rate
        if n + 1 == len(ordered) or ordered[n + 1].previous != one.rate:
            points[pd.Timestamp(one.day) + HALF_DAY] = np.nan
    return pd.Series(points.values(), index=pd.DatetimeIndex(list(points)), dtype=float)


def decisions_of(view: View, period: Days) -> list[tuple[Country, PolicyRate]]:
    """The decisions of the countries' banks in a period, the newest first."""
    banks = {BANKS[c.code]: c for c in _countries(view) if c.code in BANKS}
    known = [one for one in snapshot.policy_rates() if one.bank in banks and period[0] <= one.day <= period[1]]
    return [(banks[one.bank], one) for one in sorted(known, key=lambda one: one.day, reverse=True)]


def _carried_in(values: pd.Series, period: Days) -> pd.Series:
    """The steps of a period, with the rate in force half a day before and after it, where one is known to be."""
    edges = (pd.Timestamp(period[0]) - HALF_DAY, pd.Timestamp(period[1]) + HALF_DAY)
    before = [int(values.index.searchsorted(edge, side="right")) - 1 for edge in edges]
    ends = [float(values.iloc[n]) if n >= 0 else np.nan for n in before]
    inside = values[(values.index > edges[0]) & (values.index < edges[1])]
    return pd.concat([pd.Series(ends[:1], index=[edges[0]]), inside, pd.Series(ends[1:], index=[edges[1]])])


def _risk(
    desk: Desk, view: View, period: Days, state: State, measure: Callable[[pd.DataFrame], pd.Series]
) -> list[Curve]:
    found = []
    for country, key, line in _wholes(desk, view, period, state):
        values = _cut(_gapped(measure(line)), period)
        if len(values):
            found.append(Curve(country, key, values, per_year=series.per_year(line)))
    return found


def _wholes(desk: Desk, view: View, period: Days, state: State) -> list[tuple[Country, str, pd.DataFrame]]:
    """The whole line of each one in view, of its own source."""
    today = view.asof.date() if view.asof else desk.clock().date()
    lines = desk.in_view(view, period, state)
    found = []
    for one in lines:
        line = desk.lines.whole(view.base, one.country.currency, one.source, state, today)
        if line is not None:
            found.append((one.country, one.source, line))
    return found


def _countries(view: View) -> list[Country]:
    return [BY_CODE[code] for code in view.countries if BY_CODE[code].currency != view.base]


def _part(desk: Desk, view: View, country: Country, key: str, period: Days, state: State) -> pd.DataFrame:
    return series.observed(desk.lines.of_pair(view.base, country.currency, state)[key].frame(*period))


def _spread(country: Country, key: str, line: pd.DataFrame, against: str, base: pd.DataFrame) -> Curve:
    both = pd.concat([line["value"], base["value"]], axis=1, keys=["own", "base"], join="inner")
    percent = (both["own"] / both["base"] - 1) * 100
    return Curve(country, key, _gapped(percent), against, common=len(both))


def _gapped(values: pd.Series) -> pd.Series:
    """With a NaN in the middle of each gap, which no line crosses."""
    days = values.index.to_series()
    limit = series.gap_limit(pd.DatetimeIndex(values.index))
    holes = (days - days.diff() / 2)[days.diff() > limit]
    empty = pd.Series(np.nan, index=pd.DatetimeIndex(holes).astype(values.index.dtype), dtype=float)
    return pd.concat([values, empty]).sort_index() if len(empty) else values


def _cut(values: pd.Series, period: Days) -> pd.Series:
    return values.loc[pd.Timestamp(period[0]) : pd.Timestamp(period[1])]
