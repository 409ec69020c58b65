"""The widgets. Each has the key that `lib.ui.view` reads; what they hold was put there from the link."""

from __future__ import annotations

import streamlit as st

from lib.countries import BY_CODE, CODES, PLACE_NAMES, PLACES
from lib.links import BASES, DIRECTIONS, EARLIEST, MEASURES, RANGES, View
from lib.ui import loaders
from lib.ui.view import first_page

MEASURE_NAMES = {"rate": "Rate", "index": "Index 100", "change": "Change"}


def chart_controls(countries: tuple[str, ...], base: str) -> None:
    """Countries, period, measure, direction, scale: one row that wraps."""
    unit = f"1 {BY_CODE[countries[0]].currency}" if len(countries) == 1 else "1 unit"
    directions = dict(zip(DIRECTIONS, (f"1 {base} = …", f"{unit} = …"), strict=True))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="controls"):
        _countries()
        st.segmented_control(
            "Range", RANGES, key="range", on_change=_range_chosen, label_visibility="collapsed", width="content"
        )
        _dates()
        st.segmented_control(
            "Show",
            MEASURES,
            key="show",
            format_func=MEASURE_NAMES.__getitem__,
            required=True,
            label_visibility="collapsed",
        )
        st.segmented_control(
            "Direction",
            DIRECTIONS,
            key="per",
            format_func=directions.__getitem__,
            required=True,
            label_visibility="collapsed",
        )
        st.toggle("Log", key="log")


def publisher_control() -> None:
    """Against which currency, and whose rates: the best publisher of each currency, or one or several by name."""
    names = loaders.source_names()
    st.selectbox("Against", BASES, key="base", label_visibility="collapsed", width=92)
    st.multiselect(
        "Publishers", names, key="source", format_func=names.__getitem__, label_visibility="collapsed",
        placeholder="Publisher: best of each", width=250,
    )  # fmt: skip


def feed_controls(view: View, topics: dict[str, int], places: dict[str, int]) -> None:
    """Topics with counts, words, and the two switches that free the feed from the chart."""
    names = loaders.topic_names()
    topic, words = st.columns([3, 2], gap="small")
    topic.multiselect(
        "Topics", names, key="topic", format_func=lambda code: f"{names[code]} ({topics.get(code, 0)})",
        on_change=first_page, label_visibility="collapsed", placeholder="All topics",
    )  # fmt: skip
    words.text_input(
        "Words", key="q", on_change=first_page, label_visibility="collapsed", placeholder="Words", max_chars=200
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.toggle(
            "All countries", key="free", on_change=first_page, help="News of all countries, whatever the chart shows"
        )
        st.toggle("Any date", key="any_date", on_change=first_page, help="News of all days, whatever the chart shows")
        if view.news is not None:
            st.multiselect(
                "News of", PLACES, key="news", format_func=lambda code: f"{PLACE_NAMES[code]} ({places.get(code, 0)})",
                on_change=first_page, label_visibility="collapsed", placeholder="All countries", width=260,
            )  # fmt: skip


def archive_filters(topics: dict[str, int]) -> None:
    """Topics of the archive, with counts."""
    names = loaders.topic_names()
    st.pills(
        "Topics", names, selection_mode="multi", key="topic", on_change=first_page, label_visibility="collapsed",
        format_func=lambda code: f"{names[code]} ({topics.get(code, 0)})",
    )  # fmt: skip


def _countries() -> None:
    st.pills(
        "Countries (none chosen: all five)", CODES, selection_mode="multi", key="country",
        on_change=first_page, label_visibility="collapsed",
    )  # fmt: skip


def _dates() -> None:
    for key, label in (("since", "From"), ("until", "To")):
        st.date_input(
            label, None, key=key, on_change=_dates_chosen, label_visibility="collapsed", width=132,
            min_value=EARLIEST, max_value=loaders.today(), format="YYYY-MM-DD",
        )  # fmt: skip


def _range_chosen() -> None:
    """A range and custom dates exclude each other: what was chosen last holds."""
    st.session_state.since = st.session_state.until = None
    st.session_state.range = st.session_state.range or View().range
    first_page()


def _dates_chosen() -> None:
    custom = st.session_state.since or st.session_state.until
    st.session_state.range = None if custom else View().range
    first_page()


def archive_controls() -> None:
    """Countries, words and dates of the archive."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="controls"):
        _countries()
        st.text_input(
            "Words", key="q", on_change=first_page, label_visibility="collapsed", placeholder="Words", width=300
        )
        _dates()
