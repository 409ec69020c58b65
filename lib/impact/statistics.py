"""Tests of one set of episodes, from arrays alone. Each returns None where it cannot be made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.impact.student import binomial_two_sided, normal_two_sided, quantile, two_sided

SEED = 20261130  # of the bootstrap; said in the method note
DRAWS = 9_999
POWER = 0.8
SIZE = 0.05
MIN_CALENDARS = 100  # shifted ones: fewer draw no picture of the null
APART = 10  # fixings: closer events are one episode, and so close a shift is the calendar itself
TIE = 1e-9  # percent: float noise of equal sums


@dataclass(frozen=True, slots=True)
class Test:
    """A test statistic with its two-sided p-value; `df` is None where it is not Student's t."""

    statistic: float
    p: float
    df: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Placebo:
    """Means of the calendar of episodes shifted around its period. `p` is the share of them that are as far out as the
    true mean, both sides counted alike (twice the smaller tail); `means` are sorted, in percent."""

    p: float
    means: np.ndarray

    @property
    def in_100(self) -> float:
        return 100 * self.p


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean daily return in event windows minus that of all other days, percent, with its Newey-West test."""

    mean: float
    test: Test
    inside: int
    outside: int


def bmp(standardised: np.ndarray) -> Test | None:
    """Boehmer, Musumeci & Poulsen (1991): t = mean(SCAR) / (sd(SCAR) / sqrt(E)), E - 1 degrees of freedom."""
    number = len(standardised)
    if number < 2:
        return None
    spread = float(np.std(standardised, ddof=1))
    if spread <= TIE:
        return None
    statistic = float(np.mean(standardised)) / (spread / math.sqrt(number))
    return Test(statistic, two_sided(statistic, number - 1), number - 1)


def generalized_sign(positive: int, shares: np.ndarray) -> Test | None:
    """Cowan (1992): z = (w - E p) / sqrt(E p (1 - p)); w of E episodes are positive, and p is the mean over episodes of
    the share of positive values in the estimation window (values of the event window's length).

    Its p-value is that of the binomial (mid-p), and not of the normal, to which z only tends: with 90 % zero returns
    and 16 episodes the normal rejects an upper tail of 2.5 % in 5 % of cases."""
    number, share = len(shares), float(np.mean(shares)) if len(shares) else 0.0
    if not 0 < share < 1:
        return None
    statistic = (positive - number * share) / math.sqrt(number * share * (1 - share))
    return Test(statistic, binomial_two_sided(positive, number, share))


def percentile_t(values: np.ndarray, draws: int = DRAWS, seed: int = SEED) -> tuple[float, float] | None:
    """The 95 % interval of the mean by percentile-t bootstrap over episodes: mean - q* se, with the quantiles q* of
    (mean* - mean) / se*. Draws without variance have no t and are left out; None where a tenth of them have none."""
    number = len(values)
    if number < 2 or np.ptp(values) <= TIE:
        return None
    picked = values[np.random.default_rng(seed).integers(0, number, (draws, number), dtype=np.int32)]
    means, spreads = picked.mean(axis=1), picked.std(axis=1, ddof=1)
    made = spreads > TIE
    if made.mean() < 0.9:
        return None
    mean, root = float(values.mean()), math.sqrt(number)
    low, high = np.quantile((means[made] - mean) / (spreads[made] / root), [SIZE / 2, 1 - SIZE / 2])
    error = float(values.std(ddof=1)) / root
    return mean - float(high) * error, mean - float(low) * error


def circular_shift(cumulative: np.ndarray, usable: np.ndarray, at: np.ndarray, least: int) -> Placebo | None:
    """The whole calendar of day 0s `at` (positions) moved by every number of fixings around the line's `cumulative`
    abnormal returns, what leaves at one end entering at the other, so that bursts stay bursts. Shifts of fewer than ten
    fixings are the calendar itself. A shifted calendar counts with `least` usable episodes and half of the true ones.

    All shifts at once are one circular correlation, made by FFT: an exact enumeration, without a seed."""
    length = len(cumulative)
    calendar = np.zeros(length)
    calendar[at] = 1.0
    turned = np.conj(np.fft.rfft(calendar))
    sums = np.fft.irfft(turned * np.fft.rfft(np.where(usable, cumulative, 0.0)), length)
    counts = np.rint(np.fft.irfft(turned * np.fft.rfft(usable.astype(float)), length))
    shifts = np.arange(length)
    enough = counts >= max(least, len(at) / 2)
    made = enough & (shifts >= APART) & (shifts <= length - APART)
    if made.sum() < MIN_CALENDARS:
        return None
    means = np.sort(sums[made] / counts[made])
    return Placebo(_share_as_far(means, float(cumulative[at].mean())), means)


def _share_as_far(means: np.ndarray, mean: float) -> float:
    above = len(means) - int(np.searchsorted(means, mean - TIE, side="left"))
    below = int(np.searchsorted(means, mean + TIE, side="right"))
    return min(1.0, 2 * (1 + min(above, below)) / (1 + len(means)))


def calendar_time(change: np.ndarray, inside: np.ndarray) -> Difference | None:
    """Returns on days in any event window minus all others: the slope of r on a dummy, with Newey & West's (1987)
    covariance of 4 (n / 100)^(2/9) lags."""
    finite = np.isfinite(change)
    returns, dummy = change[finite], inside[finite].astype(float)
    number, within = len(returns), int(dummy.sum())
    if not 2 <= within <= number - 2:
        return None
    x = np.column_stack([np.ones(number), dummy])
    inverse = np.linalg.inv(x.T @ x)
    slopes = inverse @ (x.T @ returns)
    error = _newey_west_error(x, returns - x @ slopes, inverse)
    if not error > TIE:
        return None
    statistic = float(slopes[1]) / error
    test = Test(statistic, normal_two_sided(statistic))
    return Difference(float(slopes[1]), test, within, number - within)


def _newey_west_error(x: np.ndarray, residuals: np.ndarray, inverse: np.ndarray) -> float:
    """The standard error of the second slope."""
    scores = x * residuals[:, None]
    lags = int(4 * (len(x) / 100) ** (2 / 9))
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    return math.sqrt(max(float((inverse @ middle @ inverse)[1, 1]), 0.0))


def smallest_effect(errors: np.ndarray) -> float | None:
    """The mean effect, in percent, that these episodes would find in 80 % of cases at 5 %: (t(0.975) + t(0.8)) times
    the standard error of the mean. `errors` are the standard errors s sqrt(L + L^2 / M) of each episode's CAR."""
    number = len(errors)
    if number < 2:
        return None
    error = math.sqrt(float(np.mean(errors**2)) / number)
    return (quantile(1 - SIZE / 2, number - 1) + quantile(POWER, number - 1)) * error


def q_values(p_values: Sequence[float]) -> list[float]:
    """Benjamini & Hochberg (1995): the false discovery rate at which each test would be a discovery."""
    p = np.asarray(p_values, float)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    found = np.empty(len(p))
    found[order] = adjusted
    return [float(q) for q in found]


def pooled(standardised: np.ndarray, days: np.ndarray) -> Test | None:
    """Several currencies on the same dates: SCARs averaged per date first (a portfolio per date), then t over dates.
    Currencies answer one event together, so that pairs of currency and date are not independent."""
    _, at = np.unique(days, return_inverse=True)
    if not len(at):
        return None
    return bmp(np.bincount(at, standardised) / np.bincount(at))


def interval(values: np.ndarray) -> tuple[float, float] | None:
    """The 95 % t interval of a mean; None for fewer than three values."""
    number = len(values)
    if number < 3:
        return None
    reach = quantile(1 - SIZE / 2, number - 1) * float(values.std(ddof=1)) / math.sqrt(number)
    return float(values.mean()) - reach, float(values.mean()) + reach
