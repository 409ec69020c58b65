"""What every page begins with. Pages are found by Streamlit's own discovery and draw this menu themselves, because
`st.navigation` next to a `pages/` folder runs the first visitor's deep link without the entry point."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import catalog, notation
from lib.desk import State
from lib.errors import AltynError
from lib.links import View
from lib.models import Run
from lib.ui import hands, heights, loaders, markup, share, trouble, view
from lib.ui.view import PAGE
from lib.words import LANGUAGES, spoken, t

PAGES = {  # title: path below the root
    **{"Rates & news": "", "Articles": "articles"},
    **{"Compare": "compare", "Impact": "impact"},
    **{"Sources": "sources"},
}
WATCH_SECONDS = float(
    os.environ.get("ALTYN_WATCH_SECONDS", "25")
)  # new data shows within half a minute, without a reload
STYLE = Path(__file__).parent / "style.css"  # the server puts it into the HTML
NAMES = {"en": "English", "ru": "Русский"}


def page(title: str, body: Callable[[State], None]) -> None:
    """A whole page: what every page begins with, then its own body. Where the store fails the menu
    stays, and a sentence says why and what to do."""
    st.session_state[PAGE] = title
    st.set_page_config(page_title=f"{title} · Altyn", page_icon="🪙", layout="wide")
    with st.container(gap="xsmall"):
        bar = (
            st.container() if st.context.is_embedded else st.container(height=heights.MENU, border=False, key="menubar")
        )
        try:
            now = frame(title, bar)
        except AltynError as failed:
            if not st.context.is_embedded:
                _menu(bar, title, "")
            trouble.show(failed)
            return
        body(now)


def frame(title: str, bar: DeltaGenerator) -> State:
    """The view of this session, menu, as-of line. A part that stands alone in another page has none
    of the last two.

    Returns the state of the store that the page shows unless its view is frozen at another."""
    now = loaders.state()
    view.begin()
    if spoken() != "en":
        st.set_page_config(page_title=f"{t(title)} · Altyn", layout="wide")
    if not st.context.is_embedded:
        _menu(bar, title, _asof(now))
    _watch(now)
    return now


def _menu(bar: DeltaGenerator, title: str, asof: str) -> None:
    """The pages, the languages, and where the data stand. A link carries the view: the browser adds it when the link
    is followed, so that it has what was chosen since the menu was drawn."""
    pages = "".join(_page_link(name, title) for name in PAGES)
    tongues = "".join(_tongue(code) for code in LANGUAGES)
    bar.html(
        f'<div class="menu"><span class="brand">Altyn</span><nav aria-label="{t("Pages")}">{pages}</nav>{asof}'
        f'<div class="tongues" role="group" aria-label="{t("Language")}">{tongues}</div></div>'
    )


def top(figures: str, acts: dict[str, Callable[[str], None]]) -> None:
    """The ticker, and the listener for what the page's own HTML offers to do. Of a fixed height, as
    the menu is, so that nothing below moves while the browser loads what draws them."""
    with st.container(height=heights.TICKER, border=False, key="top"):
        st.html(figures)
        hands.listen(acts)


def _page_link(name: str, current: str) -> str:
    here = ' aria-current="page"' if name == current else ""
    return f'<a data-go data-carry href="{markup.text(share.root())}{PAGES[name]}"{here}>{t(name)}</a>'


def _tongue(code: str) -> str:
    """A language of the interface; the browser changes the link and reads the page anew."""
    current = {"aria-current": "true"} if code == spoken() else {}
    label = {"lang": code, **current}
    return hands.button("lang", code, code.upper(), NAMES[code], more=NAMES[code], attributes=label)


def _asof(now: State) -> str:
    """Where the figures come from: a refresh, or the bundled snapshot."""
    log = loaders.desk().run_log()
    asked = {key for key, source in catalog.sources().items() if source.kind != "peg"} | {*catalog.feeds()}
    refreshed = {key: run for key, run in log.last_success.items() if key in asked}  # a peg asks nobody
    if refreshed:
        last = max(run.ended for run in refreshed.values())
        words = t("Refreshed {day}, {time} UTC.", day=notation.day(last.date()), time=f"{last:%H:%M}")
    else:
        words = _snapshot_words(log.latest.get("snapshot"), now)
    css = "asof live" if refreshed else "asof"
    shown = markup.text(words)
    return f'<div class="{css} muted" role="status" title="{shown}"><i></i><span>{shown}</span></div>'


def _snapshot_words(seeded: Run | None, now: State) -> str:
    if seeded is None:
        return t("No data yet.")
    desk = loaders.desk()
    newest = (desk.lines.span(now) or desk.span(View(), now))[1]
    return t(
        "Offline snapshot to {day}; no live source reached yet (see Sources)",
        day=notation.day(newest),
    )


@st.fragment(run_every=WATCH_SECONDS)
def _watch(shown: State) -> None:
    """Rerun the page when the store has changed under it."""
    try:
        changed = loaders.state() != shown
    except AltynError as failed:
        trouble.show(failed)
        return
    if changed:
        st.rerun(scope="app")
