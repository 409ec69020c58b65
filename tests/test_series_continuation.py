"""A line continued by other sources: only where it has a gap, and never computed across a seam."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from lib.series.continuation import continued, uncovered


def line(*days: int, reach: int = 7, value: float = 100.0) -> pd.DataFrame:
    """Observations on days of 2026, counted from 1 January as 1; values grow by one a day."""
    index = pd.DatetimeIndex([date.fromordinal(date(2025, 12, 31).toordinal() + d) for d in days])
    values = value + np.array(days, float)
    columns = {"value": values, "change": pd.Series(values).pct_change().to_numpy() * 100}
    return pd.DataFrame({**columns, "flags": "", "reach": reach}, index=index.astype("datetime64[s]"))


def shown(frame: pd.DataFrame) -> dict[int, str]:
    return dict(zip(frame.index.day_of_year, frame["source"], strict=True))


def test_a_line_without_a_gap_stays_as_it_is() -> None:
    made = continued({"own": line(1, 2, 8), "other": line(3, 5)}, ["own", "other"])
    assert shown(made) == {1: "own", 2: "own", 8: "own"}


def test_a_gap_is_filled_by_the_next_source() -> None:
    made = continued({"own": line(1, 20), "other": line(1, 8, 15, 22, reach=16)}, ["own", "other"])
    assert shown(made) == {1: "own", 8: "other", 15: "other", 20: "own"}


def test_days_before_the_first_value_are_filled() -> None:
    made = continued({"own": line(20, 21), "other": line(6, 13, 27)}, ["own", "other"])
    assert shown(made) == {6: "other", 13: "other", 20: "own", 21: "own"}


def test_after_the_last_value_the_next_source_goes_on_where_it_outlives_it() -> None:
    """All of its observations since, so that no gap is left between the value and the next one."""
    made = continued({"own": line(20, 21), "other": line(20, 22, 29)}, ["own", "other"])
    assert shown(made) == {20: "own", 21: "own", 22: "other", 29: "other"}
    made = continued({"own": line(20, 21), "other": line(20, 22, 28)}, ["own", "other"])
    assert shown(made) == {20: "own", 21: "own"}


def test_what_is_still_missing_is_filled_by_the_third() -> None:
    lines = {"own": line(1, 40), "second": line(10, 11), "third": line(5, 10, 25)}
    made = continued(lines, ["own", "second", "third"])
    assert shown(made) == {1: "own", 5: "third", 10: "second", 11: "second", 25: "third", 40: "own"}


def test_each_observation_keeps_the_change_of_its_own_source() -> None:
    other = line(8, 15, value=500.0, reach=16)
    made = continued({"own": line(1, 20), "other": other}, ["own", "other"])
    assert made.loc["2026-01-15", "change"] == pytest.approx(7 / 508 * 100)
    assert np.isnan(made.loc["2026-01-08", "change"])


def test_an_empty_line_covers_nothing() -> None:
    assert uncovered(line().iloc[:0], line(1, 2).index).all()
    assert shown(continued({"own": line(), "other": line(1)}, ["own", "other"])) == {1: "other"}
