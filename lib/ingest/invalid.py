"""Rows that were stored before a rule of `rates.checks` could reject them: closed, and reported with the reason.

Nothing is deleted: a link to an earlier state shows what it showed. The report is a run of its own beside those of the
source, so that the next refresh does not hide it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from lib.countries import LIVES, Life, not_alive
from lib.models import Observation, RateQuery, Rejected, Run
from lib.store import Store

REPORT = "superseded:{source}"  # the name of the run that tells what was closed of a source
ONE_DAY = timedelta(days=1)


def supersede_invalid(store: Store, now: datetime, lives: Mapping[str, Life] = LIVES) -> list[Run]:
    """Close the current rows of days on which a currency of theirs did not exist, and record one run for each source.
    Doing it again does nothing. The runs."""
    doomed = {(o.source, o.base, o.quote, o.day): o for o in _invalid(store, lives)}.values()
    if not doomed:
        return []
    store.rates.supersede(doomed)
    by_source: dict[str, list[Observation]] = {}
    for row in doomed:
        by_source.setdefault(row.source, []).append(row)
    runs = [_report(source, rows, now) for source, rows in by_source.items()]
    for run in runs:
        store.runs.record(run)
    return runs


def _invalid(store: Store, lives: Mapping[str, Life]) -> Iterator[Observation]:
    """The coverage says which few pairs are to be read."""
    for covered in store.rates.coverage():
        for life in (lives[code] for code in (covered.base, covered.quote) if code in lives):
            pair = RateQuery((covered.source,), (covered.base,), (covered.quote,))
            if covered.first < life.first:
                yield from store.rates.read(replace(pair, until=life.first - ONE_DAY))
            if covered.last > life.last:
                yield from store.rates.read(replace(pair, since=life.last + ONE_DAY))


def _report(source: str, rows: list[Observation], now: datetime) -> Run:
    """A line for each pair: a source may have thousands of days."""
    days: dict[tuple[str, str], list[date]] = {}
    for row in rows:
        days.setdefault((row.base, row.quote), []).append(row.day)
    told = tuple(Rejected(_span(*pair, some), _why(*pair, max(some))) for pair, some in sorted(days.items()))
    return Run(REPORT.format(source=source), now, now, "ok", changed=len(rows), rejected=told)


def _span(base: str, quote: str, days: list[date]) -> str:
    return f"{base}/{quote} {min(days)} to {max(days)} ({len(days):,} day{'s' if len(days) > 1 else ''})"


def _why(base: str, quote: str, day: date) -> str:
    return not_alive(base, day) or not_alive(quote, day)
