"""How often a line is published, how long its silences may last, and public holidays."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from lib import series
from lib.series.cadence import reach, usual
from lib.series.calendars import publications
from tests.lines_by_hand import flagged, line


def days(*spacings: int, start: str = "2004-01-07") -> pd.DatetimeIndex:
    offsets = np.concatenate([[0], np.cumsum(spacings)])
    return pd.Timestamp(start) + pd.to_timedelta(offsets, unit="D")


def annotated(*spacings: int, start: str = "2004-01-07", country: str = "") -> pd.DataFrame:
    frame = line(*[40.0 + n % 7 / 10 for n in range(len(spacings) + 1)])
    frame.index = days(*spacings, start=start).astype("datetime64[s]")
    return series.annotate(frame, "KGS", country=country, days="tue-sat" if country == "RU" else "weekdays")


@pytest.mark.parametrize(
    ("spacings", "every", "word"),
    [
        ([1] * 20, 1, "daily"),
        ([1, 1, 1, 1, 3] * 6, 1, "daily"),
        ([7] * 20, 7, "weekly"),
        ([7, 6, 8, 7, 7, 14, 7] * 3, 7, "weekly"),
        ([14] * 12, 14, "fortnightly"),
        ([31, 28, 31, 30, 31, 30, 31], 30, "monthly"),
        ([7] * 5, 1, "daily"),  # too few to tell
        ([1, 30, 1, 1, 56, 1, 2, 1, 1, 9], 1, "daily"),  # irregular
    ],
)
def test_cadence_is_what_most_of_the_spacings_are(spacings: list[int], every: int, word: str) -> None:
    frame = annotated(*spacings)
    assert set(frame["every"]) == {every}
    assert series.cadence(frame) == word


def test_cadence_of_nothing_has_no_word() -> None:
    assert series.cadence(annotated()[:0]) == ""
    assert usual(days()[:0]).tolist() == []


def test_line_that_turns_weekly_has_no_gap_on_either_side() -> None:
    frame = annotated(*[14] * 20, *[7] * 20)
    assert frame["every"].tolist() == [14] * 20 + [7] * 21
    assert flagged(frame, "after-gap") == []
    assert series.with_gaps(frame["value"], frame["reach"]).notna().all()


@pytest.mark.parametrize(
    ("usually", "silence", "gap"),
    [(1, 7, False), (1, 8, True), (7, 16, False), (7, 17, True), (14, 30, False), (14, 31, True)],
)
def test_silence_is_a_gap_by_the_line_s_own_spacing(usually: int, silence: int, gap: bool) -> None:
    frame = annotated(*[usually] * 12, silence, *[usually] * 12)
    assert flagged(frame, "after-gap") == ([13] if gap else [])
    assert series.with_gaps(frame["value"], frame["reach"]).isna().any() == gap
    carried = series.carry(frame, frame.index[-1].date())["flags"] == "carried"
    assert carried.sum() == 24 * (usually - 1) + (0 if gap else silence - 1)


@pytest.mark.parametrize(("usually", "longest"), [(1, 7), (7, 16), (14, 30)])
def test_newest_value_is_carried_as_long_as_is_no_gap(usually: int, longest: int) -> None:
    frame = annotated(*[usually] * 12)
    filled = series.carry(frame, date(2030, 1, 1))
    assert (filled.index[-1] - frame.index[-1]).days == longest


# Public holidays.


def test_new_year_of_the_bank_of_russia_is_no_gap_and_its_list_stays_in_force() -> None:
    before = [1] * 12
    lists = annotated(*before, 12, *before, start="2014-12-20", country="RU")  # 2015-01-01 and 2015-01-13
    assert lists.index[13] == pd.Timestamp("2015-01-13")
    assert flagged(lists, "after-gap") == []
    assert flagged(annotated(*before, 12, *before, start="2014-12-20"), "after-gap") == [13]
    assert flagged(annotated(*before, 24, *before, start="2014-12-20", country="RU"), "after-gap") == [13]


@pytest.mark.parametrize("country", ["KZ", "KG", "TJ", "TM", "UZ", "RU"])
def test_new_year_is_a_holiday_of_all_five_and_of_russia(country: str) -> None:
    first = date(2025, 1, 1)
    assert first not in publications("weekdays", date(2024, 12, 30), date(2025, 1, 12), country)
    assert first in publications("weekdays", date(2024, 12, 30), date(2025, 1, 12))


def test_holiday_is_no_missed_publication() -> None:
    nowruz = [date(2026, 3, 20), date(2026, 3, 26)]
    assert series.missed(nowruz, "weekdays", nowruz[0], date(2026, 3, 27)) == [date(2026, 3, d) for d in (23, 24, 25)]
    assert series.missed(nowruz, "weekdays", nowruz[0], date(2026, 3, 27), "KZ") == []


def test_who_dates_its_lists_a_day_ahead_misses_the_day_after_the_holiday() -> None:
    since, until = date(2026, 6, 11), date(2026, 6, 14)  # the 12th, a Friday, is Russia Day
    assert publications("tue-sat", since, until, "RU") == [date(2026, 6, 11), date(2026, 6, 12)]
    assert publications("weekdays", since, until, "RU") == [date(2026, 6, 11)]


def test_who_publishes_every_calendar_day_has_no_holidays() -> None:
    assert publications("daily", date(2026, 3, 20), date(2026, 3, 24), "TJ") == [
        date(2026, 3, d) for d in range(20, 24)
    ]


def test_line_is_not_overdue_for_holidays() -> None:
    december = line(470.0, 471.0, start="2025-12-30").index
    assert series.overdue(december, "tue-sat", date(2026, 1, 13))
    assert not series.overdue(december, "tue-sat", date(2026, 1, 13), "RU")
    assert series.overdue(december, "tue-sat", date(2026, 1, 24), "RU")


def test_reach_of_the_newest_value_counts_the_holidays_that_follow_it() -> None:
    newest = days(*[1] * 9, start="2025-12-23")  # until New Year's Day
    assert reach(newest, usual(newest), "tue-sat", "RU")[-1] > reach(newest, usual(newest), "tue-sat")[-1] == 7
