"""The notice on what a page's link has that was not understood."""

from __future__ import annotations

import streamlit as st

from lib.links import Ignored, View
from lib.ui import loaders
from lib.ui.notices import notice
from lib.ui.view import IGNORED, SETTLED
from lib.words import t

MAX_NAMED = 6  # a link can carry hundreds of unknown parameters


def tell(view: View) -> None:
    """One notice for all parts of the link that were not understood, until the reader moves on."""
    asked, ignored = st.session_state[IGNORED]
    if ignored and asked == view:
        more = t("; and {n} more", n=len(ignored) - MAX_NAMED) if len(ignored) > MAX_NAMED else ""
        named = "; ".join(map(_words, ignored[:MAX_NAMED]))
        notice(t("Ignored parts of this link: {named}{more}.", named=named, more=more))
    _tell_settled(view)


def _tell_settled(view: View) -> None:
    """A notice where a link names an instant at which nothing was written: what is shown is the state before it."""
    asked, instant = st.session_state[SETTLED]
    if instant and view.asof and asked == view:
        notice(
            t(
                "The link asks for {asked}; what the server recorded last by then is of {found}.",
                asked=loaders.moment(instant),
                found=loaders.moment(view.asof),
            )
        )


def _words(part: Ignored) -> str:
    return f"{part.name} = “{part.value}” ({t(part.reason, told=part.told)})"
