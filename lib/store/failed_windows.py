"""Days that a source was asked for and did not answer: counted by rounds, so that one bad day is not asked for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from lib.store.engine import writing
from lib.store.schema import failed_windows

ROUNDS = 3  # failures in a row after which days are left alone
LEFT = timedelta(days=7)  # ... and asked for again once in this time


class Failure(NamedTuple):
    """The days `since` .. `until`, both included, that a source failed to answer for, `failures` times in a row."""

    since: date
    until: date
    failures: int
    last_tried: datetime
    reason: str

    @property
    def left(self) -> bool:
        """Whether the days are left alone but for one try a week."""
        return self.failures >= ROUNDS

    def due(self, today: date) -> bool:
        """Whether the days are to be asked for in a round of `today`."""
        return not self.left or today >= self.last_tried.date() + LEFT


class Failures:
    """The unanswered days of one store."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def read(self, source: str) -> list[Failure]:
        """The unanswered days of a source, oldest first."""
        columns = [failed_windows.c[name] for name in Failure._fields]
        query = sa.select(*columns).where(failed_windows.c.source == source).order_by(failed_windows.c.since)
        with self._engine.connect() as conn:
            return [Failure(*row) for row in conn.execute(query)]

    def replace(self, source: str, gone: Iterable[Failure], failed: Iterable[Failure]) -> None:
        """Forget the failures `gone`, and keep each of `failed` in place of one for the same days."""
        gone, failed = list(gone), list(failed)
        if not gone and not failed:
            return
        with writing(self._engine, self._clock) as write:
            for some in (*gone, *failed):
                same = sa.and_(failed_windows.c.since == some.since, failed_windows.c.until == some.until)
                write.conn.execute(sa.delete(failed_windows).where(failed_windows.c.source == source, same))
            for some in failed:
                write.conn.execute(sa.insert(failed_windows).values(source=source, **some._asdict()))
