"""One sentence where a reader should see it; any text is literal."""

from __future__ import annotations

import streamlit as st

from lib.ui import markup


def notice(words: str) -> None:
    """What a reader should not overlook."""
    st.html(f'<div class="notice" role="status">{markup.text(words)}</div>')


def empty(words: str) -> None:
    """What is empty, and what to do about it."""
    st.html(f'<div class="empty" role="status">{markup.text(words)}</div>')
