"""Lines of rates: read once for each revision of the rates, annotated, chosen and cut to a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pandas as pd

from lib import series
from lib.catalog import Source
from lib.countries import BY_CODE, Country
from lib.desk.cache import Cache
from lib.desk.packed import Packed, pack
from lib.links import View
from lib.models import RateQuery
from lib.store import State, Store

Days = tuple[date, date]
ANY_DAY: Days = (date.min, date.max)


class InView(NamedTuple):
    """One source's annotated line of a country's currency, cut to a period, with its breaks and moves."""

    country: Country
    source: str
    line: pd.DataFrame
    moves: tuple[series.Move, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The lines of one store. `base` and `currency` name a pair: units of `currency` per 1 `base`. What is read is that
    of a `State`, live views included, so that a write in between cannot slip in under the revision before it."""

    store: Store
    sources: Mapping[str, Source]
    cache: Cache

    def of_pair(self, base: str, currency: str, state: State) -> Mapping[str, Packed]:
        """The whole line of each source that allows one, in the catalogue's order."""
        question = ("lines", base, currency)
        return self.cache.get("rates", state.rates, question, lambda: self._read(base, currency, state))

    def whole(self, base: str, currency: str, source: str, state: State, today: date) -> pd.DataFrame | None:
        """The whole annotated line of one source as it looks on a day; None where there is none."""
        packed = self.of_pair(base, currency, state).get(source)
        return None if packed is None else self._dated(packed, source, ANY_DAY, today)

    def best(self, base: str, currency: str, period: Days, state: State) -> str:
        """The source that covers a period best; "" where there is none."""
        question = ("best", base, currency, period)
        return self.cache.get("rates", state.rates, question, lambda: self._best(base, currency, period, state))

    def moves(self, base: str, currency: str, source: str, state: State) -> tuple[series.Move, ...]:
        """The breaks of a regime that one source's line shows, and its abnormal moves, in order."""
        question = ("moves", base, currency, source)
        return self.cache.get("rates", state.rates, question, lambda: self._moves(base, currency, source, state))

    def in_view(self, view: View, period: Days, state: State, today: date) -> list[InView]:
        """What the period shows of each country in view, in order; what has no day in it is left out."""
        found = []
        for code in view.countries:
            country = BY_CODE[code]
            for source in self._chosen(view, country.currency, period, state):
                line = self._cut(view.base, country, source, period, state, today)
                if len(line.line):
                    found.append(line)
        return found

    def span(self, state: State) -> Days | None:
        """The oldest and newest day of an observed rate; a peg is valid on any day and tells nothing."""
        return self.cache.get("rates", state.rates, "span", lambda: self._span(state))

    def _span(self, state: State) -> Days | None:
        observed = {key for key, source in self.sources.items() if source.kind != "peg"}
        days = [day for c in self.store.rates.coverage(state.at) if c.source in observed for day in (c.first, c.last)]
        return (min(days), max(days)) if days else None

    def _chosen(self, view: View, currency: str, period: Days, state: State) -> Sequence[str]:
        """The reader's own choice; else the source that a frozen link names; else the best one."""
        made = self.of_pair(view.base, currency, state)
        if view.sources:
            return [key for key in view.sources if key in made]
        pinned = [key for key in dict(view.lines).get(currency, ()) if key in made]
        if len(pinned) > 1:
            return [series.best({key: made[key].frame() for key in pinned}, *period)]
        if pinned:
            return pinned
        best = self.best(view.base, currency, period, state)
        return [best] if best else []

    def _cut(self, base: str, country: Country, source: str, period: Days, state: State, today: date) -> InView:
        packed = self.of_pair(base, country.currency, state)[source]
        line = self._dated(packed, source, period, today)
        late = len(line) > 0 and "stale" in line["flags"].iloc[-1].split()
        newest = line.index[-1].date() if late else None
        moves = self.moves(base, country.currency, source, state)
        within = tuple(m for m in moves if period[0] <= m.day <= period[1] and m.day != newest)
        return InView(country, source, line, within)

    def _dated(self, packed: Packed, source: str, period: Days, today: date) -> pd.DataFrame:
        """A part of a line as it looks on a day: the newest observation is stale when it is older than its calendar
        allows. The day is no part of the cache's key, so that the same rates are kept once."""
        line = packed.frame(*period)
        whole = pd.DatetimeIndex(packed.days)
        if len(line) and line.index[-1] == whole[-1] and self._overdue(whole, source, today):
            flags = {*line["flags"].iloc[-1].split(), "stale"}
            line.iloc[-1, line.columns.get_loc("flags")] = " ".join(flag for flag in series.FLAGS if flag in flags)
        return line

    def _overdue(self, days: pd.DatetimeIndex, key: str, today: date) -> bool:
        source = self.sources[key]
        return series.overdue(days, source.days, today, source.holiday_country)

    def _read(self, base: str, currency: str, state: State) -> dict[str, Packed]:
        """Source by source, so that the observations of one at a time are in memory."""
        lines: dict[str, pd.DataFrame] = {}
        for key, source in self.sources.items():
            sides = (base, currency, source.base)
            table = series.frame(self.store.rates.read(RateQuery((key,), sides, sides, asof=state.at)))
            for line in series.lines(table, base, currency).values():
                lines[key] = series.annotate(
                    line,
                    currency,
                    base=base,
                    days=source.days,
                    country=source.holiday_country,
                    kind=source.kind,
                )
        if not lines:
            return {}
        marked = series.disagree(lines, {key: self.sources[key].kind for key in lines})
        return {key: pack(line) for key, line in marked.items()}

    def _best(self, base: str, currency: str, period: Days, state: State) -> str:
        standings = [series.Standing(s.key, s.kind, s.country) for s in self.sources.values()]
        made = self.of_pair(base, currency, state)
        order = [key for key in series.preference(currency, standings, base) if key in made]
        return series.best({key: made[key].frame() for key in order}, *period)

    def _moves(self, base: str, currency: str, source: str, state: State) -> tuple[series.Move, ...]:
        packed = self.of_pair(base, currency, state).get(source)
        if packed is None:
            return ()
        return tuple(series.notable(packed.frame(), currencies=(base, currency)))
