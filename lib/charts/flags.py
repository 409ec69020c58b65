"""Flags in a few words, and which runs of flagged observations the chart marks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lib import notation
from lib.words import t

# The flags that doubt a value are marked on the chart; the others are only explained on hover.
DOUBTS = {
    "spike": "spike that reverts",
    "off-peg": "off the official peg",
    "implausible": "implausible step",
    "revised": "revised",
    "stale": "stale",
    "disagree": "sources differ by more than 1 %",
}
REMARKS = {
    "break": "regime change",
    "official-off-peg": "official figure off the peg",
    "low-resolution": "within the last digit",
    "after-gap": "first after a gap",
}
WORDS = {**REMARKS, **DOUBTS}


def flag_words(frame: pd.DataFrame) -> list[str]:
    """What is doubtful or odd about each observation, in words; empty where nothing is."""
    flags = frame["flags"].to_numpy()
    words = {some: _codes(some) for some in set(flags)}
    return [_told(frame, at, words[some]) if words[some] else "" for at, some in enumerate(flags)]


def doubted(frame: pd.DataFrame) -> np.ndarray:
    """Which observations have a flag that doubts their value."""
    flags = frame["flags"].to_numpy()
    doubts = {some: any(code in DOUBTS for code in some.split()) for some in set(flags)}
    return np.fromiter((doubts[some] for some in flags), bool, len(flags))


def runs(marked: np.ndarray) -> np.ndarray:
    """The positions at which runs of marked observations begin."""
    starts: np.ndarray = np.flatnonzero(marked & ~np.append(False, marked[:-1]))
    return starts


def _codes(flags: str) -> tuple[str, ...]:
    return tuple(code for code in flags.split() if code in WORDS)


def _told(frame: pd.DataFrame, at: int, codes: tuple[str, ...]) -> str:
    return ", ".join(_word(frame, at, code) for code in codes)


def _word(frame: pd.DataFrame, at: int, code: str) -> str:
    """A flag; of the two that name another value, with that value (a row is slow to read)."""
    if code == "revised":
        return t(WORDS[code]) + _revision(frame.iloc[at])
    if code == "disagree" and "rival" in frame and frame["rival"].iat[at]:
        return _rival(str(frame["rival"].iat[at]), float(frame["rival_by"].iat[at]))
    return t(WORDS[code])


def _rival(source: str, by: float) -> str:
    """Which other source is how far away: "Bank of Russia 1.3 % higher"."""
    size = notation.number(f"{abs(by):.1f}")
    if by > 0:
        return t("{source} {size} % higher", source=source, size=size)
    return t("{source} {size} % lower", source=source, size=size)


def _revision(point: pd.Series) -> str:
    """The old and the new value, and when each was first recorded."""
    old, new = (notation.published(float(point[name])) for name in ("previous", "value"))
    if pd.isna(_moment(point, "previous_seen")):
        return f" ({t('was {old}', old=old)})"
    then, now = (f"{_moment(point, name):%Y-%m-%d}" for name in ("previous_seen", "seen"))
    seen = {"old": old, "then": then, "new": new, "now": now}
    return f" ({t('was {old}, seen {then}; is {new}, seen {now}', **seen)})"


def _moment(point: pd.Series, name: str) -> Any:
    return point.get(name, pd.NaT)
