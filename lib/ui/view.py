"""The view of this session. A link fills the widgets; the widgets make the view; the view writes the link.

Streamlit can bind a widget to the URL by itself, but then the URL holds the widget's *labels* (counts and language
included), and what it does not understand vanishes without a word. `lib.links` is a tested pure function instead.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st

from lib import links, words
from lib.countries import CODES
from lib.desk import Days, State
from lib.links import Ignored, View
from lib.ui import loaders, selection

PAGE, WRITTEN, VIEW = "_page", "_written", "_view"  # PAGE: the title of the page that runs
IGNORED, SETTLED = "_ignored", "_settled"  # what was not understood in a link, and its instant, each with the view
PLAIN = (  # parts of the view under their own names
    *("asof", "lines", "lang", "part", "selected", "mark", "table"),
    *("sort", "size", "story", "event_window", "normal"),
    *("by", "amount", "day", "study", "window", "driver"),  # of Compare
)
LISTS = ("outlets", "languages", "months", "adjust")  # likewise, of which a reader may choose several
BEHIND = {  # the widgets behind a button, by the button's key
    "dates": ("since", "until"),
    "chart_menu": ("show", "per", "base", "source", "log"),
    "method": ("event_window", "normal", "adjust"),
}
OPENED = "_opened_"  # and a button's key: whether it was open in the last run
AROUND = timedelta(days=30)  # of an article's day, on either side
NTH_CHART, DRAWN, FIGURED = "_nth_chart", "_drawn", "_figured"


def begin() -> None:
    """Read the link, when it is not the one that this page wrote: a first visit, another page, or the browser's back
    button. Links between pages carry the whole view, so that an address alone says what a page shows.

    A widget that was changed outranks the address: a quick second click arrives with the address as it was before the
    first one was answered."""
    state, raw = st.session_state, _address()
    page, written = state.get(WRITTEN, ("", {}))
    if page == state[PAGE]:
        _restore()
        if raw == written or current() != state[VIEW]:
            words.speak(state.lang)
            return
    view, ignored, settled = _followed(raw)
    state.update({WRITTEN: (state[PAGE], raw), VIEW: view, IGNORED: (view, ignored), SETTLED: (view, settled)})
    fill(view)
    _redraw()
    words.speak(state.lang)


def keep() -> None:
    """Keep what the widgets stand for, on a page that could not be drawn to its end: Streamlit forgets
    those that were not drawn."""
    state = st.session_state
    if VIEW in state and state.get(WRITTEN, ("",))[0] == state[PAGE] and _widgets(state[VIEW]).keys() <= set(state):
        state[VIEW] = current()


def _followed(raw: dict[str, list[str]]) -> tuple[View, tuple[Ignored, ...], datetime | None]:
    """The view of a link, what of it was not understood, and its instant where that is no stamp of a state: the view
    has the stamp of the last state by then."""
    desk = loaders.desk()
    asked, ignored = links.parse(raw, loaders.topic_names(), loaders.source_names(), desk.latest_instant())
    view = desk.settled(asked)
    return view, ignored, asked.asof if view.asof != asked.asof else None


def _restore() -> None:
    """Streamlit forgets the widgets that a page does not show: they are filled in from the view. Of those behind a
    button that has just been opened the browser still has what they held before a choice."""
    state, held = st.session_state, _widgets(st.session_state[VIEW])
    for button, keys in BEHIND.items():
        is_open = bool(state.get(button))
        if is_open and not state.get(f"{OPENED}{button}"):
            state.update({key: held[key] for key in keys})
        state[f"{OPENED}{button}"] = is_open
    for key, value in held.items():
        state.setdefault(key, value)


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
        sources=tuple(state.source),
        log=state.log,
        topics=tuple(t for t in loaders.topic_names() if t in state.topic),
        news=tuple(state.news) if state.free else None,
        any_date=state.any_date,
        words=state.q.strip(),
        page=state.page,
        pair=state.pair_from + state.pair_to if state.pair_from != state.pair_to else View().pair,
        **{name: state[name] for name in PLAIN},
        **{name: tuple(state[name]) for name in LISTS},
    )


def at_callback() -> View:
    """The view that the widgets stand for, before `begin` has filled in those that are not drawn."""
    _restore()
    return current()


def fill(view: View) -> None:
    """Let the widgets stand for a view."""
    st.session_state.update(_widgets(view))


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


def other_lines() -> None:
    """Another base or other days: what the link says of where lines came from no longer holds."""
    st.session_state.lines = ()


def first_page() -> None:
    """A changed filter starts at page 1."""
    st.session_state.page = 1


def brush(days: Days | None) -> None:
    """Let the feed follow a span that the reader has drawn on the chart, which shows it already."""
    st.session_state.selected = days
    first_page()


def select(days: Days | None) -> None:
    """Let the feed follow a span, and the chart show it; none takes it back."""
    brush(days)
    _redraw()


def days(value: str) -> None:
    """Requested by a button: "2026-03-03..2026-03-07" to select, nothing to take the selection back. What no button of
    ours says is ignored, here and below: whoever speaks to the server without our page can send anything."""
    span = selection.span_of(value)
    if span or not value:
        select(span)


def zoom(value: str) -> None:
    """Requested by a button: "2026-03-03..2026-03-07" becomes the period of the chart."""
    span = selection.span_of(value)
    if span:
        found = replace(at_callback(), since=span[0], until=span[1], selected=None, page=1, lines=())
        fill(found)
        _redraw()


def around(view: View, code: str, day: date) -> View | None:
    """The view that shows a country's currency around a day, which is marked; None for a day that no link can name.
    It does not run into the future: no rate of it is known."""
    span = selection.span_of(f"{day - AROUND}..{day + AROUND}")
    if code not in CODES or span is None:
        return None
    since, until = span[0], max(day, min(span[1], loaders.last_day(view)))
    days = {"since": since, "until": until, "mark": day, "selected": None, "lines": ()}
    return replace(view, countries=(code,), range=View().range, table=False, page=1, story="", **days)


def show(value: str) -> None:
    """Requested by a button: "KZ 2026-03-05" shows a country's currency around a day, which is marked."""
    code, _, told = value.partition(" ")
    day = links.parse({"mark": [told]}, ())[0].mark
    found = around(at_callback(), code, day) if day else None
    if found:
        fill(found)
        _redraw()


def turn_to(number: str) -> None:
    """Requested by a button: a page of the articles."""
    st.session_state.page = links.parse({"page": [number]}, ())[0].page


def story(key: str) -> None:
    """Requested by a button: the articles on one event, or all again."""
    story = links.parse({"story": [key]}, ())[0].story
    if story or not key:
        st.session_state.story = story
        first_page()


def table(value: str) -> None:
    """Requested by a button: the table for the chart, or back."""
    st.session_state.table = bool(value)
    _redraw()


def today(_value: str) -> None:
    """Leave the past."""
    fill(links.live(at_callback()))
    _redraw()


def chart_key() -> str:
    """Of the chart as it is: another one where the browser must forget what was drawn on the one before."""
    return f"chart{st.session_state.get(NTH_CHART, 0)}"


def to_draw(view: View, shown: State) -> tuple[object, tuple[date, date] | None]:
    """What tells one figure from another, and the selection that the figure itself holds. While nothing but a drawn
    span changes that stays what it was, so that the same figure is neither sent nor drawn again."""
    state = st.session_state
    figured = (replace(view, selected=None, page=1), shown.rates, shown.articles)
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
        "pair_from": view.pair[:3],
        "pair_to": view.pair[3:],
        "free": view.news is not None,
        "news": list(view.news or ()),
        "any_date": view.any_date,
        **{name: getattr(view, name) for name in PLAIN},
        **{name: list(getattr(view, name)) for name in LISTS},
    }
