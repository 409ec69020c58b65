"""Changes and doubts: what a reader should know of a point, derived and never stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from lib.countries import MANAT_PEGS
from lib.models import Kind
from lib.series.cadence import GAP_DAYS, reach, usual
from lib.series.calendars import Calendar
from lib.series.digits import resolution
from lib.series.gaps import overdue, silences
from lib.series.regimes import BREAKS

PEG_TOLERANCE = 1e-4  # 0.01 %: the fixed manat is published to four decimals
SPIKE_STEP = 0.01  # the least step that can be a spike; the calm daily move of all five is under half of it
SPIKE_SPREAD = 8.0  # ... and it must be this many times the line's own median move
SPIKE_BACK = 0.34  # "reverts": at most this share of the step is left
SPIKE_WITHIN = 3  # observations
IMPLAUSIBLE = 3.0  # times or a third: no step of a day on record, outside the listed breaks, comes near it
IMPLAUSIBLE_AMONG = 31  # observations: a wrong print of up to a fortnight is the lesser part of them
STALE_AFTER = 7  # repeats of one value: a week of a daily source, and longer than the holidays of any of the five
STALE_WINDOW = 120  # observations before a standstill that tell whether the line usually moves
STALE_SAMPLE = 20  # fewer tell nothing
LEAST_CHANGE = 0.01  # percent: the last digit of a change on screen
DISAGREEMENT = 0.01  # sources fix one day's rate at different hours; in calm weeks they stay within half of this

FLAGS: dict[str, str] = {
    "break": "The currency's regime changed here: the step is real, and the two sides do not compare.",
    "spike": "Jumps and comes back within three observations: more likely a wrong print than a move.",
    "off-peg": "More than 0.01 % from the official rate of 3.5 manat per USD, 2.85 before 2015: noise of the source, "
    "not a move.",
    "revised": "The source has corrected this value after it was first seen.",
    "after-gap": "The observation before is more than seven days older (of a weekly line more than 16), holidays not "
    "counted: the change spans all of them.",
    "stale": "Unchanged for a week of publications where the source usually moves, or older than its calendar allows.",
    "low-resolution": "The change is within one step of the source's last digit: rounding can make it or hide it.",
    "official-off-peg": "An official figure that was off the official rate of the manat: as its bank published it.",
    "implausible": "At least three times, or at most a third of, what the line is otherwise, without a known break.",
    "disagree": "Another official or aggregate source has this day more than 1 % away.",
    "carried": "Nothing was published for this day: the value before is carried, for as long as is no gap.",
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
    "official-off-peg": "A",
    "implausible": "U",
    "disagree": "U",
    "carried": "E",
}


def annotate(
    line: pd.DataFrame,
    currency: str,
    *,
    base: str = "USD",
    days: Calendar = "weekdays",
    today: date | None = None,
    country: str = "",
    kind: Kind | None = None,
) -> pd.DataFrame:
    """The line of `currency` per 1 `base` with `change`, `before`, `every`, `reach` and `flags`. Call it before cutting
    a period, so that its first day has them all. `country` is the one whose public holidays the source keeps, `kind`
    the source's. With `today` the newest observation is `stale` when it is older than the source's calendar `days`
    allows."""
    done = line.copy()
    done["change"] = line["value"].pct_change() * 100
    done["before"] = line.index.to_series().shift()
    done["every"] = usual(line.index)
    done["reach"] = reach(line.index, done["every"].to_numpy(), days, country)
    late = today is not None and len(line) > 0 and overdue(line.index, days, today, country)
    done["flags"] = _joined(_marks(done, base, currency, late, kind == "official"))
    return done


def disagree(
    lines: Mapping[str, pd.DataFrame], kinds: Mapping[str, Kind], tolerance: float = DISAGREEMENT
) -> dict[str, pd.DataFrame]:
    """The annotated lines of one pair by source, with `disagree` on each day that an official or aggregate source other
    than the line's own has more than `tolerance` (a share) away, and the columns `rival` (that source, the
    farthest of several; empty where none disagrees) and `rival_by` (how far its value is above this one, in
    percent). A point that is a spike or off the peg accuses nobody, nor does a source without a kind in `kinds`.
    Call it before `carry`."""
    trusted = {key: _trusted(line) for key, line in lines.items() if kinds.get(key) in ("official", "aggregate")}
    logs = np.log(pd.DataFrame(trusted))
    return {key: _compared(line, logs.drop(columns=key, errors="ignore"), tolerance) for key, line in lines.items()}


def _compared(line: pd.DataFrame, others: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """The line with its flags, and the source that is farthest away of those that disagree."""
    others = others.reindex(line.index)
    away = others.sub(np.log(line["value"]), axis=0).to_numpy(float)
    far = np.where(np.abs(away) > np.log1p(tolerance), np.abs(away), 0.0)
    apart = far.max(axis=1, initial=0.0) > 0
    rival, by = np.full(len(line), "", object), np.full(len(line), np.nan)
    if apart.any():
        rows, which = np.flatnonzero(apart), far[apart].argmax(axis=1)
        rival[rows] = others.columns.to_numpy(object)[which]
        by[rows] = np.expm1(away[rows, which]) * 100
    flags = line["flags"].mask(apart, (line["flags"] + " disagree").str.strip())
    return line.assign(flags=flags, rival=pd.array(rival, dtype="str"), rival_by=by)


def obs_status(flags: pd.Series) -> pd.Series:
    """The SDMX OBS_STATUS code of each point: of several flags, the code that comes first in `OBS_STATUS`."""
    order = list(OBS_STATUS)
    codes = {some: min((STATUS[f] for f in some.split()), key=order.index, default="A") for some in flags.unique()}
    return flags.map(codes)


def _marks(line: pd.DataFrame, base: str, quote: str, late: bool, official: bool) -> dict[str, np.ndarray]:
    values = line["value"].to_numpy()
    newest = np.arange(len(line)) == len(line) - 1
    silent = silences(line.index, line["reach"].to_numpy())
    broken, settling = _broken(line, (base, quote))
    off_peg = _off_peg(line, base, quote)
    return {
        "break": broken,
        "spike": _spikes(values, silent | settling),
        "off-peg": off_peg & (not official),
        "revised": line["previous"].notna().to_numpy(),
        "after-gap": silent,
        "stale": _still(values, silent) | (newest & late),
        "low-resolution": _unresolved(line),
        "official-off-peg": off_peg & official,
        "implausible": _implausible(values),
    }


def _joined(marks: Mapping[str, np.ndarray]) -> pd.api.extensions.ExtensionArray:
    """The codes of each point as words; a line has few combinations of them, however long it is."""
    bits = np.zeros(len(next(iter(marks.values()))), np.uint16)
    for n, mark in enumerate(marks.values()):
        bits |= mark.astype(np.uint16) << n
    kinds, which = np.unique(bits, return_inverse=True)
    words = [" ".join(code for n, code in enumerate(marks) if kind >> n & 1) for kind in kinds.tolist()]
    return pd.array(words, dtype="str").take(which)


def _trusted(line: pd.DataFrame) -> pd.Series:
    return line["value"].mask(line["flags"].str.contains("spike|off-peg|implausible"))


def _steps(values: np.ndarray) -> np.ndarray:
    logs = np.log(values)
    steps: np.ndarray = np.diff(logs, prepend=logs[:1])
    return steps


def _broken(line: pd.DataFrame, pair: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Where each break shows, and the observations of a week from there on, of which none is a wrong print: a bank may
    take days to find the new rate, and overshoot."""
    steps = np.abs(_steps(line["value"].to_numpy()))
    week = pd.Timedelta(days=GAP_DAYS)
    marked, settling = np.zeros(len(line), bool), np.zeros(len(line), bool)
    for day in [pd.Timestamp(b.day) for b in BREAKS if b.currency in pair]:
        if (at := _shown(line.index, steps, day)) is not None:
            marked[at] = True
            settling[at : line.index.searchsorted(line.index[at] + week)] = True
    return marked, settling


def _shown(days: pd.DatetimeIndex, steps: np.ndarray, day: pd.Timestamp) -> int | None:
    """The position of the first observation from `day` on that shows a step: of the week after it, since a bank fixes
    the new rate a day later and one abroad two, or the first after a silence that is longer than that."""
    first, end = days.searchsorted([day, day + pd.Timedelta(days=GAP_DAYS)])
    if not 0 < first < len(days):
        return None
    if end < len(days) and days[end] - days[end - 1] >= pd.Timedelta(days=GAP_DAYS):
        end += 1
    largest = steps[first:end].max(initial=0.0)
    # Against a currency that moves itself a day's move may come first; a break in two steps begins with its first.
    return first + int(np.argmax(steps[first:end] >= largest / 3)) if largest >= SPIKE_STEP else None


def _off_peg(line: pd.DataFrame, base: str, quote: str) -> np.ndarray:
    """Manats per USD, or the inverse, beyond the tolerance from the peg of the day. Where a source publishes the old
    peg for some days more, the new one begins with the first other value."""
    if {base, quote} != {"USD", "TMT"}:
        return np.zeros(len(line), bool)
    values = line["value"].to_numpy() if quote == "TMT" else 1 / line["value"].to_numpy()
    pegs = np.full(len(line), np.nan)
    for since, peg in MANAT_PEGS:
        day = pd.Timestamp(since)
        first, end = line.index.searchsorted([day, day + pd.Timedelta(days=GAP_DAYS)])
        still = np.abs(values[first:end] / pegs[first:end] - 1) <= PEG_TOLERANCE
        pegs[first + int(np.argmin(np.append(still, False))) :] = peg
    off: np.ndarray = np.abs(values / pegs - 1) > PEG_TOLERANCE
    return off


def _implausible(values: np.ndarray) -> np.ndarray:
    """Observations far from the median of those around them, on a line with a step that no day has: a print that stays
    inverted for a week, which comes back too late for a spike. Of a step that lasts neither side is marked."""
    logs = np.log(values)
    if not (np.abs(_steps(values)) >= np.log(IMPLAUSIBLE)).any():
        return np.zeros(len(values), bool)
    around = pd.Series(logs).rolling(IMPLAUSIBLE_AMONG, center=True, min_periods=1).median().to_numpy()
    far: np.ndarray = np.abs(logs - around) >= np.log(IMPLAUSIBLE)
    return far


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
