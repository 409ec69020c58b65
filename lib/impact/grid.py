"""Countries x topics: one study a cell, with q-values over the grid on show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from lib.impact.episodes import find
from lib.impact.events import Calendar
from lib.impact.missing import STEADY, missing
from lib.impact.outcome import Lead, check_window, evaluate
from lib.impact.returns import Returns
from lib.impact.statistics import q_values

DISCOVERY = 0.10  # q up to which a cell is marked


@dataclass(frozen=True, slots=True)
class Cell:
    """One country and topic. `articles` match, `episodes` count; `mean` (percent) is None where there is no episode,
    `p`, `q` and `lead` where there is no test: `why` then says so."""

    country: str
    topic: str
    articles: int
    episodes: int = 0
    mean: float | None = None
    lead: Lead | None = None
    p: float | None = None
    q: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells by country, then topic, and the number of tests that the q-values are over."""

    cells: tuple[Cell, ...]
    tests: int


def grid(
    lines: Mapping[str, Returns],
    calendar: Calendar,
    topics: Sequence[str],
    *,
    window: tuple[int, int] = (0, 1),
    reactive: bool = False,
    since: date = date.min,
    until: date = date.max,
    progress: Callable[[float], None] | None = None,
) -> Grid:
    """A cell for each country of `lines` (code to its currency's returns) and topic. `progress` is called after each
    cell with the share that is done.

    Raises ValueError for a window that is not on offer."""
    check_window(window)
    pairs = [(country, topic) for country in lines for topic in topics]
    cells = []
    for done, (country, topic) in enumerate(pairs, 1):
        selected = calendar.select((country,), (topic,), since, until)
        cell = Cell(country, topic, len(selected))
        cells.append(_filled(cell, lines[country], calendar, selected, window, reactive))
        if progress:
            progress(done / len(pairs))
    return _with_q(cells)


def _filled(
    cell: Cell,
    returns: Returns,
    calendar: Calendar,
    selected: np.ndarray,
    window: tuple[int, int],
    reactive: bool,
) -> Cell:
    if returns.why:
        return replace(cell, why=returns.why)
    found = find(returns, calendar, selected, window, reactive)
    why = missing(found, len(selected), returns.breaks)
    if not len(found.at):
        return replace(cell, why=why)
    mean = float(returns.estimates.cumulative(window)[found.at].mean())
    cell = replace(cell, episodes=len(found.at), mean=mean, why=why)
    outcome = evaluate(returns, calendar, found, window)
    if outcome is None:
        return replace(cell, why=why or STEADY)
    return replace(cell, lead=outcome.lead, p=outcome.p)


def _with_q(cells: Sequence[Cell]) -> Grid:
    tested = [cell.p for cell in cells if cell.p is not None]
    values = iter(q_values(tested))
    return Grid(
        tuple(cell if cell.p is None else replace(cell, q=next(values)) for cell in cells),
        len(tested),
    )
