"""The days that a view stands for, and the same view held still."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lib.links import View, freeze, live, params, parse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

# The period that a view stands for.

NEWEST, OLDEST = date(2026, 9, 29), date(2024, 3, 4)


@pytest.mark.parametrize(
    ("view", "since", "until"),
    [
        (View(range="1M"), date(2026, 8, 30), NEWEST),
        (View(), date(2025, 9, 29), NEWEST),
        (View(range="All"), OLDEST, NEWEST),
        (View(since=date(2026, 1, 1)), date(2026, 1, 1), NEWEST),
        (View(until=date(2026, 1, 1)), OLDEST, date(2026, 1, 1)),
        (View(since=date(2026, 1, 1), until=date(2026, 1, 1)), date(2026, 1, 1), date(2026, 1, 1)),
        (View(since=date(2027, 1, 1)), NEWEST, date(2027, 1, 1)),
        (View(range="1M", since=date(2026, 1, 1)), date(2026, 1, 1), NEWEST),
    ],
)
def test_period_is_the_range_before_the_newest_day_or_the_readers_own_dates(
    view: View, since: date, until: date
) -> None:
    assert view.period(NEWEST, OLDEST) == (since, until)


# Frozen and live.

PERIOD = (date(2026, 6, 29), NEWEST)


def test_frozen_view_has_dates_for_its_range_and_an_instant_and_is_the_same_on_any_later_day() -> None:
    seen = View(countries=("KZ",), range="3M", topics=("trade",), selected=(NEWEST, NEWEST), page=2)
    still = freeze(seen, NOW, PERIOD)
    assert still == replace(seen, range="1Y", since=PERIOD[0], until=PERIOD[1], asof=NOW)
    assert still.period(date(2030, 1, 1), OLDEST) == PERIOD
    read, ignored = parse(params(still), ("trade",), (), NOW + timedelta(days=1000))
    assert (read, ignored) == (still, ())


def test_frozen_view_that_is_frozen_again_keeps_its_instant() -> None:
    still = freeze(View(), NOW, PERIOD)
    assert freeze(still, NOW + timedelta(days=9), PERIOD) == still


def test_archive_without_dates_is_frozen_without_dates() -> None:
    assert freeze(View(words="oil"), NOW, None) == View(words="oil", asof=NOW)


def test_live_view_moves_its_range_again_and_keeps_custom_dates() -> None:
    assert live(View(range="3M", asof=NOW)) == View(range="3M")
    assert live(freeze(View(range="3M"), NOW, PERIOD)) == View(since=PERIOD[0], until=PERIOD[1])
    assert live(View(range="3M")) == View(range="3M")
