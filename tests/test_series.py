"""Arithmetic on lines: which source, changes, turning, indexes, gaps and flags."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from lib import series
from lib.models import Observation
from lib.series import Standing

NAN = math.nan


def observation(
    day: str,
    value: float = 478.0,
    *,
    source: str = "nbk",
    base: str = "USD",
    quote: str = "KZT",
    was: float | None = None,
) -> Observation:
    return Observation(source, base, quote, date.fromisoformat(day), value, datetime.now(UTC), was)


def line(
    *values: float, every: int = 1, start: str = "2026-09-01", was: dict[int, float] | None = None
) -> pd.DataFrame:
    """One value every so many days; `was` holds the values that were revised, by position."""
    days = pd.date_range(start, periods=len(values), freq=f"{every}D").astype("datetime64[s]")
    previous = [(was or {}).get(n, NAN) for n in range(len(values))]
    return pd.DataFrame({"value": list(values), "previous": previous}, index=days, dtype=float)


def annotated(*values: float, currency: str = "KZT", every: int = 1, start: str = "2026-09-01") -> pd.DataFrame:
    return series.annotate(line(*values, every=every, start=start), currency)


def flagged(frame: pd.DataFrame, flag: str) -> list[int]:
    return [n for n, flags in enumerate(frame["flags"]) if flag in flags.split()]


# Frames and the choice of a source.


def test_frame_holds_observations_with_days_as_times_and_numbers_as_floats() -> None:
    table = series.frame([observation("2026-09-28"), observation("2026-09-29", 479.5, was=480.0)])
    assert list(table["value"]) == [478.0, 479.5]
    assert table["day"].tolist() == [pd.Timestamp("2026-09-28"), pd.Timestamp("2026-09-29")]
    assert table["previous"].isna().tolist() == [True, False]
    for some in (table, series.frame([])):
        assert (some["value"].dtype, some["previous"].dtype) == (np.float64, np.float64)


SOURCES = [
    Standing("market", "market"),
    Standing("aggregate", "aggregate"),
    Standing("peg", "peg"),
    Standing("cbr", "official", "RU"),
    Standing("nbk", "official", "KZ"),
    Standing("cbu", "official", "UZ"),
]


def test_preference_is_own_central_bank_then_kind_then_order_given() -> None:
    assert series.preference("UZS", SOURCES) == ["cbu", "cbr", "nbk", "peg", "aggregate", "market"]
    assert series.preference("KZT", SOURCES)[:3] == ["nbk", "cbr", "cbu"]
    assert series.preference("TMT", SOURCES)[:4] == ["cbr", "nbk", "cbu", "peg"]


def covering(source: str, *days: str, quote: str = "KZT") -> list[Observation]:
    return [observation(day, source=source, quote=quote) for day in days]


def chosen(*rows: list[Observation]) -> str:
    table = series.frame(row for some in rows for row in some)
    return series.choose(table, "KZT", ["nbk", "cbr", "aggregate"])[0]


def test_own_bank_is_chosen_where_it_covers_to_within_a_gap() -> None:
    whole = covering("aggregate", "2026-01-01", "2026-09-30")
    assert chosen(whole, covering("nbk", "2026-01-08", "2026-09-23")) == "nbk"
    assert chosen(whole, covering("nbk", "2026-01-09", "2026-09-30")) == "aggregate"
    assert chosen(whole, covering("nbk", "2026-01-01", "2026-09-22")) == "aggregate"


def test_widest_is_chosen_where_no_source_covers() -> None:
    recent = covering("nbk", "2026-08-01", "2026-09-30")
    old = covering("cbr", "2020-01-01", "2026-06-01")
    older = covering("aggregate", "2019-01-01", "2019-12-31")
    assert chosen(recent, old, older) == "cbr"


def test_other_pairs_of_a_source_do_not_count_as_coverage() -> None:
    wide = covering("nbk", "2020-01-01", "2026-09-30", quote="KGS")
    assert chosen(wide, covering("nbk", "2026-09-30"), covering("cbr", "2026-01-01", "2026-09-30")) == "cbr"


def test_chosen_line_is_by_ascending_day_with_value_and_previous() -> None:
    table = series.frame([observation("2026-09-29", 479.0, was=480.0), observation("2026-09-28", 478.0)])
    _, found = series.choose(table, "KZT", ["nbk"])
    assert list(found.columns) == ["value", "previous"]
    assert found.index.is_monotonic_increasing
    assert found["value"].tolist() == [478.0, 479.0]


def test_nothing_held_gives_no_source_and_an_empty_line_that_all_arithmetic_takes() -> None:
    source, empty = series.choose(series.frame([]), "TMT", ["nbk"])
    assert (source, len(empty)) == ("", 0)
    turned = series.invert(series.annotate(empty, "TMT"))
    assert list(turned.columns) == ["value", "previous", "change", "before", "flags"]
    assert len(series.cut(turned, date(2026, 1, 1), date(2026, 9, 29))) == 0
    assert len(series.with_gaps(series.index_to_100(turned))) == 0
    assert series.alone(turned["value"]).tolist() == []


def test_line_of_one_day_has_no_change_and_no_flag_and_stands_alone() -> None:
    one = series.invert(annotated(3.5, currency="TMT"))
    assert one["change"].isna().all()
    assert one["before"].isna().all()
    assert one["flags"].tolist() == [""]
    assert series.index_to_100(one).tolist() == [100.0]
    assert series.alone(series.with_gaps(one["value"])).tolist() == [True]


# Changes, turning, index.


def test_change_is_against_the_observation_before_and_names_its_day() -> None:
    frame = annotated(400.0, 404.0, 202.0)
    assert frame["change"].iloc[1:].tolist() == pytest.approx([1.0, -50.0])
    assert frame["before"].iloc[1:].tolist() == frame.index[:-1].tolist()


def test_change_across_a_gap_spans_it_and_says_so() -> None:
    frame = annotated(400.0, 404.0, 408.04, every=8)
    assert frame["change"].iloc[1:].tolist() == pytest.approx([1.0, 1.0])
    assert frame["before"].iloc[2] == pd.Timestamp("2026-09-09")
    assert flagged(frame, "after-gap") == [1, 2]
    assert flagged(annotated(400.0, 404.0, every=7), "after-gap") == []


def test_cut_keeps_both_ends_and_what_the_days_before_gave() -> None:
    frame = series.cut(annotated(400.0, 404.0, 408.04, 500.0), date(2026, 9, 2), date(2026, 9, 3))
    assert frame["value"].tolist() == [404.0, 408.04]
    assert frame["change"].tolist() == pytest.approx([1.0, 1.0])
    assert len(series.cut(frame, date(2027, 1, 1), date(2027, 2, 1))) == 0


def test_inverse_has_inverse_values_and_the_changes_that_follow_from_them() -> None:
    frame = series.annotate(line(400.0, 500.0, 250.0, was={1: 480.0}), "KZT")
    turned = series.invert(frame)
    assert turned["value"].tolist() == [0.0025, 0.002, 0.004]
    assert turned["change"].iloc[1:].tolist() == pytest.approx((turned["value"].pct_change() * 100).iloc[1:].tolist())
    assert turned["previous"].iloc[1] == 1 / 480
    assert turned["flags"].equals(frame["flags"])
    assert frame["value"].tolist() == [400.0, 500.0, 250.0]


def test_index_starts_at_hundred_on_the_first_day_of_the_cut() -> None:
    frame = series.cut(annotated(1.0, 400.0, 402.0), date(2026, 9, 2), date(2026, 9, 3))
    assert series.index_to_100(frame).tolist() == pytest.approx([100.0, 100.5])


# Gaps.


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


# Flags.

CALM = (100.0, 100.1, 99.9, 100.0, 100.2)


@pytest.mark.parametrize(
    ("after", "marked"),
    [
        ((110.0, 100.1), [5]),
        ((90.0, 100.1), [5]),
        ((110.0, 110.5, 100.1), [5, 6]),
        ((110.0, 110.5, 111.0, 100.1), [5, 6, 7]),
        ((110.0, 103.0), [5]),  # within a third of the way back
        ((110.0, 104.0, 104.0, 104.0), []),
        ((110.0, 110.0, 110.0, 110.0, 100.1), []),  # back only at the fourth: too long for a wrong print
        ((110.0, 110.2, 110.1, 110.3), []),  # a step that stays is a move
        ((110.0, 120.0, 131.0, 144.0), []),  # so is a slide
        ((110.0,), []),  # nobody knows yet
    ],
)
def test_spike_is_a_jump_that_is_back_within_three_observations(after: tuple[float, ...], marked: list[int]) -> None:
    assert flagged(annotated(*CALM, *after), "spike") == marked


def test_regime_change_is_no_spike() -> None:
    peg_lifted = annotated(2.85, 2.85, 2.85, 3.5, 3.5, 3.5, currency="TMT", start="2014-12-29")
    assert flagged(peg_lifted, "spike") == []


def test_spike_must_stand_out_from_the_lines_own_moves() -> None:
    assert flagged(annotated(*(100.0, 102.0) * 6), "spike") == []


@pytest.mark.parametrize(("jump", "marked"), [(100.9, []), (101.1, [4])])
def test_spike_on_a_line_that_hardly_moves_is_more_than_a_percent(jump: float, marked: list[int]) -> None:
    assert flagged(annotated(100.0, 100.01, 100.0, 100.01, jump, 100.0), "spike") == marked


@pytest.mark.parametrize(
    ("gap_before", "marked"),
    [("2026-09-06", []), ("2026-09-07", []), ("2026-09-08", [5])],  # the jump, the return, the day after
)
def test_nothing_is_called_a_spike_across_a_gap(gap_before: str, marked: list[int]) -> None:
    daily = line(*CALM, 110.0, 100.1, 100.0)
    daily.index = daily.index.where(daily.index < gap_before, daily.index + pd.Timedelta(days=30))
    assert flagged(series.annotate(daily, "KZT"), "spike") == marked


@pytest.mark.parametrize(
    ("value", "off"), [(3.5, False), (3.5003, False), (3.4997, False), (3.5004, True), (3.4996, True), (3.429, True)]
)
def test_manat_is_off_its_peg_beyond_a_hundredth_of_a_percent(value: float, off: bool) -> None:
    assert bool(flagged(annotated(3.5, value, currency="TMT"), "off-peg")) is off


def test_peg_holds_for_the_manat_alone_and_from_2015_on() -> None:
    assert flagged(annotated(2.85, 2.85, 3.5, 2.85, currency="TMT", start="2014-12-30"), "off-peg") == [3]
    assert flagged(annotated(9.2, 9.3, currency="TJS"), "off-peg") == []


def test_corrected_value_is_flagged_revised() -> None:
    assert flagged(series.annotate(line(478.0, 479.0, was={1: 480.0}), "KZT"), "revised") == [1]


def test_point_carries_all_its_flags_and_each_is_explained() -> None:
    corrected = series.annotate(line(3.5, 3.429, every=9, was={1: 3.5}), "TMT")
    assert corrected["flags"].iloc[1] == "off-peg revised after-gap"
    assert {"spike", *corrected["flags"].iloc[1].split()} == set(series.FLAGS)
