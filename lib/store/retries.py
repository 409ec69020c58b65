"""What the schedule must know of a source that fails: how often in a row, and until when its server told us to wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from lib.store.engine import writing
from lib.store.schema import retries


class Retry(NamedTuple):
    """The failures since the last success; `not_before` is None where the server named no time."""

    failures: int
    not_before: datetime | None


class Retries:
    """The failing sources of one store."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def failed(self, source: str, not_before: datetime | None) -> None:
        """Count one more failure of a source."""
        ours = retries.c.source == source
        with writing(self._engine, self._clock) as write:
            before = write.conn.execute(sa.select(retries.c.failures).where(ours)).scalar() or 0
            write.conn.execute(sa.delete(retries).where(ours))
            write.conn.execute(sa.insert(retries).values(source=source, failures=before + 1, not_before=not_before))

    def succeeded(self, source: str) -> None:
        """Forget the failures of a source."""
        with writing(self._engine, self._clock) as write:
            write.conn.execute(sa.delete(retries).where(retries.c.source == source))

    def read(self) -> dict[str, Retry]:
        """The sources that failed when they were last asked."""
        with self._engine.connect() as conn:
            return {row.source: Retry(row.failures, row.not_before) for row in conn.execute(sa.select(retries))}
