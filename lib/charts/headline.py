"""The numbers of a view in sentences: what a currency costs, how that changed, its extremes.

A change always says of what it is: a dollar that costs 13.1 % less is a tenge 15.1 % stronger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from lib import notation
from lib.charts.line import Days
from lib.countries import COUNTRIES, Country
from lib.links import RANGES, Direction, View
from lib.series.performance import Performance, inverse_change
from lib.words import t

UNITS = MappingProxyType(
    {
        **{"USD": "dollar", "EUR": "euro", "RUB": "rouble", "CNY": "yuan"},
        **{country.currency: country.unit for country in COUNTRIES},
    }
)
AGO = MappingProxyType(
    {
        "1M": "a month ago",
        "3M": "three months ago",
        "6M": "six months ago",
        "YTD": "at the end of last year",
        "1Y": "a year ago",
        "5Y": "five years ago",
        "10Y": "ten years ago",
    }
)
BEFORE = MappingProxyType(
    {
        "1M": "a month before",
        "3M": "three months before",
        "6M": "six months before",
        "YTD": "at the end of the year before",
        "1Y": "a year before",
        "5Y": "five years before",
        "10Y": "ten years before",
    }
)
OVER = MappingProxyType(
    {
        "1M": "Over a month",
        "3M": "Over three months",
        "6M": "Over six months",
        "YTD": "Since the end of last year",
        "1Y": "Over a year",
        "5Y": "Over five years",
        "10Y": "Over ten years",
    }
)
TO = MappingProxyType(
    {
        "1M": "In the month to {day}",
        "3M": "In the three months to {day}",
        "6M": "In the six months to {day}",
        "YTD": "From the end of the year before to {day}",
        "1Y": "In the year to {day}",
        "5Y": "In the five years to {day}",
        "10Y": "In the ten years to {day}",
    }
)
THE = MappingProxyType({code: f"the {unit}" for code, unit in UNITS.items()})
NAMES = MappingProxyType({code: f"The {unit}" for code, unit in UNITS.items()})
PER = MappingProxyType({code: f"per {unit}" for code, unit in UNITS.items()})
ONE = MappingProxyType({code: f"a {unit}" for code, unit in UNITS.items()})
FELL, ROSE = (
    MappingProxyType({c.unit: f"{verb} most against the {c.unit}, by {{size}}" for c in COUNTRIES})
    for verb in ("fell", "rose")
)
COSTS = MappingProxyType(  # by whether the period is past, and the sign of the change
    {
        (False, 1): "{unit} costs {size} more than {then}",
        (False, 0): "{unit} costs the same as {then}",
        (False, -1): "{unit} costs {size} less than {then}",
        (True, 1): "{unit} cost {size} more than {then}",
        (True, 0): "{unit} cost the same as {then}",
        (True, -1): "{unit} cost {size} less than {then}",
    }
)
LATE = 10  # days: a line that begins later than this after the period's first day is named by its own
FRESH = 7  # days: an older value is told with its day, and in the past
NO_CHANGE = 0.005  # percent: less is written as 0.00 %


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a view: its numbers over the period, in the direction shown, the first day of it
    within the period, and the key of its source."""

    country: Country
    performance: Performance
    first: date
    source: str = ""


def title(
    told: Sequence[Told],
    base: str,
    direction: Direction,
    period: Days,
    today: date,
) -> str:
    """One sentence with the numbers, as on a day: what is older than a week is told in the past."""
    if not told:
        return t("No rates in this period")
    past = (today - max(one.performance.day for one in told)).days > FRESH
    if len({one.country.code for one in told}) == 1:
        return _one(told[0], base, direction, period, past)
    newest = max(one.performance.day for one in told)
    return _several(told, base, direction, (period[0], min(period[1], newest)), past)


def extremes(one: Told, period: Days) -> str:
    """Low and high with their days: "low 441.23 on 29 Sep, high 529.55 on 1 Nov 2025"."""
    low, high = one.performance.low, one.performance.high
    if low.value == high.value:
        return t("unchanged at {value}", value=notation.published(low.value))
    values = notation.alike(low.value, high.value)
    days = [notation.day(each.day, year=each.day.year != period[1].year) for each in (low, high)]
    return t(
        "low {low} on {low_day}, high {high} on {high_day}",
        low=values[0],
        low_day=days[0],
        high=values[1],
        high_day=days[1],
    )


def unit_line(currencies: Sequence[str], base: str, direction: Direction) -> str:
    """What the numbers count: "1 USD in KZT", "1 KZT, 1 UZS in USD"."""
    if direction == "usd":
        return t("1 {one} in {other}", one=base, other=", ".join(currencies))
    return t("1 {one} in {other}", one=", 1 ".join(currencies), other=base)


def change_of_unit(percent: float, currency: str, then: str, past: bool = False) -> str:
    """What one unit costs against an earlier day: "a dollar costs 13.1 % less than a year ago"."""
    sign = 0 if abs(percent) < NO_CHANGE else 1 if percent > 0 else -1
    return t(COSTS[past, sign], unit=t(ONE[currency]), size=_size(percent), then=then)


def range_of(period: Days) -> str:
    """The usual range that a period is as long as ("1Y"), "" where it is none."""
    since, until = period
    usual = (name for name in RANGES if name != "All")
    return next((r for r in usual if View(range=r).period(until, since)[0] == since), "")


def then_words(period: Days, past: bool = False, first: date | None = None) -> str:
    """The day that a change is counted from: "a year ago", "on 4 Jan 1999". `first` is that of the
    line, which may begin late."""
    late = first is not None and (first - period[0]).days > LATE
    named = range_of(period)
    if named and not late:
        return t((BEFORE if past else AGO)[named])
    return t("on {day}", day=notation.day(first if late and first else period[0]))


def _one(one: Told, base: str, direction: Direction, period: Days, past: bool) -> str:
    currency, value = one.country.currency, notation.published(one.performance.value)
    said = f"{t(NAMES[currency])}: {value} {t(PER[base])}"
    if direction == "local":
        said = f"1 {currency} = {value} {base}"
    if past:
        said = t("{said} on {day}", said=said, day=notation.day(one.performance.day))
    if one.performance.period is None:
        return said
    unit = currency if direction == "local" else base
    then = then_words(period, past, one.first)
    return f"{said}; {change_of_unit(one.performance.period, unit, then, past)}"


def _several(told: Sequence[Told], base: str, direction: Direction, period: Days, past: bool) -> str:
    """The two ends: against which currencies the base rose and fell most."""
    changes, parts = sorted(_of_base(told, direction)), []
    if changes and changes[0][0] <= -NO_CHANGE:
        parts.append(t(FELL[changes[0][1]], size=_size(changes[0][0])))
    if changes and changes[-1][0] >= NO_CHANGE:
        parts.append(t(ROSE[changes[-1][1]], size=_size(changes[-1][0])))
    words = {"over": _over(period, past), "base": t(THE[base])}
    if not parts:
        return t("{over} {base} did not move against these currencies", **words)
    return t("{over} {base} {moved}", moved=t(", and ").join(parts), **words)


def _over(period: Days, past: bool) -> str:
    named = range_of(period)
    if named:
        return t(TO[named], day=notation.day(period[1])) if past else t(OVER[named])
    since, until = map(notation.day, period)
    return t("From {since} to {until}", since=since, until=until)


def _of_base(told: Sequence[Told], direction: Direction) -> list[tuple[float, str]]:
    """The changes of the base in each currency's unit, where one is known."""
    known = [(one.performance.period, one.country.unit) for one in told]
    turned = inverse_change if direction == "local" else float
    return [(turned(percent), unit) for percent, unit in known if percent is not None]


def _size(percent: float) -> str:
    return notation.change(abs(percent), digits=1).removeprefix("▲ ")
