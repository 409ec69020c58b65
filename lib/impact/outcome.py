"""The tests of a set of episodes, and which of them decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lib.impact import statistics
from lib.impact.episodes import Found
from lib.impact.events import Calendar
from lib.impact.missing import MIN_EPISODES
from lib.impact.returns import Returns
from lib.impact.statistics import Difference, Placebo, Test
from lib.impact.windows import MANAGED, PATH, WINDOWS, medians, rolling_sums

MANY_EPISODES = 40  # above, the median drifts from the mean, and the shifted calendars lead
PRE_TREND = (-5, -1)

Lead = Literal["bmp", "sign", "placebo"]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The tests of a study with at least eight episodes. `p` is that of the `lead` test. `interval` is the percentile-t
    interval of the mean effect and `smallest` the smallest mean that could be found, in percent. `size` is the sign
    test of |AR|: above its usual size or not. `pre_trend` is BMP in [-5, -1]."""

    lead: Lead
    p: float
    bmp: Test | None
    sign: Test | None
    size: Test | None
    placebo: Placebo | None
    calendar_time: Difference | None
    pre_trend: Test | None
    smallest: float | None
    interval: tuple[float, float] | None = None


def check_window(window: tuple[int, int]) -> None:
    """Raise ValueError for an event window that is not on offer."""
    if window not in WINDOWS:
        offer = ", ".join(f"[{first}, {last}]" for first, last in WINDOWS)
        raise ValueError(f"The window [{window[0]}, {window[1]}] is not on offer: choose one of {offer}.")


def evaluate(returns: Returns, calendar: Calendar, found: Found, window: tuple[int, int]) -> Outcome | None:
    """The tests of the episodes found, without the bootstrap; None for fewer than eight episodes, or where no test can
    be made of them."""
    if len(found.at) < MIN_EPISODES:
        return None
    made, at = returns.estimates, found.at
    length = window[1] - window[0] + 1
    bmp = statistics.bmp(made.standardised(window)[at])
    sign, size = _sign_tests(returns, at, window)
    placebo = _placebo(returns, calendar, found, window)
    lead = _lead(bmp, sign, placebo, is_managed(returns, found), len(at))
    if lead is None:
        return None
    before = made.standardised(PRE_TREND)[at]
    return Outcome(
        lead=lead[0],
        p=lead[1],
        bmp=bmp,
        sign=sign,
        size=size,
        placebo=placebo,
        calendar_time=statistics.calendar_time(*_days_in_windows(returns, calendar, found, window)),
        pre_trend=statistics.bmp(before[np.isfinite(before)]),
        smallest=statistics.smallest_effect(made.spread[at] * np.sqrt(length + length**2 / made.count[at])),
    )


def _lead(
    bmp: Test | None, sign: Test | None, placebo: Placebo | None, managed: bool, number: int
) -> tuple[Lead, float] | None:
    """The test that decides, and its p: the sign test on a managed line, the shifted calendars above forty episodes,
    else BMP."""
    if managed and sign:
        return "sign", sign.p
    if number > MANY_EPISODES and placebo:
        return "placebo", placebo.p
    if bmp:
        return "bmp", bmp.p
    return ("sign", sign.p) if sign else None


def _sign_tests(returns: Returns, at: np.ndarray, window: tuple[int, int]) -> tuple[Test | None, Test | None]:
    """The generalized sign tests of the effect, and of its size |AR| against the median size."""
    made, length = returns.estimates, window[1] - window[0] + 1
    past = made.residuals(at)
    sums = rolling_sums(past, length)
    positive = int((made.cumulative(window)[at] > statistics.TIE).sum())
    sign = statistics.generalized_sign(positive, _shares_above(sums, np.zeros(len(at))))
    sizes = rolling_sums(np.abs(past), length)
    usual = medians(sizes)
    event = np.abs(made.abnormal[at, -PATH[0] + window[0] : -PATH[0] + window[1] + 1]).sum(axis=1)
    larger = int((event > usual + statistics.TIE).sum())
    return sign, statistics.generalized_sign(larger, _shares_above(sizes, usual))


def _shares_above(rows: np.ndarray, bar: np.ndarray) -> np.ndarray:
    """The share of each row's finite values that are above its bar."""
    finite = np.isfinite(rows)
    above = finite & (rows > bar[:, None] + statistics.TIE)
    shares: np.ndarray = above.sum(axis=1) / np.maximum(finite.sum(axis=1), 1)
    return shares


def _period(returns: Returns, calendar: Calendar) -> slice:
    """The fixings of the days that the news cover: other times do not tell what is usual in theirs."""
    first, last = calendar.days.min(), calendar.days.max()
    since = int(np.searchsorted(returns.trading, first, side="left"))
    until = int(np.searchsorted(returns.trading, last, side="right"))
    return slice(since, min(until + 1, len(returns.trading)))


def _placebo(returns: Returns, calendar: Calendar, found: Found, window: tuple[int, int]) -> Placebo | None:
    period = _period(returns, calendar)
    within = found.at[(found.at >= period.start) & (found.at < period.stop)]
    if len(within) < MIN_EPISODES:
        return None
    usable = returns.estimates.refusal(window)[period] == 0
    cumulative = returns.estimates.cumulative(window)[period]
    return statistics.circular_shift(cumulative, usable, within - period.start, MIN_EPISODES)


def _days_in_windows(
    returns: Returns, calendar: Calendar, found: Found, window: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    inside = np.zeros(len(returns.days), bool)
    for offset in range(window[0], window[1] + 1):
        inside[found.at + offset] = True
    period = _period(returns, calendar)
    return returns.change[period], inside[period]


def is_managed(returns: Returns, found: Found) -> bool:
    """Whether most returns before most episodes are zero."""
    return bool(np.median(returns.estimates.zeros[found.at]) > MANAGED)
