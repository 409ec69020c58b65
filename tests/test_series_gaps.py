"""Days without an observation: gaps, carried days, publications missed and overdue."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from lib import series
from lib.series import Calendar
from tests.lines_by_hand import annotated, line

NAN = math.nan


@pytest.mark.parametrize(("apart", "holes"), [(1, 0), (7, 0), (8, 2), (56, 2)])
def test_silence_of_more_than_seven_days_breaks_the_line_in_its_middle(apart: int, holes: int) -> None:
    values = line(1.0, 2.0, 3.0, every=apart)["value"]
    drawn = series.with_gaps(values)
    assert drawn.isna().sum() == holes
    assert drawn.dropna().equals(values)
    assert drawn.index.is_monotonic_increasing
    if holes:
        assert drawn.index[1] - drawn.index[0] == pd.Timedelta(days=apart) / 2


@pytest.mark.parametrize(
    ("values", "lone"),
    [
        ([1.0, NAN, 2.0, 3.0], [True, False, False, False]),
        ([1.0, 2.0, NAN, 3.0], [False, False, False, True]),
        ([1.0, NAN, 2.0, NAN, 3.0], [True, False, True, False, True]),
        ([1.0, 2.0], [False, False]),
        ([NAN], [False]),
    ],
)
def test_value_between_two_gaps_stands_alone(values: list[float], lone: list[bool]) -> None:
    assert series.alone(pd.Series(values)).tolist() == lone


# Carried days.


def carried(frame: pd.DataFrame) -> list[str]:
    return [str(day.date()) for day in frame.index[frame["flags"] == "carried"]]


def test_day_without_an_observation_carries_the_value_before_and_no_change() -> None:
    weekend = series.annotate(line(470.0, 471.0, every=3, start="2026-09-25", was={0: 469.0}), "KZT")
    filled = series.carry(weekend, date(2026, 9, 28))
    assert carried(filled) == ["2026-09-26", "2026-09-27"]
    assert filled["value"].tolist() == [470.0, 470.0, 470.0, 471.0]
    assert filled["change"].isna().tolist() == [True, True, True, False]
    assert filled["previous"].tolist()[0] == 469.0
    assert filled["previous"].isna().tolist() == [False, True, True, True]
    assert filled.dtypes.tolist() == weekend.dtypes.tolist()
    assert filled.index.dtype == weekend.index.dtype


@pytest.mark.parametrize(
    ("until", "days"), [("2026-08-01", 0), ("2026-09-01", 0), ("2026-09-04", 3), ("2026-12-31", 7)]
)
def test_newest_value_is_carried_to_the_day_asked_but_seven_days_at_most(until: str, days: int) -> None:
    assert len(series.carry(annotated(470.0), date.fromisoformat(until))) == 1 + days


@pytest.mark.parametrize(("apart", "rows"), [(1, 0), (7, 6), (8, 0), (30, 0)])
def test_nothing_is_carried_into_a_gap(apart: int, rows: int) -> None:
    frame = annotated(470.0, 471.0, every=apart)
    filled = series.carry(frame, frame.index[-1].date())
    assert len(carried(filled)) == rows
    assert series.with_gaps(filled["value"]).isna().sum() == (apart > 7)


def test_nothing_carries_nothing() -> None:
    assert len(series.carry(annotated(), date(2026, 9, 1))) == 0


# Publications missed and overdue. 2026-09-04 is a Friday.


def test_missed_are_the_days_of_the_calendar_without_an_observation_before_today() -> None:
    held = [date(2026, 9, 3), date(2026, 9, 8)]
    assert series.missed(held, "weekdays", date(2026, 9, 3), date(2026, 9, 9)) == [date(2026, 9, 4), date(2026, 9, 7)]
    daily = series.missed(line(1.0, 1.0, start="2026-09-03").index, "daily", date(2026, 9, 3), date(2026, 9, 7))
    assert daily == [date(2026, 9, 5), date(2026, 9, 6)]


def test_today_is_not_missed_yet_and_a_saturday_published_makes_up_for_nothing() -> None:
    assert series.missed([date(2026, 9, 5)], "weekdays", date(2026, 9, 4), date(2026, 9, 7)) == [date(2026, 9, 4)]
    assert series.missed([], "daily", date(2026, 9, 7), date(2026, 9, 7)) == []
    assert series.missed([], "daily", date(2026, 9, 8), date(2026, 9, 7)) == []


@pytest.mark.parametrize(
    ("calendar", "today", "late"),
    [
        ("daily", date(2026, 9, 10), False),  # the 5th to the 9th: five
        ("daily", date(2026, 9, 11), True),
        ("weekdays", date(2026, 9, 14), False),  # Monday to Friday
        ("weekdays", date(2026, 9, 15), True),
        ("weekdays", date(2026, 9, 1), False),  # a bank may publish for days ahead of us
    ],
)
def test_line_is_overdue_after_more_than_five_publications(calendar: Calendar, today: date, late: bool) -> None:
    whole_week = line(*[470.0] * 4, start="2026-09-01")
    assert series.overdue(whole_week.index, calendar, today) is late
    assert series.overdue(whole_week.index[-1:], calendar, today) is late


def test_weekend_that_a_weekday_bank_publishes_does_not_hurry_it() -> None:
    weekend = line(470.0, 470.0, start="2026-09-05")
    assert not series.overdue(weekend.index, "weekdays", date(2026, 9, 9))


def test_weekly_line_is_overdue_by_its_own_weeks() -> None:
    weekly = line(*[9.41] * 10, every=7, start="2026-07-03")  # Fridays, the last of them 2026-09-04
    assert not series.overdue(weekly.index, "weekdays", date(2026, 10, 9))
    assert series.overdue(weekly.index, "weekdays", date(2026, 10, 13))
