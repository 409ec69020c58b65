"""Currencies side by side: the performance of each line in view, a rate on a day and what an amount buys at it, and
all currencies against each other. Each figure is of one source; figures of two sources are never divided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lib import series
from lib.charts.headline import Told
from lib.countries import Country
from lib.desk import numbers
from lib.desk.given import day_of, one_of
from lib.desk.lines import Days
from lib.desk.packed import Packed
from lib.export import instant, tables
from lib.links import BASES, View
from lib.series.choice import COARSE
from lib.series.performance import Performance
from lib.store import State

if TYPE_CHECKING:
    from lib.desk.desk import Desk

HORIZONS = ("1D", "1W", "1M", "3M", "YTD", "1Y", "5Y")
MAX_AMOUNT = 1e12
AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,6})?")
GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
LONGEST_REACH = timedelta(days=62)  # longer than any value stands
OFFICIAL = ("official", "peg")
CSV_COLUMNS = (
    *("currency", "base", "direction", "source", "day", "now", *HORIZONS, "period", "since", "until"),
    *("high", "high_day", "low", "low_day", "volatility", "changes_per_year", "fall", "asof"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the performance table, of one `source`, in the direction of the view. `volatility` is annualised, in
    percent, from `per_year` changes a year; `fall` the largest fall of the currency from a value of the period, in
    percent (zero or less). None where the period has too few observations."""

    country: Country
    source: str
    numbers: Performance
    volatility: float | None
    per_year: float
    fall: float | None

    def figure(self, column: str) -> float | None:
        """The number in a column of `links.COLUMNS` but the first."""
        own = {"now": self.numbers.value, "high": self.numbers.high.value, "low": self.numbers.low.value}
        risk = {"period": self.numbers.period, "volatility": self.volatility, "fall": self.fall}
        return {**self.numbers.changes, **own, **risk}[column]


@dataclass(frozen=True, slots=True)
class RateOn:
    """What `amount` of `base` is in `quote` on the day `requested`: `rate` units for one, of `source`,
    published on `day` and carried since. `legs` says what the rate was computed from; empty where it
    was published as it stands."""

    base: str
    quote: str
    requested: date
    amount: float
    rate: float
    source: str
    day: date
    legs: str
    official: bool

    @property
    def value(self) -> float:
        """The amount in units of `quote`."""
        return self.amount * self.rate


@dataclass(frozen=True, slots=True)
class Cross:
    """Units of `quote` for 1 `base`, of one source, published on `day`, and the change in percent from the value in
    force on the first day of a period; None where there was none."""

    base: str
    quote: str
    rate: float
    change: float | None
    source: str
    day: date


def table(desk: Desk, view: View, period: Days, state: State) -> list[Row]:
    """The performance of each line in view, in the order that the view asks for; what is unknown comes last."""
    today = view.asof.date() if view.asof else desk.clock().date()
    lines = desk.in_view(view, period, state)
    told = numbers.told(desk, view, lines, period, state, today)
    rows = [_row(desk, view, one, period, state, today) for one in told]
    return ordered(rows, view.by)


def ordered(rows: Sequence[Row], by: str) -> list[Row]:
    """Rows by a column of `links.ORDERS`; the largest first after a minus sign."""
    column, down = by.removeprefix("-"), by.startswith("-")
    if column == "currency":
        return sorted(rows, key=lambda row: row.country.currency, reverse=down)
    known = [row for row in rows if row.figure(column) is not None]
    rest = [row for row in rows if row.figure(column) is None]
    return [*sorted(known, key=lambda row: row.figure(column) or 0.0, reverse=down), *rest]


def as_csv(desk: Desk, view: View, period: Days, state: State) -> bytes:
    """The performance table as a file, with all digits; changes in percent, empty where unknown."""
    rows = table(desk, view, period, state)
    asof = instant(view.asof or state.at)
    cells = [_cells(row, view, period, asof) for row in rows]
    return tables.as_csv(tables.Table(CSV_COLUMNS, cells))


def amount_of(text: str) -> float:
    """An amount as people write it: 1000, 1,000.50, 1 000,5. Raises ValueError where it is no number above zero and up
    to `MAX_AMOUNT`."""
    plain = re.sub(r"\s", "", text)
    plain = plain.replace(",", "") if GROUPED.fullmatch(plain) else plain.replace(",", ".")
    amount = float(plain) if AMOUNT.fullmatch(plain) else 0.0
    if not 0 < amount <= MAX_AMOUNT:
        raise ValueError(f"amount is {text[:40]!r}, and must be a number above 0 and at most {MAX_AMOUNT:,.0f}")
    return amount


def rate_on(
    desk: Desk, pair: str, day: date | str, amount: float | str = 1.0, *, state: State | None = None, source: str = ""
) -> RateOn | None:
    """What `amount` of the first currency of a pair ("USDKZT") is in the second on a day, at the rate of the named
    source, else the first that has one in force then: official ones first, the currencies' own central banks before
    others. None where no rate stands on that day. Raises ValueError, which names the argument."""
    base, quote = one_of("pair", pair[:3], BASES), one_of("pair", pair[3:], BASES)
    one_of("source", source, ["", *desk.sources])
    requested, number = day_of("day", day), amount_of(f"{amount:f}" if isinstance(amount, float | int) else amount)
    shown = state or desk.now()
    if requested is None or base == quote:
        raise ValueError(f"pair is {pair!r} and day {day!r}: give two different currencies and a day")
    for key in [source] if source else by_preference(desk, base, quote, shown):
        row = _in_force(desk, base, quote, key, requested, shown)
        if row is not None:
            official = desk.sources[key].kind in OFFICIAL
            published = row.name.date()
            return RateOn(
                base, quote, requested, number, float(row["value"]), key, published, str(row["legs"]), official
            )
    return None


def crosses(desk: Desk, day: date, since: date, state: State) -> list[Cross]:
    """The nine currencies against each other on a day, with the change since another. Each is of the one source that
    `rate_on` would take of those that have it; pairs that no source has are left out."""
    question = ("crosses", day, since)
    return desk.cache.get("rates", state.rates, question, lambda: _crosses(desk, day, since, state))


def _row(desk: Desk, view: View, one: Told, period: Days, state: State, today: date) -> Row:
    whole = desk.lines.whole(view.base, one.country.currency, one.source, state, today)
    line = series.empty_line() if whole is None else whole
    changes = series.cut(series.log_changes(line).to_frame("change"), *period)["change"].dropna()
    per_year = series.per_year(line)
    volatility = float(changes.std() * np.sqrt(per_year)) if len(changes) > 1 else None
    falls = series.drawdown(series.invert(series.cut(line, *period)))
    fall = float(falls.min()) if len(falls) else None
    return Row(one.country, one.source, one.performance, volatility, per_year, fall)


def _cells(row: Row, view: View, period: Days, asof: str) -> tuple[tables.Cell, ...]:
    found = row.numbers
    changes = [_or_empty(row.figure(name)) for name in (*HORIZONS, "period")]
    ends = (found.high.value, found.high.day, found.low.value, found.low.day)
    risk = (_or_empty(row.volatility), row.per_year, _or_empty(row.fall))
    head = (row.country.currency, view.base, view.direction, row.source, found.day, found.value)
    return (*head, *changes, *period, *ends, *risk, asof)


def _or_empty(number: float | None) -> tables.Cell:
    return "" if number is None else number


def by_preference(desk: Desk, base: str, quote: str, state: State) -> list[str]:
    """The sources of a pair, best first; those whose last digit is worth much come last."""
    made = desk.lines.of_pair(base, quote, state)
    standings = [series.Standing(s.key, s.kind, s.country) for s in desk.sources.values() if s.key in made]
    order = series.preference(quote, standings, base)
    return sorted(order, key=lambda key: (_unofficial(desk, key), _coarse(made[key])))


def _unofficial(desk: Desk, key: str) -> bool:
    return desk.sources[key].kind not in OFFICIAL


def _coarse(packed: Packed) -> bool:
    return bool(packed.frame()["step"].median() > COARSE)


def _in_force(desk: Desk, base: str, quote: str, key: str, day: date, state: State) -> pd.Series | None:
    """The observation of one source that stands on a day."""
    packed = desk.lines.of_pair(base, quote, state).get(key)
    line = None if packed is None else packed.frame(_earlier(day), day)
    if line is None or not len(line) or (pd.Timestamp(day) - line.index[-1]).days > line["reach"].iloc[-1]:
        return None
    return line.iloc[-1]


def _earlier(day: date) -> date:
    return day - LONGEST_REACH if day - date.min > LONGEST_REACH else date.min


def _crosses(desk: Desk, day: date, since: date, state: State) -> list[Cross]:
    per_dollar = {code: desk.lines.of_pair("USD", code, state) for code in BASES if code != "USD"}
    keys = {key for made in per_dollar.values() for key in made}
    days = (_earlier(since), day)
    parts = {key: _side_by_side(per_dollar, key, days) for key in keys}
    pairs = [(base, quote) for base in BASES for quote in BASES if base != quote]
    found = [_cross(desk, parts, base, quote, day, since) for base, quote in pairs]
    return [one for one in found if one]


def _side_by_side(per_dollar: Mapping[str, Mapping[str, Packed]], key: str, days: Days) -> pd.DataFrame:
    """Of one source by day the value of 1 USD in each currency, and (as "KZT reach") for how long it stands."""
    columns: dict[str, pd.Series] = {}
    for code, made in per_dollar.items():
        if key in made:
            line = made[key].frame(*days)
            columns |= {code: line["value"], f"{code} reach": line["reach"]}
    return pd.DataFrame(columns)


def _cross(
    desk: Desk, parts: Mapping[str, pd.DataFrame], base: str, quote: str, day: date, since: date
) -> Cross | None:
    standings = [series.Standing(s.key, s.kind, s.country) for s in desk.sources.values() if s.key in parts]
    order = sorted(series.preference(quote, standings, base), key=lambda key: _unofficial(desk, key))
    for key in order:
        line = _ratio(parts[key], base, quote)
        now = series.value_in_force(line, pd.Timestamp(day))
        if now is not None:
            before = series.value_in_force(line, pd.Timestamp(since))
            change = None if before is None else (now / before - 1) * 100
            last = line.index[line.index <= pd.Timestamp(day)][-1].date()
            return Cross(base, quote, now, change, key, last)
    return None


def _ratio(part: pd.DataFrame, base: str, quote: str) -> pd.DataFrame:
    """The line of a cross, over the days that have both legs."""
    legs = [code for code in (base, quote) if code != "USD"]
    if not {*legs} <= {*part.columns}:
        return pd.DataFrame({"value": [], "reach": []}, index=pd.DatetimeIndex([]))
    both = part.dropna(subset=legs)
    over, under = (both[code] if code != "USD" else 1.0 for code in (quote, base))
    reach = both[[f"{code} reach" for code in legs]].min(axis=1)
    return pd.DataFrame({"value": over / under, "reach": reach}, index=both.index)
