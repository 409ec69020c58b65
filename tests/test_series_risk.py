"""Volatility, drawdown, averages and correlation: by hand, and against pandas and SciPy written out."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lib import series
from tests.impact_by_hand import line_of, noise
from tests.lines_by_hand import annotated


def irregular(seed: int = 3, number: int = 400) -> pd.DataFrame:
    """A line with missing days at random and two gaps of weeks."""
    whole = line_of(noise(number, seed))
    keep = np.random.default_rng(seed).random(len(whole)) > 0.15
    keep[100:115] = keep[250:262] = False
    return series.annotate(whole[["value", "previous", "step", "legs"]][keep], "KZT")


def plain_changes(line: pd.DataFrame) -> list[tuple[pd.Timestamp, float, int]]:
    """(day, log change, days spanned) of each pair of neighbours at most a week apart."""
    rows = list(line["value"].items())
    return [
        (day, 100 * np.log(value / before), (day - earlier).days)
        for (earlier, before), (day, value) in pairwise(rows)
        if (day - earlier).days <= 7
    ]


def test_log_changes_by_hand() -> None:
    changes = series.log_changes(annotated(100.0, 110.0, 99.0))
    assert changes.iloc[1:].tolist() == pytest.approx([9.531017980432487, -10.536051565782628])
    assert np.isnan(changes.iloc[0])


def test_change_across_a_gap_or_a_break_is_none() -> None:
    far = annotated(400.0, 401.0, 402.0)
    later = annotated(403.0, 404.0, start="2026-09-20")
    assert series.log_changes(pd.concat([far, later])).notna().tolist() == [False, True, True, False, True]
    assert series.log_changes(annotated(400.0, 401.0, 402.0, every=7)).notna().tolist() == [False, True, True]
    broken = line_of([0.1] * 5 + [65.4, 0.1], "UZS", start="2017-08-28", first=4200.0)
    assert broken["flags"].tolist()[6] == "break"
    assert series.log_changes(broken).notna().tolist() == [False, *[True] * 5, False, True]


def test_carried_days_and_weekend_copies_are_not_observed() -> None:
    friday = annotated(400.0, 401.0, start="2026-09-03")  # Thursday, Friday
    assert len(series.observed(series.carry(friday, friday.index[-1].date() + timedelta(days=2)))) == 2
    # Every calendar day, Friday's value again at weekends: 2026-09-05 is a Saturday.
    daily = annotated(*[1, 2, 2, 2, 3, 4, 5, 6, 7, 7, 7], start="2026-09-03")
    assert series.observed(daily).index.day_of_week.max() == 4


def test_spike_is_no_level_and_its_two_steps_are_no_changes() -> None:
    steps = [0.1, -0.1] * 20
    spiked = line_of([*steps, 6.0, -6.0, *steps])
    assert spiked["flags"].str.contains("spike").sum() == 1
    assert len(series.without_spikes(spiked)) == len(spiked) - 1
    assert series.log_changes(spiked).abs().max() == pytest.approx(0.1)
    assert series.log_changes(spiked).isna().sum() == 3
    assert series.drawdown(spiked).min() == pytest.approx(-0.09995, abs=1e-5)


def test_saturday_that_a_bank_fixes_stays_though_its_value_is_friday_s() -> None:
    tuesday_to_saturday = [pd.Timestamp("2026-09-01") + pd.Timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    line = annotated(*[1, 2, 3, 4, 4, 5, 6, 7, 8, 9]).set_axis(pd.DatetimeIndex(tuesday_to_saturday))
    assert len(series.observed(line)) == 10


def test_volatility_is_that_of_the_log_changes_times_the_root_of_the_line_s_own_year() -> None:
    line = irregular()
    days, changes, spans = zip(*plain_changes(line), strict=True)
    year = 365.25 * len(spans) / sum(spans)
    assert series.per_year(line) == pytest.approx(year)
    assert 200 < year < 250
    window = 30
    expected = [stats.tstd(changes[n - window : n]) * np.sqrt(year) for n in range(window, len(changes) + 1)]
    found = series.rolling_volatility(line, window)
    assert found.tolist() == pytest.approx(expected, rel=1e-9)
    assert found.index.tolist() == list(days[window - 1 :])


def test_volatility_by_hand() -> None:
    # Log changes of +1 and -1 percent a day: their sd with n - 1 of four is sqrt(4 / 3).
    line = line_of([1.0, -1.0, 1.0, -1.0], freq="D")
    assert series.per_year(line) == 365.25
    assert series.rolling_volatility(line, 4).tolist() == pytest.approx([np.sqrt(4 / 3 * 365.25)])
    assert series.rolling_volatility(line, 5).tolist() == []


def test_drawdown_and_average_by_hand_and_with_gaps() -> None:
    line = annotated(100.0, 120.0, 90.0, 96.0, 130.0)
    assert series.drawdown(line).tolist() == pytest.approx([0.0, 0.0, -25.0, -20.0, 0.0])
    assert series.moving_average(line, 2).tolist() == [110.0, 105.0, 93.0, 113.0]
    gaps = irregular()
    highest, expected = 0.0, []
    for value in gaps["value"]:
        highest = max(highest, value)
        expected.append(100 * (value / highest - 1))
    assert series.drawdown(gaps).tolist() == pytest.approx(expected, abs=1e-9)
    values = gaps["value"].tolist()
    means = [np.mean(values[n - 20 : n]) for n in range(20, len(values) + 1)]
    assert series.moving_average(gaps, 20).tolist() == pytest.approx(means)


def test_fall_of_the_currency_is_the_drawdown_of_the_inverse() -> None:
    line = annotated(400.0, 500.0, 450.0)
    assert series.drawdown(series.invert(line)).tolist() == pytest.approx([0.0, -20.0, -11.111111], abs=1e-5)


def test_correlation_is_that_of_changes_between_common_days() -> None:
    a, b = irregular(3), irregular(4)
    b = series.annotate(
        b.assign(value=b["value"] * (a["value"].reindex(b.index).ffill().bfill() / 400))[
            ["value", "previous", "step", "legs"]
        ],
        "KZT",
    )
    common = sorted(set(a.index) & set(b.index))
    pairs = [
        (day, np.log(a["value"][day] / a["value"][before]), np.log(b["value"][day] / b["value"][before]))
        for before, day in pairwise(common)
        if (day - before).days <= 7
    ]
    days, left, right = zip(*pairs, strict=True)
    found = series.rolling_correlation(a, b, 60)
    expected = [stats.pearsonr(left[n - 60 : n], right[n - 60 : n])[0] for n in range(60, len(left) + 1)]
    assert found.frame["correlation"].tolist() == pytest.approx(expected, abs=1e-9)
    assert found.frame.index.tolist() == list(days[59:])
    assert (found.common, found.weekly, found.why) == (len(common), False, "")
    assert set(found.frame["band"]) == {np.tanh(stats.norm.ppf(0.975) / np.sqrt(57))}


def test_independent_lines_leave_the_band_in_about_one_of_twenty_windows() -> None:
    number, window = 6000, 60
    found = series.rolling_correlation(line_of(noise(number, 1)), line_of(noise(number, 2)), window).frame
    apart = found.iloc[::window]
    assert 0.01 < (apart["correlation"].abs() > apart["band"]).mean() < 0.10


def test_correlation_by_hand() -> None:
    steps = [1.0, -1.0, 2.0, 0.5, -0.5]
    other = [-step for step in steps]
    assert series.rolling_correlation(line_of(steps), line_of(other), 5).frame["correlation"].tolist() == [-1.0]


def test_weekly_line_is_compared_over_its_weeks() -> None:
    daily = line_of(noise(500, 5))
    wednesdays = daily[daily.index.day_of_week == 2]
    weekly = series.annotate(wednesdays[["value", "previous", "step", "legs"]], "KZT")
    found = series.rolling_correlation(weekly, daily, 30)
    assert found.weekly
    assert found.common == len(weekly)
    assert found.frame["correlation"].min() > 0.999999


def test_weekly_lines_of_different_weekdays_are_joined_by_week() -> None:
    steps = noise(80, 6)
    monday = line_of(steps, start="2019-01-07", freq="7D")
    wednesday = line_of(steps, start="2019-01-09", freq="7D")
    found = series.rolling_correlation(monday, wednesday, 30)
    assert (found.common, found.weekly) == (81, True)
    assert found.frame["correlation"].min() > 0.999999
    assert set(found.frame.index.day_of_week) == {6}


def test_last_observation_of_each_week_is_its_week() -> None:
    line = line_of(noise(9), start="2026-09-01")  # Tuesday to the Monday after next
    assert [day.day for day in series.weekly(line).index] == [4, 11, 14]


def test_too_few_common_days_and_still_lines_are_answered_with_a_sentence() -> None:
    a = line_of(noise(100))
    one = line_of(noise(50), start=str(a.index[-1].date()))
    assert series.rolling_correlation(a, one, 60).why == (
        "The two lines share 1 observed day with 0 changes between them; a window of 60 needs 60. "
        "Choose a shorter window, a longer period or another source."
    )
    still = line_of([0.0] * 100)
    found = series.rolling_correlation(a, still, 60)
    assert found.why == "One of the two lines does not move: choose another one."
    assert len(found.frame) == 0
    nothing = a.iloc[:0]
    assert series.rolling_correlation(a, nothing, 60).common == 0


def test_window_too_short_to_mean_anything_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="A window of 4 observations is too short: choose 5 or more"):
        series.rolling_correlation(line_of(noise(9)), line_of(noise(9)), 4)
    with pytest.raises(ValueError, match="choose 2 or more"):
        series.rolling_volatility(line_of(noise(9)), 1)
    with pytest.raises(ValueError, match="choose 1 or more"):
        series.moving_average(line_of(noise(9)), 0)


def test_empty_and_single_lines_have_nothing_to_show() -> None:
    for few in (annotated(), annotated(400.0)):
        assert series.per_year(few) == 0.0
        assert series.rolling_volatility(few).tolist() == []
        assert series.moving_average(few, 2).tolist() == []
        assert len(series.weekly(few)) == len(few)
    assert series.drawdown(annotated(400.0)).tolist() == [0.0]
    assert series.drawdown(annotated()).tolist() == []
