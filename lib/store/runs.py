"""The log of refreshes: what each source gave, refused or failed at, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from lib.models import Rejected, Run
from lib.store.engine import writing
from lib.store.schema import rejections, runs

MOST_REJECTIONS = 200  # of one run: enough to see what is wrong, and a broken source cannot fill the disk


class Runs:
    """The refresh log of one store."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def record(self, run: Run) -> None:
        """Add one run with its rejected rows."""
        fields = ("source", "started", "ended", "outcome", "new", "changed", "error")
        with writing(self._engine, self._clock) as write:
            values = {**{f: getattr(run, f) for f in fields}, "error": _storable(run.error)}
            run_id = write.conn.execute(sa.insert(runs).values(values).returning(runs.c.id)).scalar_one()
            refused = run.rejected[:MOST_REJECTIONS]
            rows = [{"run": run_id, "what": _storable(r.what), "why": _storable(r.why)} for r in refused]
            if rows:
                write.conn.execute(sa.insert(rejections), rows)

    def latest(self) -> dict[str, Run]:
        """The last run of each source, with its rejected rows."""
        newest = sa.select(sa.func.max(runs.c.id)).group_by(runs.c.source)
        return {run.source: run for run in self._read(runs.c.id.in_(newest))}

    def recent(self, most: int = 30) -> dict[str, list[Run]]:
        """The last runs of each source, oldest first, without their rejected rows."""
        nth = sa.func.row_number().over(partition_by=runs.c.source, order_by=runs.c.id.desc())
        numbered = sa.select(runs, nth.label("nth")).subquery()
        found: dict[str, list[Run]] = {}
        with self._engine.connect() as conn:
            for row in conn.execute(sa.select(numbered).where(numbered.c.nth <= most).order_by(numbered.c.id)):
                found.setdefault(row.source, []).append(_run(tuple(row)[1:-1]))
        return found

    def last_success(self) -> dict[str, Run]:
        """The last run of each source that reached it: also one that found nothing new."""
        reached = runs.c.outcome.in_(("ok", "unchanged"))
        newest = sa.select(sa.func.max(runs.c.id)).where(reached).group_by(runs.c.source)
        return {run.source: run for run in self._read(runs.c.id.in_(newest))}

    def _read(self, where: sa.ColumnElement[bool]) -> list[Run]:
        columns = (
            runs.c.source,
            runs.c.started,
            runs.c.ended,
            runs.c.outcome,
            runs.c.new,
            runs.c.changed,
            runs.c.error,
        )
        with self._engine.connect() as conn:
            found = {row.id: _run(row[1:]) for row in conn.execute(sa.select(runs.c.id, *columns).where(where))}
            query = sa.select(rejections).where(rejections.c.run.in_(found)).order_by(rejections.c.id)
            for row in conn.execute(query) if found else ():
                run = found[row.run]
                found[row.run] = replace(run, rejected=(*run.rejected, Rejected(row.what, row.why)))
        return list(found.values())


def _storable(text: str) -> str:
    """Text that quotes a source may hold what PostgreSQL refuses: NUL characters and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _run(row: tuple[object, ...]) -> Run:
    source, started, ended, outcome, new, changed, error = row
    return Run(source, started, ended, outcome, new, changed, error=error)  # type: ignore[arg-type]
