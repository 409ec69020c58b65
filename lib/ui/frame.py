"""What every page begins with. Pages are found by Streamlit's own discovery and draw this menu themselves, because
`st.navigation` next to a `pages/` folder runs the first visitor's deep link without the entry point."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from lib import notation
from lib.models import Run
from lib.ui import loaders, markup, refresher, ticker

PAGES = {"app.py": "Rates & news", "pages/articles.py": "Articles", "pages/sources.py": "Sources"}
WATCH_SECONDS = float(
    os.environ.get("ALTYN_WATCH_SECONDS", "25")
)  # new data shows within half a minute, without a reload
PAGE = "_page"  # session state: the title of the page that runs
STYLE = Path(__file__).parent / "style.css"


def frame(title: str) -> int:
    """Begin a page: config, style, menu, as-of line, ticker.

    Returns the store's revision, which the page passes to every loader."""
    st.set_page_config(page_title=f"{title} · Altyn", page_icon="🪙", layout="wide")
    st.html(STYLE)
    st.session_state[PAGE] = title
    refresher.start()
    revision = loaders.revision()
    _menu()
    st.html(ticker.html(revision))
    _watch(revision)
    return revision


def _menu() -> None:
    """The pages, and where the data stand. The view is carried along by the session (`lib.ui.view`)."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="menu"):
        st.markdown("**Altyn**", width="content")
        for page, label in PAGES.items():
            st.page_link(page, label=label)
        st.html(_asof())


def notice(words: str) -> None:
    """One sentence that a reader should not overlook; any text is literal."""
    st.html(f'<div class="notice" role="status">{markup.text(words)}</div>')


def empty(words: str) -> None:
    """What is empty, and what to do about it."""
    st.html(f'<div class="empty" role="status">{markup.text(words)}</div>')


def _asof() -> str:
    """Where the figures come from: a refresh, or the bundled snapshot."""
    runs = loaders.store().runs
    refreshed = runs.last_success()
    if refreshed:
        last = max(run.ended for run in refreshed.values())
        words = f"Refreshed {notation.day(last.date())}, {last:%H:%M} UTC."
    else:
        words = _snapshot_words(runs.latest().get("snapshot"))
    return f'<div class="asof muted" role="status">{markup.text(words)}</div>'


def _snapshot_words(seeded: Run | None) -> str:
    if seeded is None:
        return "No data are held yet."
    _, newest = loaders.span(loaders.revision())
    return (
        f"Bundled snapshot, rates to {notation.day(newest)}: no source has been reached yet, "
        "and the Sources page says why."
    )


@st.fragment(run_every=WATCH_SECONDS)
def _watch(seen: int) -> None:
    """Rerun the page when the store has changed under it."""
    if loaders.revision() != seen:
        st.rerun(scope="app")
