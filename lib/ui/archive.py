"""The archive's own controls: words, order, facets with counts, and the articles on one event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from lib import notation
from lib.countries import PLACE_NAMES, PLACES
from lib.desk import Days, Page, State, archive_places
from lib.links import SIZES, SORTS, View
from lib.models import FacetKind
from lib.ui import controls, feed, hands, loaders
from lib.ui.view import first_page
from lib.words import plural, t

SORT_NAMES = {"newest": "Newest first", "best": "Best first"}
LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}
HELP = "Words are beginnings of words. “Quotes” for a phrase, -word to exclude, outlet:times, lang:ru."


def search(view: View, period: Days, offer: Callable[[], None]) -> None:
    """Words, order, how many on a page, dates, and what `offer` draws: one row that wraps."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="controls"):
        st.text_input(
            t("Words"), key="q", on_change=first_page, label_visibility="collapsed", placeholder=t("Search"),
            width=360, max_chars=200, help=t(HELP),
        )  # fmt: skip
        st.segmented_control(
            t("Order"), SORTS, key="sort", format_func=lambda sort: t(SORT_NAMES[sort]), required=True,
            on_change=first_page, label_visibility="collapsed", width="content",
        )  # fmt: skip
        controls.dates(notation.span(*period) if view.custom else t("Any date"))
        st.segmented_control(
            t("On a page"), SIZES, key="size", required=True, on_change=first_page,
            label_visibility="collapsed", width="content",
        )  # fmt: skip
        offer()


def facets(view: View, counts: Mapping[FacetKind, Mapping[str, int]]) -> None:
    """One below the other, each value with how many articles it would give."""
    topics = loaders.topic_names()
    st.session_state.places = list(archive_places(view))
    _pills(t("Countries"), "places", PLACES, counts["country"], lambda code: t(PLACE_NAMES[code]), _placed)
    _pills(t("Topics"), "topic", tuple(topics), counts["topic"], topics.__getitem__)
    _pills(t("Languages"), "languages", tuple(LANGUAGE_NAMES), counts["language"], LANGUAGE_NAMES.__getitem__)
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
        format_func=lambda value: f"{name(value)} ({counts.get(value, 0):,})",
    )  # fmt: skip


def _choice(label: str, key: str, values: Sequence[str], counts: Mapping[str, int], none: str) -> None:
    st.multiselect(
        label, values, key=key, on_change=first_page, placeholder=none,
        format_func=lambda value: f"{value} ({counts.get(value, 0):,})",
    )  # fmt: skip


def _ranked(counts: Mapping[str, int], chosen: Sequence[str]) -> list[str]:
    """The most frequent first; what a link has chosen is there even where nothing of it is left."""
    return sorted({*counts, *chosen}, key=lambda value: (-counts.get(value, 0), value))


def event(view: View, shown: State) -> None:
    """All articles on one event, copies included, and the way back."""
    members = loaders.desk().articles_of.event(view.story, shown)
    back = hands.button("story", "", t("← all articles"))
    st.html(f"<div><b>{plural(len(members), 'article', 'articles')} {t('on one event')}</b> {back}</div>")
    st.html(feed.cards(Page(len(members), members, ((),) * len(members), (1,) * len(members)), css="wide"))
