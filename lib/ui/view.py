"""The view of this session. A link fills the widgets; the widgets make the view; the view writes the link.

Streamlit can bind a widget to the URL by itself, but then the URL holds the widget's *labels* (counts and language
included), and what it does not understand vanishes without a word. `lib.links` is a tested pure function instead.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from lib import links, words
from lib.countries import CODES
from lib.links import Ignored, View
from lib.ui import loaders
from lib.ui.notices import notice
from lib.words import t

MOST_NAMED = 6  # a link can carry hundreds of unknown parameters
PAGE, WRITTEN, VIEW, IGNORED = "_page", "_written", "_view", "_ignored"  # PAGE: the title of the page that runs
PLAIN = (  # parts of the view under their own names
    *("asof", "lang", "part", "selected", "mark", "table"),
    *("sort", "size", "story"),
)
LISTS = ("outlets", "languages", "months")  # likewise, of which a reader may choose several
AROUND = timedelta(days=30)  # of an article's day, on either side
NTH_CHART, DRAWN, FIGURED, LEAVING = "_nth_chart", "_drawn", "_figured", "_leaving"


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
            words.speak(state.lang)
            return
    carried = replace(state[VIEW], page=1) if page and page != state[PAGE] and not raw else None
    view, ignored = (
        (carried, ()) if carried else links.parse(raw, loaders.topic_names(), loaders.source_names(), loaders.now())
    )
    state.update({WRITTEN: (state[PAGE], raw), VIEW: view, IGNORED: (view, ignored)}, **_widgets(view))
    _redraw()
    words.speak(state.lang)


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
        **{name: state[name] for name in PLAIN},
        **{name: tuple(state[name]) for name in LISTS},
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
        more = t("; and {n} more", n=len(ignored) - MOST_NAMED) if len(ignored) > MOST_NAMED else ""
        named = "; ".join(map(_words, ignored[:MOST_NAMED]))
        notice(t("Not understood in this link, so left at the default: {named}{more}.", named=named, more=more))


def first_page() -> None:
    """A changed filter starts at page 1."""
    st.session_state.page = 1


def brush(days: tuple[date, date] | None) -> None:
    """Let the feed follow a span that the reader has drawn on the chart, which shows it already."""
    st.session_state.selected = days
    first_page()


def select(days: tuple[date, date] | None) -> None:
    """Let the feed follow a span, and the chart show it; none takes it back."""
    brush(days)
    _redraw()


def days(value: str) -> None:
    """Asked for by a button: "2026-03-03..2026-03-07" to select, nothing to take the selection back."""
    since, _, until = value.partition("..")
    select((date.fromisoformat(since), date.fromisoformat(until)) if value else None)


def show(value: str) -> None:
    """Asked for by a button: "KZ 2026-03-05" shows a country's currency around a day, which is marked."""
    code, _, told = value.partition(" ")
    day = date.fromisoformat(told)
    around = {"since": day - AROUND, "until": day + AROUND}
    st.session_state.update(country=[code], range=None, mark=day, selected=None, table=False, **around)
    first_page()
    _redraw()


def show_there(value: str) -> None:
    """As `show`, asked for on another page than the chart's: `leave` goes there."""
    show(value)
    st.session_state.update({VIEW: current(), LEAVING: True})


def leave() -> None:
    """Go to the chart where that was asked for."""
    if st.session_state.pop(LEAVING, False):
        st.switch_page("app.py")


def story(key: str) -> None:
    """Asked for by a button: the articles on one event, or all again."""
    st.session_state.story = key
    first_page()


def table(value: str) -> None:
    """Asked for by a button: the table for the chart, or back."""
    st.session_state.table = bool(value)
    _redraw()


def today(_value: str) -> None:
    """Leave the past."""
    st.session_state.update(_widgets(links.live(current())))
    _redraw()


def chart_key() -> str:
    """Of the chart as it is: another one where the browser must forget what was drawn on the one before."""
    return f"chart{st.session_state.get(NTH_CHART, 0)}"


def to_draw(view: View) -> tuple[object, tuple[date, date] | None]:
    """What tells one figure from another, and the selection that the figure itself holds. While nothing but a drawn
    span changes that stays what it was, so that the same figure is neither sent nor drawn again."""
    state = st.session_state
    figured = (replace(view, selected=None, page=1), loaders.revision())
    if state.get(FIGURED) != figured or (state[DRAWN] and state[DRAWN] != view.selected):
        state.update({FIGURED: figured, DRAWN: view.selected})
    chosen: tuple[date, date] | None = state[DRAWN]
    return figured, chosen


def figured() -> object:
    """What tells one figure from another."""
    return st.session_state.get(FIGURED)


def _redraw() -> None:
    state = st.session_state
    state.update({NTH_CHART: state.get(NTH_CHART, 0) + 1, FIGURED: None})


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _words(part: Ignored) -> str:
    return f"{part.name} = “{part.value}” ({t(part.reason, told=part.told)})"


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
        **{name: getattr(view, name) for name in PLAIN},
        **{name: list(getattr(view, name)) for name in LISTS},
    }
