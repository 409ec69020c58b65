"""Changes and doubts: what a reader should know of a point, derived and never stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from lib.countries import TMT_PEG, TMT_PEG_SINCE
from lib.models import Kind
from lib.series.digits import resolution
from lib.series.gaps import GAP_DAYS, Calendar, overdue, silences
from lib.series.regimes import BREAKS

PEG_TOLERANCE = 1e-4  # 0.01 %: the fixed manat is published to four decimals
SPIKE_STEP = 0.01  # the least step that can be a spike; the calm daily move of all five is under half of it
SPIKE_SPREAD = 8.0  # ... and it must be this many times the line's own median move
SPIKE_BACK = 0.34  # "reverts": at most this share of the step is left
SPIKE_WITHIN = 3  # observations
STALE_AFTER = 7  # repeats of one value: a week of a daily source, and longer than the holidays of any of the five
STALE_WINDOW = 120  # observations before a standstill that tell whether the line usually moves
STALE_SAMPLE = 20  # fewer tell nothing
LEAST_CHANGE = 0.01  # percent: the last digit of a change on screen
DISAGREEMENT = 0.01  # sources fix one day's rate at different hours; in calm weeks they stay within half of this

FLAGS: dict[str, str] = {
    "break": "The currency's regime changed here: the step is real, and the two sides do not compare.",
    "spike": "Jumps and comes back within three observations: more likely a wrong print than a move.",
    "off-peg": "More than 0.01 % from the official rate of 3.5 manat per USD: noise of the source, not a move.",
    "revised": "The source has corrected this value after it was first seen.",
    "after-gap": "The observation before is more than seven days older: the change spans all of them.",
    "stale": "Unchanged for a week of publications where the source usually moves, or older than its calendar allows.",
    "low-resolution": "The change is within one step of the source's last digit: rounding can make it or hide it.",
    "disagree": "Another official or aggregate source has this day more than 1 % away.",
    "carried": "Nothing was published for this day: the value before is carried, for at most seven days.",
}

# Codes of CL_OBS_STATUS 2.2, the one that outranks the others first: a break, as SDMX's own hierarchy has it.
OBS_STATUS: dict[str, str] = {
    "B": "Time series break",
    "U": "Low reliability",
    "E": "Estimated value",
    "A": "Normal value",
}
# What is revised, after a gap or coarse is still the publisher's own value, and normal: the flag is about the change.
STATUS: dict[str, str] = {
    "break": "B",
    "spike": "U",
    "off-peg": "U",
    "revised": "A",
    "after-gap": "A",
    "stale": "U",
    "low-resolution": "A",
    "disagree": "U",
    "carried": "E",
}


def annotate(
    line: pd.DataFrame, currency: str, *, base: str = "USD", days: Calendar = "weekdays", today: date | None = None
) -> pd.DataFrame:
    """The line of `currency` per 1 `base` with `change`, `before` and `flags`. Call it before cutting a period, so that
    its first day has all three. With `today` the newest observation is `stale` when it is older than the source's
    calendar `days` allows."""
    done = line.copy()
    done["change"] = line["value"].pct_change() * 100
    done["before"] = line.index.to_series().shift()
    late = today is not None and len(line) > 0 and overdue(line.index, days, today)
    done["flags"] = _joined(_marks(done, base, currency, late))
    return done


def disagree(
    lines: Mapping[str, pd.DataFrame], kinds: Mapping[str, Kind], tolerance: float = DISAGREEMENT
) -> dict[str, pd.DataFrame]:
    """The annotated lines of one pair by source, with `disagree` on each day that an official or aggregate source other
    than the line's own has more than `tolerance` (a share) away. A point that is a spike or off the peg accuses
    nobody. Call it before `carry`."""
    trusted = {key: _trusted(line) for key, line in lines.items() if kinds[key] in ("official", "aggregate")}
    logs = np.log(pd.DataFrame(trusted))
    marked = {}
    for key, line in lines.items():
        others = logs.drop(columns=key, errors="ignore").reindex(line.index)
        away = others.sub(np.log(line["value"]), axis=0).abs() > np.log1p(tolerance)
        flags = line["flags"].mask(away.any(axis=1), (line["flags"] + " disagree").str.strip())
        marked[key] = line.assign(flags=flags)
    return marked


def obs_status(flags: pd.Series) -> pd.Series:
    """The SDMX OBS_STATUS code of each point: of several flags, the code that comes first in `OBS_STATUS`."""
    order = list(OBS_STATUS)
    codes = {some: min((STATUS[f] for f in some.split()), key=order.index, default="A") for some in flags.unique()}
    return flags.map(codes)


def _marks(line: pd.DataFrame, base: str, quote: str, late: bool) -> dict[str, np.ndarray]:
    values = line["value"].to_numpy()
    newest = np.arange(len(line)) == len(line) - 1
    silent = silences(line)
    broken = _broken(line, (base, quote))
    return {
        "break": broken,
        "spike": _spikes(values, silent | broken),
        "off-peg": _off_peg(line, base, quote),
        "revised": line["previous"].notna().to_numpy(),
        "after-gap": silent,
        "stale": _still(values, silent) | (newest & late),
        "low-resolution": _unresolved(line),
    }


def _joined(marks: Mapping[str, np.ndarray]) -> np.ndarray:
    """The codes of each point as words; a line has few combinations of them, however long it is."""
    bits = np.sum([mark.astype(int) << n for n, mark in enumerate(marks.values())], axis=0)
    kinds, which = np.unique(bits, return_inverse=True)
    words = [" ".join(code for n, code in enumerate(marks) if kind >> n & 1) for kind in kinds.tolist()]
    joined: np.ndarray = np.array(words, dtype=object)[which]
    return joined


def _trusted(line: pd.DataFrame) -> pd.Series:
    return line["value"].mask(line["flags"].str.contains("spike|off-peg"))


def _steps(values: np.ndarray) -> np.ndarray:
    logs = np.log(values)
    steps: np.ndarray = np.diff(logs, prepend=logs[:1])
    return steps


def _broken(line: pd.DataFrame, pair: tuple[str, str]) -> np.ndarray:
    """The largest step within a week of each break: a bank fixes the new rate a day later, one abroad two."""
    steps = np.abs(_steps(line["value"].to_numpy()))
    marked = np.zeros(len(line), bool)
    for day in [pd.Timestamp(b.day) for b in BREAKS if b.currency in pair]:
        first, end = line.index.searchsorted([day, day + pd.Timedelta(days=GAP_DAYS)])
        if 0 < first < len(line):
            at = first + int(np.argmax(steps[first : max(end, first + 1)]))
            marked[at] = steps[at] >= SPIKE_STEP
    return marked


def _off_peg(line: pd.DataFrame, base: str, quote: str) -> np.ndarray:
    peg = {("USD", "TMT"): TMT_PEG, ("TMT", "USD"): 1 / TMT_PEG}.get((base, quote), np.nan)
    away = (line["value"] / peg - 1).abs() > PEG_TOLERANCE
    off: np.ndarray = (away & (line.index >= pd.Timestamp(TMT_PEG_SINCE))).to_numpy()
    return off


def _spikes(values: np.ndarray, barred: np.ndarray) -> np.ndarray:
    """Observations that leave by a large step and are back within three; a step that stays is a move. Across a gap or a
    break nothing is judged: values a month apart that rise and fall by a percent are no wrong print."""
    logs, steps = np.log(values), _steps(values)
    moves = np.abs(steps[steps != 0])
    large = np.abs(steps) > max(SPIKE_STEP, SPIKE_SPREAD * float(np.median(moves)) if len(moves) else SPIKE_STEP)
    marked = np.zeros(len(values), bool)
    open_ = np.flatnonzero(large & ~barred)
    for length in range(1, SPIKE_WITHIN + 1):
        open_ = open_[open_ + length < len(values)]
        open_ = open_[~barred[open_ + length]]
        back = np.abs(logs[open_ + length] - logs[open_ - 1]) <= SPIKE_BACK * np.abs(steps[open_])
        for nth in range(length):
            marked[open_[back] + nth] = True
        open_ = open_[~back]
    return marked


def _still(values: np.ndarray, silent: np.ndarray) -> np.ndarray:
    """Repeats of one value that go on for longer than a week of publications, on a line of which at least half of the
    observations before the standstill had moved. A weekend that a bank repeats, or a fixed rate, is no standstill."""
    moved = np.diff(values, prepend=np.nan) != 0
    begins = moved | silent
    start = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    usual = pd.Series(moved).rolling(STALE_WINDOW, min_periods=STALE_SAMPLE).mean().to_numpy()[start]
    still: np.ndarray = (np.arange(len(values)) - start >= STALE_AFTER) & (usual >= 0.5)
    return still


def _unresolved(line: pd.DataFrame) -> np.ndarray:
    """Changes within one step of the last digit, where a step is large enough to show in the two decimals of a change.
    A change is a share of the value before, a step of the value after; the slack is float noise."""
    step = line["step"].to_numpy() if "step" in line else resolution(line["value"].to_numpy())
    change = line["change"].to_numpy() / 100
    within: np.ndarray = np.abs(change) <= step * (1 + change) * (1 + 1e-6)
    return within & (step * 100 >= LEAST_CHANGE)
