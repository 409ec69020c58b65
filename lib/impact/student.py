"""The distributions of the tests: Student's t with whole degrees of freedom, by its finite sums (Abramowitz & Stegun
26.7.3 and 26.7.4), and the binomial.

SciPy has them too: at 140 MB and most of a second of every start, for these few lines.
"""

from __future__ import annotations

import math
from functools import lru_cache


def two_sided(statistic: float, df: int) -> float:
    """P(|T| > |statistic|) for `df` >= 1 degrees of freedom."""
    angle = math.atan(abs(statistic) / math.sqrt(df))
    within = _odd(angle, df) if df % 2 else _even(angle, df)
    return min(1.0, max(0.0, 1.0 - within))


def binomial_two_sided(successes: int, trials: int, probability: float) -> float:
    """Mid-p of `successes` in `trials`: twice the smaller tail, the tails sharing the value itself."""
    ways = [math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1) for k in range(trials + 1)]
    yes, no = math.log(probability), math.log1p(-probability)
    chances = [math.exp(way + k * yes + (trials - k) * no) for k, way in enumerate(ways)]
    half = chances[successes] / 2
    tails = math.fsum(chances[:successes]) + half, math.fsum(chances[successes + 1 :]) + half
    return min(1.0, 2 * min(tails))


def normal_two_sided(statistic: float) -> float:
    """P(|Z| > |statistic|) of the standard normal distribution."""
    return math.erfc(abs(statistic) / math.sqrt(2))


@lru_cache(maxsize=1024)
def quantile(probability: float, df: int) -> float:
    """The value that T stays under with a `probability` from 0.5 to 1, exclusive."""
    low, high = 0.0, 1.0
    while 1 - two_sided(high, df) / 2 < probability:
        high *= 2
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if 1 - two_sided(middle, df) / 2 < probability else (low, middle)
    return high


def _odd(angle: float, df: int) -> float:
    square = math.cos(angle) ** 2
    term, total = 1.0, 1.0 if df > 1 else 0.0
    for nth in range(2, df - 2, 2):
        term *= square * nth / (nth + 1)
        total += term
    return 2 / math.pi * (angle + math.sin(angle) * math.cos(angle) * total)


def _even(angle: float, df: int) -> float:
    square = math.cos(angle) ** 2
    term, total = 1.0, 1.0
    for nth in range(1, df - 2, 2):
        term *= square * nth / (nth + 1)
        total += term
    return math.sin(angle) * total
