"""The archive's own controls: words, order, facets with counts, and the articles on one event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from lib import notation
from lib.countries import CODES, PLACE_NAMES, PLACES
from lib.desk import Days, Page, State, archive_places
from lib.links import ARTICLE_LANGUAGES, SIZES, SORTS, View
from lib.models import FacetKind
from lib.ui import controls, feed, filters, hands, heights, loaders, ticker
from lib.ui.view import first_page
from lib.words import plural, t

SORT_NAMES = {"newest": "Newest first", "best": "Most relevant"}
HELP = "Matches the beginning of words. “Quotes” for a phrase, -word to exclude, outlet:times, lang:ru."


def figures(view: View, shown: State) -> str:
    """The ticker, whose cells choose the articles' countries here."""
    return ticker.html(view, shown, "place", archive_places(view) or CODES)


def search(view: View, period: Days, offer: Callable[[], None]) -> None:
    """Words; then order, how many on a page, dates, and what `offer` draws: one row that wraps, on a phone behind a
    button."""
    row = st.container(height=heights.ROW, border=False, key="search")
    with row.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.text_input(
            t("Search"), key="q", on_change=first_page, label_visibility="collapsed", placeholder=t("Search"),
            width=360, max_chars=200, help=t(HELP),
        )  # fmt: skip
        controls.options_button("controls", t("Filter and sort"))
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="controls"):
            _order()
            controls.dates()
            controls.chosen(notation.span(*period) if view.custom else t("any date"), "period")
            if filters.active(view, "archive"):
                controls.clear_button("clear")
            offer()


def _order() -> None:
    st.segmented_control(
        t("Sort by"), SORTS, key="sort", format_func=lambda sort: t(SORT_NAMES[sort]), required=True,
        on_change=first_page, label_visibility="collapsed", width="content",
    )  # fmt: skip
    st.segmented_control(
        t("Per page"), SIZES, key="size", required=True, on_change=first_page,
        label_visibility="collapsed", width="content",
    )  # fmt: skip


def facets(view: View, counts: Mapping[FacetKind, Mapping[str, int]]) -> None:
    """One below the other, each value with how many articles it would give."""
    topics = loaders.topic_names()
    st.session_state.places = list(archive_places(view))
    _pills(t("Countries"), "places", PLACES, counts["country"], lambda code: t(PLACE_NAMES[code]), _placed)
    _pills(t("Topics"), "topic", tuple(topics), counts["topic"], topics.__getitem__)
    there = [code for code in ARTICLE_LANGUAGES if code in view.languages or counts["language"].get(code)]
    _pills(t("Languages"), "languages", there, counts["language"], controls.LANGUAGE_NAMES.__getitem__)
    _choice(t("Outlets"), "outlets", _ranked(counts["outlet"], view.outlets), counts["outlet"], t("All outlets"))
    months = sorted({*counts["month"], *view.months}, reverse=True)
    _choice(t("Months"), "months", months, counts["month"], t("All months"))


def _placed() -> None:
    """Countries chosen here free the news from the chart's."""
    state = st.session_state
    state.update(free=True, news=[code for code in PLACES if code in state.places])
    first_page()


def _pills(
    label: str,
    key: str,
    values: Sequence[str],
    counts: Mapping[str, int],
    name: Callable[[str], str],
    changed: Callable[[], None] = first_page,
) -> None:
    st.pills(
        label, values, key=key, selection_mode="multi", on_change=changed, wrap=True,
        format_func=lambda value: f"{name(value)} ({_count(counts, value)})",
    )  # fmt: skip


def _choice(label: str, key: str, values: Sequence[str], counts: Mapping[str, int], none: str) -> None:
    st.multiselect(
        label, values, key=key, on_change=first_page, placeholder=none,
        format_func=lambda value: f"{value} ({_count(counts, value)})",
    )  # fmt: skip


def _count(counts: Mapping[str, int], value: str) -> str:
    return notation.number(f"{counts.get(value, 0):,}")


def _ranked(counts: Mapping[str, int], chosen: Sequence[str]) -> list[str]:
    """The most frequent first; what a link has chosen is there even where nothing of it is left."""
    return sorted({*counts, *chosen}, key=lambda value: (-counts.get(value, 0), value))


def event(view: View, shown: State) -> None:
    """All articles on one event, copies included, and the way back."""
    members = loaders.desk().articles_of.event(view.story, shown)
    back = hands.button("story", "", t("← all articles"))
    count = plural(len(members), "article", "articles")
    st.html(f'<div class="newshead"><h2>{count} {t("on one event")}</h2> {back}</div>')
    st.html(feed.cards(Page(len(members), members, ((),) * len(members), (1,) * len(members)), view, "archive"))
