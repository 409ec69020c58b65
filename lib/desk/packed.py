"""A line as the cache keeps it: read-only arrays, texts as small numbers. Callers get frames of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A column of texts, of which there are few: the position of each row's text (shape n) among `texts`."""

    codes: np.ndarray
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """A column of instants in UTC (shape n, datetime64[us] without a zone; NaT where there is none)."""

    values: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A line of `lib.series`: its days (shape n, datetime64, ascending) and its columns in order."""

    days: np.ndarray
    columns: Mapping[str, np.ndarray | Words | Moments]

    def frame(self, since: date = date.min, until: date = date.max) -> pd.DataFrame:
        """The days from `since` to `until`, both included, as a new frame: to change it changes nothing here."""
        first = int(np.searchsorted(self.days, _day(since)))
        last = int(np.searchsorted(self.days, _day(until), side="right"))
        rows = slice(first, last)
        index = pd.DatetimeIndex(self.days[rows].copy(), name="day")
        columns = {name: _column(column, rows) for name, column in self.columns.items()}
        return pd.DataFrame(columns, index=index, copy=True)


def pack(line: pd.DataFrame) -> Packed:
    """The line in about half its size."""
    return Packed(_still(line.index.to_numpy()), {str(name): _packed(column) for name, column in line.items()})


def _packed(column: pd.Series) -> np.ndarray | Words | Moments:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return Moments(_still(column.dt.tz_convert(None).to_numpy()))
    if isinstance(column.dtype, pd.StringDtype):
        codes, texts = pd.factorize(column)
        return Words(_still(codes.astype(np.min_scalar_type(len(texts)))), tuple(map(str, texts)))
    return _still(column.to_numpy())


def _column(column: np.ndarray | Words | Moments, rows: slice) -> Any:
    if isinstance(column, Words):
        texts = np.array([*column.texts, ""], dtype=object)  # one more, since an empty array has no dtype
        return pd.array(texts[column.codes[rows]], dtype="str")
    if isinstance(column, Moments):
        return pd.DatetimeIndex(column.values[rows], tz="UTC")
    return column[rows]


def _still(values: np.ndarray) -> np.ndarray:
    """A copy that nobody can write to. One value repeated, as nothing in most columns of corrections, is kept once."""
    if len(values) and ((values == values[0]).all() or pd.isna(values).all()):
        return np.broadcast_to(values[:1].copy(), len(values))
    kept = values.copy()
    kept.flags.writeable = False
    return kept


def _day(day: date) -> np.datetime64:
    return np.datetime64(day, "s")
