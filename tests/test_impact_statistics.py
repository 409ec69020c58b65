"""Each test against a second implementation: written here from the papers, in plain Python, apart from the first."""

from __future__ import annotations

import math
import statistics as plain
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lib import impact
from lib.impact import statistics, student
from tests.impact_by_hand import events_at, line_of, noise, studied

AT = list(range(150, 650, 30))


# The second implementation.


def returns_of(line: pd.DataFrame) -> list[float]:
    """100 ln of neighbours, by the position of the later."""
    values = line["value"].tolist()
    return [math.nan] + [100 * math.log(b / a) for a, b in pairwise(values)]


def reference_bmp(returns: Sequence[float], at: Sequence[int], length: int) -> float:
    """Boehmer, Musumeci & Poulsen (1991), equation 8, with the estimation-period median as the normal return."""
    scars = []
    for t in at:
        past = returns[t - 130 : t - 10]
        usual = plain.median(past)
        car = sum(returns[t + n] - usual for n in range(length))
        scars.append(car / (plain.stdev(past) * math.sqrt(length + length**2 / len(past))))
    return plain.mean(scars) / (plain.stdev(scars) / math.sqrt(len(scars)))


def reference_sign(returns: Sequence[float], at: Sequence[int], length: int) -> float:
    """Cowan (1992), with positive sums of the event window's length."""
    shares, positive = [], 0
    for t in at:
        past = returns[t - 130 : t - 10]
        usual = plain.median(past)
        sums = [sum(past[n : n + length]) - length * usual for n in range(len(past) - length + 1)]
        shares.append(sum(one > 1e-9 for one in sums) / len(sums))
        positive += sum(returns[t + n] - usual for n in range(length)) > 1e-9
    share, number = plain.mean(shares), len(at)
    return (positive - number * share) / math.sqrt(number * share * (1 - share))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("window", impact.WINDOWS)
@pytest.mark.parametrize("zeros", [0.0, 0.7])
def test_bmp_and_sign_test_agree_with_the_second_implementation(
    seed: int, window: tuple[int, int], zeros: float
) -> None:
    changes = np.where(np.random.default_rng(seed).random(700) < zeros, 0.0, noise(700, seed, sd=0.1))
    line = line_of(changes)
    outcome = studied(line, events_at(line, AT), window=window).outcome
    assert outcome is not None
    assert outcome.bmp is not None
    assert outcome.sign is not None
    length = window[1] + 1
    assert outcome.bmp.statistic == pytest.approx(reference_bmp(returns_of(line), AT, length), abs=1e-9)
    assert outcome.bmp.p == pytest.approx(2 * stats.t.sf(abs(outcome.bmp.statistic), 16), abs=1e-12)
    assert outcome.sign.statistic == pytest.approx(reference_sign(returns_of(line), AT, length), abs=1e-9)


# By hand.


def test_bmp_by_hand() -> None:
    found = statistics.bmp(np.array([1.0, 2.0, 3.0]))
    assert found is not None
    assert (found.statistic, found.df) == (pytest.approx(2 * math.sqrt(3)), 2)
    for few in ([], [1.0], [2.0, 2.0, 2.0]):
        assert statistics.bmp(np.array(few)) is None


def test_generalized_sign_by_hand() -> None:
    found = statistics.generalized_sign(8, np.full(10, 0.5))
    assert found is not None
    assert found.statistic == pytest.approx(3 / math.sqrt(2.5))
    assert found.p == pytest.approx(2 * (45 / 2 + 10 + 1) / 1024)  # mid-p of 8, 9 and 10 heads
    for share in (0.0, 1.0):
        assert statistics.generalized_sign(3, np.full(10, share)) is None
    assert statistics.generalized_sign(0, np.array([])) is None


def test_q_values_by_hand() -> None:
    # Benjamini & Hochberg: p times tests over rank, made monotonic from the largest.
    assert impact.q_values([0.04, 0.01, 0.03, 0.8]) == pytest.approx([0.16 / 3, 0.04, 0.16 / 3, 0.8])
    assert impact.q_values([0.9, 0.95]) == pytest.approx([0.95, 0.95])
    assert impact.q_values([]) == []


def test_q_values_agree_with_scipy() -> None:
    p = np.random.default_rng(1).random(60) ** 2
    assert impact.q_values(p.tolist()) == pytest.approx(stats.false_discovery_control(p).tolist())


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 15, 40, 401])
def test_distributions_agree_with_scipy(df: int) -> None:
    for value in (0.0, 0.3, 1.0, 2.5, 6.0, -2.0):
        assert student.two_sided(value, df) == pytest.approx(2 * stats.t.sf(abs(value), df), abs=1e-13)
    for probability in (0.5, 0.8, 0.975):
        assert student.quantile(probability, df) == pytest.approx(stats.t.ppf(probability, df), rel=1e-9)
    for successes in {0, df // 3, df}:
        at, below = stats.binom.pmf(successes, df, 0.3) / 2, stats.binom.cdf(successes - 1, df, 0.3)
        above = stats.binom.sf(successes, df, 0.3)
        assert student.binomial_two_sided(successes, df, 0.3) == pytest.approx(min(1, 2 * (at + min(below, above))))
    assert student.normal_two_sided(-1.7) == pytest.approx(2 * stats.norm.sf(1.7))


def test_smallest_effect_is_what_the_published_table_says() -> None:
    """At 0.5 % a day in [0, +1]: 44 episodes for 0.3 %, 16 for 0.5 %."""
    for episodes, effect in ((44, 0.3), (16, 0.5)):
        found = statistics.smallest_effect(np.full(episodes, 0.5 * math.sqrt(2)))
        assert found == pytest.approx(effect, rel=0.07)
    assert statistics.smallest_effect(np.array([0.5])) is None


# Interval.


def test_percentile_t_interval_is_that_of_a_loop_over_its_draws() -> None:
    values, draws = np.array([0.1, -0.4, 0.9, 0.3, 1.8, -0.2, 0.5, 0.0]), 500
    rows = np.random.default_rng(impact.SEED).integers(0, 8, (draws, 8), dtype=np.int32)
    error, mean = plain.stdev(values) / math.sqrt(8), plain.mean(values)
    ts = []
    for row in rows:
        again = [float(values[n]) for n in row]
        if len(set(again)) > 1:
            ts.append((plain.mean(again) - mean) / (plain.stdev(again) / math.sqrt(8)))
    low, high = np.quantile(ts, [0.025, 0.975])
    expected = (mean - high * error, mean - low * error)
    assert statistics.percentile_t(values, draws) == pytest.approx(expected)
    assert statistics.percentile_t(values, draws) == statistics.percentile_t(values, draws)  # the seed is fixed


def test_interval_is_none_where_most_draws_have_no_variance() -> None:
    assert statistics.percentile_t(np.zeros(9)) is None
    assert statistics.percentile_t(np.array([1.0])) is None
    assert statistics.percentile_t(np.array([1.0] + [0.0] * 19)) is None


def test_interval_covers_the_true_mean_of_skewed_effects() -> None:
    rng, covered = np.random.default_rng(8), 0
    for _ in range(200):
        interval = statistics.percentile_t(rng.exponential(1.0, 16), 499)
        covered += interval is not None and interval[0] < 1.0 < interval[1]
    assert 0.90 <= covered / 200 <= 0.99


# Placebo.


def test_shifted_calendars_are_those_of_a_loop_over_all_shifts() -> None:
    rng = np.random.default_rng(2)
    cumulative, usable = rng.normal(size=300), rng.random(300) > 0.2
    at = np.flatnonzero(usable)[5::14][:16]
    means = []
    for shift in range(10, 291):
        moved = [(int(t) + shift) % 300 for t in at]
        kept = [cumulative[t] for t in moved if usable[t]]
        if len(kept) >= 8:
            means.append(float(np.mean(kept)))
    placebo = statistics.circular_shift(cumulative, usable, at, 8)
    assert placebo is not None
    assert placebo.means.tolist() == pytest.approx(sorted(means))
    true = float(cumulative[at].mean())
    tail = min(sum(mean >= true for mean in means), sum(mean <= true for mean in means))
    assert placebo.p == pytest.approx(min(1.0, 2 * (1 + tail) / (1 + len(means))))
    assert placebo.in_100 == 100 * placebo.p


def test_short_period_has_no_shifted_calendars() -> None:
    assert statistics.circular_shift(np.ones(100), np.ones(100, bool), np.arange(8) * 10, 8) is None


def test_unusable_days_may_be_nan() -> None:
    cumulative = np.random.default_rng(2).normal(size=300)
    cumulative[40:60] = np.nan
    placebo = statistics.circular_shift(cumulative, np.isfinite(cumulative), np.arange(100, 260, 14), 8)
    assert placebo is not None
    assert np.isfinite(placebo.means).all()


# Calendar time.


def test_calendar_time_agrees_with_newey_and_west_written_out() -> None:
    returns = noise(400, 4)
    inside = np.zeros(400, bool)
    inside[20::37] = inside[21::37] = True
    found = statistics.calendar_time(np.append(returns, np.nan), np.append(inside, True))
    assert found is not None
    within, others = returns[inside], returns[~inside]
    assert found.mean == pytest.approx(within.mean() - others.mean())
    assert (found.inside, found.outside) == (len(within), len(others))
    # The slope is a weighted sum of returns: its long-run variance, with Bartlett's weights.
    weights = np.where(inside, 1 / len(within), -1 / len(others))
    scores = weights * (returns - np.where(inside, within.mean(), others.mean()))
    lags = math.floor(4 * (400 / 100) ** (2 / 9))
    variance = sum(score**2 for score in scores)
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * sum(scores[n] * scores[n - lag] for n in range(lag, 400))
    assert found.test.statistic == pytest.approx(found.mean / math.sqrt(variance))
    assert statistics.calendar_time(returns, np.zeros(400, bool)) is None
    assert statistics.calendar_time(np.zeros(400), inside) is None


# Several currencies.


def test_pooled_test_is_over_dates() -> None:
    days = np.array(["2026-01-05", "2026-01-05", "2026-02-02", "2026-03-02"], dtype="datetime64[D]")
    found = statistics.pooled(np.array([1.0, 3.0, 1.0, 3.0]), days)
    assert found == statistics.bmp(np.array([2.0, 1.0, 3.0]))
