"""What every page begins with. Pages are found by Streamlit's own discovery and draw this menu themselves, because
`st.navigation` next to a `pages/` folder runs the first visitor's deep link without the entry point."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from lib import catalog, notation
from lib.desk import State
from lib.errors import AltynError
from lib.links import View
from lib.models import Run
from lib.ui import hands, loaders, markup, refresher, ticker, trouble, view
from lib.ui.view import PAGE
from lib.words import LANGUAGES, spoken, t

PAGES = {"app.py": "Rates & news", "pages/articles.py": "Articles", "pages/sources.py": "Sources"}
WATCH_SECONDS = float(
    os.environ.get("ALTYN_WATCH_SECONDS", "25")
)  # new data shows within half a minute, without a reload
NAMES = {"en": "English", "ru": "Русский"}
STYLE = Path(__file__).parent / "style.css"


def page(title: str, body: Callable[[State], None]) -> None:
    """A whole page: what every page begins with, then its own body. Where the store fails the menu
    stays, and a sentence says why and what to do."""
    st.session_state[PAGE] = title
    st.set_page_config(page_title=f"{title} · Altyn", page_icon="🪙", layout="wide")
    st.html(STYLE)
    try:
        now = frame()
    except AltynError as failed:
        if not st.context.is_embedded:
            _menu("")
        trouble.show(failed)
        return
    body(now)


def frame() -> State:
    """Style, the view of this session, menu, as-of line, ticker. A part that stands alone in another
    page has none of the last three.

    Returns the state of the store that the page shows unless its view is frozen at another."""
    refresher.start()
    now = loaders.state()
    view.begin()
    if not st.context.is_embedded:
        shown = view.current()
        asof, figures = _asof(now), ticker.html(shown, loaders.state_of(shown, now))
        _menu(asof)
        st.html(figures)
    _watch(now)
    return now


def _menu(asof: str) -> None:
    """The pages, the languages, and where the data stand. The view is carried along by the session
    (`lib.ui.view`)."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="menu"):
        st.markdown("**Altyn**", width="content")
        for page, label in PAGES.items():
            st.page_link(page, label=t(label))
        tongues = " ".join(_tongue(code) for code in LANGUAGES)
        st.html(f'<div class="place">{asof}<div class="tongues">{tongues}</div></div>')


def _tongue(code: str) -> str:
    """A language of the interface; the browser changes the link and reads the page anew."""
    if code == spoken():
        return f'<span class="act" aria-current="true">{code.upper()}</span>'
    return hands.button("lang", code, code.upper(), NAMES[code])


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
    return f'<div class="asof muted" role="status">{markup.text(words)}</div>'


def _snapshot_words(seeded: Run | None, now: State) -> str:
    if seeded is None:
        return t("No data are held yet.")
    desk = loaders.desk()
    newest = (desk.lines.span(now) or desk.span(View(), now))[1]
    return t(
        "Bundled snapshot, rates to {day}: no source has been reached yet, and the Sources page says why.",
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
