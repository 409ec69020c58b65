"""When each source and feed is due. Decisions only: nothing here asks, stores or waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from lib.catalog import Feed, Source
from lib.models import Run
from lib.rates import SATURDAY
from lib.store import Store
from lib.store.retries import Retry

RETRY = timedelta(hours=1)  # after a first failure, or the entry's own interval where that is shorter; then doubled
LONGEST_RETRY = timedelta(days=1)  # or the entry's own interval where that is longer
LONGEST_WAIT = timedelta(days=7)  # what we grant a server that asks for more: it may have told us nonsense
SPREAD = 0.1  # of a wait: many copies of Altyn should not ask a bank at the same second

Entry = Source | Feed


def next_due(entry: Entry, last: Run | None, retry: Retry | None, now: datetime, jitter: float = 0.0) -> datetime:
    """When to ask `entry` next, seen from `now`: past or present where it is due. `jitter`, 0 to 1, is how much of the
    spread is added. A publisher of weekdays is asked once in a weekend."""
    if last is None or last.started > now:  # a run of the future: the clock was wrong, and must not silence a source
        return now
    wait = _interval(entry) if last.outcome != "failed" else _back_off(_interval(entry), retry)
    moment = last.started + wait * (1 + SPREAD * jitter)
    if last.outcome == "failed" and retry and retry.not_before:
        moment = max(moment, min(retry.not_before, last.started + LONGEST_WAIT))
    if isinstance(entry, Source) and entry.days == "weekdays" and _weekend(last.started) == _weekend(moment) != "":
        return _monday_after(moment) + RETRY * jitter
    return moment


def due(entries: Iterable[Entry], store: Store, now: datetime) -> list[Entry]:
    """The enabled sources and feeds that are due."""
    latest, retries = store.runs.latest(), store.retries.read()
    return [e for e in entries if e.enabled and next_due(e, latest.get(e.key), retries.get(e.key), now) <= now]


def _interval(entry: Entry) -> timedelta:
    return timedelta(hours=entry.every_hours) if isinstance(entry, Source) else timedelta(minutes=entry.every_minutes)


def _back_off(interval: timedelta, retry: Retry | None) -> timedelta:
    doublings = min(retry.failures - 1 if retry else 0, 20)  # beyond 20 all are above the cap, and 2**1000 overflows
    return min(min(interval, RETRY) * (1 << doublings), max(interval, LONGEST_RETRY))


def _weekend(moment: datetime) -> str:
    """Which weekend a moment falls in, as ISO year and week; "" on weekdays."""
    return f"{moment:%G-%V}" if moment.weekday() >= SATURDAY else ""


def _monday_after(moment: datetime) -> datetime:
    return datetime.combine(moment.date() + timedelta(days=7 - moment.weekday()), time(), UTC)
