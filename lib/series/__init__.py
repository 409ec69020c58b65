"""Arithmetic on rates as frames: crosses, choice of source, changes, flags, gaps. Knows no source's format, no store.

A *line* is a frame of one source's rate of one pair, by `day` (datetime64, ascending, unique), with the columns `value`
(units of quote per 1 base), `previous` (the value a revision replaced, NaN elsewhere), `seen` and `previous_seen`
(when we first saw either; not in a cross, whose legs were seen apart), `step` (one unit of the last
published digit as a share of the value, NaN where too few values show it) and `legs` (the published rates that it was
computed from, as in "USD/KZT ÷ KGS/KZT"; empty where it was published). `annotate` adds `change` (percent against the
observation before), `before` (that observation's day), `every` (the usual days to the next: 1, 7, 14 or 30), `reach`
(the days for which the value stands where no other follows), `flags` (codes, space-separated); `disagree` adds `rival`
and `rival_by`, the source that is farthest away of those that disagree and by how many percent.

digits.py   how many digits a value may claim and a source shows
regimes.py  the days on which a currency's regime broke
calendars.py  the days on which a source publishes, public holidays left out
cadence.py  how often a line is published, and so how long a silence is no gap
gaps.py     days without an observation: drawn, carried over, missed, overdue
lines.py    rates to lines: published, inverse, cross; cut, turned, indexed
choice.py   which source's line
flags.py    changes, flags and their SDMX status
continuation.py  the default line, continued by other sources where it has a gap
moves.py    breaks of a regime, and abnormal moves by robust z
performance.py  changes over the usual horizons, high and low
risk.py     log changes, volatility, drawdown, averages, rolling correlation
"""

from __future__ import annotations

from lib.series.cadence import GAP_DAYS, cadence
from lib.series.calendars import Calendar
from lib.series.choice import Standing, best, choose, chosen, preference, ranked
from lib.series.continuation import continued
from lib.series.flags import FLAGS, OBS_STATUS, STATUS, annotate, disagree, obs_status
from lib.series.gaps import alone, carried, carry, missed, overdue, with_gaps
from lib.series.lines import cut, empty_line, frame, index_to_100, invert, lines
from lib.series.moves import Move, moves, near, notable
from lib.series.performance import Performance, inverse_change, performance, value_in_force
from lib.series.regimes import Break, breaks
from lib.series.risk import (
    Correlation,
    drawdown,
    gap_limit,
    is_weekly,
    log_changes,
    moving_average,
    observed,
    per_year,
    rolling_correlation,
    rolling_volatility,
    weekly,
    without_spikes,
)

__all__ = [
    "FLAGS",
    "GAP_DAYS",
    "OBS_STATUS",
    "STATUS",
    "Break",
    "Calendar",
    "Correlation",
    "Move",
    "Performance",
    "Standing",
    "alone",
    "annotate",
    "best",
    "breaks",
    "cadence",
    "carried",
    "carry",
    "choose",
    "chosen",
    "continued",
    "cut",
    "disagree",
    "drawdown",
    "empty_line",
    "frame",
    "gap_limit",
    "index_to_100",
    "inverse_change",
    "invert",
    "is_weekly",
    "lines",
    "log_changes",
    "missed",
    "moves",
    "moving_average",
    "near",
    "notable",
    "obs_status",
    "observed",
    "overdue",
    "per_year",
    "performance",
    "preference",
    "ranked",
    "rolling_correlation",
    "rolling_volatility",
    "value_in_force",
    "weekly",
    "with_gaps",
    "without_spikes",
]
