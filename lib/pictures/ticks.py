"""Where the axes of a picture have their ticks, and what stands there."""

from __future__ import annotations

from datetime import date

import numpy as np

from lib import notation

STEPS = (1, 2, 2.5, 5, 10)  # times a power of ten
MONTHS = (1, 2, 3, 6, 12, 24, 36, 60, 120)  # between two ticks of the time axis


def numbers(low: float, high: float, most: int) -> list[float]:
    """At most so many round numbers between two bounds.

    >>> numbers(437.2, 541.9, 6)
    [440.0, 460.0, 480.0, 500.0, 520.0, 540.0]
    """
    rough = (high - low) / max(most, 1)
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(s * power for s in STEPS if s * power >= rough * (1 - 1e-9))
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return [float(f"{n * step:.10g}") for n in np.arange(first, last + 1)]


def days(since: date, until: date, most: int) -> list[tuple[date, str]]:
    """At most so many first days of a month or year between two days, with their labels; days of
    the week's length where the period is shorter than two months."""
    length = (until - since).days + 1
    if length < 62:
        step = max(1, -(-length // most))
        ordinals = range(since.toordinal() + step // 2, until.toordinal() + 1, step)
        return [(day, notation.day(day, year=False)) for day in map(date.fromordinal, ordinals)]
    months = (until.year - since.year) * 12 + until.month - since.month + 1
    step = next((s for s in MONTHS if months / s <= most), MONTHS[-1])
    firsts = [n for n in range(_month(since), _month(until) + 1) if n % step == 0]
    found = [date(n // 12, n % 12 + 1, 1) for n in firsts]
    return [(day, _label(day, step)) for day in found if since <= day <= until]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _label(day: date, step: int) -> str:
    if step >= 12:
        return str(day.year)
    return str(day.year) if day.month == 1 else notation.month(day)
