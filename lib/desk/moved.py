"""Moves of the lines in view as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lib.desk.moves import MoveInView
from lib.export import instant
from lib.export.tables import Cell, Table
from lib.links import View

COLUMNS = (
    *("day", "before", "base", "quote", "kind", "change_percent", "value", "z", "source", "why"),
    *("articles", "first_article", "first_url", "asof"),
)


def table(moves: Sequence[MoveInView], view: View, asof: datetime) -> Table:
    """One row a move, in their order. `change_percent` is of units of `quote` per 1 `base`: a rise is
    a weaker quote currency. `articles` are how many there are on its country within two days on
    either side, with the first of them; near is not because of."""
    return Table(COLUMNS, [_row(one, view.base, instant(asof)) for one in moves])


def _row(one: MoveInView, base: str, asof: str) -> tuple[Cell, ...]:
    move = one.move
    first = one.articles[0] if one.articles else None
    why = move.regime.sentence if move.regime else ""
    pair = (base, one.country.currency)
    numbers = (move.change, move.value, move.z)
    around = (one.total, first.title if first else "", first.url if first else "")
    return (move.day, move.before, *pair, move.kind, *numbers, one.source, why, *around, asof)
