"""What every page begins with. Pages are found by Streamlit's own discovery and draw this menu themselves, because
`st.navigation` next to a `pages/` folder runs the first visitor's deep link without the entry point."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from lib import catalog, notation
from lib.models import Run
from lib.ui import hands, loaders, markup, refresher, ticker, view
from lib.ui.view import PAGE
from lib.words import LANGUAGES, spoken, t

PAGES = {"app.py": "Rates & news", "pages/articles.py": "Articles", "pages/sources.py": "Sources"}
WATCH_SECONDS = float(
    os.environ.get("ALTYN_WATCH_SECONDS", "25")
)  # new data shows within half a minute, without a reload
NAMES = {"en": "English", "ru": "Русский"}
STYLE = Path(__file__).parent / "style.css"


def frame(title: str) -> int:
    """Begin a page: config, style, the view of this session, menu, as-of line, ticker. A part that stands alone in
    another page has none of the last three.

    Returns the store's revision, which the page passes to every loader."""
    st.session_state[PAGE] = title
    st.set_page_config(page_title=f"{title} · Altyn", page_icon="🪙", layout="wide")
    st.html(STYLE)
    refresher.start()
    revision = loaders.revision()
    view.begin()
    seen = view.current()
    if not st.context.is_embedded:
        _menu()
        st.html(ticker.html(revision, seen.asof, spoken()))
    _watch(revision)
    return revision


def _menu() -> None:
    """The pages, the languages, and where the data stand. The view is carried along by the session (`lib.ui.view`)."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="menu"):
        st.markdown("**Altyn**", width="content")
        for page, label in PAGES.items():
            st.page_link(page, label=t(label))
        tongues = " ".join(_tongue(code) for code in LANGUAGES)
        st.html(f'<div class="place">{_asof()}<div class="tongues">{tongues}</div></div>')


def _tongue(code: str) -> str:
    """A language of the interface; the browser changes the link and reads the page anew."""
    if code == spoken():
        return f'<span class="act" aria-current="true">{code.upper()}</span>'
    return hands.button("lang", code, code.upper(), NAMES[code])


def _asof() -> str:
    """Where the figures come from: a refresh, or the bundled snapshot."""
    runs = loaders.store().runs
    asked = {key for key, source in catalog.sources().items() if source.kind != "peg"} | {*catalog.feeds()}
    refreshed = {key: run for key, run in runs.last_success().items() if key in asked}  # a peg asks nobody
    if refreshed:
        last = max(run.ended for run in refreshed.values())
        words = t("Refreshed {day}, {time} UTC.", day=notation.day(last.date()), time=f"{last:%H:%M}")
    else:
        words = _snapshot_words(runs.latest().get("snapshot"))
    return f'<div class="asof muted" role="status">{markup.text(words)}</div>'


def _snapshot_words(seeded: Run | None) -> str:
    if seeded is None:
        return t("No data are held yet.")
    revision = loaders.revision()
    _, newest = loaders.rates_span(revision) or loaders.span(revision)
    return t(
        "Bundled snapshot, rates to {day}: no source has been reached yet, and the Sources page says why.",
        day=notation.day(newest),
    )


@st.fragment(run_every=WATCH_SECONDS)
def _watch(seen: int) -> None:
    """Rerun the page when the store has changed under it."""
    if loaders.revision() != seen:
        st.rerun(scope="app")
