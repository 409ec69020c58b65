"""The committed states of a store: each write of rates or articles makes one, and its stamp names it for ever."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from lib.store.schema import articles, rates, states


class State(NamedTuple):
    """One committed state: what was current at `at`, its stamp (UTC). `rates` and `articles` are revisions, which grow
    with each write of either."""

    at: datetime
    rates: int
    articles: int


NEWEST = sa.select(states.c.at, states.c.rates, states.c.articles).order_by(states.c.at.desc()).limit(1)


def last(conn: sa.Connection) -> State | None:
    """The last committed state; None in an empty store."""
    return _first(conn, NEWEST)


def at(conn: sa.Connection, asof: datetime) -> State | None:
    """The state of an exact stamp, else the last one at or before an instant. A state whose stamp lies after the clock
    of its writer counts from that clock: stamps stay ahead for a while after a clock ran ahead and was repaired."""
    before = _first(conn, NEWEST.where(states.c.at <= asof))
    if before is None or before.at < asof:
        late = _first(conn, NEWEST.where(states.c.written < states.c.at, states.c.written <= asof))
        return max((state for state in (before, late) if state), default=None)
    return before


def rebuild(conn: sa.Connection, now: datetime) -> None:
    """Make the states of a database that has none from the stamps of its rows. `now` is what the clock says: stamps
    after it were made by one that ran ahead."""
    changed = {name: _stamps(conn, table) for name, table in (("rates", rates), ("articles", articles))}
    rows, counts = [], dict.fromkeys(changed, 0)
    for stamp in sorted(set().union(*changed.values())):
        counts = {name: counts[name] + (stamp in stamps) for name, stamps in changed.items()}
        rows.append({"at": stamp, "written": min(stamp, now), **counts})
    if rows:
        conn.execute(sa.insert(states), rows)


def _stamps(conn: sa.Connection, table: sa.Table) -> set[datetime]:
    ended = sa.select(table.c.superseded_at).where(table.c.superseded_at.is_not(None))
    return set(conn.execute(sa.select(table.c.recorded_at).union(ended)).scalars())


def _first(conn: sa.Connection, query: sa.Select[tuple[datetime, int, int]]) -> State | None:
    row = conn.execute(query).first()
    return State(row.at, row.rates, row.articles) if row else None
