"""A figure of `lib.charts` as SVG: what Plotly would draw of it, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from lib import notation
from lib.charts import Figure
from lib.charts.axes import MUTED
from lib.charts.line import instant
from lib.charts.typed import read
from lib.pictures import ticks
from lib.pictures.text import text, width

LINE_WIDTH = 2.0
SIZE = 12  # pixels of the text that the figure's own shifts are made for
TICK_ROOM = 90  # pixels that a label of the time axis takes, at least


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of paper, text and grid; a line has its own."""

    paper: str
    ink: str
    muted: str
    grid: str


class Room(NamedTuple):
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float


Scale = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: its rectangle, and how days and values become pixels."""

    room: Room
    x: Scale
    y: Scale
    low: float
    high: float
    axis: dict[str, Any]

    @property
    def log(self) -> bool:
        return self.axis.get("type") == "log"


def draw(figure: Figure, period: tuple[date, date], room: Room, colours: Colours, size: float) -> list[str]:
    """The figure within a rectangle, text in `size` pixels."""
    layout = figure["layout"]
    labels = [note for note in layout["annotations"] if note.get("xref") == "paper"]
    right = max((width(note["text"], size) for note in labels), default=0.0) + size
    left = _left(figure, size)
    inner = Room(room.left + left, room.top, room.right - right, room.bottom - size * 1.8)
    panels = _panels(figure, inner)
    parts = [part for panel in panels.values() for part in _grid(panel, colours, size)]
    parts += _time_axis(period, inner, next(iter(panels.values())).x, colours, size)
    for shape in layout["shapes"]:
        parts += _shape(shape, panels, inner)
    for trace in figure["data"]:
        parts += _trace(trace, panels[trace["yaxis"]])
    for note in layout["annotations"]:
        parts += _annotation(note, panels, inner, colours, size)
    return parts


def _panels(figure: Figure, inner: Room) -> dict[str, Panel]:
    layout = figure["layout"]
    first, last = layout["xaxis"]["range"]
    across = (inner.right - inner.left) / (last - first)

    def x(moment: Any) -> Any:
        return inner.left + (np.asarray(moment, float) - first) * across

    names = dict.fromkeys(trace["yaxis"] for trace in figure["data"])
    return {name: _panel(figure, name, inner, x) for name in names}


def _panel(figure: Figure, name: str, inner: Room, x: Scale) -> Panel:
    axis = figure["layout"][f"yaxis{name[1:]}"]
    full = inner.bottom - inner.top
    foot, top = (inner.bottom - share * full for share in axis["domain"])
    low, high = axis.get("range") or (0.0, _tallest(figure, name))

    def y(value: Any) -> Any:
        at = np.log10(value) if axis.get("type") == "log" else np.asarray(value, float)
        return foot - (at - low) / (high - low) * (foot - top)

    return Panel(Room(inner.left, top, inner.right, foot), x, y, low, high, axis)


def _tallest(figure: Figure, name: str) -> float:
    """The strip of articles has no range of its own."""
    bars = (t for t in figure["data"] if t["yaxis"] == name and t["type"] == "bar")
    return float(max((max(trace["y"], default=0) for trace in bars), default=0) or 1) * 1.05


def _values(array: Any) -> np.ndarray:
    return read(array) if isinstance(array, dict) else np.asarray(array, float)


def _trace(trace: dict[str, Any], panel: Panel) -> list[str]:
    mode = trace.get("mode", trace["type"])
    drawers = {"lines": _steps, "bar": _bars, "markers": _marks}
    if mode not in drawers:
        return []
    x, y = _values(trace["x"]), _values(trace["y"])
    return [drawers[mode](trace, x, y, panel)] if len(x) else []


def _steps(trace: dict[str, Any], x: np.ndarray, y: np.ndarray, panel: Panel) -> str:
    """One path: to each corner first across, then up or down."""
    xs, ys = panel.x(x), panel.y(y)
    commands, pen = [], False
    for across, up in zip(xs.tolist(), ys.tolist(), strict=True):
        if not np.isfinite(up):
            pen = False
        else:
            commands.append(f"H{across:.1f}V{up:.1f}" if pen else f"M{across:.1f} {up:.1f}")
            pen = True
    dash = "" if trace["line"]["dash"] == "solid" else trace["line"]["dash"].replace("px", "")
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{"".join(commands)}" fill="none" stroke="{trace["line"]["color"]}" '
        f'stroke-width="{LINE_WIDTH}" stroke-opacity="{trace.get("opacity", 1):g}" '
        f'stroke-linejoin="round"{dashed}/>'
    )


def _bars(trace: dict[str, Any], x: np.ndarray, y: np.ndarray, panel: Panel) -> str:
    """One path of rectangles from zero, at least one pixel wide."""
    half = max(float(panel.x(trace["width"]) - panel.x(0.0)) / 2, 0.5)
    zero = float(panel.y(0.0))
    rows = zip(panel.x(x).tolist(), panel.y(y).tolist(), strict=True)
    boxes = [
        f"M{across - half:.1f} {zero:.1f}V{up:.1f}H{across + half:.1f}V{zero:.1f}Z"
        for across, up in rows
        if np.isfinite(up)
    ]
    return f'<path d="{"".join(boxes)}" fill="{trace["marker"]["color"]}"/>'


def _marks(trace: dict[str, Any], x: np.ndarray, y: np.ndarray, panel: Panel) -> str:
    rows = zip(panel.x(x).tolist(), panel.y(y).tolist(), strict=True)
    circles = [f'<circle cx="{across:.1f}" cy="{up:.1f}" r="3.5"/>' for across, up in rows if np.isfinite(up)]
    colour = trace["marker"]["color"]
    return f'<g fill="none" stroke="{colour}" stroke-width="1.4">{"".join(circles)}</g>'


def _shape(shape: dict[str, Any], panels: dict[str, Panel], inner: Room) -> list[str]:
    panel = panels.get(shape["yref"].removesuffix(" domain"))
    x = next(iter(panels.values())).x
    room = panel.room if panel else inner
    left, right = float(x(shape["x0"])), float(x(shape["x1"]))
    if shape["type"] == "rect":
        size = f'width="{right - left:.1f}" height="{room.bottom - room.top:.1f}"'
        return [f'<rect x="{left:.1f}" y="{room.top:.1f}" {size} fill="{MUTED}" opacity="0.2"/>']
    ends = f'x1="{left:.1f}" x2="{left:.1f}" y1="{room.top:.1f}" y2="{room.bottom:.1f}"'
    return [f'<line {ends} stroke="{MUTED}" stroke-width="1"/>']


def _annotation(
    note: dict[str, Any], panels: dict[str, Panel], inner: Room, colours: Colours, size: float
) -> list[str]:
    """A label beside a line's end, a word on a day, or a number on the line."""
    reference = str(note["yref"])
    panel = panels.get(reference.removesuffix(" domain"))
    if note["xref"] == "paper":
        at = _height(note, panel, inner) - note.get("yshift", 0) * size / SIZE
        lines = note["text"].count("<br>")
        middle = at - lines * size * 0.62 + size * 0.35
        return [text(inner.right + size / 2, middle, note["text"], size, colours.ink)]
    x = float(next(iter(panels.values())).x(note["x"]))
    if "ax" in note and panel:
        return list(_numbered(x, _height(note, panel, inner), note, colours, size))
    top = (panel.room.top if panel else inner.top) - note.get("yshift", 0) * size / SIZE
    anchor = "end" if note.get("xanchor") == "right" else "start"
    left = x + note.get("xshift", 0)
    return [text(left, top + size, note["text"], size, colours.muted, anchor=anchor)]


def _height(note: dict[str, Any], panel: Panel | None, inner: Room) -> float:
    if panel is None:
        return inner.bottom - float(note["y"]) * (inner.bottom - inner.top)
    value = 10 ** note["y"] if panel.log else note["y"]
    return float(panel.y(value))


def _numbered(x: float, y: float, note: dict[str, Any], colours: Colours, size: float) -> Iterator[str]:
    top = y + note["ay"] * size / SIZE
    yield (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{top:.1f}" stroke="{colours.ink}"/>'
        f'<circle cx="{x:.1f}" cy="{top:.1f}" r="{size * 0.75:.1f}" fill="{colours.paper}" '
        f'stroke="{colours.ink}"/>'
    )
    yield text(x, top + size * 0.35, note["text"], size * 0.9, colours.ink, anchor="middle")


def _grid(panel: Panel, colours: Colours, size: float) -> Iterator[str]:
    """Lines across at round values, with their labels."""
    room = panel.room
    for value in _ticks(panel, size):
        y = float(panel.y(value))
        ends = f'x1="{room.left:.1f}" x2="{room.right:.1f}" y1="{y:.1f}" y2="{y:.1f}"'
        yield f'<line {ends} stroke="{colours.grid}" stroke-width="1"/>'
        label = _tick_label(value, panel)
        yield text(room.left - 6, y + size * 0.35, label, size, colours.muted, anchor="end")


def _ticks(panel: Panel, size: float) -> list[float]:
    most = max(1, int((panel.room.bottom - panel.room.top) / (size * 3)))
    low, high = (10**panel.low, 10**panel.high) if panel.log else (panel.low, panel.high)
    whole = panel.axis.get("tickformat") == "d"
    found = ticks.numbers(low, high, min(most, 2) if whole else most)
    return [value + 0.0 for value in found if not whole or value == int(value)]  # no negative zero


def _tick_label(value: float, panel: Panel) -> str:
    suffix: str = panel.axis.get("ticksuffix", "")
    return notation.number(f"{value:,.10g}") + suffix


def _left(figure: Figure, size: float) -> float:
    """Room for the longest label of the y axes, by their bounds."""
    bounds = [
        10**bound if axis.get("type") == "log" else bound
        for name, axis in figure["layout"].items()
        if name.startswith("yaxis")
        for bound in axis.get("range", ())
    ]
    suffix = " %" if any("%" in str(a) for a in figure["layout"].values()) else ""
    return max((width(f"{bound:,.4g}0{suffix}", size) for bound in bounds), default=0.0) + 8


def _time_axis(period: tuple[date, date], inner: Room, x: Scale, colours: Colours, size: float) -> Iterator[str]:
    most = max(2, int((inner.right - inner.left) / max(TICK_ROOM, size * 6)))
    for day, label in ticks.days(*period, most):
        at = float(x(instant(day)))
        yield text(at, inner.bottom + size * 1.5, label, size, colours.muted, anchor="middle")
    ends = f'x1="{inner.left:.1f}" x2="{inner.right:.1f}"'
    y = f'y1="{inner.bottom:.1f}" y2="{inner.bottom:.1f}"'
    yield f'<line {ends} {y} stroke="{colours.muted}" stroke-width="1"/>'
