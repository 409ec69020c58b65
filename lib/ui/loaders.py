"""What pages read, cached. Every loader takes the store's revision: new data shows, unchanged data is read once."""

from __future__ import annotations

import gc
from collections import Counter
from datetime import UTC, date, datetime
from typing import NamedTuple

import pandas as pd
import streamlit as st

from lib import catalog, series, snapshot
from lib.catalog.rules import rules
from lib.countries import BY_CODE, Country
from lib.models import ArticleFilter, FacetKind, RateQuery, TagKind
from lib.store import Page, Store
from lib.words import spoken

BY_CURRENCY = {country.currency: country for country in BY_CODE.values()}
MOST_ENTRIES = 256  # of each cache: a hundred readers' views at a few kilobytes each


class InView(NamedTuple):
    """One publisher's annotated line of a country's currency, cut to a period, and the moves of the period."""

    country: Country
    source: str
    line: pd.DataFrame
    moves: tuple[series.Move, ...]


@st.cache_resource(show_spinner="Opening the store …")
def store() -> Store:
    """The store of this server, filled from the bundled snapshot when it is new."""
    opened = Store()
    opened.seed(snapshot.rates(), snapshot.articles())
    gc.freeze()  # all is imported by now: a collection need not walk pandas and Plotly again, 70 ms each time
    return opened


def revision() -> int:
    return store().revision()


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def pair(
    base: str,
    currency: str,
    asof: datetime | None,
    today: date,
    revision: int,  # noqa: ARG001
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """All that is held (or was, `asof` an instant) of `currency` per 1 `base`: the observations that a line needs (each
    publisher's own pair, or two legs through the currency that it quotes in), and the annotated line of each publisher
    that allows one."""
    publishers = catalog.sources()
    tables = []
    for key, source in publishers.items():
        sides = (base, currency, source.base)
        tables.append(series.frame(store().rates.read(RateQuery((key,), sides, sides, asof=asof))))
    table = pd.concat([t for t in tables if len(t)] or tables[:1])
    made = {
        key: series.annotate(line, currency, base=base, days=publishers[key].days, today=today)
        for key, line in series.lines(table, base, currency).items()
    }
    return table, series.disagree(made, {key: publishers[key].kind for key in made}) if made else {}


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def seen(
    base: str,
    currency: str,
    period: tuple[date, date],
    sources: tuple[str, ...],
    asof: datetime | None,
    today: date,
    revision: int,
) -> list[InView]:
    """The publishers of `currency` per 1 `base`, the chosen ones or the best one, with their lines cut to the period
    and the moves in it. Cached apart from `pair`: a change of view need not unpack decades to show a year of them."""
    table, held = pair(base, currency, asof, today, revision)
    chosen = sources or _best(table, base, currency, period)
    return [
        InView(BY_CURRENCY[currency], key, series.cut(held[key], *period), tuple(series.moves(held[key], *period)))
        for key in chosen
        if key in held
    ]


def _best(table: pd.DataFrame, base: str, currency: str, period: tuple[date, date]) -> tuple[str]:
    standings = [series.Standing(s.key, s.kind, s.country) for s in catalog.sources().values()]
    order = series.preference(currency, standings, base)
    return (series.choose(table, currency, order, base=base, since=period[0], until=period[1])[0],)


def lines(
    countries: tuple[str, ...],
    period: tuple[date, date],
    revision: int,
    base: str = "USD",
    sources: tuple[str, ...] = (),
    asof: datetime | None = None,
) -> list[InView]:
    """What the period shows of each chosen country, in order; what has no day in it is left out."""
    now = asof.date() if asof else today()
    return [
        held
        for code in countries
        for held in seen(base, BY_CODE[code].currency, period, sources, asof, now, revision)
        if len(held.line)
    ]


@st.cache_data(show_spinner=False, max_entries=64)
def rates_span(revision: int, asof: datetime | None = None) -> tuple[date, date] | None:  # noqa: ARG001
    """The oldest and newest day of a rate, as of an instant: of what was observed, since a peg holds on any day."""
    observed = {key for key, source in catalog.sources().items() if source.kind != "peg"}
    days = [day for c in store().rates.coverage(asof) if c.source in observed for day in (c.first, c.last)]
    return (min(days), max(days)) if days else None


@st.cache_data(show_spinner=False, max_entries=64)
def span(revision: int, asof: datetime | None = None) -> tuple[date, date]:
    """The oldest and newest day of what a chart can show: rates and articles; today where nothing is held. As of an
    instant the rates alone tell, as they were held then."""
    days = [*(rates_span(revision, asof) or ()), *((store().articles.span() or ()) if asof is None else ())]
    empty = asof.date() if asof else today()
    return (min(days), max(days)) if days else (empty, empty)


@st.cache_data(show_spinner="Reading all that is held …", max_entries=2)
def flagged(revision: int) -> dict[str, Counter[str]]:
    """How many points of each publisher bear each flag, over all that is held of the five currencies per USD; what is
    carried is no point of anyone's."""
    found: dict[str, Counter[str]] = {}
    for currency in BY_CURRENCY:
        for key, line in pair("USD", currency, None, today(), revision)[1].items():
            found.setdefault(key, Counter()).update(flag for flags in line["flags"] for flag in flags.split())
    return found


def source_names() -> dict[str, str]:
    """Keys of the publishers, in the catalogue's order, with their short names."""
    return {key: source.short for key, source in catalog.sources().items()}


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def page(wanted: ArticleFilter, number: int, size: int, revision: int) -> Page:  # noqa: ARG001
    return store().articles.page(wanted, number, size)


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def facet(wanted: ArticleFilter, kind: TagKind, revision: int) -> dict[str, int]:  # noqa: ARG001
    return store().articles.facet(wanted, kind)


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def facets(wanted: ArticleFilter, revision: int) -> dict[FacetKind, dict[str, int]]:  # noqa: ARG001
    return store().articles.facets(wanted)


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def per_day(wanted: ArticleFilter, revision: int) -> list[tuple[date, int]]:  # noqa: ARG001
    return store().articles.per_day(wanted)


def topic_names() -> dict[str, str]:
    """Topic codes, in the catalogue's order, with their names."""
    return {code: topic.ru if spoken() == "ru" else topic.en for code, topic in rules().topics.items()}


def source_name(key: str) -> str:
    """What a legend calls a source; the snapshot's rates keep their publisher's name."""
    known = catalog.sources().get(key)
    return known.short if known else key


def ink() -> str:
    """The colour of text on the chart: Streamlit's own chart theme is too pale for small labels."""
    return "#d9dcdf" if st.context.theme.type == "dark" else "#31363c"


def now() -> datetime:
    """This moment, or that of the last change where clocks differ: what is held now was held then."""
    return max(datetime.now(UTC), store().stamp())


def today() -> date:
    return datetime.now(UTC).date()
