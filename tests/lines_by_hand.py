"""Observations and lines written out for the tests of `lib.series`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime

import pandas as pd

from lib import series
from lib.models import Observation

SEEN = datetime(2026, 11, 23, 9, tzinfo=UTC)


def observation(
    day: str,
    value: float = 478.0,
    *,
    source: str = "nbk",
    base: str = "USD",
    quote: str = "KZT",
    was: float | None = None,
) -> Observation:
    return Observation(source, base, quote, date.fromisoformat(day), value, SEEN, was)


def published(source: str, pair: str, values: Iterable[float], start: str = "2026-09-01") -> list[Observation]:
    """One value a day of a pair such as "USD/KZT"."""
    base, quote = pair.split("/")
    days = pd.date_range(start, periods=len(values := list(values))).date
    return [Observation(source, base, quote, day, value, SEEN, None) for day, value in zip(days, values, strict=True)]


def line(
    *values: float, every: int = 1, start: str = "2026-09-01", was: dict[int, float] | None = None
) -> pd.DataFrame:
    """One value every so many days; `was` holds the values that were revised, by position."""
    days = pd.date_range(start, periods=len(values), freq=f"{every}D").astype("datetime64[s]")
    previous = [(was or {}).get(n, math.nan) for n in range(len(values))]
    return pd.DataFrame({"value": list(values), "previous": previous}, index=days, dtype=float)


def annotated(*values: float, currency: str = "KZT", every: int = 1, start: str = "2026-09-01") -> pd.DataFrame:
    return series.annotate(line(*values, every=every, start=start), currency)


def flagged(frame: pd.DataFrame, flag: str) -> list[int]:
    return [n for n, flags in enumerate(frame["flags"]) if flag in flags.split()]
