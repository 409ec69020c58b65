"""Lines, events and calendars written out for the tests of `lib.impact`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from lib import impact, series

START = "2019-01-02"
SD = 0.5  # percent a day: the tenge in calm


def noise(number: int = 700, seed: int = 11, sd: float = SD) -> np.ndarray:
    """Daily log changes in percent with fat tails."""
    return np.random.default_rng(seed).standard_t(4, number) * sd / np.sqrt(2)


def line_of(
    changes: Iterable[float], currency: str = "KZT", *, start: str = START, freq: str = "B", first: float = 400.0
) -> pd.DataFrame:
    """The annotated line of log changes in percent, the first of which leads to its second day."""
    steps = np.asarray(list(changes), float)
    values = first * np.exp(np.cumsum(np.concatenate([[0.0], steps])) / 100)
    days = pd.date_range(start, periods=len(values), freq=freq).astype("datetime64[s]")
    frame = pd.DataFrame({"value": values, "previous": np.nan, "step": 1e-6, "legs": ""}, index=days)
    return series.annotate(frame, currency)


def day_at(line: pd.DataFrame, position: int) -> date:
    return line.index[position].date()


def event(
    day: date | str,
    key: str = "",
    *,
    text: str = "",
    countries: Sequence[str] = ("KZ",),
    topics: Sequence[str] = ("energy",),
    title: str = "A pipeline is closed",
) -> impact.Event:
    when = date.fromisoformat(day) if isinstance(day, str) else day
    key = key or f"article of {when}"
    return impact.Event(when, key, text or key, tuple(countries), tuple(topics), title)


def events_at(line: pd.DataFrame, positions: Iterable[int]) -> list[impact.Event]:
    """One event on the day of each observation."""
    return [event(day_at(line, position)) for position in positions]


def studied(
    line: pd.DataFrame,
    events: Iterable[impact.Event],
    currency: str = "KZT",
    *,
    window: tuple[int, int] = (0, 1),
    reactive: bool = False,
    **how: object,
) -> impact.Study:
    """The study of all events on a line; `how` goes to `impact.prepare`."""
    news = impact.calendar(events)
    ready = impact.prepare(line, currency, **how)  # type: ignore[arg-type]
    return impact.study(ready, news, news.select(), window=window, reactive=reactive, draws=999)
