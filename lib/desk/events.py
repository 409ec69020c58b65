"""The events of the lines in view: breaks of a regime, abnormal moves and decisions on policy rates,
numbered in the order of their days, each with articles of the days around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from lib import charts, series, snapshot
from lib.countries import Country
from lib.desk.articles import country_filter
from lib.desk.lines import Days, InView
from lib.desk.moves import AROUND, largest_first
from lib.links import View
from lib.models import Article, PolicyRate
from lib.store import State

if TYPE_CHECKING:
    from lib.desk.desk import Desk

MAX_EVENTS = 12  # numbered on the chart; more cover the line
MAX_RATES = 6  # of them decisions on policy rates, the newest
CANDIDATES = 12  # articles among which those on money come first
BANKS = {"KZ": "nbk", "KG": "nbkr", "TJ": "nbt", "UZ": "cbu"}  # that decide on a policy rate
MONEY = frozenset({"economy", "energy", "trade"})  # topics that can move a currency


@dataclass(frozen=True, slots=True)
class EventInView:
    """One event: its number on the chart, its day, and either the move or break of a line (`move`,
    by `source`) or a decision of the country's bank (`decision`). `days` are those around it,
    `articles` the first of the `total` on the country then; near is not because of."""

    number: int
    country: Country
    day: date
    source: str
    move: series.Move | None
    decision: PolicyRate | None
    days: Days
    articles: tuple[Article, ...]
    total: int


def events(
    desk: Desk, view: View, lines: Sequence[InView], period: Days, state: State, titles: int
) -> tuple[list[EventInView], int]:
    """At most `MAX_EVENTS` events, in the order of their days, each with at most `titles` articles;
    and how many more there are."""
    moves = [Found(x.country, m.day, x.source, m, None) for x, m in largest_first(lines)]
    decided = list(decisions(lines, period))
    broken = sum(found.move is not None and found.move.kind == "break" for found in moves)
    rates = min(len(decided), MAX_RATES, max(0, MAX_EVENTS - broken))
    chosen = [*moves[: MAX_EVENTS - rates], *decided[:rates]]
    ordered = sorted(_once(chosen), key=lambda found: (found.day, found.country.code))
    shown = [_with_articles(desk, view, n, one, state, titles) for n, one in enumerate(ordered, 1)]
    return shown, len(moves) + len(decided) - len(chosen)


def marks(found: Iterable[EventInView]) -> list[charts.Event]:
    """The events as the chart numbers them."""
    return [charts.Event(event.number, event.country.code, event.day) for event in found]


@dataclass(frozen=True, slots=True)
class Found:
    """An event before it has a number."""

    country: Country
    day: date
    source: str
    move: series.Move | None
    decision: PolicyRate | None


def _once(found: Iterable[Found]) -> Iterator[Found]:
    """A break or move that several sources of one currency show on a day is one event."""
    seen: set[tuple[str, date, bool]] = set()
    for one in found:
        key = (one.country.code, one.day, one.decision is None)
        if key not in seen:
            seen.add(key)
            yield one


@cache
def _newest_first() -> tuple[PolicyRate, ...]:
    return tuple(sorted(snapshot.policy_rates(), key=lambda one: one.day, reverse=True))


def decisions(lines: Sequence[InView], period: Days) -> Iterator[Found]:
    """The decisions of the countries' banks that changed the rate, the newest first."""
    banks = {BANKS[x.country.code]: x.country for x in lines if x.country.code in BANKS}
    known = _newest_first()
    for one in known:
        changed = one.previous is None or one.rate != one.previous
        if one.bank in banks and changed and period[0] <= one.day <= period[1]:
            yield Found(banks[one.bank], one.day, one.bank, None, one)


def _with_articles(desk: Desk, view: View, number: int, found: Found, state: State, titles: int) -> EventInView:
    """Articles on economy, energy and trade come first."""
    days = (found.day - AROUND, found.day + AROUND)
    chosen = replace(country_filter(view, found.country.code, days), words="", topics=())
    page = desk.articles_of.page(chosen, 1, CANDIDATES, state)
    ranked = sorted(page.articles, key=lambda article: not MONEY.intersection(article.topics))
    rest = (found.country, found.day, found.source, found.move, found.decision)
    return EventInView(number, *rest, days, tuple(ranked[:titles]), page.total)
