"""Abnormal moves: which steps count, what they are judged by, and the articles near them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from lib import series, snapshot
from lib.models import Observation
from lib.series.moves import LEAST, WINDOW, Move, moves, near, notable
from tests.conftest import article
from tests.lines_by_hand import annotated

# Log steps in percent, all of them small.
CALM = [0.1, -0.1, 0.2, 0.0, -0.2, 0.05, -0.05] * 9
FINE = 1e-6  # one unit of the last digit, as a share of the value


def walked(*steps: float, start: float = 470.0) -> list[float]:
    """The values that log steps in percent lead to."""
    return (start * np.exp(np.cumsum([0.0, *steps]) / 100)).tolist()


def annotated_walk(*steps: float, first: str = "2026-01-01", every: int = 1) -> pd.DataFrame:
    return annotated(*walked(*steps), start=first, every=every).assign(step=FINE)


def test_step_far_beyond_the_line_s_own_past_is_a_move_with_its_days_value_change_and_z() -> None:
    line = annotated_walk(*CALM, 0.9, *CALM)
    (move,) = moves(line)
    at = len(CALM) + 1
    assert (move.before, move.day) == (line.index[at - 1].date(), line.index[at].date())
    assert move.value == line["value"].iloc[at]
    assert move.change == pytest.approx((np.exp(0.009) - 1) * 100)
    past = [step for step in CALM if step][-WINDOW:]
    spread = 1.4826 * np.median(np.abs(past - np.median(past)))
    assert move.z == pytest.approx((0.9 - np.median(past)) / spread)


def test_moves_come_by_size_of_z_whichever_their_direction() -> None:
    found = moves(annotated_walk(*CALM, 0.9, *CALM, -1.4, *CALM, 1.1))
    assert [round(move.change, 1) for move in found] == [-1.4, 1.1, 0.9]
    assert [move.z > 0 for move in found] == [False, True, True]


def test_turned_line_moves_on_the_same_days_the_other_way() -> None:
    line = annotated_walk(*CALM, 0.9, *CALM, -1.4)
    turned = moves(series.invert(line))
    assert [move.day for move in turned] == [move.day for move in moves(line)]
    assert [move.z for move in turned] == pytest.approx([-move.z for move in moves(line)], abs=1e-5)


def test_only_moves_of_the_days_asked_are_told_and_the_past_before_them_still_judges() -> None:
    line = annotated_walk(*CALM, 0.9, *CALM, 1.1)
    last = line.index[-1].date()
    assert [move.day for move in moves(line, since=last)] == [last]
    assert [move.day for move in moves(line, until=last)] == [last, line.index[len(CALM) + 1].date()]


def test_later_steps_do_not_judge_earlier_ones() -> None:
    line = annotated_walk(*CALM, 0.9)
    wild = annotated_walk(*CALM, 0.9, *[3.0, -3.0] * 30)
    assert moves(line) == moves(wild, until=line.index[-1].date())


@pytest.mark.parametrize(("past", "found"), [(LEAST - 1, 0), (LEAST, 1)])
def test_step_with_too_short_a_past_is_not_judged(past: int, found: int) -> None:
    calm = [step for step in CALM if step][:past]
    assert len(moves(annotated_walk(*calm, 0.9))) == found


@pytest.mark.parametrize(("step", "found"), [(0.29, 0), (0.31, 1)])
def test_small_step_is_no_move_however_quiet_the_past(step: float, found: int) -> None:
    quiet = [move / 20 for move in CALM]
    assert len(moves(annotated_walk(*quiet, step))) == found


def test_line_held_almost_still_gives_no_boundless_z() -> None:
    creeping = [0.001] * 60
    (move,) = moves(annotated_walk(*creeping, 0.5))
    assert move.z == pytest.approx(0.5 / 0.05, rel=0.01)


def test_spread_is_at_least_one_step_of_the_last_digit() -> None:
    line = annotated_walk(*[0.001] * 60, 0.5).assign(step=0.002)
    assert moves(line) == []
    assert len(moves(line.assign(step=0.001))) == 1


def test_fixed_rate_and_a_line_without_steps_have_no_moves() -> None:
    for still in (annotated(*[3.5] * 80, currency="TMT"), annotated(470.0), annotated()):
        assert moves(still.assign(step=FINE)) == []


def test_copies_of_weekends_neither_calm_the_past_nor_count_in_it() -> None:
    copied = [step for move in CALM if move for step in (move, 0.0)]
    assert [m.z for m in moves(annotated_walk(*copied, 0.9))] == [
        m.z for m in moves(annotated_walk(*[move for move in CALM if move], 0.9))
    ]


def test_carried_days_change_nothing() -> None:
    sparse = annotated_walk(*CALM, 0.9, *CALM, 6.0, -6.0, *CALM, every=3)  # the spike's way back is days after it, too
    assert moves(series.carry(sparse, sparse.index[-1].date())) == moves(sparse) != []


@pytest.mark.parametrize(("every", "found"), [(4, 1), (5, 0)])
def test_change_across_more_than_four_days_is_no_daily_move(every: int, found: int) -> None:
    assert len(moves(annotated_walk(*CALM, 0.9, every=every))) == found


def test_spike_and_its_way_back_are_no_moves_and_leave_the_past_calm() -> None:
    line = annotated_walk(*CALM, 6.0, -6.0, *CALM, 0.9)
    assert "spike" in " ".join(line["flags"])
    assert [move.day for move in moves(line)] == [line.index[-1].date()]


def test_manat_off_its_peg_does_not_move() -> None:
    noisy = [3.5 * (1 + step / 100) for step in CALM]
    assert moves(annotated(*noisy, 3.55, 3.6, currency="TMT").assign(step=FINE)) == []


def test_step_that_ends_a_standstill_is_no_daily_move() -> None:
    assert moves(annotated_walk(*CALM, *[0.0] * 9, 0.9)) == []
    assert len(moves(annotated_walk(*CALM, *[0.0] * 2, 0.9))) == 1


def test_change_that_rounding_can_make_is_no_move() -> None:
    line = annotated_walk(*CALM, 0.9)
    line.iloc[-1, line.columns.get_loc("flags")] = "low-resolution"
    assert moves(line) == []


@pytest.mark.parametrize("flag", ["disagree", "revised"])
def test_move_that_other_publishers_have_later_or_that_was_corrected_is_a_move(flag: str) -> None:
    line = annotated_walk(*CALM, 0.9)
    line.iloc[-1, line.columns.get_loc("flags")] = flag
    assert len(moves(line)) == 1


def test_break_is_no_move_and_what_follows_is_not_judged_by_what_was_before() -> None:
    corridor = [step / 20 for step in CALM]
    line = annotated_walk(*corridor, 30.0, *[2 * step for step in CALM], 2.5, first="2015-06-17")
    assert line["flags"].iloc[len(CALM) + 1] == "break"
    assert line.index[len(CALM) + 1] == pd.Timestamp("2015-08-20")
    assert [move.day for move in moves(line)] == [line.index[-1].date()]


def test_break_heads_the_list_of_what_is_notable_with_its_size_word_and_sentence() -> None:
    corridor = [step / 20 for step in CALM]
    line = annotated_walk(*corridor, 30.0, *[2 * step for step in CALM], 2.5, first="2015-06-17")
    broken, move = notable(line, currencies=("USD", "KZT"))
    assert (broken.kind, str(broken.day), str(broken.before)) == ("break", "2015-08-20", "2015-08-19")
    assert broken.change == pytest.approx((np.exp(0.3) - 1) * 100)
    assert broken.regime is not None
    assert broken.regime.sentence == "Kazakhstan gave up the tenge's corridor and let it float."
    assert (move.kind, move.regime) == ("move", None)
    assert notable(line, since=move.day) == [move]
    assert notable(line, until=broken.day) == [broken]


@pytest.mark.parametrize(("every", "found"), [(7, 1), (14, 1), (30, 1)])
def test_step_of_a_line_that_appears_less_often_is_judged_by_its_own_spacing(every: int, found: int) -> None:
    assert len(moves(annotated_walk(*CALM, 0.9, every=every))) == found


@pytest.mark.parametrize(("past", "found"), [(LEAST - 1, 0), (LEAST, 1)])
def test_break_itself_judges_nothing(past: int, found: int) -> None:
    calm = [step for step in CALM if step][:past]
    assert len(moves(annotated_walk(*CALM, 30.0, *calm, 2.5, first="2015-06-17"))) == found


# The bundled rates: irregular days of one aggregate.


def held(currency: str) -> pd.DataFrame:
    seen = datetime(2026, 11, 23, tzinfo=UTC)
    rows = (Observation(r.source, r.base, r.quote, r.day, r.value, seen, None) for r in snapshot.currency_api())
    return series.annotate(series.lines(series.frame(rows), "USD", currency)["currency_api"], currency)


def test_bundled_tenge_has_few_moves_each_of_them_in_the_rates() -> None:
    line = held("KZT")
    found = moves(line)
    assert found[0].day == date(2026, 7, 3)
    assert 0 < len(found) <= len(line) * 0.05
    for move in found:
        before, after = line["value"][pd.Timestamp(move.before)], line["value"][pd.Timestamp(move.day)]
        assert move.change == pytest.approx((after / before - 1) * 100)
        assert move.value == after


def test_bundled_manat_has_no_moves() -> None:
    assert moves(held("TMT")) == []


def test_near_are_the_articles_of_two_days_either_side_in_their_own_order() -> None:
    move = Move(date(2026, 9, 10), date(2026, 9, 9), 478.0, 1.2, 6.0)
    days = [article(day=f"2026-09-{day:02}") for day in (13, 12, 8, 7, 10)]
    assert [found.day.day for found in near(days, move)] == [12, 8, 10]
    assert [found.day.day for found in near(days, move, 0)] == [10]
    assert near([], move) == []
