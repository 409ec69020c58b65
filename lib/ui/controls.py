"""The widgets. Each has the key that `lib.ui.view` reads; what they hold was put there from the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import streamlit as st

from lib import notation
from lib.countries import BY_CODE, CODES, PLACE_NAMES, PLACES
from lib.links import BASES, DIRECTIONS, EARLIEST, MEASURES, RANGES, View
from lib.ui import loaders
from lib.ui.view import first_page, other_lines, select
from lib.words import t

SELECTED = ("selected_since", "selected_until")  # the keys of two widgets
MEASURE_NAMES = {"rate": "Rate", "index": "Index 100", "change": "Change"}


def chart_controls(view: View, period: tuple[date, date], offer: Callable[[], None]) -> None:
    """Countries, period, measure, direction, scale, and what `offer` draws: one row that wraps."""
    unit = f"1 {BY_CODE[view.countries[0]].currency}" if len(view.countries) == 1 else t("1 unit")
    directions = dict(zip(DIRECTIONS, (f"1 {view.base} = …", f"{unit} = …"), strict=True))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="controls"):
        _countries()
        st.segmented_control(
            t("Range"), RANGES, key="range", on_change=_range_chosen, label_visibility="collapsed", width="content"
        )
        dates(notation.span(*period), view)
        st.segmented_control(
            t("Show"),
            MEASURES,
            key="show",
            format_func=lambda measure: t(MEASURE_NAMES[measure]),
            required=True,
            label_visibility="collapsed",
        )
        st.segmented_control(
            t("Direction"),
            DIRECTIONS,
            key="per",
            format_func=directions.__getitem__,
            required=True,
            label_visibility="collapsed",
        )
        _more(view)
        offer()


def _more(view: View) -> None:
    """What few need to change, behind one button: closed, its widgets cost a reader's every click nothing."""
    names = loaders.source_names()
    changed = [view.base] * (view.base != "USD") + [names[key] for key in view.sources] + [t("log")] * view.log
    behind = st.popover(" · ".join([t("More"), *changed]), key="more", on_change="rerun")
    if not behind.open:
        return
    with behind:
        st.selectbox(t("Against"), BASES, key="base", on_change=other_lines)
        st.multiselect(
            t("Publishers"),
            names,
            key="source",
            format_func=names.__getitem__,
            placeholder=t("The best of each currency"),
        )
        st.toggle(t("Log scale"), key="log")


def feed_controls(view: View, topics: Mapping[str, int], places: Mapping[str, int]) -> None:
    """Topics with counts, words, and the two switches that free the feed from the chart."""
    names = loaders.topic_names()
    topic, words = st.columns([3, 2], gap="small")
    topic.multiselect(
        t("Topics"), names, key="topic", format_func=lambda code: f"{names[code]} ({topics.get(code, 0)})",
        on_change=first_page, label_visibility="collapsed", placeholder=t("All topics"),
    )  # fmt: skip
    words.text_input(
        t("Words"), key="q", on_change=first_page, label_visibility="collapsed", placeholder=t("Words"), max_chars=200
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.toggle(t("All countries"), key="free", on_change=first_page)
        st.toggle(t("Any date"), key="any_date", on_change=first_page)
        if view.news is not None:
            st.multiselect(
                t("News of"), PLACES, key="news",
                format_func=lambda code: f"{t(PLACE_NAMES[code])} ({places.get(code, 0)})",
                on_change=first_page, label_visibility="collapsed", placeholder=t("All countries"), width=260,
            )  # fmt: skip


def _countries() -> None:
    st.pills(
        t("Countries (none chosen: all five)"), CODES, selection_mode="multi", key="country",
        on_change=first_page, label_visibility="collapsed",
    )  # fmt: skip


def dates(label: str, chart: View | None = None) -> None:
    """The period in words; behind it, dates of the reader's own, either end open, and for a `chart` the days that the
    news follow: what the mouse selects on it."""
    behind = st.popover(label, key="dates", on_change="rerun")
    if not behind.open:
        return
    with behind:
        _date(t("From"), "since", _dates_chosen)
        _date(t("To"), "until", _dates_chosen)
        if chart:
            st.session_state.update(zip(SELECTED, chart.selected or (None, None), strict=True))
            _date(t("News from"), SELECTED[0], _days_chosen)
            _date(t("News to"), SELECTED[1], _days_chosen)


def _date(name: str, key: str, chosen: Callable[[], None]) -> None:
    limits = {"min_value": EARLIEST, "max_value": loaders.today()}
    st.date_input(name, None, key=key, on_change=chosen, format="YYYY-MM-DD", **limits)


def _days_chosen() -> None:
    """One end alone is one day."""
    ends = [day for day in (st.session_state[key] for key in SELECTED) if day]
    select((min(ends), max(ends)) if ends else None)


def _range_chosen() -> None:
    """A range and custom dates exclude each other: what was chosen last holds."""
    st.session_state.since = st.session_state.until = None
    st.session_state.range = st.session_state.range or View().range
    other_lines()
    first_page()


def _dates_chosen() -> None:
    custom = st.session_state.since or st.session_state.until
    st.session_state.range = None if custom else View().range
    other_lines()
    first_page()
