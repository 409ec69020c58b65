"""Flags of a point, regime breaks, and the SDMX status that they amount to."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from lib import series, snapshot
from lib.models import Observation
from tests.lines_by_hand import SEEN, annotated, flagged, line

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
    assert flagged(annotated(3.5, 3.429, currency="USD"), "off-peg") == []


def test_peg_before_2015_is_the_old_one_and_who_has_the_new_one_is_off_it_and_accuses_nobody() -> None:
    doubtful, true = (annotated(*values, currency="TMT", start="2014-06-01") for values in ((3.5, 3.5), (2.85, 2.85)))
    pair = {"frankfurter": doubtful, "cbr": true}
    marked = series.disagree(pair, {"frankfurter": "aggregate", "cbr": "official"})
    assert marked["cbr"]["flags"].tolist() == ["", ""]
    assert marked["frankfurter"]["flags"].tolist() == ["off-peg disagree"] * 2


def test_official_figure_off_the_peg_is_told_as_that_and_neither_moves_nor_accuses() -> None:
    crossed = line(3.5, 3.5, 12194.21 / 4037.68, 3.5, 3.5, start="2026-03-30")  # the Uzbek list of 2026-04-01
    frame = series.annotate(crossed, "TMT", kind="official")
    assert flagged(frame, "official-off-peg") == [2]
    assert flagged(frame, "off-peg") == []
    peg = annotated(*[3.5] * 5, currency="TMT", start="2026-03-30")
    marked = series.disagree({"cbu": frame, "cbt": peg}, {"cbu": "official", "cbt": "official"})
    assert flagged(marked["cbt"], "disagree") == []
    assert series.obs_status(frame["flags"]).tolist() == ["A"] * 5


# Steps that no day has.


@pytest.mark.parametrize("wrong", [1, 5, 12])
def test_print_that_stays_inverted_is_implausible_and_no_move(wrong: int) -> None:
    right = tuple(500.0 + n % 5 / 10 for n in range(40))
    frame = annotated(*right, *[0.002] * wrong, *right).assign(step=1e-6)
    assert flagged(frame, "implausible") == list(range(40, 40 + wrong))
    assert series.moves(frame) == []


def test_newest_print_is_implausible_at_once_and_a_doubled_rate_is_not() -> None:
    assert flagged(annotated(*[500.0] * 20, 0.002), "implausible") == [20]
    assert flagged(annotated(*[4210.35] * 20, *[8100.0] * 20, currency="UZS"), "implausible") == []


def test_step_by_a_thousand_that_lasts_makes_neither_side_implausible() -> None:
    assert flagged(annotated(*[2050.0] * 40, *[2.05] * 40, currency="KGS"), "implausible") == []


def test_dollars_for_a_manat_are_held_against_the_peg_as_well() -> None:
    assert flagged(series.annotate(line(1 / 3.5, 1 / 3.429), "USD", base="TMT"), "off-peg") == [1]
    assert flagged(series.annotate(line(4.1, 3.9), "TMT", base="EUR"), "off-peg") == []


def test_corrected_value_is_flagged_revised() -> None:
    assert flagged(series.annotate(line(478.0, 479.0, was={1: 480.0}), "KZT"), "revised") == [1]


# Regime breaks.


@pytest.mark.parametrize(
    ("currency", "start", "values"),
    [
        # The official rates of those days; what follows the float and the unification is rounded.
        ("TMT", "2014-12-29", (2.85, 2.85, 2.85, 3.5, 3.5, 3.5)),
        ("KZT", "2015-08-18", (188.38, 188.38, 188.38, 255.26, 252.47, 234.99)),
        ("UZS", "2017-09-02", (4210.35, 4210.35, 4210.35, 8100.0, 8100.0, 8079.0)),
    ],
)
def test_step_of_a_regime_break_is_a_break_and_no_spike(currency: str, start: str, values: tuple[float, ...]) -> None:
    frame = annotated(*values, currency=currency, start=start)
    assert flagged(frame, "break") == [3]
    assert flagged(frame, "spike") == []


def test_break_that_reverts_is_still_no_spike() -> None:
    frame = annotated(*CALM, 200.0, 200.0, 104.0, 104.0, start="2015-08-15")
    assert flagged(frame, "break") == [5]
    assert flagged(frame, "spike") == []


def test_break_shows_on_the_first_observation_after_a_gap_that_hides_it() -> None:
    assert flagged(annotated(188.0, 188.0, 256.0, 257.0, every=30, start="2015-07-01"), "break") == [2]


def test_break_of_a_bank_that_rests_at_new_year_is_its_first_list_after_it_and_the_old_peg_in_force_is_no_noise() -> (
    None
):
    manat = line(2.85, 2.85, 2.85, 3.5, 3.5)
    manat.index = pd.to_datetime(["2014-12-30", "2014-12-31", "2015-01-01", "2015-01-13", "2015-01-14"])
    frame = series.annotate(manat, "TMT", days="tue-sat", country="RU")
    assert frame["flags"].tolist() == ["", "", "", "break", ""]


def test_break_in_two_steps_begins_with_the_first_and_neither_is_a_spike() -> None:
    # The official tenge of February 2014: the day after the devaluation averaged the old price and the new.
    frame = annotated(155.5, 155.6, 155.56, 163.9, 184.5, 184.4, 184.6, start="2014-02-08")
    assert flagged(frame, "break") == [3]
    assert flagged(frame, "spike") == []


def test_overshoot_of_a_float_is_no_wrong_print() -> None:
    frame = annotated(87.4, 87.5, 87.5, 87.6, 87.5, 113.0, 138.5, 113.85, 114.0, start="1999-03-31")
    assert (flagged(frame, "break"), flagged(frame, "spike")) == ([5], [])


def test_move_of_the_other_currency_before_the_break_is_not_taken_for_it() -> None:
    frame = series.annotate(line(2.86, 2.86, 2.83, 3.8, 3.81, start="2015-08-18"), "KZT", base="RUB")
    assert flagged(frame, "break") == [3]


def test_step_a_week_after_the_break_is_another_matter() -> None:
    later = line(188.0, 188.0, 200.0, *[200.0] * 6, 255.0, 255.0, start="2015-08-18")  # the 20th and the 27th
    assert flagged(series.annotate(later, "KZT"), "break") == [2]


def test_break_belongs_to_its_currency_on_either_side_of_the_pair_and_needs_a_step() -> None:
    values = line(188.0, 188.0, 255.0, 255.0, start="2015-08-18")
    assert flagged(series.annotate(values, "KGS"), "break") == []
    assert flagged(series.annotate(values, "KGS", base="KZT"), "break") == [2]
    assert flagged(annotated(3.5, 3.5, 3.5, currency="KZT", start="2015-08-19"), "break") == []


@pytest.mark.parametrize("start", ["2015-08-21", "2015-08-10"])
def test_line_that_begins_after_a_break_or_ends_before_it_has_none(start: str) -> None:
    assert flagged(annotated(188.0, 255.0, start=start), "break") == []


def test_breaks_of_a_currency_within_days_both_included() -> None:
    day = date(2015, 8, 20)
    assert [b.word for b in series.breaks("KZT", day, day)] == ["float"]
    assert [b.day for b in series.breaks("UZS", day, date(2026, 1, 1))] == [date(2017, 9, 5)]
    assert [b.word for b in series.breaks("TMT", date(2015, 1, 1), day)] == ["re-pegged at 3.5"]
    assert series.breaks("KZT", date(2015, 8, 21), date(2026, 1, 1)) == []
    assert series.breaks("KGS", date.min, date.max) == []


def test_each_break_has_its_day_a_word_and_a_sentence() -> None:
    known = {
        "KZT": ["1999-04-05", "2009-02-04", "2014-02-11", "2015-08-20"],
        "TJS": ["2000-10-30"],
        "TMT": ["2009-01-01", "2015-01-01"],
        "UZS": ["2017-09-05"],
    }
    for currency, days in known.items():
        found = series.breaks(currency, date.min, date.max)
        assert [str(b.day) for b in found] == days
        assert all(b.word and b.sentence.endswith(".") for b in found)


# Standing still.

LIVELY = tuple(100.0 + n % 7 / 10 for n in range(30))


@pytest.mark.parametrize(("repeats", "marked"), [(6, []), (7, [37]), (9, [37, 38, 39])])
def test_lively_line_is_stale_from_the_seventh_repeat_on(repeats: int, marked: list[int]) -> None:
    frame = annotated(*LIVELY, 105.0, *[105.0] * repeats, start="2026-06-01")
    assert flagged(frame, "stale") == marked


def test_standstill_stays_stale_however_long_it_lasts() -> None:
    assert len(flagged(annotated(*LIVELY, *[105.0] * 200, start="2026-01-01"), "stale")) == 193


def test_line_that_hardly_ever_moves_is_not_stale() -> None:
    assert flagged(annotated(*[3.5] * 60, currency="TMT"), "stale") == []
    weekly_steps = [100.0 + n // 7 for n in range(60)]
    assert flagged(annotated(*weekly_steps, *[109.0] * 20), "stale") == []


def test_weekends_repeated_by_a_bank_are_not_stale() -> None:
    weeks = [100.0 + min(n % 7, 4) / 10 + n // 7 for n in range(70)]
    assert flagged(annotated(*weeks), "stale") == []
    assert flagged(annotated(*weeks, *[120.0] * 8), "stale") == [77]


def test_standstill_is_not_counted_across_a_gap() -> None:
    frame = line(*LIVELY, *[105.0] * 10, start="2026-06-01")
    frame.index = frame.index.where(np.arange(40) < 36, frame.index + pd.Timedelta(days=30))
    assert flagged(series.annotate(frame, "KZT"), "stale") == []


def test_newest_observation_is_stale_when_older_than_the_calendar_allows() -> None:
    week = line(470.0, 471.0, 472.0, 471.5, start="2026-09-01")  # until Friday the 4th
    late = series.annotate(week, "KZT", days="weekdays", today=date(2026, 9, 15))
    assert flagged(late, "stale") == [3]
    assert flagged(series.annotate(week, "KZT", days="weekdays", today=date(2026, 9, 14)), "stale") == []
    assert flagged(series.annotate(week, "KZT", days="daily", today=date(2026, 9, 14)), "stale") == [3]
    assert len(series.annotate(line(), "KZT", today=date(2026, 9, 14))) == 0


# Digits too few for the change.


def test_change_within_one_step_of_coarse_digits_is_below_resolution() -> None:
    som_at_nbk = annotated(5.47, 5.48, 5.48, 5.46, 5.49, 5.48, 5.47)  # one step is 0.18 %
    assert flagged(som_at_nbk, "low-resolution") == [1, 2, 5, 6]


def test_fine_digits_and_a_rate_at_rest_are_within_resolution() -> None:
    dollar_at_nbk = annotated(478.77, 478.78, 478.78, 478.41, 479.02, 478.66)  # one step is 0.002 %
    assert flagged(dollar_at_nbk, "low-resolution") == []
    assert flagged(annotated(*[3.5] * 40, currency="TMT"), "low-resolution") == []


# Sources that disagree.


def test_sources_more_than_a_percent_apart_on_one_day_disagree() -> None:
    pair = {"nbk": annotated(100.0, 100.0, 100.0), "cbr": annotated(100.9, 101.1, 98.8)}
    marked = series.disagree(pair, {"nbk": "official", "cbr": "official"})
    assert {key: flagged(frame, "disagree") for key, frame in marked.items()} == {"nbk": [1, 2], "cbr": [1, 2]}
    assert flagged(pair["nbk"], "disagree") == []
    wider = series.disagree(pair, {"nbk": "official", "cbr": "official"}, tolerance=0.02)
    assert flagged(wider["nbk"], "disagree") == []


def test_market_and_peg_are_held_against_others_and_accuse_nobody() -> None:
    pair = {"peg": annotated(3.5), "yahoo": annotated(3.6), "aggregate": annotated(3.41, currency="KZT")}
    marked = series.disagree(pair, {"peg": "peg", "yahoo": "market", "aggregate": "aggregate"})
    assert [key for key, frame in marked.items() if flagged(frame, "disagree")] == ["peg", "yahoo"]


def test_point_off_the_peg_accuses_nobody_and_is_accused() -> None:
    pair = {"cbt": annotated(3.5, currency="TMT"), "aggregate": annotated(3.429, currency="TMT")}
    marked = series.disagree(pair, {"cbt": "official", "aggregate": "aggregate"})
    assert [frame["flags"].tolist() for frame in marked.values()] == [[""], ["off-peg disagree"]]


def test_spike_accuses_nobody_and_is_accused() -> None:
    calm, jumpy = annotated(*CALM, 100.1, 100.0), annotated(*CALM, 110.0, 100.0)
    marked = series.disagree({"nbk": calm, "aggregate": jumpy}, {"nbk": "official", "aggregate": "aggregate"})
    assert flagged(marked["nbk"], "disagree") == []
    assert marked["aggregate"]["flags"].iloc[5] == "spike disagree"


def test_sources_of_different_days_cannot_disagree() -> None:
    pair = {"nbk": annotated(100.0), "cbr": annotated(120.0, start="2026-09-02")}
    marked = series.disagree(pair, {"nbk": "official", "cbr": "official"})
    assert [frame["flags"].tolist() for frame in marked.values()] == [[""], [""]]


# Flags together, and their status.


def test_point_has_all_its_flags_in_the_order_in_which_they_are_explained() -> None:
    corrected = series.annotate(line(3.5, 3.429, every=9, was={1: 3.5}), "TMT")
    assert corrected["flags"].iloc[1] == "off-peg revised after-gap"
    explained = list(series.FLAGS)
    assert [explained.index(flag) for flag in corrected["flags"].iloc[1].split()] == [2, 3, 4]


def test_each_flag_has_a_sentence_and_a_status_of_the_code_list() -> None:
    assert list(series.FLAGS) == list(series.STATUS)
    assert set(series.STATUS.values()) == set(series.OBS_STATUS)
    assert all(sentence.endswith(".") for sentence in series.FLAGS.values())


@pytest.mark.parametrize(
    ("flags", "status"),
    [("", "A"), ("revised after-gap", "A"), ("carried", "E"), ("revised spike", "U"), ("stale break", "B")],
)
def test_status_of_several_flags_is_the_weightiest(flags: str, status: str) -> None:
    assert series.obs_status(pd.Series(["", flags])).tolist() == ["A", status]


# The bundled snapshot.


def test_snapshot_flags_the_noise_around_the_manat_and_the_jump_of_the_somoni() -> None:
    table = series.frame(
        Observation(r.source, r.base, r.quote, r.day, r.value, SEEN, None) for r in snapshot.currency_api()
    )

    def flagged_days(currency: str, flag: str) -> list[str]:
        frame = series.annotate(series.lines(table, "USD", currency)[snapshot.RATES_SOURCE], currency, days="daily")
        return [str(frame.index[n].date()) for n in flagged(frame, flag)]

    assert flagged_days("TMT", "spike") == ["2026-07-04", "2026-09-05", "2026-09-26", "2026-09-27"]
    assert flagged_days("TJS", "spike") == ["2025-08-27", "2025-08-28", "2025-08-29"]
    for currency in ("KZT", "KGS", "UZS"):
        assert [flag for flag in series.FLAGS if flagged_days(currency, flag)] == ["after-gap"]
