"""A reader's filter to rows: which there are, which of them make a page, and what each facet would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from pyroaring import BitMap

from lib.models import ArticleFilter
from lib.store import search
from lib.store.facets import Shelf, ids_of, visible
from lib.store.query import Term, parse, split


@dataclass(frozen=True, slots=True)
class Worded:
    """The rows that answer what a reader typed, None where nothing was; where the best are wanted first, those that do
    so by their title."""

    rows: BitMap | None
    titled: BitMap


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a filter: `held` are those of its instant, `base` those of all but the facets, `chosen` what of each
    facet is selected, and `titled` what comes first."""

    shelf: Shelf
    held: BitMap
    base: BitMap
    chosen: dict[str, BitMap]
    titled: BitMap

    def rows(self, ignoring: str = "") -> BitMap:
        """The rows that the filter gives, or would give without what is chosen of one facet."""
        return self.base.intersection(*(rows for kind, rows in self.chosen.items() if kind != ignoring))

    def counts(self, kind: str) -> dict[str, int]:
        """How many texts each value of a facet would give."""
        return self.shelf.counts(self.rows(kind), kind)

    def page(self, number: int, size: int) -> tuple[int, list[int]]:
        """How many cards there are, and the ids of page `number`, or of the page nearest to it."""
        cards = self.shelf.cards(self.rows())
        last = max(1, -(-len(cards) // size))
        start = (min(max(number, 1), last) - 1) * size
        titled = cards & self.titled
        ids = _newest(self.shelf, titled, start, size)
        rest = _newest(self.shelf, cards - titled, max(0, start - len(titled)), size - len(ids))
        return len(cards), ids + rest

    def per_day(self) -> list[tuple[date, int]]:
        """How many cards each day has."""
        days, counts = np.unique(self.shelf.days(ids_of(self.shelf.cards(self.rows()))), return_counts=True)
        return [(date.fromordinal(day), count) for day, count in zip(days.tolist(), counts.tolist(), strict=True)]

    def copies(self, row: int) -> list[int]:
        """The other rows now held with the same text, earliest first."""
        if row not in self.shelf.shared:
            return []
        earliest, group = self.shelf.earliest, self.shelf.group
        same = earliest[group[earliest] == group[row]].tolist()
        return [other for other in same if other != row and other in self.held]


def find(conn: sa.Connection, shelf: Shelf, wanted: ArticleFilter, worded: Worded) -> Found:
    now = base = visible(conn, shelf, wanted.asof)
    if worded.rows is not None:
        base = base & worded.rows
    if wanted.since or wanted.until:
        base = base & shelf.between(wanted.since, wanted.until)
    selections = {
        "country": wanted.countries,
        "topic": wanted.topics,
        "outlet": wanted.outlets,
        "language": wanted.languages,
        "month": wanted.months,
    }
    chosen = {kind: shelf.rows(kind, codes) for kind, codes in selections.items() if codes}
    return Found(shelf, now, base, chosen, worded.titled)


def read(conn: sa.Connection, shelf: Shelf, text: str, *, best: bool) -> Worded:
    """The rows, of all versions, that answer a reader's text."""
    asked = parse(text)
    if asked is None:
        return Worded(None, BitMap())
    words = [t for t in asked if not t.field and not t.excluded]
    rows = search.with_all(conn, words) if words else shelf.all()
    for field in ("outlet", "lang"):
        if places := [_placed(shelf, t) for t in asked if t.field == field and not t.excluded]:
            rows &= BitMap().union(*places)
    for term in asked:
        if term.field and term.excluded:
            rows -= _placed(shelf, term)
    rows -= search.with_any(conn, [t for t in asked if t.excluded and not t.field])
    return Worded(rows, rows & search.with_all(conn, words, in_title=True) if best and words else BitMap())


def _placed(shelf: Shelf, term: Term) -> BitMap:
    """The rows of a language, or of the outlets that bear these words."""
    if not term.words:
        return BitMap()
    asked = " " + " ".join(term.words)
    if term.field == "lang":
        return shelf.rows("language", [code for code in shelf.kinds["language"] if asked == _folded(code)])
    named = ((kind, [name for name in shelf.kinds[kind] if asked in _folded(name)]) for kind in ("outlet", "feed"))
    return BitMap().union(*(shelf.rows(kind, names) for kind, names in named))


def _folded(name: str) -> str:
    return " " + " ".join(split(name))


def _newest(shelf: Shelf, cards: BitMap, start: int, size: int) -> list[int]:
    """The ids from `start` on, newest first. Only the months that the page lies in are sorted."""
    skipped, months, within = 0, BitMap(), 0
    for month in sorted(shelf.kinds["month"], reverse=True):
        count = cards.intersection_cardinality(shelf.kinds["month"][month])
        if skipped + count <= start and not within:
            skipped += count
        elif within < start - skipped + size:
            months |= shelf.kinds["month"][month]
            within += count
        else:
            break
    ids = ids_of(cards & months)
    ordered: Sequence[int] = ids[np.lexsort((ids, shelf.when[ids]))[::-1]].tolist()
    return list(ordered[start - skipped : start - skipped + size])
