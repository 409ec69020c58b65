"""Rates in the store: adding what a publisher says, and reading it as it stands or stood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from lib.models import Observation, Rate, RateQuery
from lib.store.engine import Write, writing
from lib.store.schema import rates, windows
from lib.store.versions import close, insert, visible

READ_AT_ONCE = 1000  # rows: many more at a time and the garbage collector has more to do than we; one at a time is slow


Was = tuple[float | None, datetime | None]  # a value that was corrected, and when it was first seen
NEVER: Was = (None, None)


class Added(NamedTuple):
    """How many facts a write brought: new ones, and new versions of known ones."""

    new: int
    changed: int


class Coverage(NamedTuple):
    """What is held of one source's pair."""

    source: str
    base: str
    quote: str
    first: date
    last: date
    days: int


class Window(NamedTuple):
    """The days `since` .. `until`, both included, of one source."""

    source: str
    since: date
    until: date


class Rates:
    """The rates of one store."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, batch: Iterable[Rate], asked: Window | None = None) -> Added:
        """Store what a publisher says, in one transaction; a changed value closes the old version. Repeating a batch
        changes nothing, not even the revision. A batch holds at most one value for a source, pair and day. With
        `asked` the same transaction remembers the days that the batch answers for."""
        by_source: dict[str, list[Rate]] = {}
        for rate in batch:
            by_source.setdefault(rate.source, []).append(rate)
        if not by_source and not asked:
            return Added(0, 0)
        with writing(self._engine, self._clock) as write:
            counts = [_add_one_source(write, source, some) for source, some in by_source.items()]
            added = Added(sum(c.new for c in counts), sum(c.changed for c in counts))
            if added != (0, 0):
                write.bump(rates=1)
            if asked:
                _remember(write, asked)
        return added

    def supersede(self, doomed: Iterable[Observation]) -> int:
        """Close rows that must no longer be shown, with a new stamp and without a successor: views as of an instant
        before keep them. Those that no longer hold are passed over. The number of rows closed."""
        keys = {(o.source, o.base, o.quote, o.day) for o in doomed}
        if not keys:
            return 0
        with writing(self._engine, self._clock) as write:
            columns = (rates.c.id, rates.c.source, rates.c.base, rates.c.quote, rates.c.day)
            days = [day for *_, day in keys]
            some = sa.select(*columns).where(visible(rates, None), rates.c.day.between(min(days), max(days)))
            ids = [row_id for row_id, *key in write.conn.execute(some) if tuple(key) in keys]
            close(write, rates, ids)
            if ids:
                write.bump(rates=1)
        return len(ids)

    def read(self, query: RateQuery) -> list[Observation]:
        """The observations that `query` asks for, by source, pair and day."""
        with self._engine.connect() as conn:
            given_way = _given_way(conn, query)
            return [
                Observation(s, b, q, day, value, at, *was.get(at, NEVER))
                if (was := given_way.get((s, b, q, day)))
                else Observation(s, b, q, day, value, at, None)
                for some in conn.execute(_select(query)).partitions(READ_AT_ONCE)
                for s, b, q, day, value, at in some
            ]

    def asked(self, source: str) -> list[tuple[date, date]]:
        """The windows of a source that `add` was told of, by day."""
        query = sa.select(windows.c.since, windows.c.until).where(windows.c.source == source).order_by(windows.c.since)
        with self._engine.connect() as conn:
            return [(since, until) for since, until in conn.execute(query)]

    def last_day(self, source: str) -> date | None:
        """The newest day held of a source, or None."""
        query = sa.select(sa.func.max(rates.c.day)).where(rates.c.source == source, visible(rates, None))
        with self._engine.connect() as conn:
            return conn.execute(query).scalar()

    def coverage(self, asof: datetime | None = None) -> list[Coverage]:
        """What is held, or was at an instant: one row for each source and pair."""
        keys = (rates.c.source, rates.c.base, rates.c.quote)
        span = (sa.func.min(rates.c.day), sa.func.max(rates.c.day), sa.func.count())
        query = sa.select(*keys, *span).where(visible(rates, asof)).group_by(*keys).order_by(*keys)
        with self._engine.connect() as conn:
            return [Coverage(*row) for row in conn.execute(query)]


def _add_one_source(write: Write, source: str, batch: list[Rate]) -> Added:
    known = {key: (row_id, value) for row_id, key, value in _known(write, source, batch)}
    fresh = [r for r in batch if known.get(_key(r), (0, None))[1] != r.value]
    outdated = [known[_key(r)][0] for r in fresh if _key(r) in known]
    close(write, rates, outdated)
    insert(write, rates, [_columns(r) for r in fresh])
    return Added(len(fresh) - len(outdated), len(outdated))


def _remember(write: Write, asked: Window) -> None:
    """Two backfills side by side may end the same window."""
    same = sa.and_(*(windows.c[name] == value for name, value in asked._asdict().items()))
    if write.conn.execute(sa.select(windows.c.source).where(same)).first() is None:
        write.conn.execute(sa.insert(windows).values(asked._asdict()))


def _key(rate: Rate) -> tuple[str, str, date]:
    return (rate.base, rate.quote, rate.day)


def _columns(rate: Rate) -> dict[str, Any]:
    """`dataclasses.asdict` copies deeply, and takes ten times as long as SQLite does to store the row."""
    return {"source": rate.source, "base": rate.base, "quote": rate.quote, "day": rate.day, "value": rate.value}


# What already holds for a source in the days that a batch spans. Naming the currencies lets the index find it: without
# them each window of a backfill reads all that came before. Built once: building it takes as long as asking it.
KNOWN = sa.select(rates.c.id, rates.c.base, rates.c.quote, rates.c.day, rates.c.value).where(
    rates.c.source == sa.bindparam("source"),
    rates.c.base.in_(sa.bindparam("bases", expanding=True)),
    rates.c.quote.in_(sa.bindparam("quotes", expanding=True)),
    rates.c.day.between(sa.bindparam("since"), sa.bindparam("until")),
    visible(rates, None),
)


def _known(write: Write, source: str, batch: list[Rate]) -> Iterator[tuple[int, tuple[str, str, date], float]]:
    days = [r.day for r in batch]
    pairs = {"source": source, "bases": list({r.base for r in batch}), "quotes": list({r.quote for r in batch})}
    for row_id, base, quote, day, value in write.conn.execute(KNOWN, {**pairs, "since": min(days), "until": max(days)}):
        yield row_id, (base, quote, day), value


def _select(query: RateQuery) -> sa.Select[Any]:
    pair = (rates.c.source, rates.c.base, rates.c.quote)
    chosen = sa.select(*pair, rates.c.day, rates.c.value, rates.c.recorded_at)
    chosen = chosen.where(visible(rates, query.asof), *_wanted(query))
    return chosen.order_by(rates.c.source, rates.c.base, rates.c.quote, rates.c.day)


def _given_way(conn: sa.Connection, query: RateQuery) -> dict[tuple[str, str, str, date], dict[datetime, Was]]:
    """The values that were corrected, by source, pair and day, and by the instant when the next value began. They are
    few, so this takes a fifth of the time that a join of each observation with its older versions does."""
    pair = (rates.c.source, rates.c.base, rates.c.quote)
    columns = (*pair, rates.c.day, rates.c.superseded_at, rates.c.value, rates.c.recorded_at)
    chosen = sa.select(*columns).where(rates.c.superseded_at.is_not(None), *_wanted(query))
    found: dict[tuple[str, str, str, date], dict[datetime, Was]] = {}
    for source, base, quote, day, ended, value, began in conn.execute(chosen):
        found.setdefault((source, base, quote, day), {})[ended] = (value, began)
    return found


def _wanted(query: RateQuery) -> Iterator[sa.ColumnElement[bool]]:
    for column, allowed in (("source", query.sources), ("base", query.bases), ("quote", query.quotes)):
        if allowed:
            yield rates.c[column].in_(allowed)
    if query.since:
        yield rates.c.day >= query.since
    if query.until:
        yield rates.c.day <= query.until
