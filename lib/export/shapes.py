"""Rates in other shapes than one row an observation: a column a currency, and a row a week, month,
quarter or year.

Both are of observations alone: a day that only carries the value before would count it twice in an
average, and looks like a fixing in a table without flags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import pandas as pd

from lib.export import Shown, instant
from lib.export.tables import Cell, Table
from lib.series.risk import observed

Frequency = Literal["D", "W", "M", "Q", "Y"]
Aggregate = Literal["last", "mean"]
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)

PERIOD_COLUMNS = (
    *("period", "last_day", "base", "quote", "direction", "aggregate", "value", "observations"),
    *("source", "source_name", "kind", "asof"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """`wide`: a column a currency. `frequency`: each observation (D), or a row a period, with the
    `aggregate` of its observations: their mean, or the last of them."""

    wide: bool = False
    frequency: Frequency = "D"
    aggregate: Aggregate = "last"


LONG = Shape()


def rates(lines: Sequence[Sequence[Shown]], shape: Shape, asof: datetime) -> Table:
    """The lines, each in parts of one source, in another shape than `LONG`."""
    if shape.wide:
        return _wide(lines, shape, asof)
    parts = [part for line in lines for part in line]
    return Table(PERIOD_COLUMNS, [row for part in parts for row in _periods(part, shape, instant(asof))])


def _periods(part: Shown, shape: Shape, asof: str) -> list[tuple[Cell, ...]]:
    """A row a period; of a line that several sources make, one for each of them."""
    base, quote = part.pair
    pair = (base, quote, f"{quote} per 1 {base}", shape.aggregate)
    source = (part.source.key, part.source.name, part.source.kind)
    found = aggregated(observed(part.turned()), shape)
    return [
        (str(period), last.date(), *pair, float(value), int(count), *source, asof)
        for period, last, value, count in found.itertuples(name=None)
    ]


def aggregated(line: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """Of observations by day the columns `last_day`, `value` and `observations` by period."""
    days = line.index.to_series()
    grouped = line["value"].groupby(line.index.to_period(shape.frequency))
    return pd.DataFrame(
        {
            "last_day": days.groupby(days.dt.to_period(shape.frequency)).last(),
            "value": grouped.agg(shape.aggregate),
            "observations": grouped.count(),
        }
    )


def _wide(lines: Sequence[Sequence[Shown]], shape: Shape, asof: datetime) -> Table:
    """A row a day or period, a column a line. A cell is empty where nothing was published."""
    columns: dict[str, pd.Series] = {}
    for line in lines:
        columns |= _columns(line, shape, _is_alone(line, lines))
    table = pd.DataFrame(columns).sort_index()
    made = instant(asof)
    first = "day" if shape.frequency == "D" else "period"
    rows = [
        (_label(index), *("" if pd.isna(cell) else float(cell) for cell in cells), made)
        for index, *cells in table.itertuples(name=None)
    ]
    return Table((first, *map(str, table.columns), "asof"), rows)


def _columns(line: Sequence[Shown], shape: Shape, alone: bool) -> dict[str, pd.Series]:
    """The values of a line, and where a row is a period, of how many observations they are."""
    base, quote = line[0].pair
    name = f"{quote} per 1 {base}" + ("" if alone else f" ({line[0].source.key})")
    whole = observed(pd.concat([part.turned() for part in line]).sort_index())
    if shape.frequency == "D":
        return {name: whole["value"]}
    found = aggregated(whole, shape)
    return {name: found["value"], f"{name}, observations": found["observations"]}


def _is_alone(line: Sequence[Shown], lines: Sequence[Sequence[Shown]]) -> bool:
    """Whether its currency has no other line in view."""
    return sum(other[0].pair == line[0].pair for other in lines) == 1


def _label(index: pd.Timestamp | pd.Period) -> Cell:
    return str(index) if isinstance(index, pd.Period) else index.date()
