"""How many digits a value may claim, and how many its source shows."""

from __future__ import annotations

import numpy as np
import pandas as pd

DIGITS = 12  # significant ones of any value that we keep or compute: what is beyond is float noise
SAMPLE = 31  # changed values that show a source's decimals together: a nought at the end of all of them is no chance
LEAST_SAMPLE = 5  # fewer say nothing: a rate that is fixed at 3.5 may be published to one decimal or to six


def significant(values: pd.Series) -> pd.Series:
    """Positive values at 12 significant digits."""
    scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(values)))
    return (values * scale).round() / scale


def resolution(values: np.ndarray) -> np.ndarray:
    """One unit of the last digit that the source publishes around each of its values (shape n, in order of days), as a
    share of the value; NaN where fewer than five changes show it. A publisher may gain or lose digits in its history,
    and a value that ends in nought hides one, so the most decimals of the changes nearby count."""
    changed = np.diff(values, prepend=np.nan) != 0
    shown = pd.Series(_decimals(values[changed])).rolling(SAMPLE, center=True, min_periods=LEAST_SAMPLE).max()
    units: np.ndarray = 10.0 ** -shown.to_numpy()
    shares: np.ndarray = units[np.cumsum(changed) - 1] / values
    return shares


def _decimals(values: np.ndarray) -> np.ndarray:
    """The place of the last digit of each positive value, as a power of ten: 2.0 for 5.47."""
    before_point = np.floor(np.log10(values)) + 1
    found: np.ndarray = DIGITS - before_point
    for digits in range(DIGITS - 1, 0, -1):
        scaled = values * 10.0 ** (digits - before_point)
        whole = np.abs(scaled - np.rint(scaled)) <= 1e-13 * scaled  # twelve digits differ by 1e-12, floats by 2e-16
        found = np.where(whole, digits - before_point, found)
    return found
