"""The numbers of a view in sentences: of what a change is, since when, and in which tense."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lib.charts import headline
from lib.charts.headline import Told
from lib.countries import BY_CODE
from lib.series.performance import Extreme, Performance
from lib.words import speaking

TODAY = date(2026, 9, 29)
YEAR = (TODAY - timedelta(days=365), TODAY)


def told(code: str = "KZ", change: float | None = -13.1, value: float = 446.42) -> Told:
    low, high = Extreme(441.23, date(2026, 9, 1)), Extreme(529.55, date(2025, 11, 1))
    numbers = Performance(value, TODAY, {}, change, low, high)
    return Told(BY_CODE[code], numbers, YEAR[0])


def title(*some: Told, direction: Any = "usd", period: Any = YEAR, today: date = TODAY) -> str:
    return headline.title(some, "USD", direction, period, today)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (-13.1, "; a dollar costs 13.1 % less than a year ago"),
        (2.0, "; a dollar costs 2.0 % more than a year ago"),
        (0.0, "; a dollar costs the same as a year ago"),
        (None, ""),
    ],
)
def test_one_currency_is_told_with_the_change_of_what_a_dollar_costs(change: float | None, words: str) -> None:
    assert title(told(change=change)) == f"The tenge: 446.42 per dollar{words}"


def test_the_other_direction_is_told_of_the_tenge() -> None:
    words = "1 KZT = 0.00224 USD; a tenge costs 15.1 % more than a year ago"
    assert title(told(change=15.1, value=0.00224), direction="local") == words


def test_an_old_value_is_told_with_its_day_and_in_the_past() -> None:
    words = "The tenge: 446.42 per dollar on 29 Sep 2026; a dollar cost 13.1 % less than a year before"
    assert title(told(), today=date(2026, 12, 1)) == words


def test_a_period_of_no_usual_length_is_told_by_its_first_day() -> None:
    assert title(told(), period=(date(2026, 1, 5), TODAY)).endswith("less than on 5 Jan 2026")


def test_several_currencies_are_told_by_the_two_ends() -> None:
    words = "Over a year the dollar fell most against the tenge, by 13.1 %, and rose most against the sum, by 1.2 %"
    assert title(told(), told("KG", 0.4), told("UZ", 1.2)) == words


def test_currencies_that_stood_still_are_told_so() -> None:
    words = "Over a year the dollar did not move against these currencies"
    assert title(told("TM", 0.0), told("KG", 0.0)) == words


def test_in_the_other_direction_the_ends_are_still_those_of_the_dollar() -> None:
    words = title(told(change=25.0), told("UZ", 1.0), direction="local")
    assert words == "Over a year the dollar fell most against the tenge, by 20.0 %"


def test_no_rates_are_said() -> None:
    assert title() == "No rates in this period"


def test_extremes_have_their_days() -> None:
    assert headline.extremes(told(), YEAR) == "low 441.23 on 1 Sep, high 529.55 on 1 Nov 2025"


def test_the_sentence_is_russian_where_the_reader_is() -> None:
    with speaking("ru"):
        assert title(told()) == "Тенге: 446,42 за доллар; доллар стоит на 13,1 % меньше, чем год назад"
