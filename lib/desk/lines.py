"""Lines of rates: read once for each revision of the rates, annotated, chosen and cut to a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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


MARGIN = timedelta(days=62)  # longer than any value stands: what covers the period's first days


class InView(NamedTuple):
    """The annotated line of a country's currency, cut to a period, with its breaks and moves. `source` is
    the one that it is made of; `chain` names it and those that continue it where it has a gap. The column `source` of
    `line` has the key of each observation's own."""

    country: Country
    source: str
    line: pd.DataFrame
    moves: tuple[series.Move, ...]
    chain: tuple[str, ...]

    @property
    def sources(self) -> list[str]:
        """The sources of the observations in view, the line's own first."""
        others = [key for key in self.chain if key != self.source]
        visible = set(self.line["source"])
        return [key for key in (self.source, *others) if key in visible]


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

    def ranked(self, base: str, currency: str, period: Days, state: State) -> tuple[str, ...]:
        """The sources of the default line for a period: the one that it is made of, then those that continue it;
        none where there are no rates."""
        question = ("ranked", base, currency, period)
        return self.cache.get("rates", state.rates, question, lambda: self._ranked(base, currency, period, state))

    def best(self, base: str, currency: str, period: Days, state: State) -> str:
        """The source that the default line of a period is made of; "" where there is none."""
        order = self.ranked(base, currency, period, state)
        return order[0] if order else ""

    def moves(self, base: str, currency: str, source: str, state: State) -> tuple[series.Move, ...]:
        """The breaks of a regime that one source's line shows, and its abnormal moves, in order."""
        question = ("moves", base, currency, source)
        return self.cache.get("rates", state.rates, question, lambda: self._moves(base, currency, source, state))

    def in_view(self, view: View, period: Days, state: State, today: date) -> list[InView]:
        """What the period shows of each country in view, in order; what has no day in it is left out."""
        found = []
        for code in view.countries:
            country = BY_CODE[code]
            for chain in self._chosen(view, country.currency, period, state):
                line = self._cut(view.base, country, chain, period, state, today)
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

    def _chosen(self, view: View, currency: str, period: Days, state: State) -> list[tuple[str, ...]]:
        """The chain of sources of each line: the reader's own choice, which is never continued; else the chain that a
        frozen link names; else the default. A frozen link of before there were chains has days and names no source, and
        is not continued."""
        made = self.of_pair(view.base, currency, state)
        if view.sources:
            return [(key,) for key in view.sources if key in made]
        pinned = tuple(key for key in dict(view.lines).get(currency, ()) if key in made)
        if pinned:
            return [pinned]
        if view.asof and view.custom and (best := self._best(view.base, currency, period, state)):
            return [(best,)]
        order = self.ranked(view.base, currency, period, state)
        return [order] if order else []

    def _cut(
        self, base: str, country: Country, chain: Sequence[str], period: Days, state: State, today: date
    ) -> InView:
        line, used = self.of_chain(base, country.currency, chain, period, state, today)
        moves = [m for key in used for m in self._visible_moves(base, country.currency, key, line, state)]
        return InView(country, chain[0], line, tuple(sorted(moves, key=lambda move: move.rank)), used)

    def of_chain(
        self, base: str, currency: str, chain: Sequence[str], period: Days, state: State, today: date
    ) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """The line of a chain within a period, and the sources that it takes anything from."""
        made = self.of_pair(base, currency, state)
        around = _around(period)
        parts = {key: self._dated(made[key], key, around, today) for key in chain}
        whole = series.continued(parts, chain)
        contributing = set(whole["source"])
        line = series.cut(whole, *period).astype({"source": "str"})
        return line, (chain[0], *(key for key in chain[1:] if key in contributing))

    def _visible_moves(
        self, base: str, currency: str, source: str, line: pd.DataFrame, state: State
    ) -> list[series.Move]:
        """The moves of one source on the days that the line takes from it; not on a newest day that is stale."""
        days = line.index[line["source"] == source]
        late = len(line) > 0 and "stale" in line["flags"].iloc[-1].split()
        visible = {*(days[:-1] if late and len(days) and days[-1] == line.index[-1] else days).date}
        return [move for move in self.moves(base, currency, source, state) if move.day in visible]

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
        judges = {key: self.sources[key].kind for key in lines if self.sources[key].moves}
        return {key: pack(line) for key, line in series.disagree(lines, judges).items()}

    def _ranked(self, base: str, currency: str, period: Days, state: State) -> tuple[str, ...]:
        return tuple(series.ranked(self._preferred(base, currency, state), *period))

    def _best(self, base: str, currency: str, period: Days, state: State) -> str:
        """The source that a frozen link of before there were chains showed."""
        made = self._preferred(base, currency, state)
        return series.best({key: line for key, line in made.items() if self.sources[key].moves}, *period)

    def _preferred(self, base: str, currency: str, state: State) -> dict[str, pd.DataFrame]:
        """The whole line of each source, in the order of preference."""
        standings = [series.Standing(s.key, s.kind, s.country) for s in self.sources.values()]
        made = self.of_pair(base, currency, state)
        order = [key for key in series.preference(currency, standings, base) if key in made]
        return {key: made[key].frame() for key in order}

    def _moves(self, base: str, currency: str, source: str, state: State) -> tuple[series.Move, ...]:
        packed = self.of_pair(base, currency, state).get(source)
        if packed is None:
            return ()
        found = series.notable(packed.frame(), currencies=(base, currency))
        return tuple(move for move in found if move.regime or self.sources[source].moves)


def _around(period: Days) -> Days:
    since = period[0] if period[0] - date.min < MARGIN else period[0] - MARGIN
    until = period[1] if date.max - period[1] < MARGIN else period[1] + MARGIN
    return since, until
