"""The store: rates, articles and the refresh log in one database. Callers never see SQL, connections or dialects.

opening.py   SQLite or PostgreSQL by URL
engine.py    connections, writing transactions, and the stamps that make "as of" exact
failures.py  what a database's errors mean
layout.py    which layout a database has, and how it gets the present one: schema.py, by migrations/
states.py    the committed states, and which one an instant means
copies.py    copies of a database in use
versions.py  what versioned facts have in common
rates.py  articles.py  runs.py  retries.py  failed_windows.py  lease.py   one class each

Of articles: query.py (what a reader typed), search.py (its words to rows), facets.py (each facet's rows, in memory),
finding.py (a filter to rows, pages and counts), groups.py (candidates for the same text and the same story).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from lib.models import Article, Rate, Run
from lib.store import states
from lib.store.articles import Articles, Page
from lib.store.copies import backup, checkpoint
from lib.store.failed_windows import Failure, Failures
from lib.store.groups import Assign, Candidate
from lib.store.lease import Lease
from lib.store.opening import default_url, open_engine
from lib.store.rates import Coverage, Rates
from lib.store.retries import Retries
from lib.store.runs import Runs
from lib.store.states import State

__all__ = ["Assign", "Candidate", "Coverage", "Failure", "Page", "Part", "State", "Store", "backup"]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Part(Protocol):
    """Bundled data under the name by which the log of runs remembers that they were loaded."""

    @property
    def name(self) -> str: ...

    @property
    def rates(self) -> Callable[[], Iterable[Rate]]: ...

    @property
    def articles(self) -> Callable[[], Iterable[Article]]: ...


class Store:
    """One database. Every method raises StoreError when the database fails, as does opening one that cannot be opened
    or is not ours. `clock` gives the time of writes."""

    def __init__(self, url: str | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = open_engine(url or default_url())
        self.rates = Rates(self._engine, clock)
        self.articles = Articles(self._engine, clock)
        self.runs = Runs(self._engine, clock)
        self.retries = Retries(self._engine, clock)
        self.failures = Failures(self._engine, clock)
        self.lease = Lease(self._engine, clock)
        self._clock = clock

    @property
    def place(self) -> str:
        """Where the data lie, in words that hold no password."""
        url = self._engine.url
        if url.get_backend_name() == "sqlite":
            return url.database or "memory"
        return f"PostgreSQL on {url.host or 'this machine'}"  # without a host it is reached through a socket file

    def state(self, asof: datetime | None = None) -> State | None:
        """The last committed state; as of an instant (UTC) the last one at or before it, where an exact stamp is its
        own state. None where nothing was recorded yet."""
        with self._engine.connect() as conn:
            return states.last(conn) if asof is None else states.at(conn, asof)

    def seed(self, parts: Iterable[Part]) -> bool:
        """Load each bundled part that was not loaded before, and say whether any was. A part's log
        entry comes last, so an interrupted start repeats it: adding the same facts twice changes
        nothing."""
        loaded = self.runs.latest()
        missing = [part for part in parts if part.name not in loaded]
        for part in missing:
            started = self._clock()
            added = self.rates.add(part.rates())
            self.articles.add(part.articles())
            self.runs.record(Run(part.name, started, self._clock(), "snapshot", new=added.new))
        if missing:
            self.checkpoint()
        return bool(missing)

    def checkpoint(self) -> None:
        """Let the file of an SQLite store hold all that is stored, as far as readers allow it now. Never fails."""
        checkpoint(self._engine)

    def close(self) -> None:
        """Give up all connections."""
        self.checkpoint()
        self._engine.dispose()
