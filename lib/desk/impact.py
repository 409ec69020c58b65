"""What a currency did around news: the study of a view, its grid and its tables, cached by revision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lib import impact, series
from lib.countries import BY_CODE, COUNTRIES, Country
from lib.desk.lines import ANY_DAY
from lib.export import instant
from lib.export.tables import Cell as TableCell
from lib.export.tables import Table
from lib.impact import Calendar, Grid, Returns, Study
from lib.links import Lines, View
from lib.links.view import Normal
from lib.models import ArticleFilter
from lib.store import State

if TYPE_CHECKING:
    from lib.desk.desk import Desk

MAX_EVENTS = 1_000_000
BASE = "USD"  # what the currencies are studied against
NO_RATE = "There is no rate of this currency yet: refresh the rates, or choose another currency."


@dataclass(frozen=True, slots=True)
class Question:
    """`source` (a key of the catalogue) publishes the line of the country's currency per USD; the
    articles are those on any of `places` (empty: any) and `topics` with the `words`, from `since` to
    `until`. `window` are observations, of which 0 is the first that could know the news."""

    country: Country
    source: str
    places: tuple[str, ...]
    topics: tuple[str, ...]
    words: str
    since: date
    until: date
    window: tuple[int, int]
    normal: Normal
    adjust: tuple[str, ...]


def question(desk: Desk, view: View, state: State) -> Question:
    """What a view asks: of one country, the first of several; over all days unless some were chosen."""
    country = BY_CODE[view.countries[0]]
    first, last = view.event_window.split("..")
    return Question(
        country=country,
        source=_source(desk, view, country, state),
        places=(country.code,) if view.news is None else view.news,
        topics=view.topics,
        words=view.words,
        since=view.since or ANY_DAY[0],
        until=view.until or ANY_DAY[1],
        window=(int(first), int(last)),
        normal=view.normal,
        adjust=view.adjust,
    )


def chosen(view: View) -> ArticleFilter:
    """The articles that a study looks at."""
    places = (view.countries[0],) if view.news is None else view.news
    return ArticleFilter(places, view.topics, view.words, view.since, view.until)


def pinned(desk: Desk, view: View, state: State) -> tuple[View, Lines]:
    """The view of the one currency that is studied, and the source of its line, for a frozen link."""
    requested = question(desk, view, state)
    line = ((requested.country.currency, (requested.source,)),) if requested.source else ()
    return replace(view, countries=(requested.country.code,)), line


def study(desk: Desk, requested: Question, state: State) -> Study | None:
    """The study of a question, or None where there is no line of the currency."""
    key = ("impact study", state.rates, requested)
    return desk.cache.get("articles", state.articles, key, lambda: _study(desk, requested, state))


def grid(
    desk: Desk,
    requested: Question,
    topics: Sequence[str],
    state: State,
    progress: Callable[[float], None] | None = None,
) -> Grid:
    """Each country's currency around the news on it, by topic, with the window, days and normal
    return of the question. `progress` is called with the share that is done."""

    def compute() -> Grid:
        return impact.grid(
            _lines(desk, requested, state),
            calendar(desk, state),
            topics,
            window=requested.window,
            since=requested.since,
            until=requested.until,
            progress=progress,
        )

    given = (requested.source, requested.window, requested.since, requested.until, requested.normal, requested.adjust)
    key = ("impact grid", state.rates, requested.country.code, given, tuple(topics))
    return desk.cache.get("articles", state.articles, key, compute)


def calendar(desk: Desk, state: State) -> Calendar:
    """All articles of a state as events, the oldest first."""

    def compute() -> Calendar:
        found = desk.articles_of.first(ArticleFilter(), state, MAX_EVENTS)
        return impact.calendar(impact.Event.of(article) for article in reversed(found))

    return desk.cache.get("articles", state.articles, "impact calendar", compute)


def returns(desk: Desk, country: Country, source: str, requested: Question, state: State) -> Returns | None:
    """The returns of one source's line, ready for studies; None where there is no line."""
    line = _whole(desk, BASE, country.currency, source, state)
    if line is None:
        return None
    own = desk.sources[source].country == country.code
    key = ("impact returns", country.code, source, requested.normal, requested.adjust)

    def compute() -> Returns:
        return impact.prepare(
            line,
            country.currency,
            kind=desk.sources[source].kind,
            fixing=impact.OWN_BANK.get(country.currency) if own else None,
            normal=requested.normal,
            drivers=_drivers(desk, requested.adjust, state),
        )

    return desk.cache.get("rates", state.rates, key, compute)


def table(made: Study, requested: Question, state: State) -> Table:
    """One row an episode, with its path in percent from five observations before to five after."""
    frame = impact.table(made.episodes)
    about = {"currency": requested.country.currency, "base": BASE, "source": requested.source}
    window = f"{requested.window[0]}..{requested.window[1]}"
    header = (*about, "window", *map(str, frame.columns), "asof")
    fixed = (*about.values(), window)
    rows = [(*fixed, *map(_cell, row), instant(state.at)) for row in frame.itertuples(index=False, name=None)]
    return Table(header, rows)


def _cell(value: object) -> TableCell:
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def _study(desk: Desk, requested: Question, state: State) -> Study | None:
    made = returns(desk, requested.country, requested.source, requested, state)
    if made is None:
        return None
    news = calendar(desk, state)
    selected = news.select(requested.places, requested.topics, requested.since, requested.until)
    if requested.words:
        selected = selected[np.isin(selected, _with_words(desk, news, requested.words, state))]
    return impact.study(made, news, selected, window=requested.window)


def _with_words(desk: Desk, news: Calendar, words: str, state: State) -> np.ndarray:
    """The positions of the events whose articles the archive's search finds."""
    found = desk.articles_of.first(ArticleFilter(words=words), state, MAX_EVENTS)
    keys = {article.key for article in found}
    return np.array([at for at, event in enumerate(news.events) if event.key in keys], dtype=int)


def _lines(desk: Desk, requested: Question, state: State) -> dict[str, Returns]:
    """The returns of each country's currency; of the question's own by its source."""
    found = {}
    for country in COUNTRIES:
        own = country == requested.country
        source = requested.source if own else _best(desk, country, state)
        made = returns(desk, country, source, requested, state) if source else None
        if made is not None:
            found[country.code] = made
    return found


def _source(desk: Desk, view: View, country: Country, state: State) -> str:
    """The reader's choice, else what a frozen link names, else the best over all days: a study never
    crosses from one source to another."""
    there = desk.lines.of_pair(BASE, country.currency, state)
    pinned = dict(view.lines).get(country.currency, ())
    chosen = next((key for key in (*view.sources, *pinned) if key in there), "")
    return chosen or _best(desk, country, state)


def _best(desk: Desk, country: Country, state: State) -> str:
    """The source with the most observations that reach the last year; a peg of the manat is one too."""
    there = desk.lines.of_pair(BASE, country.currency, state)
    days = {key: pd.DatetimeIndex(line.days) for key, line in there.items() if len(line.days)}
    if not days:
        return ""
    newest = max(index[-1] for index in days.values())
    recent = [key for key, index in days.items() if index[-1] >= newest - pd.Timedelta(days=365)]
    own = [key for key in recent if desk.sources[key].country == country.code]
    return max(own or recent, key=lambda key: len(days[key]))


def _drivers(desk: Desk, currencies: Sequence[str], state: State) -> dict[str, pd.DataFrame]:
    """The longest line of each currency per USD, by its name."""
    found = {}
    for currency in currencies:
        there = desk.lines.of_pair(BASE, currency, state)
        if there:
            source = max(there, key=lambda key: len(there[key].days))
            line = _whole(desk, BASE, currency, source, state)
            found[f"{BASE}/{currency}"] = series.empty_line() if line is None else line
    return found


def _whole(desk: Desk, base: str, currency: str, source: str, state: State) -> pd.DataFrame | None:
    return desk.lines.whole(base, currency, source, state, state.at.date())
