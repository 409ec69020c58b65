"""Arithmetic on rates as frames: which source, changes, index, gaps, flags. Knows no source's format and no store.

A *line* is a frame of one source's rate of one pair, by `day` (datetime64, ascending, unique), with the columns
`value` (units of quote per 1 base) and `previous` (the value a revision replaced, NaN elsewhere). `annotate` adds
`change` (percent against the observation before), `before` (that observation's day), `flags` (codes, space-separated).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from lib.countries import BY_CURRENCY, TMT_PEG, TMT_PEG_SINCE
from lib.models import Kind, Observation

GAP_DAYS = 7  # a longer silence is drawn as a gap, and nothing is carried across it
PEG_TOLERANCE = 1e-4  # 0.01 %: the fixed manat is published to four decimals
SPIKE_STEP = 0.01  # the least step that can be a spike; the calm daily move of all five is under half of it
SPIKE_SPREAD = 8.0  # ... and it must be this many times the line's own median move
SPIKE_BACK = 0.34  # "reverts": at most this share of the step is left
SPIKE_WITHIN = 3  # observations

FLAGS: dict[str, str] = {
    "spike": "Jumps and comes back within three observations: more likely a wrong print than a move.",
    "off-peg": "More than 0.01 % from the official rate of 3.5 manat per USD: noise of the source, not a move.",
    "revised": "The source has corrected this value after it was first seen.",
    "after-gap": "The observation before is more than seven days older: the change spans all of them.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What ranks a source for a currency: its kind, and whose central bank it is."""

    key: str
    kind: Kind
    country: str = ""


RANK: dict[Kind, int] = {"official": 1, "peg": 2, "aggregate": 3, "market": 4}


def frame(observations: Iterable[Observation]) -> pd.DataFrame:
    """Observations as one frame with the columns of `Observation`; days as datetime64."""
    table = pd.DataFrame(list(observations), columns=list(Observation._fields))
    table["day"] = pd.to_datetime(table["day"]).astype("datetime64[s]")
    return table.astype({"value": float, "previous": float})  # also where there are no rows, or only None


def preference(currency: str, sources: Iterable[Standing]) -> list[str]:
    """Source keys for a currency, best first: its own central bank, then by kind, then in the order given."""
    home = BY_CURRENCY[currency].code
    return [s.key for s in sorted(sources, key=lambda s: 0 if s.country == home else RANK[s.kind])]


def choose(table: pd.DataFrame, currency: str, sources: Sequence[str]) -> tuple[str, pd.DataFrame]:
    """The line of 1 USD in `currency`: of the best source that covers what any source covers, to within a gap; where
    none does, of the one that covers most. ("", empty line) where nothing is held."""
    pair = table[(table["base"] == "USD") & (table["quote"] == currency)]
    lines = {key: _line(pair[pair["source"] == key]) for key in sources}
    lines = {key: line for key, line in lines.items() if len(line)}
    if not lines:
        return "", _line(pair)
    slack = pd.Timedelta(days=GAP_DAYS)
    first, last = min(x.index[0] for x in lines.values()), max(x.index[-1] for x in lines.values())
    for key, line in lines.items():
        if line.index[0] <= first + slack and line.index[-1] >= last - slack:
            return key, line
    widest = max(lines, key=lambda key: lines[key].index[-1] - lines[key].index[0])
    return widest, lines[widest]


def annotate(line: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The line with `change`, `before` and `flags`. Call it before cutting a period, so that its first day has both."""
    done = line.copy()
    done["change"] = line["value"].pct_change() * 100
    done["before"] = line.index.to_series().shift()
    done["flags"] = _flags(line, currency)
    return done


def cut(line: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """The days from `since` to `until`, both included."""
    return line.loc[pd.Timestamp(since) : pd.Timestamp(until)]


def invert(line: pd.DataFrame) -> pd.DataFrame:
    """USD for 1 unit: values inverted for display, changes recomputed from them; never stored."""
    turned = line.copy()
    turned["value"] = 1 / line["value"]
    turned["previous"] = 1 / line["previous"]
    turned["change"] = (1 / (1 + line["change"] / 100) - 1) * 100
    return turned


def index_to_100(line: pd.DataFrame) -> pd.Series:
    """Values with the line's first day as 100."""
    return line["value"] / line["value"].iloc[0] * 100 if len(line) else line["value"]


def with_gaps(values: pd.Series) -> pd.Series:
    """The values with a NaN in the middle of each silence of more than seven days, so that no line crosses it."""
    days = values.index.to_series()
    silent = (days.diff() > pd.Timedelta(days=GAP_DAYS)).to_numpy()
    holes = days[silent] - days.diff()[silent] / 2
    empty = pd.Series(np.nan, index=pd.DatetimeIndex(holes).astype(values.index.dtype), dtype=float)
    return pd.concat([values, empty]).sort_index() if len(empty) else values


def alone(values: pd.Series) -> np.ndarray:
    """Which values stand between two gaps: a line does not show them, so they need a marker."""
    missing = values.isna().to_numpy()
    edge = np.concatenate([[True], missing, [True]])
    lone: np.ndarray = ~missing & edge[:-2] & edge[2:]
    return lone


def _line(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.set_index("day")[["value", "previous"]].sort_index()


def _flags(line: pd.DataFrame, currency: str) -> pd.Series:
    silent = (line.index.to_series().diff() > pd.Timedelta(days=GAP_DAYS)).to_numpy()
    marks = {
        "spike": _spikes(line["value"].to_numpy(), silent),
        "off-peg": _off_peg(line) if currency == "TMT" else np.zeros(len(line), bool),
        "revised": line["previous"].notna().to_numpy(),
        "after-gap": silent,
    }
    flags = [" ".join(code for code, mark in marks.items() if mark[i]) for i in range(len(line))]
    return pd.Series(flags, index=line.index, dtype=object)


def _off_peg(line: pd.DataFrame) -> np.ndarray:
    away = (line["value"] / TMT_PEG - 1).abs() > PEG_TOLERANCE
    off: np.ndarray = (away & (line.index >= pd.Timestamp(TMT_PEG_SINCE))).to_numpy()
    return off


def _spikes(values: np.ndarray, silent: np.ndarray) -> np.ndarray:
    """Observations that leave by a large step and are back within three; a step that stays is a move. Across a gap
    nothing is judged: values a month apart that rise and fall by a percent are no wrong print."""
    logs = np.log(values)
    steps = np.diff(logs, prepend=logs[:1])
    moves = np.abs(steps[1:])
    moves = moves[moves > 0]
    large = np.abs(steps) > max(SPIKE_STEP, SPIKE_SPREAD * float(np.median(moves)) if len(moves) else SPIKE_STEP)
    marked = np.zeros(len(values), bool)
    for start in np.flatnonzero(large & ~silent).tolist():
        before, step = logs[start - 1], steps[start]
        for end in range(start + 1, min(start + SPIKE_WITHIN, len(values) - 1) + 1):
            if silent[end]:
                break
            if abs(logs[end] - before) <= SPIKE_BACK * abs(step):
                marked[start:end] = True
                break
    return marked
