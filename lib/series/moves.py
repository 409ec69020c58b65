"""Breaks of a regime, and abnormal moves: changes that are large against the line's own recent past, by robust z."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from lib.models import Article
from lib.series.regimes import BREAKS, Break

WINDOW = 60  # steps before the one that is judged: about a quarter of a year of fixings
LEAST = 20  # fewer do not tell a quiet line from a lively one
THRESHOLD = 4.0  # of |z|; changes of exchange rates have fat tails, and 3 would list a move a month
LEAST_SIZE = 0.3  # percent; twice a calm day of the managed som, under which a large z is only a quiet past
LEAST_SPREAD = 0.05  # percent; a line held almost still has a spread near nought, and any step an infinite z
LONGER = 3  # days beyond the line's usual spacing: a weekend and a holiday; across more a change is no move
SCALE = 1.4826  # the standard deviation of a normal sample per unit of its median absolute deviation
# Flags that doubt the value, and so both steps that touch it: a line that stood still for weeks catches up in one.
# Not `disagree` and not `revised`: on the day of a true move the publishers that fix later are always far away.
DOUBTED = "spike|off-peg|stale|implausible"


@dataclass(frozen=True, slots=True)
class Move:
    """One move: `change` in percent from the observation on `before` to `value` on `day`. `z` is the log
    change in robust standard deviations from the median of the steps before it. A move with `regime` is the step of
    that break; its `z` is 0, since nothing of the regime before can judge it."""

    day: date
    before: date
    value: float
    change: float
    z: float
    regime: Break | None = None

    @property
    def kind(self) -> Literal["break", "move"]:
        return "break" if self.regime else "move"

    @property
    def rank(self) -> tuple[bool, float]:
        """What lists are ordered by: breaks first, the largest first within a kind."""
        return not self.regime, -abs(self.change if self.regime else self.z)


def notable(
    line: pd.DataFrame, since: date = date.min, until: date = date.max, currencies: Iterable[str] = ()
) -> list[Move]:
    """The breaks of a regime that an annotated line shows, and its abnormal moves, in the order of `Move.rank`.
    `currencies` are those of the pair; without them a break may be of any."""
    known = tuple(currencies) or tuple(b.currency for b in BREAKS)
    broken = [move for move in _breaks(line, known) if since <= move.day <= until]
    return sorted([*broken, *moves(line, since, until)], key=lambda move: move.rank)


def moves(line: pd.DataFrame, since: date = date.min, until: date = date.max) -> list[Move]:
    """The abnormal moves of an annotated line on the days from `since` to `until`, both included, the largest |z|
    first. Give the whole line: each step is judged by up to 60 steps before it, and by 20 at least. A step to or from a
    doubted point, across more days than the line's usual spacing and three, or across a break neither counts as a move
    nor judges one."""
    judged = pd.concat([_judged(era) for era in _eras(_steps(line[line["flags"] != "carried"]))])
    large = (judged["z"].abs() >= THRESHOLD) & (judged["change"].abs() >= LEAST_SIZE)
    within = (judged.index >= pd.Timestamp(since)) & (judged.index <= pd.Timestamp(until))
    found = judged[large & within].sort_values("z", key=np.abs, ascending=False, kind="stable")
    return [Move(row.Index.date(), row.before.date(), row.value, row.change, row.z) for row in _rows(found)]


def _breaks(line: pd.DataFrame, currencies: tuple[str, ...]) -> Iterator[Move]:
    broken = line[line["flags"].str.contains("break") & line["before"].notna()]
    for row in _rows(broken.assign(z=0.0)):
        day = row.Index.date()
        regime = max((b for b in BREAKS if b.currency in currencies and b.day <= day), key=lambda b: b.day)
        yield Move(day, row.before.date(), row.value, row.change, row.z, regime)


def _rows(steps: pd.DataFrame) -> Iterator[Any]:
    yield from steps[["before", "value", "change", "z"]].itertuples()


def near(articles: Iterable[Article], move: Move, days: int = 2) -> list[Article]:
    """The articles of at most `days` days before or after a move, in their own order. Near is not because of."""
    return [article for article in articles if abs(article.day - move.day) <= timedelta(days=days)]


def _steps(line: pd.DataFrame) -> pd.DataFrame:
    """The line's changes that can be judged, with `log` (log change in percent) and `era` (counted by breaks). An
    exact repeat is left out: some banks publish weekends as copies, which say nothing of how far the line moves."""
    doubted = line["flags"].str.contains(DOUBTED)
    broken = line["flags"].str.contains("break")
    unusable = doubted | doubted.shift(fill_value=False) | broken | line["flags"].str.contains("low-resolution")
    apart = line.index.to_series() - line["before"]
    near = apart <= pd.to_timedelta(line["every"] + LONGER, unit="D")
    log = np.log1p(line["change"] / 100) * 100
    return line.assign(log=log, era=broken.cumsum())[near & ~unusable & (log != 0)]


def _eras(steps: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The steps between breaks: the float of the tenge is not judged by the corridor before it."""
    yield steps.iloc[:0]  # so that a line without any step has an era
    yield from (era for _, era in steps.groupby("era"))


def _judged(steps: pd.DataFrame) -> pd.DataFrame:
    """The steps that have enough of a past, with their `z`."""
    logs = steps["log"].to_numpy()
    padded = np.concatenate([np.full(WINDOW, np.nan), logs])
    past = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[LEAST : len(logs)]
    middle = np.nanmedian(past, axis=1)
    spread = SCALE * np.nanmedian(np.abs(past - middle[:, None]), axis=1)
    judged = steps.iloc[LEAST:]
    floor = np.fmax(LEAST_SPREAD, judged["step"] * 100)  # nor is a spread finer than the line's last digit
    return judged.assign(z=(logs[LEAST:] - middle) / np.fmax(spread, floor))
