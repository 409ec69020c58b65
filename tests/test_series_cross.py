"""Lines as published, turned and crossed, and the digits that each can show."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from lib import series, snapshot
from lib.models import Observation
from lib.series.digits import resolution, significant
from tests.lines_by_hand import SEEN, line, observation, published


def legs(frame: pd.DataFrame) -> str:
    (only,) = set(frame["legs"])
    return str(only)


# Published, inverse, cross.


def test_published_pair_is_taken_as_it_stands() -> None:
    made = series.lines(series.frame(published("nbk", "USD/KZT", [478.77, 481.54])), "USD", "KZT")
    assert list(made) == ["nbk"]
    assert made["nbk"]["value"].tolist() == [478.77, 481.54]
    assert legs(made["nbk"]) == ""


def test_pair_published_the_other_way_is_inverted_and_says_so() -> None:
    table = series.frame([observation("2026-09-29", 478.77, was=480.0)])
    inverse = series.lines(table, "KZT", "USD")["nbk"]
    assert inverse["value"].tolist() == [0.00208868559016]  # twelve digits of 1/478.77
    assert inverse["previous"].tolist() == [0.00208333333333]
    assert legs(inverse) == "1 ÷ USD/KZT"


def test_published_pair_goes_before_its_inverse_and_its_cross() -> None:
    usd, eur = published("nbk", "USD/KZT", [478.77]), published("nbk", "EUR/KZT", [548.62])
    table = series.frame([*usd, *eur, *published("nbk", "EUR/USD", [1.15]), *published("nbk", "USD/EUR", [0.87])])
    assert legs(series.lines(table, "EUR", "USD")["nbk"]) == ""


def test_cross_of_a_bank_that_quotes_in_its_own_currency() -> None:
    # NBK, 2026-04-01: 478.77 tenge for a dollar, 5.47 for a som.
    table = series.frame([*published("nbk", "USD/KZT", [478.77]), *published("nbk", "KGS/KZT", [5.47])])
    cross = series.lines(table, "USD", "KGS")["nbk"]
    assert cross["value"].tolist() == [87.5265082267]
    assert legs(cross) == "USD/KZT ÷ KGS/KZT"


def test_cross_of_a_source_that_quotes_per_dollar() -> None:
    table = series.frame([*published("agg", "USD/KZT", [441.23]), *published("agg", "USD/KGS", [87.457])])
    assert series.lines(table, "KGS", "KZT")["agg"]["value"].tolist() == [5.04510788159]
    assert legs(series.lines(table, "KGS", "KZT")["agg"]) == "USD/KZT ÷ USD/KGS"
    assert legs(series.lines(table, "KZT", "KGS")["agg"]) == "USD/KGS ÷ USD/KZT"


def test_cross_of_the_manat_at_the_bank_of_russia_is_the_peg() -> None:
    # Bank of Russia, 2026-04-25.
    table = series.frame([*published("cbr", "USD/RUB", [75.5273]), *published("cbr", "TMT/RUB", [21.5792])])
    assert series.lines(table, "USD", "TMT")["cbr"]["value"].iloc[0] == pytest.approx(3.5, rel=1e-5)


def test_cross_has_the_days_that_both_legs_have_and_no_other() -> None:
    usd = published("nbk", "USD/KZT", [470.0, 471.0, 472.0], start="2026-09-01")
    kgs = published("nbk", "KGS/KZT", [5.4, 5.5, 5.6], start="2026-09-02")
    cross = series.lines(series.frame([*usd, *kgs]), "USD", "KGS")["nbk"]
    assert cross.index.tolist() == [pd.Timestamp("2026-09-02"), pd.Timestamp("2026-09-03")]


def test_legs_that_share_no_day_make_no_line() -> None:
    usd = published("nbk", "USD/KZT", [470.0], start="2026-09-01")
    kgs = published("nbk", "KGS/KZT", [5.4], start="2026-09-02")
    assert series.lines(series.frame([*usd, *kgs]), "USD", "KGS") == {}


def test_legs_of_two_sources_are_never_crossed() -> None:
    table = series.frame([*published("nbk", "USD/KZT", [470.0]), *published("nbkr", "KGS/KZT", [5.4])])
    assert series.lines(table, "USD", "KGS") == {}


def test_of_two_routes_the_one_with_more_digits_is_taken() -> None:
    coarse = [*published("agg", "KGS/KZT", [5.47, 5.45, 5.48, 5.49, 5.46]), *published("agg", "TJS/KZT", [50.0] * 5)]
    fine = [
        *published("agg", "USD/KGS", [87.4573, 87.4612, 87.4498, 87.4507, 87.4509]),
        *published("agg", "USD/TJS", [9.23251, 9.23313, 9.23406, 9.23312, 9.23338]),
    ]
    assert legs(series.lines(series.frame([*coarse, *fine]), "KGS", "TJS")["agg"]) == "USD/TJS ÷ USD/KGS"


def test_corrected_leg_corrects_the_cross() -> None:
    table = series.frame([observation("2026-09-29", 480.0, was=400.0), observation("2026-09-29", 5.0, base="KGS")])
    cross = series.lines(table, "USD", "KGS")["nbk"]
    assert (cross["value"].tolist(), cross["previous"].tolist()) == ([96.0], [80.0])
    untouched = series.frame([*published("nbk", "USD/KZT", [470.0]), *published("nbk", "KGS/KZT", [5.0])])
    assert series.lines(untouched, "USD", "KGS")["nbk"]["previous"].isna().all()


def test_cross_and_its_turned_line_name_their_legs_in_their_own_order() -> None:
    usd, kgs = published("nbk", "USD/KZT", [478.77]), published("nbk", "KGS/KZT", [5.47])
    table = series.frame([*usd, *kgs])
    assert legs(series.invert(series.lines(table, "USD", "KGS")["nbk"])) == "KGS/KZT ÷ USD/KZT"
    assert legs(series.invert(series.lines(table, "KZT", "USD")["nbk"])) == ""
    assert legs(series.invert(series.lines(table, "USD", "KZT")["nbk"])) == ""


def test_currency_has_no_line_of_itself_and_a_stranger_none_at_all() -> None:
    table = series.frame([*published("agg", "USD/KZT", [441.23]), *published("agg", "USD/KGS", [87.457])])
    assert series.lines(table, "KZT", "KZT") == {}
    assert series.lines(table, "USD", "TMT") == {}
    assert series.lines(series.frame([]), "USD", "KZT") == {}


def test_cross_of_the_snapshot_is_the_quotient_of_its_rates() -> None:
    rates = list(snapshot.currency_api())
    table = series.frame(Observation(r.source, r.base, r.quote, r.day, r.value, SEEN, None) for r in rates)
    cross = series.lines(table, "KZT", "UZS")[snapshot.RATES_SOURCE]
    assert len(cross) == 202
    assert f"{cross.loc['2025-05-01', 'value']:.9f}" == "25.192848905"
    of_day = {r.quote: r.value for r in rates if r.day == date(2025, 5, 1)}
    assert cross.loc["2025-05-01", "value"] == pytest.approx(of_day["UZS"] / of_day["KZT"], rel=1e-11)


# Digits.


def test_computed_value_has_twelve_significant_digits_and_an_unknown_one_stays_unknown() -> None:
    assert significant(pd.Series([1 / 3, 2 / 3e5, 2e5 / 3, 87.45])).tolist() == [
        0.333333333333,
        6.66666666667e-06,
        66666.6666667,
        87.45,
    ]
    assert significant(pd.Series([np.nan])).isna().all()


def steps(*values: float) -> list[float]:
    return (resolution(np.array(values)) * np.array(values)).tolist()


def test_step_is_one_unit_of_the_last_digit_that_the_values_nearby_show() -> None:
    assert steps(5.47, 5.4, 5.0, 5.48, 5.46) == pytest.approx([0.01] * 5)
    assert steps(0.0073, 0.0072, 0.0074, 0.0073, 0.0072) == pytest.approx([1e-4] * 5)
    assert steps(12194.21, 12210.0, 12180.5, 12200.1, 12191.33) == pytest.approx([0.01] * 5)


def test_value_divided_by_its_nominal_keeps_the_digits_that_were_published() -> None:
    sums = [round(value / 10000, 12) for value in (62.8322, 62.91, 62.7715, 63.0001, 62.5555)]
    assert steps(*sums) == pytest.approx([1e-8] * 5)


def test_full_precision_shows_twelve_digits() -> None:
    assert steps(9.87654321091, 9.87654321092, 9.8, 9.7, 9.87654321091) == pytest.approx([1e-11] * 5)


def test_whole_numbers_have_a_step_of_one() -> None:
    assert steps(5.0, 6.0, 7.0, 8.0, 9.0) == pytest.approx([1.0] * 5)
    assert steps(12000.0, 12010.0, 12001.0, 12002.0, 12100.0) == pytest.approx([1.0] * 5)


def test_publisher_that_gains_digits_has_a_finer_step_from_about_then_on() -> None:
    before, after = [5.4 + n % 2 / 10 for n in range(60)], [5.4001 + n % 2 / 1000 for n in range(60)]
    found = steps(*before, *after)
    assert found[:40] == pytest.approx([0.1] * 40)
    assert found[80:] == pytest.approx([1e-4] * 40)


def test_fixed_rate_does_not_tell_its_digits() -> None:
    assert np.isnan(steps(*[3.5] * 50)).all()
    assert np.isnan(steps(2.85, 3.5)).all()
    assert steps() == []


def test_steps_of_two_legs_add_up() -> None:
    usd, kgs = [478.77, 478.9, 479.01, 478.5, 480.12], [5.47, 5.46, 5.48, 5.49, 5.45]
    table = series.frame([*published("nbk", "USD/KZT", usd), *published("nbk", "KGS/KZT", kgs)])
    cross = series.lines(table, "USD", "KGS")["nbk"]
    assert cross["step"].iloc[0] == pytest.approx(0.01 / 478.77 + 0.01 / 5.47)


def test_line_written_without_steps_is_judged_by_its_own_digits() -> None:
    bare = line(5.47, 5.48, 5.46, 5.49, 5.48)
    assert series.annotate(bare, "KZT")["flags"].tolist() == ["", "low-resolution", "", "", "low-resolution"]
