"""What a reader does by clicking on our own HTML: one listener for the page, since a widget for each of the things to
do on a card would cost every rerun more than the whole feed does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from lib.ui import markup
from lib.words import spoken

KEY = "hands"

_listener = st.components.v2.component("altyn.hands", js=(Path(__file__).parent / "hands.js").read_text("utf-8"))


def button(act: str, value: str, label: str, why: str = "") -> str:
    """A button within our HTML, which does `act`."""
    told = f' title="{markup.text(why)}" aria-label="{markup.text(why)}"' if why else ""
    return (
        f'<button type="button" class="act" data-act="{act}" data-value="{markup.text(value)}"{told}>'
        f"{markup.text(label)}</button>"
    )


def listen(acts: dict[str, Callable[[str], None]]) -> None:
    """Do what is asked for: each act with its value. Call it once in what is to be rerun."""
    _listener(key=KEY, data={"language": spoken()}, **{f"on_{act}_change": _doing(act, do) for act, do in acts.items()})


def _doing(act: str, do: Callable[[str], None]) -> Callable[[], None]:
    def done() -> None:
        asked: Any = st.session_state[KEY].get(act)
        if isinstance(asked, str):
            do(asked)

    return done
