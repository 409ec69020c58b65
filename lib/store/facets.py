"""Which rows each facet has, as bitmaps in memory: any combination of filters, with the counts of every facet, without
asking the database. A million rows take some 20 MB.

Rows of articles never change, so what is known of them is kept in the database in blocks that never change either, and
a process reads those, then the rows since. What does change, which rows are current, is one bitmap more.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from pyroaring import BitMap

from lib.store import states
from lib.store.engine import Write
from lib.store.schema import articles, blocks, tags

BLOCK = 1 << 14  # rows: a start reads at most so many one by one, in 0.1 s
FORMAT = 1  # of a block's data: raise it when that changes, and all blocks are made anew by the next write of articles
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # before the first write: what a new database is stamped with
DAY_BITS = 36  # of a place in time: the day above them, the second since 1970 below

Ids = npt.NDArray[np.int64]
Kinds = dict[str, dict[str, BitMap]]


class Part(NamedTuple):
    """What is known of some rows, old versions too: the ids that each value of a facet has; and by id, beginning with
    `first`, the place in time and the id of the row that first bore the same text."""

    first: int
    kinds: Kinds
    when: Ids
    card: Ids


@dataclass(frozen=True, slots=True)
class Shelf:
    """All rows as of the state stamped `at`, whose articles have this revision; by id from 0. `current` are those not
    superseded; `shared` those whose text more rows have, with `group`, a number of that text by id, and `earliest`,
    their ids in the order of time."""

    at: datetime
    revision: int
    kinds: Kinds
    when: Ids
    card: Ids
    current: BitMap
    shared: BitMap
    group: Ids
    earliest: Ids

    def rows(self, kind: str, codes: Iterable[str]) -> BitMap:
        """The rows that have any of these values of a facet."""
        of = self.kinds.get(kind, {})
        return BitMap().union(*(of[code] for code in codes if code in of))

    def all(self) -> BitMap:
        """All rows, old versions too."""
        return BitMap().union(*self.kinds["language"].values())

    def between(self, since: date | None, until: date | None) -> BitMap:
        """The rows of these days, both included."""
        first, last = since or date.min, until or date.max
        months = (first.isoformat()[:7], last.isoformat()[:7])
        of = self.kinds["month"]
        inside = self.rows("month", [month for month in of if months[0] < month < months[1]])
        edge = ids_of(self.rows("month", months))
        days = self.days(edge)
        return inside | bitmap(edge[(days >= first.toordinal()) & (days <= last.toordinal())])

    def days(self, ids: Ids) -> Ids:
        """The ordinals of the days of these rows."""
        return self.when[ids] >> DAY_BITS

    def cards(self, rows: BitMap) -> BitMap:
        """Of the rows with one text only the earliest one."""
        if not (several := rows & self.shared):
            return rows
        among = np.zeros(len(self.when), np.bool_)
        among[ids_of(several)] = True
        ids = self.earliest[among[self.earliest]]
        first = np.zeros(len(self.earliest), np.int64)
        first[self.group[ids[::-1]]] = ids[::-1]  # of several values for one place the last one stays
        return (rows - self.shared) | bitmap(first[first > 0])

    def counts(self, rows: BitMap, kind: str) -> dict[str, int]:
        """How many texts of `rows` each value of a facet has."""
        alone, several = rows - self.shared, rows & self.shared
        counted = {
            code: alone.intersection_cardinality(of) + self._texts(several & of)
            for code, of in self.kinds[kind].items()
        }
        return {code: count for code, count in sorted(counted.items()) if count}

    def _texts(self, several: BitMap) -> int:
        if not several:
            return 0
        seen = np.zeros(len(self.earliest), np.bool_)
        seen[self.group[ids_of(several)]] = True
        return int(np.count_nonzero(seen))


KINDS = ("country", "topic", "outlet", "language", "month", "feed")


def empty() -> Shelf:
    none = np.zeros(0, np.int64)
    return Shelf(NEVER, 0, {k: {} for k in KINDS}, none, none, BitMap(), BitMap(), none, none)


def refreshed(conn: sa.Connection, before: Shelf) -> Shelf:
    """The shelf as the last committed write left it. The state is read first: what is written meanwhile is later."""
    state = states.last(conn)
    if state is None or state.articles == before.revision:
        return before
    at = state.at
    parts = list(_since(conn, len(before.when), at))
    kinds = {kind: {code: rows.copy() for code, rows in of.items()} for kind, of in before.kinds.items()}
    for part in parts:
        for kind, of in part.kinds.items():
            for code, rows in of.items():
                kinds[kind].setdefault(code, BitMap()).update(rows)
    when = np.concatenate([before.when, *(part.when for part in parts)])
    card = np.concatenate([before.card, *(part.card for part in parts)])
    new = BitMap().union(*(rows for part in parts for rows in part.kinds["language"].values()))
    current = (before.current | new) - _superseded(conn, before.at, at)
    return Shelf(at, state.articles, kinds, when, card, current, *_shared(when, card))


def visible(conn: sa.Connection, shelf: Shelf, asof: datetime | None) -> BitMap:
    """The rows that are current, or were as of an instant."""
    if asof is None or asof >= shelf.at:
        return shelf.current
    return (shelf.all() & BitMap(range(_last(conn, asof) + 1))) - _superseded(conn, NEVER, asof)


def keep_blocks(write: Write, last: int) -> None:
    """Keep what is known of every full block up to the row `last`, just written."""
    ours = blocks.c.format == FORMAT
    done = write.conn.execute(sa.select(sa.func.max(blocks.c.number)).where(ours)).scalar()
    if done is None:
        write.conn.execute(sa.delete(blocks))
    for number in range(0 if done is None else done + 1, last // BLOCK):
        part = _read(write.conn, number * BLOCK, (number + 1) * BLOCK - 1, write.at)
        rows = [(kind, code, ids.serialize()) for kind, of in part.kinds.items() for code, ids in of.items()]
        rows += [(name, "", getattr(part, name).astype("<i8").tobytes()) for name in ("when", "card")]
        keys = ("number", "kind", "code", "data", "format")
        write.conn.execute(sa.insert(blocks), [dict(zip(keys, (number, *row, FORMAT), strict=True)) for row in rows])


def ids_of(rows: BitMap) -> Ids:
    return np.frombuffer(rows.to_array(), np.uint32).astype(np.int64)


def bitmap(ids: Ids) -> BitMap:
    return BitMap(array("I", ids.astype(np.uint32).tobytes()))


def _since(conn: sa.Connection, first: int, at: datetime) -> Iterator[Part]:
    """What is known of the rows from `first` on: whole blocks where there are any, and what lies before and after."""
    last = _last(conn, at)
    start, end = -(-first // BLOCK), last // BLOCK
    kept: dict[int, dict[str, dict[str, bytes]]] = {}
    b = blocks.c
    some = (b.number >= start, b.number < end, b.format == FORMAT)
    query = sa.select(b.number, b.kind, b.code, b.data).where(*some).order_by(b.number)
    for number, kind, code, data in conn.execute(query):
        kept.setdefault(number, {}).setdefault(kind, {})[code] = data
    if kept and first < start * BLOCK:
        yield _read(conn, first, start * BLOCK - 1, at)
    for number, kinds in kept.items():
        yield _unpacked(number * BLOCK, kinds)
    if last >= (rest := end * BLOCK if kept else first):
        yield _read(conn, rest, last, at)


def _superseded(conn: sa.Connection, after: datetime, until: datetime) -> BitMap:
    """The rows that ceased to hold after one instant and until another."""
    closed = articles.c.superseded_at
    query = sa.select(articles.c.id).where(closed.is_not(None), closed > after, closed <= until)
    return BitMap(conn.execute(query).scalars())


def _last(conn: sa.Connection, at: datetime) -> int:
    """The highest id written until an instant, or -1: ids grow with the stamps."""
    newest = (articles.c.recorded_at.desc(), articles.c.id.desc())
    query = sa.select(articles.c.id).where(articles.c.recorded_at <= at).order_by(*newest).limit(1)
    last = conn.execute(query).scalar()
    return -1 if last is None else last


def _unpacked(first: int, kinds: Mapping[str, Mapping[str, bytes]]) -> Part:
    when, card = (np.frombuffer(kinds[name][""], "<i8").astype(np.int64) for name in ("when", "card"))
    read = {k: {c: BitMap.deserialize(data) for c, data in kinds.get(k, {}).items()} for k in KINDS}
    return Part(first, read, when, card)


def _read(conn: sa.Connection, first: int, last: int, at: datetime) -> Part:
    """What is known of the rows `first` to `last`, both included."""
    ids: dict[str, dict[str, list[int]]] = {kind: {} for kind in KINDS}
    when = np.zeros(last - first + 1, np.int64)
    card = np.arange(first, last + 1, dtype=np.int64)
    a = articles.c
    query = sa.select(a.id, a.feed, a.outlet, a.language, a.day, a.published, a.card)
    for row in conn.execute(query.where(a.id.between(first, last), a.recorded_at <= at)):
        values = {"feed": row.feed, "outlet": row.outlet, "language": row.language, "month": row.day.isoformat()[:7]}
        for kind, code in values.items():
            ids[kind].setdefault(code, []).append(row.id)
        when[row.id - first] = place(row.day, row.published)
        card[row.id - first] = row.card or row.id
    for article, kind, code in conn.execute(
        sa.select(tags.c.article, tags.c.kind, tags.c.code).where(tags.c.article.between(first, last))
    ):
        ids[kind].setdefault(code, []).append(article)
    return Part(first, {k: {code: BitMap(rows) for code, rows in of.items()} for k, of in ids.items()}, when, card)


def place(day: date, published: datetime | None) -> int:
    """Where an article stands in time: by day, within it by the second, where known; without an hour it comes first."""
    return (day.toordinal() << DAY_BITS) + (max(1, int(published.timestamp())) if published else 0)


def _shared(when: Ids, card: Ids) -> tuple[BitMap, Ids, Ids]:
    copies = np.flatnonzero(card != np.arange(len(card)))
    ids = np.union1d(copies, card[copies])
    group = np.zeros(len(card), np.int64)
    group[ids] = np.unique(card[ids], return_inverse=True)[1]
    return bitmap(ids), group, ids[np.argsort(when[ids], kind="stable")]
