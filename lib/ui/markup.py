"""Text from the store to HTML, escaped. Everything that a feed, a link or a query brought in passes through here."""

from __future__ import annotations

import base64
from html import escape
from urllib.parse import urlsplit

import numpy as np

from lib.desk import highlight
from lib.words import t

SPARK_WIDTH, SPARK_HEIGHT = 84, 24


def text(value: object) -> str:
    """Any text as literal text, also inside a quoted attribute."""
    return escape(str(value), quote=True)


def heading(title: str) -> str:
    """The heading of a page."""
    return f'<h1 class="page">{text(t(title))}</h1>'


def marked(value: str, words: str) -> str:
    """Text in which the words that a reader asked for are marked."""
    pieces = ((text(piece), asked) for piece, asked in highlight(value, words))
    return "".join(f"<mark>{piece}</mark>" if asked else piece for piece, asked in pieces)


def link(url: str, label: str, css: str = "", language: str = "", words: str = "") -> str:
    """A link out for http(s) addresses, the bare label for everything else, with `words` marked in it. `language` is
    that of the label, for those who are read to."""
    told = f' lang="{text(language)}"' if language else ""
    try:
        safe = urlsplit(url).scheme in ("http", "https")
    except ValueError:
        safe = False
    if not safe:
        return f'<span class="{css}"{told}>{marked(label, words)}</span>'
    out = f'href="{text(url)}" target="_blank" rel="noopener noreferrer"'
    return f'<a class="{css}"{told} {out}>{marked(label, words)}</a>'


def spark(values: np.ndarray, colour: str) -> str:
    """A small line of the last values, as an image: st.html lets no inline SVG through."""
    if len(values) < 2:
        return ""
    low, high = float(values.min()), float(values.max())
    xs = np.linspace(1, SPARK_WIDTH - 1, len(values))
    ys = SPARK_HEIGHT - 2 - (values - low) / ((high - low) or 1) * (SPARK_HEIGHT - 4)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}">'
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.4"/></svg>'
    )
    data = base64.b64encode(svg.encode()).decode()
    size = f'width="{SPARK_WIDTH}" height="{SPARK_HEIGHT}"'
    return f'<img class="spark" alt="" {size} src="data:image/svg+xml;base64,{data}">'
