"""A page that cannot be drawn: the sentence that says why and what to do, in place of what failed, and
the page again by itself once the cause is gone.

What a reader has chosen meanwhile is kept. Errors that are no AltynError are bugs, and stay loud.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from lib.errors import AltynError
from lib.ui import loaders, markup, view
from lib.words import t

RETRY_SECONDS = float(os.environ.get("ALTYN_RETRY_SECONDS", "5"))

JUST_SHOWN = "_just_shown"  # session state

P = ParamSpec("P")
log = logging.getLogger(__name__)


def guarded(draw: Callable[P, None]) -> Callable[P, None]:
    """Draws a part of a page, or the reason why it cannot be drawn."""

    @wraps(draw)
    def drawn(*args: P.args, **options: P.kwargs) -> None:
        try:
            draw(*args, **options)
        except AltynError as failed:
            view.keep()
            show(failed)

    return drawn


def show(failed: AltynError) -> None:
    """The sentence, and a look every few seconds whether the cause is gone."""
    log.error("a page could not be drawn: %s", failed)
    again = t("This page comes back by itself once that is over.")
    words = f'<span lang="en">{markup.text(failed)}.</span> {markup.text(again)}'
    st.html(f'<div class="notice trouble" role="alert">{words}</div>')
    st.session_state[JUST_SHOWN] = True
    _retry()


@st.fragment(run_every=RETRY_SECONDS)
def _retry() -> None:
    """Draw the whole page again once the store answers; not in the run that has just failed, or a
    page that fails for another reason would be drawn in a circle."""
    if st.session_state.pop(JUST_SHOWN, False):
        return
    try:
        loaders.state()
    except AltynError:
        return
    st.rerun(scope="app")
