"""How far a line moved: horizons, extremes, and what cannot be compared."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from lib import series
from lib.models import Observation
from lib.series.performance import (
    HORIZONS,
    Extreme,
    inverse_change,
    performance,
    value_in_force,
)

NOW = datetime(2026, 9, 30, tzinfo=UTC)


def line(values: dict[str, float], currency: str = "KZT") -> pd.DataFrame:
    rows = [
        Observation("s", "USD", currency, date.fromisoformat(day), value, NOW, None) for day, value in values.items()
    ]
    return series.annotate(series.lines(series.frame(rows), "USD", currency)["s"], currency)


def daily(first: date, values: list[float]) -> pd.DataFrame:
    return line({str(first + timedelta(days=n)): value for n, value in enumerate(values)})


def test_horizons_compare_with_the_value_in_force_that_day() -> None:
    values = {
        "2021-09-29": 400.0,
        "2025-09-26": 500.0,  # in force on 29 September 2025
        "2025-12-31": 480.0,
        "2026-03-28": 470.0,
        "2026-06-29": 460.0,
        "2026-08-28": 455.0,
        "2026-09-22": 445.0,
        "2026-09-28": 442.0,
        "2026-09-29": 441.0,
    }
    found = performance(line(values), date(2026, 9, 1), date(2026, 9, 30))
    assert found is not None
    assert (found.value, found.day) == (441.0, date(2026, 9, 29))
    compared = {
        "1D": 442.0, "1W": 445.0, "1M": 455.0, "3M": 460.0,
        "6M": 470.0, "YTD": 480.0, "1Y": 500.0, "5Y": 400.0,
    }  # fmt: skip
    for horizon, before in compared.items():
        assert found.changes[horizon] == pytest.approx((441 / before - 1) * 100), horizon
    assert found.changes["10Y"] is None
    assert set(found.changes) == set(HORIZONS)


def test_nothing_is_compared_across_a_silence() -> None:
    found = performance(line({"2026-08-01": 440.0, "2026-09-29": 441.0}), date(2026, 9, 1), date(2026, 9, 30))
    assert found is not None
    assert found.changes["1M"] is None
    assert found.period == 0.0  # from its own first observation


def test_the_period_begins_with_the_value_in_force_on_its_first_day() -> None:
    values = {"2026-08-31": 400.0, "2026-09-02": 410.0, "2026-09-29": 420.0}
    found = performance(line(values), date(2026, 9, 1), date(2026, 9, 30))
    assert found is not None
    assert found.period == pytest.approx(5.0)


def test_the_period_ends_where_it_ends() -> None:
    whole = daily(date(2026, 9, 1), [440.0, 450.0, 430.0, 500.0])
    found = performance(whole, date(2026, 9, 1), date(2026, 9, 3))
    assert found is not None
    assert (found.value, found.day) == (430.0, date(2026, 9, 3))
    assert found.high == Extreme(450.0, date(2026, 9, 2))
    assert found.low == Extreme(430.0, date(2026, 9, 3))


def test_a_doubted_value_is_no_extreme() -> None:
    whole = daily(date(2026, 9, 1), [440.0, 450.0, 430.0])
    whole.loc["2026-09-02", "flags"] = "spike"
    found = performance(whole, date(2026, 9, 1), date(2026, 9, 3))
    assert found is not None
    assert found.high == Extreme(440.0, date(2026, 9, 1))


def test_only_doubted_values_still_have_extremes() -> None:
    whole = daily(date(2026, 9, 1), [440.0, 450.0])
    whole["flags"] = "spike"
    found = performance(whole, date(2026, 9, 1), date(2026, 9, 3))
    assert found is not None
    assert found.high.value == 450.0


def test_a_period_without_observations_has_no_performance() -> None:
    whole = daily(date(2026, 9, 1), [440.0])
    assert performance(whole, date(2026, 10, 1), date(2026, 10, 3)) is None
    assert performance(whole.iloc[:0], date(2026, 9, 1), date(2026, 9, 3)) is None


def test_a_single_observation_has_no_change_by_the_day() -> None:
    found = performance(daily(date(2026, 9, 1), [440.0]), date(2026, 9, 1), date(2026, 9, 3))
    assert found is not None
    assert found.changes["1D"] is None


@pytest.mark.parametrize(
    ("day", "value"),
    [("2026-08-31", None), ("2026-09-01", 440.0), ("2026-09-08", 440.0), ("2026-09-09", None)],
)
def test_a_value_is_in_force_for_a_week(day: str, value: float | None) -> None:
    assert value_in_force(line({"2026-09-01": 440.0}), pd.Timestamp(day)) == value


def test_a_dollar_that_costs_less_is_a_currency_that_is_stronger_by_more() -> None:
    assert inverse_change(-13.1) == pytest.approx(15.0748, abs=1e-4)
    assert inverse_change(0.0) == 0.0
