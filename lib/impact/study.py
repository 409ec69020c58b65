"""One study: a line, a selection of articles, a window; what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from lib.impact import statistics
from lib.impact.episodes import Found, LeftOut, find
from lib.impact.events import Calendar
from lib.impact.missing import MIN_EPISODES, STEADY, missing
from lib.impact.outcome import Outcome, check_window, evaluate, is_managed
from lib.impact.returns import Returns, level_on
from lib.impact.statistics import Test
from lib.impact.windows import PATH


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode. `day` is that of its first article (`key`, `title`), `fixing` that of the first fixing that could
    know it, `count` its distinct articles. `effect` is its cumulative abnormal return in the window and `standardised`
    its SCAR. `path` has by observation from -5 to +5 the abnormal level against that of observation -1, in percent;
    None where the line has none. `date_only`: no time of publication is known."""

    day: date
    fixing: date
    key: str
    title: str
    count: int
    effect: float
    standardised: float
    path: tuple[float | None, ...]
    date_only: bool


@dataclass(frozen=True, slots=True)
class Point:
    """The mean path at one observation: over `count` episodes, with its 95 % interval (None for fewer than eight)."""

    offset: int
    mean: float
    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What a study answers. `mean` (percent, positive: weaker) is None where there is no episode; `outcome` is None
    where there are too few, and `why` then says what is missing and what to change. `managed`: most returns before the
    episodes are zero, so that the sign test leads. `weekly`: the windows count weekly observations."""

    returns: Returns
    calendar: Calendar
    window: tuple[int, int]
    found: Found
    articles: int
    episodes: tuple[Episode, ...] = ()
    mean: float | None = None
    path: tuple[Point, ...] = ()
    outcome: Outcome | None = None
    managed: bool = False
    weekly: bool = False
    why: str = ""

    def left_out(self) -> list[LeftOut]:
        """Every article that does not count, by day, with its reason."""
        return self.found.left_out(self.calendar)

    def drivers(self, driver: pd.DataFrame) -> tuple[Point, ...]:
        """The mean path of another annotated line over the same days: 100 ln against observation -1, not adjusted."""
        levels = level_on(driver, self.returns.trading)
        rows = _around(levels, self.found.at)
        return mean_path(rows - rows[:, -PATH[0] - 1, None])


def study(
    returns: Returns,
    calendar: Calendar,
    selected: np.ndarray,
    *,
    window: tuple[int, int] = (0, 1),
    reactive: bool = False,
    draws: int = statistics.DRAWS,
) -> Study:
    """The study of the `selected` events of a calendar on a line. Articles that report the rate itself are left out
    unless `reactive`; the interval comes from `draws` draws of the bootstrap.

    Raises ValueError for a window that is not on offer."""
    check_window(window)
    if returns.why:
        return _nothing(returns, calendar, window, len(selected))
    found = find(returns, calendar, selected, window, reactive)
    why = missing(found, len(selected), returns.breaks)
    if not len(found.at):
        return Study(returns, calendar, window, found, len(selected), why=why)
    effects = returns.estimates.cumulative(window)[found.at]
    paths = _paths(returns, found)
    outcome = evaluate(returns, calendar, found, window)
    return Study(
        returns,
        calendar,
        window,
        found,
        len(selected),
        episodes=_episodes(returns, calendar, found, window, paths),
        mean=float(effects.mean()),
        path=mean_path(paths),
        outcome=_with_interval(outcome, effects, draws),
        managed=is_managed(returns, found),
        weekly=_weekly(returns, found),
        why=why or (STEADY if outcome is None else ""),
    )


def mean_path(paths: np.ndarray) -> tuple[Point, ...]:
    """The mean of paths (E x 11, NaN where there is none) by observation, with its t interval from eight paths on."""
    points = []
    for offset, column in zip(range(PATH[0], PATH[1] + 1), paths.T, strict=True):
        values = column[np.isfinite(column)]
        if len(values):
            reach = statistics.interval(values) if len(values) >= MIN_EPISODES else None
            low, high = reach or (None, None)
            points.append(Point(offset, float(values.mean()), low, high, len(values)))
    return tuple(points)


def pool(studies: Sequence[Study]) -> Test | None:
    """Studies of several currencies as one test: SCARs averaged per date of the fixing first, then t over dates."""
    episodes = [episode for one in studies for episode in one.episodes]
    days = np.array([episode.fixing for episode in episodes], dtype="datetime64[D]")
    return statistics.pooled(np.array([episode.standardised for episode in episodes]), days)


def table(episodes: Sequence[Episode]) -> pd.DataFrame:
    """The episodes as rows for a file; a path that does not reach an observation leaves its cell empty."""
    rows = [
        {
            "day": e.day.isoformat(),
            "fixing": e.fixing.isoformat(),
            "articles": e.count,
            "effect_percent": e.effect,
            "standardised": e.standardised,
            "date_only": e.date_only,
            "key": e.key,
            "title": e.title,
            **{f"t{offset:+d}": value for offset, value in enumerate(e.path, PATH[0])},
        }
        for e in episodes
    ]
    return pd.DataFrame(rows)


def _paths(returns: Returns, found: Found) -> np.ndarray:
    """(E, 11): the abnormal level against that of observation -1; NaN beyond a missing return."""
    abnormal = returns.estimates.abnormal[found.at]
    after = np.cumsum(abnormal[:, -PATH[0] :], axis=1)
    back = np.cumsum(abnormal[:, -PATH[0] - 1 : 0 : -1], axis=1)[:, ::-1]
    return np.column_stack([-back, np.zeros(len(abnormal)), after])


def _around(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    padded = np.concatenate([np.full(-PATH[0], np.nan), values, np.full(PATH[1], np.nan)])
    around: np.ndarray = padded[at[:, None] + np.arange(PATH[1] - PATH[0] + 1)]
    return around


def _episodes(
    returns: Returns, calendar: Calendar, found: Found, window: tuple[int, int], paths: np.ndarray
) -> tuple[Episode, ...]:
    effects = returns.estimates.cumulative(window)[found.at].tolist()
    standardised = returns.estimates.standardised(window)[found.at].tolist()
    fixings = returns.days[found.at].astype(object).tolist()
    events = [calendar.events[at] for at in found.first.tolist()]
    shown = [tuple(None if value != value else value for value in row) for row in paths.tolist()]
    rows = zip(events, fixings, found.articles.tolist(), effects, standardised, shown, strict=True)
    return tuple(
        Episode(e.day, fixing, e.key, e.title, count, effect, scar, path, e.published is None)
        for e, fixing, count, effect, scar, path in rows
    )


def _weekly(returns: Returns, found: Found) -> bool:
    """Whether most episodes have a weekly line before them: a bank may have changed from weeks to days."""
    spans = np.diff(returns.days, prepend=returns.days[0]).astype(float)
    usual = [np.median(spans[max(at - 120, 1) : at + 1]) for at in found.at.tolist()]
    return float(np.median(usual)) >= 5


def _with_interval(outcome: Outcome | None, effects: np.ndarray, draws: int) -> Outcome | None:
    if outcome is None:
        return None
    return replace(outcome, interval=statistics.percentile_t(effects, draws))


def _nothing(returns: Returns, calendar: Calendar, window: tuple[int, int], articles: int) -> Study:
    none = np.array([], int)
    found = Found(none, none, none, {}, 0, 0)
    return Study(returns, calendar, window, found, articles, why=returns.why)
