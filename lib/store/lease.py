"""The lease in the store: of all processes on one database, at most one holds it and refreshes in the background."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from lib.store.engine import writing
from lib.store.schema import lease

# Held this long after each renewal. Longer than one window of the slowest source takes (30 requests at a few seconds
# each); a process that dies leaves its store without a refresh for no longer than this.
LEASE = timedelta(minutes=5)


class Lease:
    """Who refreshes one store in the background."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def take(self, holder: str) -> bool:
        """Take the lease for `holder`, or renew it; False where another holds it."""
        with writing(self._engine, self._clock) as write:
            now = self._clock()
            others = sa.select(lease.c.holder).where(lease.c.holder != holder, lease.c.expires > now)
            if write.conn.execute(others).first():
                return False
            write.conn.execute(sa.delete(lease))
            write.conn.execute(sa.insert(lease).values(holder=holder, expires=now + LEASE))
            return True
