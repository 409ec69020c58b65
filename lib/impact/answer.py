"""The one sentence of a study: its numbers, and the English for them. Never "because of"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.countries import BY_CURRENCY
from lib.impact import statistics
from lib.impact.missing import MIN_EPISODES
from lib.impact.study import Study
from lib.impact.windows import ESTIMATION, MIN_OBSERVATIONS

WHEN = {(0, 0): "at the first fixing", (0, 1): "by the next fixing", (0, 4): "within five fixings"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The numbers of the sentence. `percent` is the mean effect, positive where the currency is weaker; `in_100` of a
    hundred shifted calendars have a mean as large (None where none could be shifted); `smallest` is the smallest mean
    that so many episodes could show, in percent (None for fewer than eight)."""

    episodes: int
    topics: tuple[str, ...]
    unit: str
    percent: float
    window: tuple[int, int]
    in_100: float | None
    smallest: float | None
    weekly: bool = False


def answer(study: Study, topics: Sequence[str] = ()) -> Answer | None:
    """The numbers of a study of news on `topics` (their names); None where it has no episode."""
    if study.mean is None:
        return None
    outcome, currency = study.outcome, study.returns.currency
    return Answer(
        episodes=len(study.episodes),
        topics=tuple(topics),
        unit=BY_CURRENCY[currency].unit if currency in BY_CURRENCY else currency,
        percent=study.mean,
        window=study.window,
        in_100=outcome.placebo.in_100 if outcome and outcome.placebo else None,
        smallest=outcome.smallest if outcome else None,
        weekly=study.weekly,
    )


def sentence(given: Answer) -> str:
    """The answer in English."""
    when = WHEN[given.window].replace("fixing", "weekly fixing" if given.weekly else "fixing")
    episodes = _episodes(given.episodes)
    news = f"{' and '.join(given.topics)} news" if given.topics else "news"
    clauses = [f"Around {episodes} of {news} the {given.unit} was {_moved(given.percent)} {when}"]
    if given.episodes < MIN_EPISODES:
        clauses.append(f"a test needs {MIN_EPISODES} episodes")
    elif given.in_100 is None:
        clauses.append("the period is too short to shift the calendar")
    else:
        clauses.append(f"a mean this large comes up in {_of_100(given.in_100)} shifted calendars")
    if given.smallest is not None:
        clauses.append(f"the smallest effect that {episodes} could show is {_size(given.smallest)}")
    return "; ".join(clauses) + "."


def method(study: Study) -> str:
    """How a study was made, in English, with all that is needed to make it again."""
    made, window = study.returns, study.window
    adjusted = f", adjusted by OLS on {', '.join(made.adjusted)}" if made.adjusted else ""
    return (
        f"Returns are 100 ln(S_t / S_(t-1)) of {made.base}/{made.currency} between observed fixings{adjusted}; "
        f"positive: {made.currency} weaker. The normal return is the {made.normal} of observations "
        f"{ESTIMATION[0]} to {ESTIMATION[1]} (at least {MIN_OBSERVATIONS}, none across a break). "
        f"Event window [{window[0]}, {window[1]}]. "
        f"Articles less than {statistics.APART} fixings apart are one episode. "
        "Tests: Boehmer, Musumeci & Poulsen (1991); Cowan's generalized sign test (1992), which leads where most "
        "returns are zero; all circular shifts of the calendar, which lead above 40 episodes; calendar time with "
        f"Newey & West (1987). Interval: percentile-t bootstrap over episodes, {statistics.DRAWS:,} draws, seed "
        f"{statistics.SEED}. It shows what moved around the news, and not why."
    )


def _moved(percent: float) -> str:
    if abs(percent) < 0.005:
        return "unchanged"
    return f"{_size(abs(percent))} {'weaker' if percent > 0 else 'stronger'}"


def _size(percent: float) -> str:
    """One decimal, two below 0.1 %."""
    if percent < 0.005:
        return "<0.01 %"
    return f"{percent:.1f} %" if percent >= 0.095 else f"{percent:.2f} %"


def _of_100(share: float) -> str:
    return "fewer than 1 of 100" if share < 0.5 else f"{round(share)} of 100"


def _episodes(number: int) -> str:
    return f"{number} episode" if number == 1 else f"{number} episodes"
