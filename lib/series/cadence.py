"""How often a line is published, around each of its days: daily, weekly, fortnightly or monthly. Some sources have
changed that over the decades, so every point has its own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lib.series.calendars import Calendar, rest_days

WORDS = {1: "daily", 7: "weekly", 14: "fortnightly", 30: "monthly"}  # by the usual days between two observations
AT_LEAST = {7: 6, 14: 13, 30: 28}  # days: a list that is due on a holiday comes a day earlier or later
AROUND = 6  # spacings on either side that tell what is usual
SAMPLE = 6  # fewer tell nothing, and the line counts as daily
GAP_DAYS = 7  # of a daily line: a longer silence is a gap
DAY = np.timedelta64(1, "D")


def usual(days: pd.DatetimeIndex) -> np.ndarray:
    """The usual days from each observation to the next (1, 7, 14 or 30), shape (n,): the longest spacing that more than
    half of those around it reach."""
    spacing = np.diff(days.to_numpy()) // DAY
    found = np.ones(len(days), int)
    if len(spacing) < SAMPLE or spacing.max() < min(AT_LEAST.values()):
        return found
    at = np.minimum(np.arange(len(days)), len(spacing) - 1)  # the newest has no next: it goes on as before
    first, end = np.maximum(at - AROUND, 0), np.minimum(at + AROUND + 1, len(spacing))
    for days_apart, least in AT_LEAST.items():
        so_far = np.concatenate([[0], np.cumsum(spacing >= least)])
        found[(so_far[end] - so_far[first]) * 2 > end - first] = days_apart
    return found


def limits(every: np.ndarray) -> np.ndarray:
    """The longest silence in days after each observation that is no gap: a week, or one publication missed."""
    return np.where(every == 1, GAP_DAYS, 2 * every + 2)


def reach(days: pd.DatetimeIndex, every: np.ndarray, calendar: Calendar = "weekdays", country: str = "") -> np.ndarray:
    """For how many days each value stands where no other follows, shape (n,): the limit of its cadence, and as many
    days more as are public holidays in them."""
    longest = limits(every)
    silence = np.diff(days.to_numpy()) // DAY
    waits = np.append(np.flatnonzero(silence > longest[:-1]), len(days) - 1)  # after the newest all days are silent
    if country and len(days):
        longest[waits] = _with_holidays(days[waits], longest[waits], calendar, country)
    return longest


def cadence(line: pd.DataFrame) -> str:
    """A word for how often an annotated line is published at its end: "daily", "weekly"; "" of an empty line."""
    return WORDS[int(line["every"].iloc[-1])] if len(line) else ""


def _with_holidays(days: pd.DatetimeIndex, longest: np.ndarray, calendar: Calendar, country: str) -> np.ndarray:
    """Holidays lengthen the wait, and so may bring further ones into it."""
    rest = rest_days(calendar, country, days[0].year, days[-1].year + 1)
    begin = days.to_numpy().astype("datetime64[D]")
    before = np.searchsorted(rest, begin, side="right")
    waited = longest
    for _ in range(2):
        waited = longest + np.searchsorted(rest, begin + waited * DAY, side="right") - before
    return waited
