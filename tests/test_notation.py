"""How numbers and days are written."""

from __future__ import annotations

import doctest
import math
from datetime import date

import numpy as np
import pytest

from lib import notation
from lib.words import speaking


def test_examples_of_the_docstrings_hold() -> None:
    assert doctest.testmod(notation) == (0, 4)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (478.77, "478.77"),
        (9.23, "9.23"),
        (3.5, "3.5"),
        (10.0, "10"),
        (87.4500, "87.45"),
        (0.0073, "0.0073"),
        (11792.5, "11,792.5"),
        (1234567.0, "1,234,567"),
        (1e6, "1,000,000"),
        (1e22, "10,000,000,000,000,000,000,000"),
        (1e-7, "0.0000001"),
        (441.2345678, "441.235"),
        (9.9999999, "10.0000"),
        (99999.96, "100,000"),
        (0.00194263, "0.00194263"),
        (0.001942634, "0.00194263"),
        (np.float64(478.77), "478.77"),
        (0.0, "0"),
        (-0.0, "0"),
        (-478.77, "-478.77"),
        (math.nan, "–"),
        (math.inf, "–"),
        (-math.inf, "–"),
    ],
)
def test_published_rate_keeps_its_own_digits_up_to_six(value: float, written: str) -> None:
    assert notation.published(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (478.77, "478.770"),
        (0.5, "0.500000"),
        (1 / 12968.9, "0.0000771075"),
        (0.9999999, "1.00000"),
        (9.999996, "10.0000"),
        (99.99994, "99.9999"),
        (99.99996, "100.000"),
        (999999.5, "1,000,000"),
        (123456.7, "123,457"),
        (12345678.9, "12,345,679"),
        (1e-20, "0.0000000000000000000100000"),
        (5e-324, f"0.{'0' * 323}494066"),
        (0.0, "0"),
        (-0.0, "0"),
        (-1.5, "-1.50000"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_computed_rate_has_six_significant_digits(value: float, written: str) -> None:
    assert notation.derived(value) == written


@pytest.mark.parametrize(
    ("percent", "written"),
    [
        (0.3149, "▲ 0.31 %"),
        (-0.3149, "▼ 0.31 %"),
        (1.005e3, "▲ 1,005.00 %"),
        (0.0051, "▲ 0.01 %"),
        (0.0049, "▲ <0.01 %"),
        (-0.0049, "▼ <0.01 %"),
        (9.999, "▲ 10.00 %"),
        (-99.999, "▼ 100.00 %"),
        (1e-8, "▲ <0.01 %"),
        (2.2e-14, "0.00 %"),  # float noise of two equal fixings
        (-2.2e-14, "0.00 %"),
        (0.0, "0.00 %"),
        (-0.0, "0.00 %"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_change_has_an_arrow_two_decimals_and_no_negative_zero(percent: float | None, written: str) -> None:
    assert notation.change(percent) == written


@pytest.mark.parametrize(
    ("since", "until", "long", "short"),
    [
        ("2026-09-28", "2026-09-29", "28 Sep – 29 Sep 2026", "28–29 Sep"),
        ("2026-09-30", "2026-10-02", "30 Sep – 2 Oct 2026", "30 Sep – 2 Oct"),
        ("2025-12-31", "2026-01-02", "31 Dec 2025 – 2 Jan 2026", "31 Dec – 2 Jan"),
        ("2025-09-01", "2026-09-29", "1 Sep 2025 – 29 Sep 2026", "1 Sep – 29 Sep"),
    ],
)
def test_two_days_name_the_year_where_it_differs(since: str, until: str, long: str, short: str) -> None:
    days = date.fromisoformat(since), date.fromisoformat(until)
    assert notation.span(*days) == long
    assert notation.short_span(*days) == short


def test_one_day_is_written_once() -> None:
    day = date(2026, 9, 1)
    assert notation.day(day) == notation.span(day, day) == "1 Sep 2026"
    assert notation.day(day, year=False) == "1 Sep"


def test_russian_writes_numbers_and_days_its_own_way() -> None:
    with speaking("ru"):
        assert notation.published(12968.91140011) == "12\u00a0968,9"
        assert notation.derived(1 / 487.21) == "0,00205250"
        assert notation.change(0.3149) == "▲ 0,31 %"
        assert notation.change(-0.004) == "▼ <0,01 %"
        assert notation.change(0.0) == "0,00 %"
        assert notation.day(date(2026, 9, 29)) == "29 сент. 2026"
        assert notation.span(date(2026, 5, 1), date(2026, 9, 29)) == f"1 мая {notation.DASH} 29 сент. 2026"


def test_days_and_weekdays_are_cldrs_in_both_languages() -> None:
    days = [date(2026, month, 1) for month in range(1, 13)]
    assert [notation.month(day) for day in days[7:9]] == ["Aug", "Sep"]
    with speaking("ru"):
        assert [notation.month(day) for day in days[4:9]] == ["мая", "июн.", "июл.", "авг.", "сент."]
        assert notation.weekday(date(2026, 9, 25)) == "пт"
