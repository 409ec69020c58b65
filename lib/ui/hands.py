"""What a reader does by clicking on our own HTML: one listener for the page, since a widget for each of the things to
do on a card would cost every rerun more than the whole feed does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from lib.ui import markup
from lib.words import spoken, t

KEY = "hands"
REGIONS = {  # Streamlit's own elements that need a role and a name, by selector; an empty name is none
    "[data-testid=stMain]": ("main", ""),
    ".st-key-controls": ("group", "Chart settings"),
    ".st-key-newscontrols": ("group", "News filters"),
    ".st-key-facets": ("group", "Filters"),
    ".st-key-chartpart": ("region", "Chart"),
    ".st-key-feedpart": ("region", "News"),
    ".st-key-results": ("region", "Results"),
}

_listener = st.components.v2.component("altyn.hands", js=(Path(__file__).parent / "hands.js").read_text("utf-8"))


def button(
    act: str,
    value: str,
    label: str,
    why: str = "",
    *,
    css: str = "",
    more: str = "",
    attributes: Mapping[str, str] | None = None,
) -> str:
    """A button within our HTML, which does `act`. `why` shows on hover; `more` is read out after the label, where the
    label alone would be the name of several buttons. The label's own markup is made by `inner`."""
    return inner(act, value, markup.text(label), why, css=css, more=more, attributes=attributes)


def inner(
    act: str,
    value: str,
    html: str,
    why: str = "",
    *,
    css: str = "",
    more: str = "",
    attributes: Mapping[str, str] | None = None,
) -> str:
    """A button whose label is HTML."""
    given = {**({"title": why} if why else {}), **(attributes or {})}
    written = "".join(f' {name}="{markup.text(text)}"' for name, text in given.items())
    read_out = f'<span class="sr"> {markup.text(more)}</span>' if more else ""
    return (
        f'<button type="button" class="{f"act {css}".strip()}" data-act="{act}"'
        f' data-value="{markup.text(value)}"{written}>{html}{read_out}</button>'
    )


def listen(acts: dict[str, Callable[[str], None]]) -> None:
    """Do each act with its value when it is clicked. Call it once in what is to be rerun."""
    regions = {selector: (role, t(label) if label else "") for selector, (role, label) in REGIONS.items()}
    data = {"language": spoken(), "regions": regions, "embedded": st.context.is_embedded}
    _listener(key=KEY, data=data, **{f"on_{act}_change": _doing(act, do) for act, do in acts.items()})


def _doing(act: str, do: Callable[[str], None]) -> Callable[[], None]:
    def done() -> None:
        value: Any = st.session_state[KEY].get(act)
        if isinstance(value, str):
            do(value)

    return done
