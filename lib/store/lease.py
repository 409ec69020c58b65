"""The lease in the store: of all processes on one database, at most one has it and refreshes in the background."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from lib.store.engine import writing
from lib.store.schema import lease

LENGTH = timedelta(seconds=45)  # after each renewal: another process takes over so long after one that died


class Lease:
    """Who refreshes one store in the background."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime], length: timedelta = LENGTH) -> None:
        self._engine = engine
        self._clock = clock
        self.length = length

    def take(self, holder: str) -> bool:
        """Take the lease for `holder`, or renew it; False where another has it. A refusal takes no write lock."""
        with self._engine.connect() as conn:
            if self._of_another(conn, holder):
                return False
        with writing(self._engine, self._clock) as write:
            if self._of_another(write.conn, holder):
                return False
            write.conn.execute(sa.delete(lease))
            write.conn.execute(sa.insert(lease).values(holder=holder, expires=self._clock() + self.length))
            return True

    def release(self, holder: str) -> None:
        """Give the lease up, where `holder` has it, so that another process need not wait for its end."""
        with writing(self._engine, self._clock) as write:
            write.conn.execute(sa.delete(lease).where(lease.c.holder == holder))

    def holder(self) -> str | None:
        """The process that has the lease, if one has it now."""
        with self._engine.connect() as conn:
            current = sa.select(lease.c.holder).where(lease.c.expires > self._clock())
            return conn.execute(current).scalar()

    def seconds_left(self, holder: str) -> float:
        """How long the lease of another than `holder` lasts if it is not renewed; 0 where none has it."""
        with self._engine.connect() as conn:
            expires = self._of_another(conn, holder)
        return (expires - self._clock()).total_seconds() if expires else 0.0

    def _of_another(self, conn: sa.Connection, holder: str) -> datetime | None:
        """When the lease of another ends. One that ends later than any can was made by a clock that ran ahead."""
        now = self._clock()
        others = sa.select(lease.c.expires).where(lease.c.holder != holder)
        running = others.where(lease.c.expires > now, lease.c.expires <= now + self.length)
        return conn.execute(running).scalar()
