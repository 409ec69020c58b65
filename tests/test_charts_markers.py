"""Markers for the articles of a day on a country's own line: where they stand, and when there are none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lib import charts
from tests.test_charts import line, named

FIRST = date(2026, 9, 1)


def markers(counts: list[tuple[date, int]], days: int = 30, **values: float) -> list[Any]:
    """The markers on Kazakhstan's line in a period of so many days after the first of September."""
    period = (FIRST, FIRST + timedelta(days=days))
    figure = charts.figure([line(**values)], counts, period, marks={"KZ": counts})
    return named(figure, "KZT articles")


def test_a_marker_tells_the_articles_of_its_day_at_the_rate_of_the_day_or_the_last_before_it() -> None:
    counts = [(date(2026, 9, 1), 1), (date(2026, 9, 3), 2)]
    (found,) = markers(counts, d1=440.0, d2=441.0)
    assert list(found.y) == [440.0, 441.0]
    assert list(found.customdata) == ["1 article", "2 articles"]


@pytest.mark.parametrize(("days", "count"), [(99, 1), (100, 1), (101, 0), (366, 0)])
def test_markers_are_left_out_where_days_stand_too_close_to_be_told_apart(days: int, count: int) -> None:
    assert len(markers([(FIRST, 3)], days, d1=440.0, d2=441.0)) == count


def test_articles_before_the_first_rate_have_no_marker() -> None:
    assert markers([(FIRST, 3)], d2=441.0) == []
