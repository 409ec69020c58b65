"""What happened to currencies, to be followed in a feed reader: moves of at least a size, breaks of a
regime, decisions on policy rates and corrections, each with the articles around it; or the articles
alone, on chosen topics and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, islice
from typing import TYPE_CHECKING, Literal

import pandas as pd

from lib import links
from lib.countries import BY_CODE, Country
from lib.desk.articles import archive_filter, country_filter
from lib.desk.events import decisions
from lib.desk.lines import ANY_DAY, InView
from lib.desk.moves import AROUND
from lib.links import View
from lib.models import Article, PolicyRate
from lib.series.moves import DOUBTED
from lib.series.regimes import Break
from lib.store import State

if TYPE_CHECKING:
    from lib.desk.desk import Desk

Kind = Literal["break", "move", "decision", "correction", "article"]
PAGE_SIZE = 50
MAX_A_DAY = 20
MAX_ARTICLES = 5000  # that pages reach
TITLES = 5  # of the articles around an event
MIN_MOVE, MAX_MOVE = 0.1, 1000.0  # percent
BESIDE = timedelta(days=30)  # days on either side that an entry's link shows
ORDER: tuple[Kind, ...] = ("break", "move", "decision", "correction", "article")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened on `day`. `key` is the same for ever. `change` is in percent of what a
    unit of the base costs, since `before`; `value` and `previous` are those of a move or correction.
    `link` is the frozen address of its days. An article has itself in `articles`."""

    key: str
    kind: Kind
    day: date
    link: str
    country: Country | None = None
    source: str = ""
    base: str = ""
    change: float = 0.0
    before: date | None = None
    value: float = 0.0
    previous: float = 0.0
    regime: Break | None = None
    decision: PolicyRate | None = None
    articles: tuple[Article, ...] = ()
    total: int = 0


def watch(desk: Desk, view: View, state: State, page: str, least: float | None) -> tuple[list[Entry], bool]:
    """Page `view.page` of the entries, the newest first, and whether an older one follows: events of
    at least `least` percent; without a size, but with topics or words, articles. `page` is the
    address of Rates & news."""
    every: Iterable[Entry]
    if least is None and (view.topics or view.words):
        every = _articles(desk, view, state, page)
    else:
        every = _events(desk, view, state, page, MIN_MOVE if least is None else least)
    first = (view.page - 1) * PAGE_SIZE
    found = list(islice(_few_a_day(every), first, first + PAGE_SIZE + 1))
    shown = [_with_articles(desk, view, state, entry) for entry in found[:PAGE_SIZE]]
    return shown, len(found) > PAGE_SIZE


def read_size(text: str) -> float | None:
    """The least size of a move in percent; None where it is empty. Raises ValueError with a sentence."""
    if not text:
        return None
    try:
        size = float(text)
    except ValueError:
        raise ValueError("the size of a move is a number of percent, such as 1") from None
    if not MIN_MOVE <= size <= MAX_MOVE:
        raise ValueError(f"the size of a move is from {MIN_MOVE} to {MAX_MOVE:g} percent")
    return size


def _events(desk: Desk, view: View, state: State, page: str, least: float) -> list[Entry]:
    """Of the default lines, from the newest to the oldest day; read once for a state."""
    plain = View(countries=view.countries, base=view.base, lang=view.lang)
    question = ("watch", plain, state.at, page, least)
    return desk.cache.get("rates", state.rates, question, lambda: _read(desk, plain, state, page, least))


def _read(desk: Desk, plain: View, state: State, page: str, least: float) -> list[Entry]:
    lines = desk.in_view(plain, ANY_DAY, state)
    at = _Address(page, plain, state)
    found = [entry for line in lines for entry in _of_line(desk, line, at, least)]
    decided = [_decided(one.country, one.decision, at) for one in decisions(lines, ANY_DAY) if one.decision]
    return sorted([*found, *decided], key=_newest_first)


def _newest_first(entry: Entry) -> tuple[int, int, str]:
    return -entry.day.toordinal(), ORDER.index(entry.kind), entry.key


@dataclass(frozen=True, slots=True)
class _Address:
    """Makes the frozen link of the days around a day."""

    page: str
    view: View
    state: State

    def around(self, country: Country, day: date) -> str:
        period = (day - BESIDE, day + BESIDE)
        narrow = replace(self.view, countries=(country.code,), mark=day)
        return links.url(self.page, links.freeze(narrow, self.state.at, period))


def _of_line(desk: Desk, line: InView, at: _Address, least: float) -> Iterator[Entry]:
    """Breaks, moves and corrections, each within one source."""
    breaks = {move.day: move.regime for move in line.moves if move.regime}
    rows = line.line
    judged = rows[rows["source"].map(lambda key: desk.sources[key].moves)]
    large = judged[(judged["change"].abs() >= least) & ~judged["flags"].str.contains(DOUBTED)]
    broken = rows[rows.index.isin(pd.to_datetime([*breaks]))]
    for row in pd.concat([large, broken]).drop_duplicates(["source", "value", "before"]).itertuples():
        yield _moved(line, row, at, breaks.get(row.Index.date()))
    for row in rows[rows["flags"].str.contains("revised")].itertuples():
        yield _corrected(line, row, at)


def _moved(line: InView, row: pd.Series, at: _Address, regime: Break | None) -> Entry:
    day = row.Index.date()
    kind: Kind = "break" if regime else "move"
    return Entry(
        key=_key(kind, line, row.source, day),
        kind=kind,
        day=day,
        link=at.around(line.country, day),
        country=line.country,
        source=row.source,
        base=at.view.base,
        change=float(row.change),
        before=row.before.date(),
        value=float(row.value),
        regime=regime,
    )


def _corrected(line: InView, row: pd.Series, at: _Address) -> Entry:
    """A published value that its source changed later: `value` is the current one."""
    day = row.Index.date()
    return Entry(
        key=f"{_key('correction', line, row.source, day)} {row.value!r}",
        kind="correction",
        day=day,
        link=at.around(line.country, day),
        country=line.country,
        source=row.source,
        base=at.view.base,
        value=float(row.value),
        previous=float(row.previous),
    )


def _decided(country: Country, decision: PolicyRate, at: _Address) -> Entry:
    return Entry(
        key=f"decision {decision.bank} {decision.day}",
        kind="decision",
        day=decision.day,
        link=at.around(country, decision.day),
        country=country,
        source=decision.bank,
        decision=decision,
    )


def _key(kind: Kind, line: InView, source: str, day: date) -> str:
    return f"{kind} {line.country.currency} {source} {day}"


def _articles(desk: Desk, view: View, state: State, page: str) -> Iterator[Entry]:
    chosen = replace(archive_filter(view), since=None, until=None, sort="newest")
    at = _Address(page, View(lang=view.lang), state)
    for article in desk.articles_of.first(chosen, state, MAX_ARTICLES):
        country = BY_CODE.get(next(iter(article.countries), ""))
        link = at.around(country, article.day) if country else links.url(page, view)
        yield Entry(f"article {article.key}", "article", article.day, link, articles=(article,), total=1)


def _few_a_day(entries: Iterable[Entry]) -> Iterator[Entry]:
    """At most MAX_A_DAY of each day."""
    for _, of_day in groupby(entries, key=lambda entry: entry.day):
        yield from islice(of_day, MAX_A_DAY)


def _with_articles(desk: Desk, view: View, state: State, entry: Entry) -> Entry:
    """With the articles of two days on either side, of the topics and words that are watched."""
    if entry.country is None:
        return entry
    days = (entry.day - AROUND, entry.day + AROUND)
    chosen = country_filter(view, entry.country.code, days)
    found = desk.articles_of.page(chosen, 1, TITLES, state)
    return replace(entry, articles=found.articles, total=found.total)
