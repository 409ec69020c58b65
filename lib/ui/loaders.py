"""What pages read, from the one desk of this server. The desk caches; the functions here are thin.

A page passes on the `State` that it shows: the one that its frame was drawn with, or that of a frozen view."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

import streamlit as st

from lib import catalog, notation
from lib.catalog.rules import rules
from lib.desk import NOTHING, Days, Desk, InView, Page, State
from lib.links import View
from lib.models import ArticleFilter, FacetKind
from lib.words import spoken, t

T = TypeVar("T")


@st.cache_resource(show_spinner="Opening database …")
def desk() -> Desk:
    """The desk of this server, on a store that is filled from the bundled snapshot when it is new."""
    opened = Desk.open()
    gc.freeze()  # all is imported by now: a collection need not walk pandas and Plotly again, 70 ms each time
    return opened


def state() -> State:
    """The last committed state of the store."""
    return desk().now()


def state_of(view: View, now: State) -> State:
    """The state that a view shows: its own when it is frozen, else `now`."""
    return desk().state_of(view, now)


def period(view: View, shown: State) -> Days:
    """The first and last day in view."""
    return desk().period(view, shown)


def last_day(view: View) -> date:
    """The last day that a chart of the view can show: no rate is known of a later one."""
    return desk().span(view, state_of(view, state()))[1]


def lines(view: View, shown: State) -> list[InView]:
    """The lines in view."""
    return desk().in_view(view, period(view, shown), shown)


def page(chosen: ArticleFilter, number: int, size: int, shown: State) -> Page:
    return desk().articles_of.page(chosen, number, size, shown)


def facet(chosen: ArticleFilter, kind: FacetKind, shown: State) -> Mapping[str, int]:
    return desk().articles_of.facet(chosen, kind, shown)


def facets(chosen: ArticleFilter, shown: State) -> Mapping[FacetKind, Mapping[str, int]]:
    return desk().articles_of.facets(chosen, shown)


def per_day(chosen: ArticleFilter, shown: State) -> Sequence[tuple[date, int]]:
    return desk().articles_of.per_day(chosen, shown)


def by_rates(shown: State, question: object, compute: Callable[[], T]) -> T:
    """What a page makes of the rates alone, made once for each revision of them."""
    return desk().cache.get("rates", shown.rates, ("page", question), compute)


def nothing_before(view: View, shown: State) -> str:
    """What to say of a frozen view that is older than all that this server has; nothing of any other."""
    if view.asof is None or shown != NOTHING:
        return ""
    first = desk().first_state()
    if first is None:
        return t("This server holds nothing yet; the link was made on another or an older one.")
    return t(
        "This server holds nothing from before {moment}; the link was made on another or an older one.",
        moment=moment(first.at),
    )


def moment(at: datetime) -> str:
    """An instant as readers write it, to the minute."""
    there = at.astimezone(UTC)
    return f"{notation.day(there.date())}, {there:%H:%M} UTC"


def source_names() -> dict[str, str]:
    """Keys of the sources of rates, in the catalogue's order, with their short names."""
    return {key: source.short for key, source in catalog.sources().items()}


def source_name(key: str) -> str:
    """What a legend calls a source."""
    return desk().source_name(key)


def topic_names() -> dict[str, str]:
    """Topic codes, in the catalogue's order, with their names."""
    return {code: topic.ru if spoken() == "ru" else topic.en for code, topic in rules().topics.items()}


def ink() -> str:
    """The colour of text on the chart: Streamlit's own chart theme is too pale for small labels."""
    return "#d9dcdf" if st.context.theme.type == "dark" else "#31363c"


def today() -> date:
    return desk().clock().date()
