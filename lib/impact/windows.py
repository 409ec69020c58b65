"""Estimation and event windows around every observation of a line at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ESTIMATION = (-130, -11)  # observations before day 0, both included
MIN_OBSERVATIONS = 60  # of the estimation window
PATH = (-5, 5)  # the observations that a path shows
WINDOWS = ((0, 0), (0, 1), (0, 4))  # those on offer; day -1 stays out: news follow moves, too
STILL = 0.95  # share of zero returns above which a line does not move
MANAGED = 0.5  # ... and above which the sign test leads
ZERO = 1e-9  # percent: under it a return is float noise

REASONS = ("", "history", "regime", "driver", "still", "gap", "recent", "doubted")
OK, HISTORY, REGIME, DRIVER, STANDSTILL, GAP, RECENT, DOUBTED = range(len(REASONS))


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """By observation as day 0: `count`, `normal`, `spread` (sd of residuals, percent) and `zeros` (share of zero
    returns) of the estimation window; `abnormal`, the abnormal returns of the path (n x 11, percent, NaN where there is
    none). `era` is the number of breaks so far, `doubted` whether a value is flagged as a wrong print. `refused` is an
    index of REASONS, for the estimation window alone."""

    change: np.ndarray
    moves: np.ndarray
    slopes: np.ndarray
    era: np.ndarray
    doubted: np.ndarray
    count: np.ndarray
    normal: np.ndarray
    spread: np.ndarray
    zeros: np.ndarray
    abnormal: np.ndarray
    refused: np.ndarray

    def refusal(self, window: tuple[int, int]) -> np.ndarray:
        """Why an episode on each day 0 is left out (index of REASONS, 0 where it is not) with this event window."""
        length = len(self.change)
        refused = np.where(np.arange(length) + window[1] >= length, RECENT, OK)
        missing = np.isnan(self._event(window))
        crossed = np.any(_rows(self.era, window, -1) > self.era[:, None], axis=1)
        raw = np.isnan(_rows(self.change, window)).any(axis=1)
        spiked = _rows(self.doubted, (window[0] - 1, window[1]), 0).any(axis=1)
        cause = np.where(raw, np.where(spiked, DOUBTED, GAP), DRIVER)
        refused = np.where((refused == OK) & missing.any(axis=1), cause, refused)
        refused = np.where(crossed, REGIME, refused)
        final: np.ndarray = np.where(self.refused != OK, self.refused, refused)
        return final

    def cumulative(self, window: tuple[int, int]) -> np.ndarray:
        """Cumulative abnormal return of the window by day 0, percent."""
        summed: np.ndarray = self._event(window).sum(axis=1)
        return summed

    def standardised(self, window: tuple[int, int]) -> np.ndarray:
        """CAR / (s sqrt(L + L^2 / M)): L observations in the window, M in the estimation window."""
        length = window[1] - window[0] + 1
        scale = self.spread * np.sqrt(length + length**2 / np.maximum(self.count, 1))
        unknown = np.full(len(scale), np.nan)
        scar: np.ndarray = np.divide(self.cumulative(window), scale, out=unknown, where=scale > 0)
        return scar

    def residuals(self, at: np.ndarray) -> np.ndarray:
        """The abnormal returns of the estimation windows of the days 0 `at`: (len(at), 120), NaN where left out."""
        rows: np.ndarray = _residuals(self, at) - self.normal[at, None]
        return rows

    def _event(self, window: tuple[int, int]) -> np.ndarray:
        return self.abnormal[:, window[0] - PATH[0] : window[1] - PATH[0] + 1]


def estimate(change: np.ndarray, era: np.ndarray, doubted: np.ndarray, moves: np.ndarray, normal: str) -> Estimates:
    """The estimates of a line: `change` (n, percent), `era` and `doubted` (n), `moves` of its drivers (n x k,
    percent)."""
    past = _same_era(_rows(change, ESTIMATION), era)
    used = np.isfinite(past) & np.isfinite(_driven(moves, ESTIMATION)).all(axis=2)
    slopes = _slopes(past, _driven(moves, ESTIMATION), used)
    residuals = np.where(used, past, np.nan) - _explained(moves, slopes, ESTIMATION)
    count = used.sum(axis=1)
    usual = _medians(residuals, count) if normal == "median" else _means(residuals, count)
    events = _rows(change, PATH) - _explained(moves, slopes, PATH) - usual[:, None]
    zeros = (np.abs(past) < ZERO).sum(axis=1) / np.maximum(np.isfinite(past).sum(axis=1), 1)
    spread = _spreads(residuals, count, moves.shape[1])
    return Estimates(
        change=change,
        moves=moves,
        slopes=slopes,
        era=era,
        doubted=doubted,
        count=count,
        normal=usual,
        spread=spread,
        zeros=zeros,
        abnormal=np.where(_rows(era, PATH, -1) == era[:, None], events, np.nan),
        refused=_refused(change, past, count, zeros, spread),
    )


def rolling_sums(rows: np.ndarray, length: int) -> np.ndarray:
    """Sums of `length` neighbours of each row, NaN where one is missing."""
    views = np.lib.stride_tricks.sliding_window_view(rows, length, axis=1)
    summed: np.ndarray = views.sum(axis=2)
    return summed


def medians(rows: np.ndarray) -> np.ndarray:
    """The median of each row's finite values, NaN where there is none."""
    return _medians(rows, np.isfinite(rows).sum(axis=1))


def _refused(
    change: np.ndarray, past: np.ndarray, count: np.ndarray, zeros: np.ndarray, spread: np.ndarray
) -> np.ndarray:
    whole = np.isfinite(_rows(change, ESTIMATION)).sum(axis=1)
    without_drivers = np.isfinite(past).sum(axis=1)
    refused = np.where((zeros > STILL) | ~(spread > ZERO), STANDSTILL, OK)
    refused = np.where(count < MIN_OBSERVATIONS, DRIVER, refused)
    refused = np.where(without_drivers < MIN_OBSERVATIONS, REGIME, refused)
    return np.where(whole < MIN_OBSERVATIONS, HISTORY, refused)


def _rows(values: np.ndarray, window: tuple[int, int], beyond: float = np.nan) -> np.ndarray:
    """(n, L): the values around each observation; `beyond` where the line has none."""
    first, last = window
    if not len(values):
        return np.empty((0, last - first + 1))
    before, after = np.full(max(-first, 0), beyond), np.full(max(last, 0), beyond)
    padded = np.concatenate([before, values, after])
    start = max(first, 0)
    views = np.lib.stride_tricks.sliding_window_view(padded, last - first + 1)
    return views[start : start + len(values)]


def _same_era(past: np.ndarray, era: np.ndarray) -> np.ndarray:
    return np.where(_rows(era, ESTIMATION, -1) == era[:, None], past, np.nan)


def _driven(moves: np.ndarray, window: tuple[int, int]) -> np.ndarray:
    """(n, L, k): the drivers' changes around each observation."""
    columns = [_rows(column, window) for column in moves.T]
    length = window[1] - window[0] + 1
    return np.stack(columns, axis=2) if columns else np.zeros((len(moves), length, 0))


def _slopes(past: np.ndarray, driven: np.ndarray, used: np.ndarray) -> np.ndarray:
    """(n, k): OLS slopes of each estimation window, 0 for a driver that does not move in it."""
    if not driven.shape[2]:
        return np.zeros((len(past), 0))
    counted = np.maximum(used.sum(axis=1), 1)[:, None]
    y = np.where(used, past, 0.0)
    x = np.where(used[:, :, None], driven, 0.0)
    y = np.where(used, y - y.sum(axis=1, keepdims=True) / counted, 0.0)
    x = np.where(used[:, :, None], x - x.sum(axis=1, keepdims=True) / counted[:, :, None], 0.0)
    inverse = np.linalg.pinv(x.transpose(0, 2, 1) @ x, hermitian=True)
    slopes: np.ndarray = (inverse @ (x.transpose(0, 2, 1) @ y[:, :, None]))[:, :, 0]
    return slopes


def _explained(moves: np.ndarray, slopes: np.ndarray, window: tuple[int, int]) -> np.ndarray:
    explained: np.ndarray = (_driven(moves, window) * slopes[:, None, :]).sum(axis=2)
    return explained


def _residuals(made: Estimates, at: np.ndarray) -> np.ndarray:
    past = np.where(
        _rows(made.era, ESTIMATION, -1)[at] == made.era[at, None],
        _rows(made.change, ESTIMATION)[at],
        np.nan,
    )
    driven = _driven(made.moves, ESTIMATION)[at]
    rows: np.ndarray = past - (driven * made.slopes[at, None, :]).sum(axis=2)
    return rows


def _medians(rows: np.ndarray, count: np.ndarray) -> np.ndarray:
    ordered = np.sort(rows, axis=1)  # NaN last
    every = np.arange(len(rows))
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, rows.shape[1] - 1)
    middle: np.ndarray = (ordered[every, low] + ordered[every, high]) / 2
    return middle


def _means(rows: np.ndarray, count: np.ndarray) -> np.ndarray:
    summed: np.ndarray = np.where(np.isfinite(rows), rows, 0.0).sum(axis=1)
    return np.where(count > 0, summed / np.maximum(count, 1), np.nan)


def _spreads(rows: np.ndarray, count: np.ndarray, slopes: int) -> np.ndarray:
    away = np.where(np.isfinite(rows), rows - _means(rows, count)[:, None], 0.0)
    freedom = np.maximum(count - 1 - slopes, 1)
    return np.where(count > 1 + slopes, np.sqrt((away**2).sum(axis=1) / freedom), np.nan)
