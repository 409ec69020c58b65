"""The widgets. Each has the key that `lib.ui.view` reads; what they hold was put there from the link.

The label of a popover never changes, since Streamlit closes one whose label does: what is chosen in it stands beside
it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import streamlit as st

from lib import notation
from lib.countries import BY_CODE, PLACE_NAMES, PLACES
from lib.links import ARTICLE_LANGUAGES, BASES, DIRECTIONS, EARLIEST, MEASURES, RANGES, View
from lib.ui import filters, hands, loaders, markup
from lib.ui.view import first_page, other_lines, select
from lib.words import t

SELECTED = ("selected_since", "selected_until")  # the keys of two widgets
MEASURE_NAMES = {"rate": "Rate", "index": "Index 100", "change": "Change"}
LANGUAGE_NAMES = {
    **{"en": "English", "ru": "Русский", "kk": "Қазақша", "ky": "Кыргызча", "tg": "Тоҷикӣ"},
    **{"tk": "Türkmençe", "uz": "Oʻzbekcha", "fa": "فارسی", "de": "Deutsch"},
    **{"it": "Italiano", "ro": "Română"},
}


def chart_controls(view: View, period: tuple[date, date], offer: Callable[[], None]) -> None:
    """Period, the menu of the chart, and what `offer` draws: one row, on a phone behind a button."""
    days = notation.span(*period)
    range_name = "" if view.custom else t(view.range)
    options_button("controls", t("Options"), " · ".join(filter(None, [range_name, days])))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="controls"):
        ranges()
        dates(view)
        chosen(days, "period")
        _chart_menu(view)
        chosen(" · ".join(_changed(view)), "state")
        offer()


def ranges() -> None:
    """The usual periods."""
    st.segmented_control(
        t("Range"), RANGES, key="range", on_change=_range_chosen, format_func=t,
        label_visibility="collapsed", width="content",
    )  # fmt: skip


def options_button(panel: str, label: str, state: str = "") -> None:
    """What shows a group of widgets on a phone, with their state beside it; elsewhere they are in sight."""
    button = hands.button("toggle", panel, f"☰ {label}", attributes={"aria-expanded": "false"})
    st.html(f'<div class="options">{button} <span class="muted">{markup.text(state)}</span></div>')


def chosen(words: str, css: str) -> None:
    """What is chosen behind the button before it."""
    if words:
        st.html(f'<span class="chosen muted {css}">{markup.text(words)}</span>', width="content")


def _changed(view: View) -> list[str]:
    """What of the chart's menu is not as it is at first."""
    measure = [t(MEASURE_NAMES[view.measure])] * (view.measure != "rate")
    direction = [directions(view)[view.direction]] * (view.direction != "usd" or view.base != "USD")
    return [*measure, *direction, *map(loaders.source_name, view.sources), *[t("log")] * view.log]


def directions(view: View) -> dict[str, str]:
    """Which way round rates are shown, in words."""
    unit = f"1 {BY_CODE[view.countries[0]].currency}" if len(view.countries) == 1 else t("1 unit")
    return dict(zip(DIRECTIONS, (f"1 {view.base} = …", f"{unit} = …"), strict=True))


def _chart_menu(view: View) -> None:
    """Closed, its widgets cost a reader's every click nothing."""
    behind = st.popover(t("Chart"), key="chart_menu", on_change="rerun")
    if not behind.open:
        return
    names, ways = loaders.source_names(), directions(view)
    with behind:
        st.segmented_control(
            t("Show"), MEASURES, key="show", required=True,
            format_func=lambda measure: t(MEASURE_NAMES[measure]),
        )  # fmt: skip
        st.segmented_control(t("Direction"), DIRECTIONS, key="per", format_func=ways.__getitem__, required=True)
        st.selectbox(t("Base currency"), BASES, key="base", on_change=other_lines)
        st.multiselect(
            t("Sources"), names, key="source", format_func=names.__getitem__,
            placeholder=t("The best of each currency"),
        )  # fmt: skip
        st.toggle(t("Log scale"), key="log")


def feed_controls(view: View, topics: Mapping[str, int], places: Mapping[str, int]) -> None:
    """Topics with counts, words, languages, and the two switches that free the feed from the chart; on a phone behind
    a button."""
    options_button("newscontrols", t("Filter"))
    with st.container(key="newscontrols", gap="xsmall"):
        _what(topics)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.toggle(t("All countries"), key="free", on_change=first_page)
            st.toggle(t("Any date"), key="any_date", on_change=first_page)
            if filters.active(view, "chart"):
                clear_button("clear")
        if view.news is not None:
            st.multiselect(
                t("News of"), PLACES, key="news",
                format_func=lambda code: f"{t(PLACE_NAMES[code])} ({places.get(code, 0)})",
                on_change=first_page, label_visibility="collapsed", placeholder=t("All countries"),
            )  # fmt: skip


def clear_button(act: str) -> None:
    st.html(hands.button(act, "1", t("✕ Clear filters")), width="content")


def _what(topics: Mapping[str, int]) -> None:
    names = loaders.topic_names()
    topic, words, language = st.columns([3, 3, 3], gap="small")
    topic.multiselect(
        t("Topics"), names, key="topic", format_func=lambda code: f"{names[code]} ({topics.get(code, 0)})",
        on_change=first_page, label_visibility="collapsed", placeholder=t("All topics"),
    )  # fmt: skip
    words.text_input(
        t("Search"), key="q", on_change=first_page, label_visibility="collapsed",
        placeholder=t("Search"), max_chars=200,
    )  # fmt: skip
    language.multiselect(
        t("Languages"), ARTICLE_LANGUAGES, key="languages", format_func=LANGUAGE_NAMES.__getitem__,
        on_change=first_page, label_visibility="collapsed", placeholder=t("Any language"),
    )  # fmt: skip


def dates(chart: View | None = None) -> None:
    """Dates of the reader's own, either end open, and for a `chart` the days that the news follow: what the mouse
    selects on it."""
    behind = st.popover(t("Dates"), key="dates", on_change="rerun")
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
