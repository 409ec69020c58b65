"""The view of this session. A link fills the widgets; the widgets make the view; the view writes the link.

Streamlit can bind a widget to the URL by itself, but then the URL holds the widget's *labels* (counts and language
included), and what it does not understand vanishes without a word. `lib.links` is a tested pure function instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from lib import links
from lib.countries import CODES
from lib.links import Ignored, View
from lib.ui import loaders
from lib.ui.frame import PAGE, notice

MOST_NAMED = 6  # a link can carry hundreds of unknown parameters
WRITTEN, VIEW, IGNORED = "_written", "_view", "_ignored"


def begin() -> None:
    """Read the link, when it is not the one that this page wrote: a first visit, or the browser's back button. Another
    page, opened from the menu, begins with the view of the one before.

    A widget that was changed outranks the address: a quick second click arrives with the address as it was before the
    first one was answered. Streamlit forgets widgets that a page does not show: these are filled in from the view."""
    state, raw = st.session_state, _address()
    page, written = state.get(WRITTEN, ("", {}))
    if page == state[PAGE]:
        for key, value in _widgets(state[VIEW]).items():
            state.setdefault(key, value)
        if raw == written or current() != state[VIEW]:
            return
    carried = replace(state[VIEW], page=1) if page and page != state[PAGE] and not raw else None
    view, ignored = (carried, ()) if carried else links.parse(raw, loaders.topic_names(), loaders.source_names())
    state.update({WRITTEN: (state[PAGE], raw), VIEW: view, IGNORED: (view, ignored)}, **_widgets(view))


def current() -> View:
    """The view that the widgets stand for now."""
    state = st.session_state
    return View(
        countries=tuple(c for c in CODES if c in state.country) or CODES,
        range=state.range or View().range,
        since=state.since,
        until=state.until,
        measure=state.show,
        direction=state.per,
        base=state.base,
        sources=tuple(s for s in loaders.source_names() if s in state.source),
        log=state.log,
        topics=tuple(t for t in loaders.topic_names() if t in state.topic),
        news=tuple(state.news) if state.free else None,
        any_date=state.any_date,
        words=state.q.strip(),
        page=state.page,
    )


def settle_page(total: int, size: int) -> int:
    """The page to show: the one asked for, or the last where there are fewer. Call it before the pager is drawn."""
    st.session_state.page = min(st.session_state.page, max(1, -(-total // size)))
    return int(st.session_state.page)


def write(view: View) -> None:
    """Put the view into the address bar."""
    params = links.params(view)
    if params != _address():
        st.query_params.from_dict(params)
    st.session_state.update({WRITTEN: (st.session_state[PAGE], params), VIEW: view})


def tell_ignored(view: View) -> None:
    """One notice for all parts of the link that were not understood, until the reader moves on."""
    asked, ignored = st.session_state[IGNORED]
    if ignored and asked == view:
        more = f"; and {len(ignored) - MOST_NAMED} more" if len(ignored) > MOST_NAMED else ""
        named = "; ".join(map(_words, ignored[:MOST_NAMED]))
        notice(f"Not understood in this link, so left at the default: {named}{more}.")


def first_page() -> None:
    """A changed filter starts at page 1."""
    st.session_state.page = 1


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _words(part: Ignored) -> str:
    return f"{part.name} = “{part.value}” ({part.why})"


def _widgets(view: View) -> dict[str, Any]:
    """What each widget holds, by its key, for a view."""
    return {
        "country": [] if view.countries == CODES else list(view.countries),
        "range": None if view.custom else view.range,
        "since": view.since,
        "until": view.until,
        "show": view.measure,
        "per": view.direction,
        "base": view.base,
        "source": list(view.sources),
        "log": view.log,
        "topic": list(view.topics),
        "q": view.words,
        "page": view.page,
        "free": view.news is not None,
        "news": list(view.news or ()),
        "any_date": view.any_date,
    }
