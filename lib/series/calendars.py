"""When a source publishes: the days of its week, less the public holidays of its country."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

import numpy as np

# The days on which a source publishes, as the catalogue has it.
Calendar = Literal["weekdays", "daily", "tue-sat", "mon-sat", "wednesdays"]
WEEKS: dict[Calendar, str] = {  # NumPy's masks, Monday first
    "weekdays": "1111100",
    "daily": "1111111",
    "tue-sat": "0111110",
    "mon-sat": "1111110",
    "wednesdays": "0010000",
}
DAY = np.timedelta64(1, "D")


def publications(calendar: Calendar, first: date, end: date, country: str = "") -> list[date]:
    """The days from `first` on, `end` not included, on which a source of `country` publishes."""
    days = np.arange(np.datetime64(first), np.datetime64(end))
    if not len(days):
        return []
    rest = rest_days(calendar, country, first.year, end.year)
    due: list[date] = days[np.is_busday(days, weekmask=WEEKS[calendar], holidays=rest)].tolist()
    return due


def rest_days(calendar: Calendar, country: str, first: int, last: int) -> np.ndarray:
    """The days without a publication for a public holiday, of the years `first` .. `last`, ascending (datetime64[D]);
    none without a country. Who publishes from Tuesday to Saturday sets a rate on the day before it is dated, so that
    the day after a holiday has none. Who publishes every calendar day repeats the day before on holidays."""
    if not country or calendar == "daily":
        return np.array([], "datetime64[D]")
    years = [_holidays(country, year) for year in range(first - 1, last + 1)]
    return np.sort(np.concatenate(years)) + (DAY if calendar == "tue-sat" else 0 * DAY)


@cache
def _holidays(country: str, year: int) -> np.ndarray:
    from holidays import country_holidays

    return np.array(sorted(country_holidays(country, years=year)), "datetime64[D]")
