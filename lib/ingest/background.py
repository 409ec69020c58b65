"""What the running app refreshes by itself: what is due, one source after another, by one process at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from random import Random
from uuid import uuid4

from lib import catalog
from lib.catalog import Feed, Source
from lib.ingest.schedule import next_due
from lib.ingest.steps import record, refresh_one, utc_now
from lib.models import Run
from lib.net import Client
from lib.store import Store

LONGEST_SLEEP = 60.0  # seconds: so often the lease is renewed, and another process's lease looked at
SHORTEST_SLEEP = 1.0  # seconds, between one source and the next: pages have the processor first

log = logging.getLogger(__name__)


class _LeaseLost(Exception):
    """Another process refreshes now."""


class Background:
    """Refreshes one store. `step` is called again and again, from one thread."""

    def __init__(self, store: Store, client: Client | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._client = client or Client()
        self._clock = clock
        self._holder = uuid4().hex

    def step(self) -> float:
        """Refresh the one entry that is due longest, and return the seconds until the next step. Does nothing where
        another process holds the lease. What is wrong with a source is recorded; what is wrong with the store is
        raised."""
        if not self._store.lease.take(self._holder):
            return LONGEST_SLEEP
        moments = self._moments()
        if not moments:
            return LONGEST_SLEEP
        moment, entry = min(moments, key=lambda due: due[0])
        if moment > (now := self._clock()):
            return min(max((moment - now).total_seconds(), SHORTEST_SLEEP), LONGEST_SLEEP)
        self._refresh(entry, now)
        return SHORTEST_SLEEP

    def _moments(self) -> list[tuple[datetime, Source | Feed]]:
        """When each enabled entry is due."""
        now, latest, retries = self._clock(), self._store.runs.latest(), self._store.retries.read()
        entries: list[Source | Feed] = [*catalog.sources().values(), *catalog.feeds().values()]
        return [
            (next_due(e, latest.get(e.key), retries.get(e.key), now, _jitter(e.key, latest.get(e.key))), e)
            for e in entries
            if e.enabled
        ]

    def _refresh(self, entry: Source | Feed, now: datetime) -> None:
        try:
            refresh_one(entry, self._client, self._store, now, self._keep)
        except _LeaseLost:
            log.warning("%s: stopped, another process refreshes now", entry.key)
        except Exception:
            # A bug in one adapter must not end the refresh of all others until somebody restarts the server.
            log.exception("%s: unexpected error", entry.key)
            why = "Altyn itself failed while it read this source; the server's log tells where"
            record(self._store, Run(entry.key, now, utc_now(), "failed", error=why))

    def _keep(self, _days: int) -> None:
        """Renew the lease after each window."""
        if not self._store.lease.take(self._holder):
            raise _LeaseLost


def _jitter(key: str, last: Run | None) -> float:
    """0 to 1; the same each time until the next run, so that looking often does not draw the earliest moment."""
    return Random(f"{key} {last.started if last else ''}").random()
