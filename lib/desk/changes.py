"""What a reader of today would see otherwise than in a frozen view: rates corrected, added and withdrawn, articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

import pandas as pd

from lib.desk.lines import Days, InView, Lines
from lib.links import View
from lib.models import RateQuery, Run
from lib.store import State

Column = tuple[str, str]  # currency and source of a line
Span = tuple[datetime, datetime]  # when bundled data were loaded
BUNDLED = "snapshot"  # the outcome of a run that loaded data which came with this program


class RateChange(NamedTuple):
    """One rate that was corrected: units of `currency` per 1 unit of the view's base, then and now."""

    currency: str
    source: str
    day: date
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since a view was frozen. `corrected` has the newest day first; `added` and `withdrawn` count
    rates; `bundled` says whether history that came with a later version was added, which `added` leaves out;
    `articles` is how many cards more there are, negative where there are fewer."""

    corrected: tuple[RateChange, ...] = ()
    added: int = 0
    withdrawn: int = 0
    bundled: bool = False
    articles: int = 0


def rate_changes(lines: Lines, view: View, period: Days, then: State, now: State) -> Changes:
    """What has changed on the lines in view: those that the frozen view shows, by the same sources; where it shows
    none of a currency, what is shown of it today is added."""
    if then.rates == now.rates:
        return Changes()
    frozen = lines.in_view(view, period, then, then.at.date())
    today = lines.in_view(replace(view, lines=pins(frozen)), period, now, now.at.date())
    both, spans = _side_by_side(frozen, today), _bundle_spans(lines.store.runs.recent(), then)
    return _together([_of_column(lines, view.base, column, values, now, spans) for column, values in both.items()])


def pins(lines: Sequence[InView]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Of each currency in view the sources that its lines came from, as a frozen link keeps them."""
    found: dict[str, dict[str, None]] = {}
    for line in lines:
        found.setdefault(line.country.currency, {}).update(dict.fromkeys(line.chain))
    return tuple((currency, tuple(sources)) for currency, sources in found.items())


def _side_by_side(frozen: Sequence[InView], today: Sequence[InView]) -> dict[Column, pd.DataFrame]:
    """Of each line the values `then` and `now` by day, NaN where there is none."""
    before, after = _values(frozen), _values(today)
    none = pd.Series(dtype=float, index=pd.DatetimeIndex([], dtype="datetime64[s]"))
    columns = {column: (before.get(column, none), after.get(column, none)) for column in [*before, *after]}
    return {column: pd.concat(pair, axis=1, keys=["then", "now"], sort=True) for column, pair in columns.items()}


def _values(lines: Sequence[InView]) -> dict[Column, pd.Series]:
    return {
        (line.country.currency, source): line.line["value"][line.line["source"] == source]
        for line in lines
        for source in line.sources
    }


def _of_column(
    lines: Lines, base: str, column: Column, both: pd.DataFrame, now: State, spans: Sequence[Span]
) -> Changes:
    new = both.index[both["then"].isna()]
    bundled = _bundled_days(lines, base, column, new, now, spans)
    withdrawn = int(both["now"].isna().sum())
    return Changes(_corrections(column, both.dropna()), len(new) - len(bundled), withdrawn, bool(bundled))


def _together(columns: Sequence[Changes]) -> Changes:
    corrected = sorted((c for of in columns for c in of.corrected), key=lambda change: change.day, reverse=True)
    added, withdrawn = sum(of.added for of in columns), sum(of.withdrawn for of in columns)
    return Changes(tuple(corrected), added, withdrawn, any(of.bundled for of in columns))


def _corrections(column: Column, both: pd.DataFrame) -> tuple[RateChange, ...]:
    changed = both[both["then"] != both["now"]]
    return tuple(RateChange(*column, row.Index.date(), row.then, row.now) for row in changed.itertuples())


def _bundle_spans(runs: Mapping[str, Sequence[Run]], then: State) -> list[Span]:
    """When bundled data were loaded since."""
    every = (run for of_source in runs.values() for run in of_source)
    return [(run.started, run.ended) for run in every if run.outcome == BUNDLED and run.ended > then.at]


def _bundled_days(
    lines: Lines,
    base: str,
    column: Column,
    days: pd.DatetimeIndex,
    now: State,
    spans: Sequence[Span],
) -> set[date]:
    """Those of the days whose rate, or one of its legs, was loaded from bundled data in one of the spans."""
    if not spans or not len(days):
        return set()
    currency, key = column
    sides = (base, currency, lines.sources[key].base)
    query = RateQuery((key,), sides, sides, days[0].date(), days[-1].date(), now.at)
    loaded = {o.day for o in lines.store.rates.read(query) if _within(o.recorded_at, spans)}
    return loaded & set(days.date)


def _within(moment: datetime, spans: Sequence[Span]) -> bool:
    return any(since <= moment <= until for since, until in spans)
