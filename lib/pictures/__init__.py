"""Pictures of a chart, drawn on the server: SVG, and PNG made of it. One renderer for the Download
button, previews of links and the page's first paint.

It draws the very figure that the page shows (`lib.charts.figure`: steps, bars, marks, shapes, labels)
with title, unit, sources, as-of and address around it, in fonts that ship with the project, so that a
picture has the same bytes on every machine.

figure.py  a figure as SVG
ticks.py   where the axes have their ticks
text.py    text as SVG
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import resvg_py

from lib.charts import Figure
from lib.pictures.figure import Colours, Room, draw
from lib.pictures.text import FAMILY, LINE, shortened, text, width, wrapped

__all__ = ["DARK", "INLINE", "LIGHT", "Colours", "Picture", "png", "svg", "text_card"]

FONTS = Path(__file__).parent / "fonts"
MARGIN = 24
TITLE_LINES = 2
BOLD = 1.06  # how much wider bold text is
LIGHT = Colours(paper="#ffffff", ink="#16191d", muted="#5c636b", grid="#dfe3e6")
DARK = Colours(paper="#101316", ink="#e8eaec", muted="#a3abb3", grid="#2c3238")
INLINE = Colours(paper="none", ink="currentColor", muted="currentColor", grid="#80808055")  # in a page, of either theme
TEXT_SIZE = 30  # of a card without a chart


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows. `title` is the sentence with the numbers, `subtitle` the unit, period and
    extremes, `footer` the sources with their days and the as-of, a line each. `addresses` are the
    same address from the most exact to the shortest: the first that fits on a line is printed. `size`
    is in pixels, `scale` enlarges all text (a preview is looked at as a thumbnail)."""

    figure: Figure
    period: tuple[date, date]
    title: str
    subtitle: str = ""
    footer: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    size: tuple[int, int] = (1200, 675)
    colours: Colours = field(default=LIGHT)
    scale: float = 1.0


def svg(picture: Picture) -> str:
    """The picture as a standalone SVG document."""
    width, height = picture.size
    colours, size = picture.colours, 12 * picture.scale
    room = width - 2 * MARGIN
    parts, top = _heading(picture, room)
    foot = [shortened(line, size, room) for line in [*picture.footer, *_address(picture, room)]]
    bottom = height - MARGIN * 0.6 - len(foot) * size * LINE
    where = Room(MARGIN, top, width - MARGIN, bottom - size)
    parts += draw(picture.figure, picture.period, where, colours, size)
    parts += [text(MARGIN, bottom + size * LINE * n + size, line, size, colours.muted) for n, line in enumerate(foot)]
    return _document(picture.size, colours, parts)


def text_card(
    title: str,
    lines: Sequence[str],
    footer: str,
    size: tuple[int, int],
    colours: Colours = LIGHT,
) -> str:
    """A picture of text alone, as an SVG document: a title, lines below it, a footer."""
    width, height = size
    room = width - 2 * MARGIN
    large, small = TEXT_SIZE * 1.6, TEXT_SIZE * 0.8
    parts, y = [], MARGIN * 0.6
    for line in _cut(wrapped(title, large * BOLD, room)):
        y += large * LINE
        parts.append(text(MARGIN, y, line, large, colours.ink, bold=True))
    for words in lines:
        y += TEXT_SIZE
        for line in _cut(wrapped(words, TEXT_SIZE, room)):
            y += TEXT_SIZE * LINE
            parts.append(text(MARGIN, y, line, TEXT_SIZE, colours.ink))
    below = height - MARGIN
    parts.append(text(MARGIN, below, shortened(footer, small, room), small, colours.muted))
    return _document(size, colours, parts)


def _document(size: tuple[int, int], colours: Colours, parts: Sequence[str]) -> str:
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{FAMILY}" role="img">'
        f'<rect width="100%" height="100%" fill="{colours.paper}"/>{"".join(parts)}</svg>'
    )


def png(drawn: str, zoom: float = 1.0) -> bytes:
    """An SVG document as PNG, in the project's own fonts."""
    rendered: bytes = resvg_py.svg_to_bytes(
        svg_string=drawn,
        zoom=zoom,
        skip_system_fonts=True,
        font_files=sorted(map(str, FONTS.glob("*.ttf"))),
        font_family="Noto Sans",
        sans_serif_family="Noto Sans",
    )
    return bytes(rendered)


def _address(picture: Picture, room: float) -> list[str]:
    """At most one line."""
    size = 12 * picture.scale
    fitting = [address for address in picture.addresses if width(address, size) <= room]
    return [*fitting[:1]] or [*picture.addresses[-1:]]


def _heading(picture: Picture, room: float) -> tuple[list[str], float]:
    """Title and subtitle, and where what is below them begins."""
    large, small, colours = 20 * picture.scale, 13 * picture.scale, picture.colours
    parts, y = [], MARGIN * 0.6
    while large > small and len(wrapped(picture.title, large * BOLD, room)) > TITLE_LINES:
        large *= 0.9
    for line in _cut(wrapped(picture.title, large * BOLD, room)):
        y += large * LINE
        parts.append(text(MARGIN, y, line, large, colours.ink, bold=True))
    if picture.subtitle:
        y += small * LINE * 1.15
        parts.append(text(MARGIN, y, shortened(picture.subtitle, small, room), small, colours.muted))
    return parts, y + small


def _cut(lines: list[str]) -> list[str]:
    """At most as many lines as a title has, with an ellipsis where more were cut."""
    shown = lines[:TITLE_LINES]
    return [*shown[:-1], f"{shown[-1]}…"] if len(lines) > TITLE_LINES else shown
