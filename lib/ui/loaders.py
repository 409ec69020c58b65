"""What pages read, cached. Every loader takes the store's revision: new data shows, unchanged data is read once."""

from __future__ import annotations

import gc
from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from lib import catalog, series, snapshot
from lib.catalog.rules import rules
from lib.countries import BY_CODE, CURRENCIES, Country
from lib.models import ArticleFilter, RateQuery, TagKind
from lib.store import Page, Store

MOST_ENTRIES = 256  # of each cache: a hundred readers' views at a few kilobytes each


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
def line(currency: str, revision: int) -> tuple[str, pd.DataFrame]:  # noqa: ARG001 - the cache's key
    """The key of the best source of 1 USD in `currency`, and its whole annotated line."""
    standings = [series.Standing(s.key, s.kind, s.country) for s in catalog.sources().values()]
    table = series.frame(store().rates.read(RateQuery(bases=("USD",), quotes=(currency,))))
    source, chosen = series.choose(table, currency, series.preference(currency, standings))
    return source, series.annotate(chosen, currency)


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def line_of(source: str, currency: str, revision: int) -> pd.DataFrame:  # noqa: ARG001
    """The whole annotated line of 1 USD in `currency` as one publisher tells it; empty where it tells none."""
    table = series.frame(store().rates.read(RateQuery((source,), ("USD",), (currency,))))
    return series.annotate(series.choose(table, currency, [source])[1], currency)


def lines(
    countries: tuple[str, ...], revision: int, sources: tuple[str, ...] = ()
) -> list[tuple[Country, str, pd.DataFrame]]:
    """Country, source and line of each chosen country, in order: the best publisher's, or the chosen ones'."""
    chosen = [BY_CODE[code] for code in countries]
    if not sources:
        return [(country, *line(country.currency, revision)) for country in chosen]
    return [(c, source, line_of(source, c.currency, revision)) for c in chosen for source in sources]


def source_names() -> dict[str, str]:
    """Keys of the publishers, in the catalogue's order, with their short names."""
    return {key: source.short for key, source in catalog.sources().items()}


@st.cache_data(show_spinner=False, max_entries=8)
def span(revision: int) -> tuple[date, date]:
    """The oldest and newest day of what a chart can show: rates and articles; today where nothing is held."""
    days = [
        day for c in CURRENCIES if len(f := line(c, revision)[1]) for day in (f.index[0].date(), f.index[-1].date())
    ]
    days += store().articles.span() or ()
    return (min(days), max(days)) if days else (today(), today())


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def page(wanted: ArticleFilter, number: int, size: int, revision: int) -> Page:  # noqa: ARG001
    return store().articles.page(wanted, number, size)


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def facet(wanted: ArticleFilter, kind: TagKind, revision: int) -> dict[str, int]:  # noqa: ARG001
    return store().articles.facet(wanted, kind)


@st.cache_data(show_spinner=False, max_entries=MOST_ENTRIES)
def per_day(wanted: ArticleFilter, revision: int) -> list[tuple[date, int]]:  # noqa: ARG001
    return store().articles.per_day(wanted)


def topic_names() -> dict[str, str]:
    """Topic codes, in the catalogue's order, with their names."""
    return {code: topic.en for code, topic in rules().topics.items()}


def source_name(key: str) -> str:
    """What a legend calls a source; the snapshot's rates keep their publisher's name."""
    known = catalog.sources().get(key)
    return known.short if known else key


def ink() -> str:
    """The colour of text on the chart: Streamlit's own chart theme is too pale for small labels."""
    return "#d9dcdf" if st.context.theme.type == "dark" else "#31363c"


def today() -> date:
    return datetime.now(UTC).date()
