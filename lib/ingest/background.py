"""What the running app refreshes by itself: what is due, side by side, by one process at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from threading import Lock
from uuid import uuid4

from lib import catalog
from lib.catalog import Feed, Source
from lib.errors import StoreError
from lib.ingest.invalid import supersede_invalid
from lib.ingest.lanes import Lanes
from lib.ingest.schedule import next_due
from lib.ingest.steps import record, refresh_one, utc_now
from lib.models import Run
from lib.net import Client
from lib.store import Store

RENEWALS = 3  # of a lease in its length: two may fail before another process takes over
SHORTEST_SLEEP = 1.0  # seconds, after refreshes were started: some may wait for a free lane
LATER = timedelta(days=1)  # when to look again where nothing is enabled
ERROR_SLEEP = 15.0  # seconds after the database failed: one that restarts is often back by then
STANDBY_SLEEP = 1.5  # seconds between two looks at the lease of another process: it may be released at any moment

log = logging.getLogger(__name__)


class _LeaseLost(Exception):
    """Another process refreshes now, or this one ends."""


class Background:
    """Refreshes one store. `step` is called again and again, from one thread; `close` from any."""

    def __init__(self, store: Store, client: Client | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._client = client or Client()
        self._clock = clock
        self._holder = uuid4().hex
        self._longest_sleep = store.lease.length.total_seconds() / RENEWALS
        self._taking = Lock()
        self._closed = False
        self._refreshed = False  # since the last checkpoint
        self._checked = False
        self._lanes = Lanes(self._refresh)

    def step(self) -> float:
        """Start the refresh of every entry that is due, and return the seconds until the next step.
        Does nothing where another process has the lease. What is wrong with a source is recorded,
        what is wrong with the store is logged in one sentence."""
        try:
            return self._step()
        except StoreError as failed:
            log.error("the store could not be refreshed: %s", failed)
            return ERROR_SLEEP

    def close(self) -> None:
        """Release the lease, so that another process takes over at once. No step does anything after this."""
        try:
            with self._taking:
                self._closed = True
                self._store.lease.release(self._holder)
        except StoreError as failed:
            log.error("the lease could not be released: %s", failed)
        self._store.checkpoint()

    def wait(self) -> None:
        """Wait until every refresh that was started has ended."""
        self._lanes.wait()

    def _step(self) -> float:
        """The lease is renewed at each step: none waits for a refresh, however long a window takes."""
        if not self._take():
            left = self._store.lease.seconds_left(self._holder)
            return min(max(left, SHORTEST_SLEEP), STANDBY_SLEEP)
        if not self._checked:
            supersede_invalid(self._store, self._clock())
            self._checked = True
        moments, now = self._moments(), self._clock()
        due = [entry for moment, entry in sorted(moments, key=_moment) if moment <= now]
        for entry in due:
            self._lanes.start(entry, now)
        if due:
            return SHORTEST_SLEEP
        self._end_of_round()
        until = min((moment for moment, _ in moments), default=now + LATER) - now
        return min(max(until.total_seconds(), SHORTEST_SLEEP), self._longest_sleep)

    def _take(self) -> bool:
        with self._taking:
            return not self._closed and self._store.lease.take(self._holder)

    def _moments(self) -> list[tuple[datetime, Source | Feed]]:
        """When each enabled entry that is not under way is due."""
        under_way = self._lanes.under_way()  # first: what ends meanwhile has its run recorded
        now, latest, retries = self._clock(), self._store.runs.latest(), self._store.retries.read()
        entries: list[Source | Feed] = [*catalog.sources().values(), *catalog.feeds().values()]
        return [
            (next_due(e, latest.get(e.key), retries.get(e.key), now, _jitter(e.key, latest.get(e.key))), e)
            for e in entries
            if e.enabled and e.key not in under_way
        ]

    def _refresh(self, entry: Source | Feed, now: datetime) -> None:
        self._refreshed = True
        try:
            refresh_one(entry, self._client, self._store, now, self._keep)
        except _LeaseLost:
            log.warning("%s: stopped, another process refreshes now", entry.key)
        except StoreError:
            raise
        except Exception:
            # A bug in one adapter must not end the refresh of all others until somebody restarts the server.
            log.exception("%s: unexpected error", entry.key)
            why = "Altyn itself failed while it read this source; the server's log tells where"
            record(self._store, Run(entry.key, now, utc_now(), "failed", error=why))

    def _keep(self, _days: int) -> None:
        """Go on after a window only while the lease is ours."""
        if not self._take():
            raise _LeaseLost

    def _end_of_round(self) -> None:
        if self._refreshed and not self._lanes.under_way():
            self._store.checkpoint()
            self._refreshed = False


def _moment(due: tuple[datetime, Source | Feed]) -> datetime:
    return due[0]


def _jitter(key: str, last: Run | None) -> float:
    """0 to 1; the same each time until the next run, so that looking often does not draw the earliest moment."""
    return Random(f"{key} {last.started if last else ''}").random()
