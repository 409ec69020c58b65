"""The store: rates, articles and the refresh log in one database. Callers never see SQL, connections or dialects.

engine.py    SQLite or PostgreSQL by URL; transactions; the stamps that make "as of" exact
schema.py    the tables
versions.py  what versioned facts have in common
rates.py  articles.py  runs.py  retries.py  lease.py   one class each

Of articles: query.py (what a reader typed), search.py (its words to rows), facets.py (each facet's rows, in memory),
finding.py (a filter to rows, pages and counts), groups.py (candidates for the same text and the same story).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import sqlalchemy as sa

from lib.models import Article, Rate, Run
from lib.store.articles import Articles, Page
from lib.store.engine import default_url, open_engine
from lib.store.groups import Assign, Candidate
from lib.store.lease import Lease
from lib.store.rates import Coverage, Rates
from lib.store.retries import Retries
from lib.store.runs import Runs
from lib.store.schema import meta

__all__ = ["Assign", "Candidate", "Coverage", "Page", "Store"]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """One database. Raises StoreError when it cannot be opened or is not ours. `clock` gives the time of writes."""

    def __init__(self, url: str | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = open_engine(url or default_url())
        self.rates = Rates(self._engine, clock)
        self.articles = Articles(self._engine, clock)
        self.runs = Runs(self._engine, clock)
        self.retries = Retries(self._engine, clock)
        self.lease = Lease(self._engine, clock)
        self._clock = clock

    @property
    def place(self) -> str:
        """Where the data lie, in words that hold no password."""
        url = self._engine.url
        if url.get_backend_name() == "sqlite":
            return url.database or "memory"
        return f"PostgreSQL on {url.host or 'this machine'}"  # without a host it is reached through a socket file

    def revision(self) -> int:
        """A number that grows with every change of rates or articles."""
        with self._engine.connect() as conn:
            return int(conn.execute(sa.select(meta.c.revision)).scalar_one())

    def stamp(self) -> datetime:
        """The moment of the last change of rates or articles: as of it, all that is held now."""
        with self._engine.connect() as conn:
            stamped: datetime = conn.execute(sa.select(meta.c.stamped_at)).scalar_one()
            return stamped

    def seed(self, rates: Iterable[Rate], articles: Iterable[Article]) -> bool:
        """Load the bundled snapshot where that was not done before, and say whether it was done now. Its log entry
        comes last, so an interrupted start repeats it, and adding the same facts twice changes nothing."""
        if "snapshot" in self.runs.latest():
            return False
        started = self._clock()
        added = self.rates.add(rates)
        self.articles.add(articles)
        self.runs.record(Run("snapshot", started, self._clock(), "snapshot", new=added.new))
        return True

    def close(self) -> None:
        self._engine.dispose()
