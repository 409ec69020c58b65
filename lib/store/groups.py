"""Which articles have the same text, and which are on the same event: the candidates for an article that has just been
written. What makes them the same is for `Assign` to say, which the caller brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from lib.models import Article
from lib.store.engine import Write
from lib.store.schema import articles, prints
from lib.store.versions import CLOSE_AT_ONCE

NEAR = timedelta(days=14)  # a copy appears within days; what is alike after weeks is a calendar or a rate table
MOST_BEARERS = 64  # of one fingerprint: what more articles have is an outlet's boilerplate
MOST_CANDIDATES = 32


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
    for row, before in replaced.items():
        of = prints.c.article == before
        moved = sa.delete(prints).where(of) if written[row].prints else sa.update(prints).where(of).values(article=row)
        write.conn.execute(moved)
    rows = [{"article": i, "print": p, "day": a.day} for i, a in written.items() for p in set(a.prints)]
    if rows:
        write.conn.execute(sa.insert(prints), rows)


def join(write: Write, new: Mapping[int, Article], assign: Assign, read: Reader) -> None:
    """Let every new article join the text and the story that it belongs to, the oldest first."""
    shared = _sharing(write.conn, new)
    ids = {i for counts in shared.values() for i in counts}
    held = dict(read(write.conn, ids))
    sizes = _sizes(write.conn, held)
    waiting = set(new)
    for row in sorted(new, key=lambda i: (new[i].day, i)):
        waiting.discard(row)
        likely = [(i, n) for i, n in shared[row].most_common(MOST_CANDIDATES) if i in held and i not in waiting]
        if not likely:
            continue
        by_key = {held[i][0].key: (i, *held[i]) for i, _ in likely}
        text, story = assign(new[row], [Candidate(held[i][0], n, sizes.get(i, 0)) for i, n in likely])
        joined = _joined(by_key, text, story)
        if joined["text"] or joined["story"]:
            write.conn.execute(sa.update(articles).where(articles.c.id == row).values(joined))
            held |= read(write.conn, [row])


def _joined(by_key: Mapping[str, tuple[int, Article, int]], text: str, story: str) -> dict[str, Any]:
    """What a row says that joins these: the first of a text or story, never one that has itself joined another."""
    values: dict[str, Any] = {"text": "", "story": "", "card": None}
    if text:
        _, like, card = by_key[text]
        values |= {"text": like.text or like.key, "card": card, "story": like.story or like.key}
    elif story:
        like = by_key[story][1]
        values["story"] = like.story or like.key
    return values


def _sharing(conn: sa.Connection, new: Mapping[int, Article]) -> dict[int, Counter[int]]:
    """Of each new article, the rows near in time with which it shares fingerprints, and how many."""
    bearers = _bearers(conn, sorted({p for a in new.values() for p in a.prints}), [a.day for a in new.values()])
    shared: dict[int, Counter[int]] = {}
    for row, article in new.items():
        shared[row] = Counter()
        for p in set(article.prints):
            near = (i for i, day in bearers.get(p, ()) if i != row and abs(day - article.day) <= NEAR)
            shared[row].update(dict.fromkeys(near, p >= 0))
    return shared


def _bearers(conn: sa.Connection, of: Sequence[int], days: Sequence[date]) -> dict[int, list[tuple[int, date]]]:
    found: dict[int, list[tuple[int, date]]] = {}
    p = prints.c
    for start in range(0, len(of), CLOSE_AT_ONCE):
        some = p["print"].in_(of[start : start + CLOSE_AT_ONCE])
        near = p.day.between(min(days) - NEAR, max(days) + NEAR)
        for value, article, day in conn.execute(sa.select(p["print"], p.article, p.day).where(some, near)):
            found.setdefault(value, []).append((article, day))
    return {value: rows for value, rows in found.items() if len(rows) <= MOST_BEARERS}


def _sizes(conn: sa.Connection, ids: Iterable[int]) -> dict[int, int]:
    """How many fingerprints each row has."""
    wanted = list(ids)
    sizes: dict[int, int] = {}
    for start in range(0, len(wanted), CLOSE_AT_ONCE):
        some = prints.c.article.in_(wanted[start : start + CLOSE_AT_ONCE])
        counted = sa.select(prints.c.article, sa.func.count().label("size")).where(some, prints.c.print >= 0)
        query = counted.group_by(prints.c.article)
        sizes |= {row.article: row.size for row in conn.execute(query)}
    return sizes
