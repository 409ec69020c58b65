"""Which articles have the same text, and which are on the same event: the candidates for an article that has just been
written. What makes them the same is for `Assign` to say, which the caller brings.

A batch is compared with all that is held near it in time at once, in memory: looking each of the hundred fingerprints
of an article up in an index, and keeping that index, takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from lib.models import Article
from lib.store.engine import Write
from lib.store.schema import articles, fingerprints

NEAR = timedelta(days=14)  # a copy appears within days; what is alike after weeks is a calendar or a rate table
MOST_BEARERS = 64  # of one fingerprint: what more articles have is an outlet's boilerplate
MOST_CANDIDATES = 32
_KEPT, _SIZE = 0x7FFFFFFF, 4  # bits of a fingerprint, and the bytes that it takes with its sign
_SIEVE = 0xFFFFF  # bits by which most held fingerprints are passed over: a table that fits a processor's cache

Ints = npt.NDArray[np.int64]


class Candidate(NamedTuple):
    """An article that shares fingerprints with another: how many that are not negative, and how many of those it has.
    The negative ones, of an event rather than a text, make it a candidate and are not counted."""

    article: Article
    shared: int
    size: int


Assign = Callable[[Article, Sequence[Candidate]], tuple[str, str]]
"""An article and candidates, the likeliest first, to the keys of two of them: one with the same text, and one on the
same event. Empty where there is none."""

Reader = Callable[[sa.Connection, Iterable[int]], Mapping[int, tuple[Article, int]]]
"""Ids to the articles that are current, each with its card."""


def keep_prints(write: Write, written: Mapping[int, Article], replaced: Mapping[int, int]) -> None:
    """Keep the fingerprints of new rows; a row that replaces another inherits its, unless it brings its own."""
    drop_prints(write, [before for row, before in replaced.items() if written[row].prints])
    if moved := [{"before": before, "row": row} for row, before in replaced.items() if not written[row].prints]:
        of = fingerprints.c.article == sa.bindparam("before")
        write.conn.execute(sa.update(fingerprints).where(of).values(article=sa.bindparam("row")), moved)
    rows = [{"article": i, "day": a.day, "marks": packed(a.prints)} for i, a in written.items() if a.prints]
    if rows:
        write.conn.execute(sa.insert(fingerprints), rows)


def drop_prints(write: Write, rows: Sequence[int]) -> None:
    """Forget the fingerprints of rows that no longer hold: nothing new is a copy of them."""
    if rows:
        of = fingerprints.c.article == sa.bindparam("row")
        write.conn.execute(sa.delete(fingerprints).where(of), [{"row": row} for row in rows])


def join(write: Write, new: Mapping[int, Article], assign: Assign, read: Reader) -> None:
    """Let every new article join the text and the story that it belongs to, the oldest first."""
    shared = _sharing(write.conn, new)
    held = {**read(write.conn, {i for near in shared.values() for i in near} - set(new))}
    held |= {i: (article, i) for i, article in new.items()}
    joined: list[dict[str, Any]] = []
    waiting = set(new)
    for row in sorted(new, key=lambda i: (new[i].day, i)):
        waiting.discard(row)
        near = {held[i][0].key: (i, *counts) for i, counts in shared.get(row, {}).items() if i not in waiting}
        if not near:
            continue
        text, story = assign(new[row], [Candidate(held[i][0], n, size) for i, n, size in near.values()])
        values = _joined({key: held[i] for key, (i, _, _) in near.items()}, text, story)
        if values["text"] or values["story"]:
            joined.append({"row": row, **values})
            held[row] = replace(new[row], text=values["text"], story=values["story"]), values["card"] or row
    if joined:
        write.conn.execute(sa.update(articles).where(articles.c.id == sa.bindparam("row")), joined)


def _joined(by_key: Mapping[str, tuple[Article, int]], text: str, story: str) -> dict[str, Any]:
    """What a row says that joins these: the first of a text or story, never one that has itself joined another."""
    values: dict[str, Any] = {"text": "", "story": "", "card": None}
    if text:
        like, card = by_key[text]
        values |= {"text": like.text or like.key, "card": card, "story": like.story or like.key}
    elif story:
        like, _ = by_key[story]
        values["story"] = like.story or like.key
    return values


def _sharing(conn: sa.Connection, new: Mapping[int, Article]) -> dict[int, dict[int, tuple[int, int]]]:
    """Of each new article, the rows near in time with which it shares most fingerprints, the likeliest first, each with
    how many, and how many it has."""
    rows = _near(conn, [a.day for a in new.values()])
    fresh = np.array([article in new for article, _, _ in rows], np.bool_)
    if not fresh.any():
        return {}
    number, place, counted = _borne([marks for _, _, marks in rows], fresh)
    one, other = _pairs(number, fresh[place])
    pairs, of = np.unique(place[one] * len(rows) + place[other], return_inverse=True)
    shared = np.bincount(of, counted[one], len(pairs)).astype(int)
    found: dict[int, dict[int, tuple[int, int]]] = {}
    for nth in np.argsort(-shared, kind="stable").tolist():
        (mine, day, _), (its, its_day, marks) = (rows[at] for at in divmod(int(pairs[nth]), len(rows)))
        near = found.setdefault(mine, {})
        if mine != its and len(near) < MOST_CANDIDATES and abs(_day(day) - _day(its_day)) <= NEAR:
            near[its] = int(shared[nth]), int(np.count_nonzero(np.frombuffer(marks, "<i4") >= 0))
    return found


def _near(conn: sa.Connection, days: Iterable[date]) -> list[sa.Row[int, str | date, bytes]]:
    """The fingerprints of all rows near any of these days: a feed may bring one article of years ago."""
    stretches: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        joins = stretches and day - NEAR <= stretches[-1][1]
        since = stretches.pop()[0] if joins else day - NEAR
        stretches.append((since, day + NEAR))
    # As the driver gives it: of ten thousand days, hundreds are looked at.
    query = sa.select(fingerprints.c.article, sa.type_coerce(fingerprints.c.day, sa.String), fingerprints.c.marks)
    within = (conn.execute(query.where(fingerprints.c.day.between(*stretch))).all() for stretch in stretches)
    return [row for some in within for row in some]


def _day(given: str | date) -> date:
    return date.fromisoformat(given) if isinstance(given, str) else given


def _borne(marks: Sequence[bytes], fresh: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    """Every fingerprint that a fresh row has, wherever it stands, sorted: a number of its value, the place of its row,
    and whether it counts. Left out are those of one row alone and those of too many."""
    whole = np.frombuffer(b"".join(marks), "<i4")
    wanted = np.unique(np.frombuffer(b"".join(compress(marks, fresh)), "<i4"))
    sieve = np.zeros(_SIEVE + 1, np.bool_)
    sieve[wanted & _SIEVE] = True
    likely = np.flatnonzero(sieve[whole & _SIEVE])
    number = np.searchsorted(wanted, whole[likely])
    number[number == len(wanted)] = 0
    exact = wanted[number] == whole[likely]
    likely, number = likely[exact], number[exact]
    bearers = np.bincount(number)[number]
    some = (bearers > 1) & (bearers <= MOST_BEARERS)
    order = np.argsort(number[some], kind="stable")
    likely, number = likely[some][order], number[some][order]
    ends = np.cumsum(np.fromiter(map(len, marks), np.int64)) // _SIZE
    return number, np.searchsorted(ends, likely, "right"), whole[likely] >= 0


def _pairs(number: Ints, fresh: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """The places of every fresh one with every one of its number, itself included; `number` is sorted."""
    mine = np.flatnonzero(fresh)
    first = np.searchsorted(number, number[mine], "left")
    count = np.searchsorted(number, number[mine], "right") - first
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(mine, count), np.repeat(first, count) + within


def packed(prints: Iterable[int]) -> bytes:
    """Fingerprints in four bytes each, which keep their sign and the lowest 31 bits."""
    marks = np.array([*set(prints)], np.int64)
    kept: bytes = np.where(marks < 0, ~(~marks & _KEPT), marks & _KEPT).astype("<i4").tobytes()
    return kept
