"""What a reader narrows by clicking: countries in the ticker, chips on the cards, and the way back to everything.

Functions named in `hands.listen` are called with the value of a button; a value that no button of ours has changes
nothing, since whoever speaks to the server without our page can send anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from lib.countries import CODES, PLACES
from lib.desk import Section, archive_places
from lib.links import View
from lib.ui import loaders
from lib.ui.view import at_callback, fill, first_page, other_lines

NONE: dict[str, Any] = {"topics": (), "words": "", "languages": ()}


def toggle_country(code: str) -> None:
    """A cell of the ticker: one more country on the chart, or one less. None chosen are all five, of which the first
    choice leaves one."""
    if code in CODES:
        chosen = at_callback().countries
        _show_countries(_toggled(() if chosen == CODES else chosen, code))


def toggle_place(code: str) -> None:
    """A cell of the ticker above the archive: as `toggle_country`, of the articles' countries."""
    if code in PLACES:
        view = at_callback()
        _show_places(view, _toggled(archive_places(view), code))


def only_in_feed(value: str) -> None:
    """A chip: "topic energy" leaves the articles of one topic, "place KZ" those of one place, and its chart with them
    while the feed follows the chart. The same chip again takes it back."""
    view, (kind, _, code) = at_callback(), value.partition(" ")
    if kind == "place" and code in CODES and view.news is None:
        _show_countries([] if view.countries == (code,) else [code])
    else:
        _only(view, kind, code, view.news or ())


def only_in_archive(value: str) -> None:
    """A chip of the archive: as `only_in_feed`, of the articles alone."""
    view, (kind, _, code) = at_callback(), value.partition(" ")
    _only(view, kind, code, archive_places(view))


def newest(_value: str) -> None:
    """The newest articles, where the period of the chart has none."""
    st.session_state.update(any_date=True, selected=None)
    first_page()


def active(view: View, section: Section) -> bool:
    """Whether the reader has narrowed the news of a page."""
    return view != _cleared(view, section)


def clear_feed(_value: str) -> None:
    """The news as they follow the chart."""
    fill(_cleared(at_callback(), "chart"))
    first_page()


def clear_archive(_value: str) -> None:
    """The whole archive."""
    fill(_cleared(at_callback(), "archive"))
    first_page()


def _cleared(view: View, section: Section) -> View:
    if section == "chart":
        return replace(view, **NONE, news=None, any_date=False)
    everywhere = None if view.countries == CODES else ()
    since_until = {} if view.asof else {"since": None, "until": None}
    return replace(view, **NONE, outlets=(), months=(), news=everywhere, **since_until)


def _only(view: View, kind: str, code: str, places: Sequence[str]) -> None:
    if kind == "topic" and code in loaders.topic_names():
        st.session_state.topic = [] if view.topics == (code,) else [code]
        first_page()
    elif kind == "place" and code in PLACES:
        _show_places(view, [] if tuple(places) == (code,) else [code])


def _show_countries(codes: Sequence[str]) -> None:
    st.session_state.country = list(codes)
    other_lines()
    first_page()


def _show_places(view: View, codes: Sequence[str]) -> None:
    """Countries chosen for the news free them from the chart's; none of them are all, as the chart has them too where
    it shows all five."""
    free = bool(codes) or view.countries != CODES
    st.session_state.update(free=free, news=[code for code in PLACES if code in codes])
    first_page()


def _toggled(chosen: Sequence[str], code: str) -> list[str]:
    """With or without `code`, in the order of PLACES; all five countries are the same as none."""
    found = [one for one in PLACES if (one in chosen) != (one == code)]
    return [] if tuple(found) == CODES else found
