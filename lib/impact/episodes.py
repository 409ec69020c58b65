"""Events to episodes: which articles count, the day 0 of each episode, and who was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from lib.impact.events import Calendar
from lib.impact.returns import Returns
from lib.impact.statistics import APART
from lib.impact.windows import GAP, HISTORY, REASONS, RECENT

WHY: dict[str, str] = {
    "copy": "The same text as an earlier article: copies count once.",
    "reactive": "It reports the rate itself, and so follows a move.",
    "merged": "Less than 10 fixings after an article of the same episode.",
    "history": "The line has fewer than 60 observations before it.",
    "regime": "The currency's regime broke in its window: the two sides do not compare.",
    "driver": "A driver has no value on its days.",
    "still": "The line hardly moved before it: more than 95 of 100 returns are zero.",
    "gap": "The line has a gap on its days.",
    "doubted": "A value on its days jumps and comes back: more likely a wrong print than a move.",
    "recent": "The line does not reach the end of its window yet.",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An article (or episode, by its first article) that does not count, with a code of WHY and its sentence."""

    day: date
    key: str
    title: str
    reason: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The episodes of a selection. `first` are the positions in the calendar of their first articles, `at` those of
    their day 0 on the line, `articles` how many distinct articles make each. `left` are the positions in the calendar
    of what was left out, by reason. `distinct` counts the articles that could have made episodes."""

    first: np.ndarray
    at: np.ndarray
    articles: np.ndarray
    left: dict[str, np.ndarray]
    distinct: int
    before_gates: int

    def left_out(self, calendar: Calendar) -> list[LeftOut]:
        """Every article left out, by day."""
        rows = [(at, reason) for reason, some in self.left.items() for at in some.tolist()]
        rows.sort(key=lambda row: (calendar.days[row[0]], row[0]))
        return [
            LeftOut(e.day, e.key, e.title, reason, WHY[reason])
            for e, reason in ((calendar.events[at], reason) for at, reason in rows)
        ]


def find(
    returns: Returns,
    calendar: Calendar,
    selected: np.ndarray,
    window: tuple[int, int],
    reactive: bool = False,
) -> Found:
    """The episodes that the `selected` events make on a line. Reactive articles are left out unless `reactive`."""
    left: dict[str, np.ndarray] = {}
    if not reactive:
        selected = _split(selected, ~calendar.reactive[selected], left, "reactive")
    known = calendar.known(returns.fixing.until, returns.fixing.zone)
    selected = selected[np.lexsort((calendar.copies[selected], known[selected]))]
    selected = _split(selected, _earliest(calendar.texts[selected]), left, "copy")
    distinct = len(selected)
    selected, at = _placed(returns, known, selected, left)
    opens = np.diff(at, prepend=-APART) >= APART
    articles = np.diff(np.append(np.flatnonzero(opens), len(at)))
    first, at = _split(selected, opens, left, "merged"), at[opens]
    codes = returns.estimates.refusal(window)[at]
    for code in np.unique(codes[codes > 0]).tolist():
        _add(left, REASONS[code], first[codes == code])
    fits = codes == 0
    return Found(first[fits], at[fits], articles[fits], left, distinct, len(first))


def _split(rows: np.ndarray, keep: np.ndarray, left: dict[str, np.ndarray], reason: str) -> np.ndarray:
    """The rows to keep; the others are noted with the reason."""
    _add(left, reason, rows[~keep])
    rest: np.ndarray = rows[keep]
    return rest


def _add(left: dict[str, np.ndarray], reason: str, rows: np.ndarray) -> None:
    if len(rows):
        left[reason] = np.concatenate([left[reason], rows]) if reason in left else rows


def _earliest(texts: np.ndarray) -> np.ndarray:
    """Which rows are the first of their text."""
    first = np.zeros(len(texts), bool)
    first[np.unique(texts, return_index=True)[1]] = True
    return first


def _placed(
    returns: Returns, known: np.ndarray, selected: np.ndarray, left: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The events that a fixing follows within the line's usual spacing, and the position of that fixing: the first one
    whose trading could know the article."""
    at = np.searchsorted(returns.trading, known[selected], side="left")
    recent = at == len(returns.trading)
    waited = returns.trading[np.minimum(at, len(returns.trading) - 1)] - known[selected]
    silent = ~recent & (waited > returns.limit)
    for mask, code in ((recent, RECENT), (silent & (at == 0), HISTORY), (silent & (at > 0), GAP)):
        _add(left, REASONS[code], selected[mask])
    usable = ~recent & ~silent
    return selected[usable], at[usable]
