"""Text in a picture: the few tags that labels use, as SVG; everything else literal."""

from __future__ import annotations

import re
from html import escape, unescape

FAMILY = "Noto Sans, DejaVu Sans, sans-serif"
TAG = re.compile(r"(<br>|</?b>|<span style=\"color:#[0-9a-fA-F]{6}\">|</span>)")
LINE = 1.25  # the height of a line of text, in sizes
WIDTHS = {"narrow": 0.3, "wide": 0.9, "upper": 0.68, "other": 0.57}  # of a character, in sizes


def text(
    x: float,
    y: float,
    words: str,
    size: float,
    colour: str,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    """Words at a place, on as many lines as they have; `<b>` and coloured spans are understood."""
    lines = words.split("<br>")
    spans = "".join(_line(x, n * size * LINE, line) for n, line in enumerate(lines))
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" '
        f'text-anchor="{anchor}"{weight}>{spans}</text>'
    )


def width(words: str, size: float) -> float:
    """About how wide the longest line is; a little too wide rather than too narrow."""
    lines = re.sub(TAG, lambda tag: "\n" if tag[0] == "<br>" else "", words).split("\n")
    return max(sum(map(_width, unescape(line))) for line in lines) * size


def wrapped(words: str, size: float, room: float) -> list[str]:
    """Words on lines that fit; a word that alone is too long is cut."""
    lines: list[str] = []
    for word in filter(None, words.split(" ")):
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(shortened(word, size, room))
    return lines


def shortened(words: str, size: float, room: float) -> str:
    """Words that fit on one line, with an ellipsis where they were cut."""
    if width(words, size) <= room:
        return words
    while words and width(f"{words}…", size) > room:
        words = words[:-1]
    return f"{words.rstrip()}…"


def _width(character: str) -> float:
    if character in "iljI.,:;|!'’ ()[]ft":
        return WIDTHS["narrow"]
    if character in "mwMW@%ЖШЩЮжшщюм—▲▼━":
        return WIDTHS["wide"]
    return WIDTHS["upper"] if character.isupper() else WIDTHS["other"]


def _line(x: float, below: float, line: str) -> str:
    """One line: its pieces in the weight and colour that the tags around them say."""
    bold, colour, spans = False, "", []
    for piece in TAG.split(line):
        if piece in ("<b>", "</b>"):
            bold = piece == "<b>"
        elif piece.startswith("<span"):
            colour = piece[-9:-2]
        elif piece == "</span>":
            colour = ""
        elif piece:
            spans.append(_span(piece, bold, colour))
    return f'<tspan x="{x:.1f}" dy="{below if below else 0:.1f}">{"".join(spans)}</tspan>'


def _span(piece: str, bold: bool, colour: str) -> str:
    weight = ' font-weight="700"' if bold else ""
    fill = f' fill="{colour}"' if colour else ""
    return f"<tspan{weight}{fill}>{escape(unescape(piece), quote=False)}</tspan>"
