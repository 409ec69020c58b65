"""The sources of rates and articles as a table: what there is of each, its terms, how it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib import catalog
from lib.desk.health import RunLog, SourceHealth
from lib.export import instant
from lib.export.tables import Cell, Table
from lib.store import State

if TYPE_CHECKING:
    from lib.desk.desk import Desk

COLUMNS = (
    *("key", "name", "kind", "page", "terms", "attribution", "note", "pairs", "first_day"),
    *("last_day", "observations", "missing_days", "enabled", "last_success", "last_error"),
)


def table(desk: Desk, state: State) -> Table:
    """One row a source; feeds after the sources of rates. Moments are in UTC; empty where a source
    was never reached, or its last refresh did not fail."""
    log = desk.run_log()
    rates = [_of_rates(found, log) for found in desk.health(state)]
    return Table(COLUMNS, [*rates, *_feeds(log)])


def _of_rates(found: SourceHealth, log: RunLog) -> tuple[Cell, ...]:
    source, coverage = found.source, found.coverage
    pairs = " ".join(f"{pair.base}/{pair.quote}" for pair in coverage)
    days = ("", "")
    if coverage:
        days = (min(p.first for p in coverage).isoformat(), max(p.last for p in coverage).isoformat())
    counts = (sum(pair.days for pair in coverage), found.missing)
    about = (source.page, source.terms, source.attribution, source.note)
    runs = _runs(source.key, log)
    return (source.key, source.name, source.kind, *about, pairs, *days, *counts, str(source.enabled).lower(), *runs)


def _feeds(log: RunLog) -> Iterator[tuple[Cell, ...]]:
    for key, feed in catalog.feeds().items():
        empty = ("", "", feed.why, "", "", "", "", "")
        yield (key, feed.outlet, "feed", feed.page, *empty, str(feed.enabled).lower(), *_runs(key, log))


def _runs(key: str, log: RunLog) -> tuple[str, str]:
    success, latest = log.last_success.get(key), log.latest.get(key)
    failed = latest is not None and latest.outcome == "failed"
    return instant(success.ended) if success else "", latest.error if failed and latest else ""
