"""The refreshes that are under way in a running app, each in a thread of its own, so that none
waits for another."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from threading import Lock, Thread

from lib.catalog import Feed, Source
from lib.errors import StoreError
from lib.ingest.steps import MAX_FEEDS

REST = 60.0  # seconds, after a refresh that could not even be recorded: the store may be away

log = logging.getLogger(__name__)


class Lanes:
    """Starts refreshes and knows which are under way. Threads are daemons: a server that ends waits
    for no bank."""

    def __init__(self, refresh: Callable[[Source | Feed, datetime], None]) -> None:
        self._refresh = refresh
        self._lock = Lock()
        self._threads: dict[str, Thread] = {}
        self._feeds: set[str] = set()
        self._resting: dict[str, float] = {}  # until a time of the monotonic clock

    def under_way(self) -> set[str]:
        """The keys of the entries that are being refreshed, or rest."""
        now = time.monotonic()
        with self._lock:
            return {*self._threads, *(key for key, until in self._resting.items() if until > now)}

    def start(self, entry: Source | Feed, now: datetime) -> bool:
        """Start the refresh of an entry that is not under way; False where there are too many
        already."""
        thread = Thread(target=self._run, args=(entry, now), name=f"altyn-{entry.key}", daemon=True)
        with self._lock:
            if isinstance(entry, Feed):
                if len(self._feeds) >= MAX_FEEDS:
                    return False
                self._feeds.add(entry.key)
            self._threads[entry.key] = thread
        thread.start()
        return True

    def wait(self) -> None:
        """Wait until nothing is under way."""
        while threads := list(self._threads.values()):
            for thread in threads:
                thread.join()

    def _run(self, entry: Source | Feed, now: datetime) -> None:
        try:
            self._refresh(entry, now)
        except StoreError as failed:
            log.error("%s: the store could not be refreshed: %s", entry.key, failed)
            self._resting[entry.key] = time.monotonic() + REST
        except Exception:
            log.exception("%s: its refresh could not be recorded", entry.key)
            self._resting[entry.key] = time.monotonic() + REST
        finally:
            with self._lock:
                self._feeds.discard(entry.key)
                del self._threads[entry.key]
