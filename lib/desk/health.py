"""How the sources are: what is there of each, how their last runs went, which points bear which flag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pandas as pd

from lib import series
from lib.catalog import Source
from lib.countries import CURRENCIES
from lib.desk.lines import Lines
from lib.models import Run
from lib.store import Coverage, Failure, State, Store

RECENT_RUNS = 30


@dataclass(frozen=True)
class RunLog:
    """The runs of the sources of rates and articles, by source. Read anew with each log, since a run that brought
    nothing changes no revision."""

    store: Store

    @cached_property
    def latest(self) -> Mapping[str, Run]:
        """The last run of each."""
        return self.store.runs.latest()

    @cached_property
    def last_success(self) -> Mapping[str, Run]:
        """The last run that reached its source."""
        return self.store.runs.last_success()

    @cached_property
    def recent(self) -> Mapping[str, Sequence[Run]]:
        """The last thirty runs, oldest first."""
        return self.store.runs.recent(RECENT_RUNS)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What is there of one source of rates: its pairs, and how many publications its calendar names from the first day
    of its best pair on (`due`; of one that is switched off, to its last day), and how many of them that pair lacks
    (`missing`). `failures` are the days that it did not answer for."""

    source: Source
    coverage: tuple[Coverage, ...]
    due: int
    missing: int
    failures: tuple[Failure, ...] = ()


def of_rates(lines: Lines, state: State, today: date) -> list[SourceHealth]:
    """Each source of the catalogue, in its order."""
    covered = lines.cache.get("rates", state.rates, "coverage", lambda: tuple(lines.store.rates.coverage(state.at)))
    by_source: dict[str, list[Coverage]] = {}
    for coverage in covered:
        by_source.setdefault(coverage.source, []).append(coverage)
    failures = lines.store.failures
    return [
        _health(source, tuple(by_source.get(key, ())), tuple(failures.read(key)), today)
        for key, source in lines.sources.items()
    ]


def flagged(lines: Lines, state: State, today: date) -> Mapping[str, Mapping[str, int]]:
    """How many points of each source bear each flag, over the five currencies per USD; a carried day is no point."""
    return lines.cache.get("rates", state.rates, ("flagged", today), lambda: _flagged(lines, state, today))


def _health(source: Source, coverage: tuple[Coverage, ...], failures: tuple[Failure, ...], today: date) -> SourceHealth:
    if not coverage:
        return SourceHealth(source, (), 0, 0, failures)
    best = max(coverage, key=lambda pair: pair.days)
    until = today if source.enabled else best.last + timedelta(days=1)
    due = len(series.missed([], source.days, best.first, until, source.holiday_country))
    return SourceHealth(source, coverage, due, max(0, due - best.days), failures)


def _flagged(lines: Lines, state: State, today: date) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for currency in CURRENCIES:
        for key in lines.of_pair("USD", currency, state):
            line = lines.whole("USD", currency, key, state, today)
            found.setdefault(key, Counter()).update(_flags(line))
    return {key: dict(counts) for key, counts in found.items()}


def _flags(line: pd.DataFrame | None) -> Counter[str]:
    """Counted by combination first: a line of decades has a dozen of them."""
    counted: Counter[str] = Counter()
    if line is not None:
        for flags, count in line["flags"].value_counts().items():
            counted.update(dict.fromkeys(flags.split(), int(count)))
    return counted
