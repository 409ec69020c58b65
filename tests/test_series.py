"""Arithmetic on lines: frames, which source, changes, turning, indexes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from lib import series
from lib.models import Observation
from lib.series import Standing
from tests.lines_by_hand import annotated, flagged, line, observation, published

# Frames.


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


def test_preference_is_own_central_bank_then_peg_then_kind_then_order_given() -> None:
    assert series.preference("UZS", SOURCES) == ["cbu", "peg", "cbr", "nbk", "aggregate", "market"]
    assert series.preference("KZT", SOURCES)[:3] == ["nbk", "peg", "cbr"]
    assert series.preference("TMT", SOURCES) == ["peg", "cbr", "nbk", "cbu", "aggregate", "market"]


def test_preference_for_a_pair_has_both_central_banks_first() -> None:
    assert series.preference("KZT", SOURCES, base="UZS")[:2] == ["nbk", "cbu"]
    assert series.preference("RUB", SOURCES, base="KZT")[:2] == ["cbr", "nbk"]
    assert series.preference("EUR", SOURCES)[:2] == ["peg", "cbr"]


def covering(source: str, *days: str, quote: str = "KZT") -> list[Observation]:
    return [observation(day, source=source, quote=quote) for day in days]


def best(*rows: list[Observation]) -> str:
    table = series.frame(row for some in rows for row in some)
    return series.choose(table, "KZT", ["nbk", "cbr", "aggregate"])[0]


def test_own_bank_is_chosen_where_it_covers_to_within_a_gap() -> None:
    whole = covering("aggregate", "2026-01-01", "2026-09-30")
    assert best(whole, covering("nbk", "2026-01-08", "2026-09-23")) == "nbk"
    assert best(whole, covering("nbk", "2026-01-09", "2026-09-30")) == "aggregate"
    assert best(whole, covering("nbk", "2026-01-01", "2026-09-22")) == "aggregate"


def test_widest_is_chosen_where_no_source_covers() -> None:
    recent = covering("nbk", "2026-08-01", "2026-09-30")
    old = covering("cbr", "2020-01-01", "2026-06-01")
    older = covering("aggregate", "2019-01-01", "2019-12-31")
    assert best(recent, old, older) == "cbr"


def test_other_pairs_of_a_source_do_not_count_as_coverage() -> None:
    wide = covering("nbk", "2020-01-01", "2026-09-30", quote="KGS")
    assert best(wide, covering("nbk", "2026-09-30"), covering("cbr", "2026-01-01", "2026-09-30")) == "cbr"


def test_chosen_line_is_by_ascending_day_with_value_and_previous() -> None:
    table = series.frame([observation("2026-09-29", 479.0, was=480.0), observation("2026-09-28", 478.0)])
    _, found = series.choose(table, "KZT", ["nbk"])
    assert list(found.columns) == ["value", "previous", "seen", "previous_seen", "step", "legs"]
    assert found.index.is_monotonic_increasing
    assert found["value"].tolist() == [478.0, 479.0]


def test_nothing_held_gives_no_source_and_an_empty_line_that_all_arithmetic_takes() -> None:
    source, empty = series.choose(series.frame([]), "TMT", ["nbk"])
    assert (source, len(empty)) == ("", 0)
    turned = series.invert(series.annotate(empty, "TMT"))
    told = ["value", "previous", "seen", "previous_seen", "step", "legs", "change", "before", "every", "reach", "flags"]
    assert list(turned.columns) == told
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


def test_coverage_is_judged_over_the_days_asked_for_and_the_whole_line_returned() -> None:
    table = series.frame([*covering("cbr", "1999-01-04", "2026-09-30"), *covering("nbk", "2000-01-03", "2026-09-30")])
    assert series.choose(table, "KZT", ["nbk", "cbr"])[0] == "cbr"
    source, whole = series.choose(table, "KZT", ["nbk", "cbr"], since=date(2020, 1, 1), until=date(2026, 9, 30))
    assert (source, len(whole)) == ("nbk", 2)


def test_days_that_nobody_holds_are_judged_by_what_is_held() -> None:
    table = series.frame(covering("nbk", "2026-09-01", "2026-09-30"))
    assert series.choose(table, "KZT", ["nbk"], since=date(2030, 1, 1))[0] == "nbk"


def test_line_of_coarse_digits_comes_after_all_others() -> None:
    # The som at NBK (5.47 tenge) moves in steps of 0.18 %, the sum at NBKR (0.0073 som) of 1.4 %.
    nbkr = published("nbkr", "UZS/KGS", [0.0073, 0.0072, 0.0073, 0.0074, 0.0073, 0.0072])
    cbu = published("cbu", "KGS/UZS", [139.44, 139.51, 139.62, 139.38, 139.77, 139.81])
    order = ["nbkr", "cbu"]
    assert series.choose(series.frame([*nbkr, *cbu]), "KGS", order, base="UZS")[0] == "cbu"
    assert series.choose(series.frame(nbkr), "KGS", order, base="UZS")[0] == "nbkr"


def test_reader_gets_the_sources_picked_in_that_order_and_no_empty_line() -> None:
    table = series.frame(covering("nbk", "2026-09-28") + covering("cbr", "2026-09-28") + covering("cbu", "2026-09-28"))
    assert list(series.chosen(table, "USD", "KZT", ["cbu", "nbt", "nbk"])) == ["cbu", "nbk"]


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
    assert turned["previous"].iloc[1] == 0.00208333333333  # twelve significant digits of 1/480
    assert turned["flags"].equals(frame["flags"])
    assert frame["value"].tolist() == [400.0, 500.0, 250.0]


def test_index_starts_at_hundred_on_the_first_day_of_the_cut() -> None:
    frame = series.cut(annotated(1.0, 400.0, 402.0), date(2026, 9, 2), date(2026, 9, 3))
    assert series.index_to_100(frame).tolist() == pytest.approx([100.0, 100.5])
