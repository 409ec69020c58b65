"""The application layer: what is asked of a store, and what is shown. Knows no screen and no HTTP."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import pandas as pd

from lib import catalog, charts, links, series, snapshot
from lib.catalog import Source
from lib.countries import BY_CURRENCY, PLACES
from lib.desk import health, impact
from lib.desk.articles import Articles, archive_filter, archive_places, feed_filter
from lib.desk.bundle import Bundle
from lib.desk.cache import Cache
from lib.desk.changes import Changes, pins, rate_changes
from lib.desk.events import EventInView, events, marks
from lib.desk.given import day_of, instant_of, one_of
from lib.desk.health import RunLog, SourceHealth
from lib.desk.lines import ANY_DAY, Days, InView, Lines
from lib.desk.moves import MoveInView, largest_first, with_articles
from lib.links import BASES, View
from lib.models import Article, ArticleFilter
from lib.store import State, Store
from lib.words import Language

# Before the first write there is nothing. Its stamp is the first that a link may name.
NOTHING = State(datetime.combine(links.EARLIEST, time.min, UTC), 0, 0)
LINE_COLUMNS = ["value", "change", "flags", "source"]
MAX_ARTICLES = 1000
MAX_TITLES = 5  # beside a move

# The page: a chart with its feed, the archive of articles, or a study of a currency around news.
Section = Literal["chart", "archive", "impact"]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Answers from one store. `sources` are the catalogue's; `clock` gives the present moment (UTC).

    Whatever is asked about a `State` is answered from exactly that state, for ever. Methods raise StoreError when the
    database fails, and ValueError, which names the argument, when they are asked for what there is not."""

    def __init__(
        self,
        store: Store,
        sources: Mapping[str, Source] | None = None,
        clock: Callable[[], datetime] = utc_now,
        cache: Cache | None = None,
    ) -> None:
        self.store = store
        self.sources = catalog.sources() if sources is None else sources
        self.clock = clock
        self.cache = Cache() if cache is None else cache
        self.lines = Lines(store, self.sources, self.cache)
        self.articles_of = Articles(store, self.cache)

    @classmethod
    def open(cls, url: str | None = None, clock: Callable[[], datetime] = utc_now) -> Desk:
        """The store that the app uses (`DATABASE_URL`, else a file in the user's data folder), or another; a new one
        is filled from the bundled snapshot."""
        store = Store(url)
        store.seed(snapshot.parts(clock().date()))
        return cls(store, clock=clock)

    def close(self) -> None:
        """Close the store's connections."""
        self.store.close()

    # For a notebook.

    def line(
        self,
        currency: str,
        *,
        base: str = "USD",
        source: str = "",
        since: date | str | None = None,
        until: date | str | None = None,
        asof: datetime | str | None = None,
    ) -> pd.DataFrame:
        """Units of `currency` per 1 `base` by day: `value`, `change` (percent against the observation before), `flags`
        (codes of `series.FLAGS`) and `source` (its key in the catalogue). Unless a source is named it is the best for
        these days, continued by others where it has a gap. Empty where nothing is recorded."""
        one_of("currency", currency, BASES)
        one_of("base", base, BASES)
        one_of("source", source, ["", *self.sources])
        state, period = self._state(asof), _period(since, until)
        chain = (source,) if source else self.lines.ranked(base, currency, period, state)
        if not set(chain) & set(self.lines.of_pair(base, currency, state)):
            return series.empty_line().assign(change=0.0, flags="", source=source)[LINE_COLUMNS]
        line, _ = self.lines.of_chain(base, currency, chain, period, state, self._today(asof, state))
        return line[LINE_COLUMNS]

    def articles(
        self,
        countries: Collection[str] = (),
        topics: Collection[str] = (),
        words: str = "",
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        asof: datetime | str | None = None,
        limit: int = MAX_ARTICLES,
    ) -> tuple[Article, ...]:
        """The articles on any of the countries and any of the topics (empty: all), the newest first, at most `limit`;
        one of several with the same text. `words` are those of the archive's search."""
        for code in countries:
            one_of("countries", code, PLACES)
        first, last = day_of("since", since), day_of("until", until)
        chosen = ArticleFilter(tuple(countries), tuple(topics), words, first, last)
        return self.articles_of.first(chosen, self._state(asof), limit)

    def moves(
        self,
        currency: str,
        *,
        base: str = "USD",
        since: date | str | None = None,
        until: date | str | None = None,
        asof: datetime | str | None = None,
        limit: int = MAX_TITLES,
    ) -> list[MoveInView]:
        """The abnormal moves of a country's currency, the largest first, each with at most `limit` of the articles on
        its country of two days on either side."""
        country = BY_CURRENCY[one_of("currency", currency, BY_CURRENCY)]
        one_of("base", base, BASES)
        state = self._state(asof)
        view = View(countries=(country.code,), base=base, asof=state.at if asof else None)
        shown = self.in_view(view, _period(since, until), state)
        return [self.with_articles(*pair, view, state, limit) for pair in largest_first(shown)]

    # States.

    def now(self) -> State:
        """The last committed state."""
        return self.store.state() or NOTHING

    def state_of(self, view: View, now: State) -> State:
        """The state that a view shows: its own, or `now`. NOTHING for an instant before the first state."""
        if view.asof is None or view.asof == now.at:
            return now
        return self.store.state(view.asof) or NOTHING

    def settled(self, view: View) -> View:
        """The view with the stamp of the state that its instant names; as it is where nothing was recorded by then."""
        state = self.store.state(view.asof) if view.asof else None
        return replace(view, asof=state.at) if state else view

    def first_state(self) -> State | None:
        """The oldest state: no instant before it names any. Found by halving the time that there is."""
        last = self.store.state()
        if last is None:
            return None
        early, late = NOTHING.at, max(last.at, self.clock())
        while late - early > timedelta(microseconds=1):
            middle = early + (late - early) // 2
            early, late = (early, middle) if self.store.state(middle) else (middle, late)
        return self.store.state(late)

    def latest_instant(self) -> datetime:
        """This moment, or the stamp of the last state where the clock that wrote it was ahead of ours."""
        return max(self.clock(), self.now().at)

    # What pages show.

    def period(self, view: View, state: State) -> Days:
        """The first and last day in view."""
        return view.period(*reversed(self.span(view, state)))

    def span(self, view: View, state: State) -> Days:
        """The oldest and newest day of what a chart can show: rates and articles; of a frozen view the rates alone.
        Where there is nothing it is the day of the view."""
        articles = None if view.asof else self.articles_of.span(state)
        days = [*(self.lines.span(state) or ()), *(articles or ())]
        today = (view.asof or self.clock()).date()
        return (min(days), max(days)) if days else (today, today)

    def in_view(self, view: View, period: Days, state: State) -> list[InView]:
        """The lines in view."""
        return self.lines.in_view(view, period, state, self._today(view.asof, state))

    def chart_lines(self, view: View, lines: Sequence[InView]) -> list[charts.Line]:
        """The lines as the chart takes them: by their source's short name, and the way round that is shown."""
        turned = [series.invert(x.line) if view.direction == "local" else x.line for x in lines]
        return [
            charts.Line(x.country, self.source_name(x.source), self._named(line), view.base)
            for x, line in zip(lines, turned, strict=True)
        ]

    def _named(self, line: pd.DataFrame) -> pd.DataFrame:
        """The line with the short names of sources in place of their keys."""
        keys = {*line["source"].unique(), *line["rival"].unique()} - {""}
        names = {"": "", **{key: self.source_name(key) for key in keys}}
        return line.assign(source=line["source"].map(names), rival=line["rival"].map(names))

    def chosen(self, view: View, period: Days, section: Section) -> ArticleFilter:
        """The articles that a page shows, or studies."""
        if section == "impact":
            return impact.chosen(view)
        return feed_filter(view, period) if section == "chart" else archive_filter(view)

    def with_articles(
        self, line: InView, move: series.Move, view: View, state: State, limit: int = MAX_TITLES
    ) -> MoveInView:
        """An abnormal move with the articles around it."""
        return with_articles(line, move, view, self.articles_of, state, limit)

    def events(
        self, view: View, lines: Sequence[InView], period: Days, state: State, titles: int
    ) -> tuple[list[EventInView], int]:
        """The numbered events of the lines in view, and how many more there are."""
        return events(self, view, lines, period, state, titles)

    def marks(self, found: Sequence[EventInView]) -> list[charts.Event]:
        """The events as the chart numbers them."""
        return marks(found)

    def source_name(self, key: str) -> str:
        """What a legend calls a source."""
        return self.sources[key].short if key in self.sources else key

    # Frozen views.

    def freeze(self, view: View, state: State, section: Section) -> View:
        """The view as it shows `state`, which is committed, for ever. The archive has dates only where the reader
        chose some, and its countries are written out."""
        period = self.period(view, state)
        if section == "archive":
            view = replace(view, news=archive_places(view))
            return links.freeze(view, state.at, period if view.custom else None)
        if section == "impact":
            narrow, line = impact.pinned(self, view, state)
            return links.freeze(narrow, state.at, period if view.custom else None, line)
        chosen = () if view.sources else pins(self.in_view(view, period, state))
        return links.freeze(view, state.at, period, chosen)

    def bundle(self, view: View, state: State, section: Section, page: str, language: Language = "en") -> Bundle:
        """What a reader takes along of a view that shows `state`, frozen, from the page at the address `page`."""
        frozen = self.freeze(view, state, section)
        period = self._studied(view, state) if section == "impact" else self.period(view, state)
        chosen, link = self.chosen(frozen, period, section), links.url(page, frozen)
        return Bundle(self, frozen, state, period, chosen, link, language, rates=section != "archive")

    def changes(self, view: View, then: State, now: State, section: Section) -> Changes:
        """What a frozen view of the state `then` would show otherwise in `now`."""
        period = self._studied(view, then) if section == "impact" else self.period(view, then)
        of_rates = Changes() if section == "archive" else rate_changes(self.lines, view, period, then, now)
        chosen = self.chosen(view, period, section)
        totals = [self.articles_of.page(chosen, 1, 1, state).total for state in (now, then)]
        return replace(of_rates, articles=totals[0] - totals[1])

    def _studied(self, view: View, state: State) -> Days:
        """The days of a study: all that there are, unless some were chosen."""
        return self.period(view, state) if view.custom else self.span(view, state)

    # Sources.

    def run_log(self) -> RunLog:
        """How the refreshes of all sources went."""
        return RunLog(self.store)

    def health(self, state: State) -> list[SourceHealth]:
        """What is there of each source of rates."""
        return health.of_rates(self.lines, state, self.clock().date())

    def flagged(self, state: State) -> Mapping[str, Mapping[str, int]]:
        """How many points of each source bear each flag, over the five currencies per USD."""
        return health.flagged(self.lines, state, self.clock().date())

    def _state(self, asof: datetime | str | None) -> State:
        instant = instant_of("asof", asof)
        return self.store.state(instant) or NOTHING

    def _today(self, asof: object, state: State) -> date:
        """The day on which a view is looked at: its own, of a frozen one."""
        return self.clock().date() if asof is None else state.at.date()


def _period(since: date | str | None, until: date | str | None) -> Days:
    return day_of("since", since) or ANY_DAY[0], day_of("until", until) or ANY_DAY[1]
