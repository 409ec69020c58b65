"""Frames to a Plotly figure: lines in panels or on one axis, doubtful points marked, and a strip of articles below.

Colours carry nothing alone: every line also has its own dash and a label at its end. Days travel as milliseconds since
1970 (smaller and faster than text). Nothing is interpolated: a silence of more than seven days is a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lib import notation, series
from lib.countries import Country
from lib.links import Direction, Measure

HEIGHT = 620
STRIP_SHARE = 0.11  # of the height, for the articles a day
PANEL_GAP = 0.025
LABEL_PIXELS = 13  # the height of one end label
DAY_MS = 86_400_000
MUTED = "#8a8f98"  # 3:1 or more on white and on near-black
FLAG_WORDS = {
    "spike": "spike that reverts",
    "off-peg": "off the 3.5 peg: noise",
    "revised": "revised",
    "stale": "stale",
    "disagree": "publishers disagree by more than 1 %",
}  # the flags that doubt a value get a marker; those that explain a change are told with the change
DASHES = ("solid", "5px,2px", "2px,2px", "8px,2px,2px,2px", "10px,3px")
GLYPHS = {"solid": "━", "5px,2px": "╌", "8px,2px,2px,2px": "┅", "2px,2px": "┈", "10px,3px": "╍"}  # a label's dashes
GRID = "rgba(138,143,152,0.22)"


@dataclass(frozen=True, slots=True)
class Line:
    """One currency's line in view: `frame` as `series.annotate` leaves it, cut to the period and turned as shown."""

    country: Country
    source: str  # as a legend names it
    frame: pd.DataFrame
    base: str = "USD"
    dash: str = "solid"


def figure(
    lines: Sequence[Line],
    articles: Sequence[tuple[date, int]],
    period: tuple[date, date],
    measure: Measure = "rate",
    direction: Direction = "usd",
    log: bool = False,
    ink: str = "#31363c",
) -> go.Figure:
    """The chart. Rates and changes get a panel each, since 441 tenge and 9 somoni share no axis; indexes share one.
    `ink` is the colour of the labels: the page's theme is not known here."""
    shared = measure == "index"
    lines = _dashed(lines, shared)
    rows = {code: n for n, code in enumerate(dict.fromkeys(line.country.code for line in lines))}
    panels = 1 if shared else max(1, len(rows))
    traces: list[go.Scatter | go.Bar] = []
    for line in lines:
        values = series.index_to_100(line.frame) if shared else line.frame["change" if measure == "change" else "value"]
        drawn = [_bars(line, values)] if measure == "change" else _curve(line, values, measure, direction)
        axis = _y(0 if shared else rows[line.country.code])
        traces += [trace.update(yaxis=axis) for trace in (*drawn, *_marks(line, values))]
    traces.append(_strip(articles).update(yaxis=_y(panels)))
    layout = _layout(panels, period, ink)
    layout.update(_axes(panels, measure, log))
    marks = [mark for line in lines for mark in _breaks(line, period, _y(0 if shared else rows[line.country.code]))]
    layout["shapes"] = [shape for shape, _ in marks]
    layout["annotations"] = [_strip_label(), *(word for _, word in marks), *_end_labels(lines, rows, measure, log)]
    return go.Figure(traces, layout)


def alt(lines: Sequence[Line], period: tuple[date, date]) -> str:
    """The figure in words, for those who do not see it."""
    ends = (f"{x.country.currency} {notation.published(float(x.frame['value'].iloc[-1]))}" for x in lines)
    return f"Chart of {notation.span(*period)}; last values: {', '.join(ends)}."


def _dashed(lines: Sequence[Line], shared: bool) -> list[Line]:
    """The lines with the dash that tells each from those on its axis: countries where one axis holds one publisher of
    each, publishers where it holds several."""
    done: list[Line] = []
    single = len({line.country.code for line in lines}) == len(lines)
    for line in lines:
        nth = sum(other.country is line.country for other in done)
        done.append(replace(line, dash=line.country.dash if shared and single else DASHES[nth % len(DASHES)]))
    return done


def _y(number: int) -> str:
    """Plotly's name of the axis of panel `number`, counted from the top: y, y2, y3 ..."""
    return f"y{number + 1 if number else ''}"


def _layout(panels: int, period: tuple[date, date], ink: str) -> dict[str, Any]:
    """All panels hang on one time axis, so that hover and zoom speak of one day in all of them."""
    edges = [
        pd.Timestamp(day).value // 10**6 + shift for day, shift in zip(period, (-DAY_MS / 2, DAY_MS / 2), strict=True)
    ]
    return {
        "height": HEIGHT,
        "margin": {"l": 4, "r": 108, "t": 8, "b": 4},
        "showlegend": False,
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "hoverlabel": {"namelength": -1},
        "bargap": 0,
        "dragmode": "zoom",
        "font": {"size": 12, "color": ink},
        "xaxis": {
            "type": "date",
            "range": edges,
            "anchor": _y(panels),
            "showgrid": False,
            "hoverformat": "%-d %b %Y",
            "showspikes": True,
            "spikethickness": 1,
            "spikecolor": MUTED,
            "spikedash": "solid",
            "spikemode": "across",
            "tickfont": {"color": ink},
        },
    }


def _axes(panels: int, measure: Measure, log: bool) -> dict[str, Any]:
    """The y axes from the top down, the strip's last."""
    common = {"gridcolor": GRID, "zeroline": False, "automargin": True}
    changes = {"ticksuffix": " %", "tickformat": ",.3~r", "zeroline": True, "zerolinecolor": MUTED}
    values = {"type": "log" if log else "linear", "tickformat": ",.6~r"}
    own = {**common, **(changes if measure == "change" else values), "nticks": 4 if panels > 1 else 8}
    height = (1 - STRIP_SHARE) / panels
    tops = [1 - height * n for n in range(panels)]
    axes = {f"yaxis{_y(n)[1:]}": {**own, "domain": [top - height + PANEL_GAP, top]} for n, top in enumerate(tops)}
    strip = {"nticks": 2, "rangemode": "tozero", "tickformat": "d", "showgrid": False, "domain": [0, STRIP_SHARE]}
    return {**axes, f"yaxis{_y(panels)[1:]}": {**common, **strip}}


def _ms(index: pd.Index) -> np.ndarray:
    milliseconds: np.ndarray = index.to_numpy().astype("datetime64[ms]").astype("float64")
    return milliseconds


def _curve(line: Line, values: pd.Series, measure: Measure, direction: Direction) -> list[go.Scatter]:
    """The line, and dots where it cannot show a lone observation."""
    drawn = series.with_gaps(values)
    exact = line.frame["value"].reindex(drawn.index).to_numpy()
    base, quote = (line.base, line.country.currency)[:: 1 if direction == "usd" else -1]
    legs = next((legs for legs in line.frame["legs"] if legs), "")
    digits = notation.DIGITS if legs or direction == "local" else 10  # of what is computed, more would be invented
    source = f"{line.source}, {legs}" if legs else line.source
    told = f"1 {base} = %{{customdata:,.{digits}~r}} {quote}"
    index = f"{line.country.currency} %{{y:.2f}} ({told})" if measure == "index" else told
    curve = go.Scatter(
        x=_ms(drawn.index),
        y=drawn.to_numpy(),
        customdata=exact,
        name=line.country.currency,
        mode="lines",
        line={"color": line.country.colour, "dash": line.dash, "width": 1.8},
        hovertemplate=f"{index} · {source}<extra></extra>",
    )
    lone = drawn[series.alone(drawn)]
    dots = {"mode": "markers", "marker": {"color": line.country.colour, "size": 4}, "hoverinfo": "skip"}
    return [curve, go.Scatter(x=_ms(lone.index), y=lone.to_numpy(), **dots)] if len(lone) else [curve]


def _bars(line: Line, values: pd.Series) -> go.Bar:
    """A change belongs to the day it was published on; hover tells the day it is counted from."""
    since = [notation.day(day.date()) if pd.notna(day) else "" for day in line.frame["before"]]
    words = [
        f"{notation.change(v)} since {day}" if day else "no earlier observation"
        for v, day in zip(values, since, strict=True)
    ]
    return go.Bar(
        x=_ms(values.index),
        y=values.to_numpy(),
        customdata=words,
        name=line.country.currency,
        width=DAY_MS,
        marker={"color": line.country.colour, "line": {"width": 0}},
        hovertemplate=f"{line.country.currency} %{{customdata}} · {line.source}<extra></extra>",
    )


def _marks(line: Line, values: pd.Series) -> list[go.Scatter]:
    """Doubtful points: hollow, and hover says what the doubt is."""
    flagged = line.frame["flags"].map(lambda flags: [f for f in flags.split() if f in FLAG_WORDS])
    flagged = flagged[flagged.map(bool)]
    if not len(flagged):
        return []
    marks = go.Scatter(
        x=_ms(flagged.index),
        y=values.reindex(flagged.index).to_numpy(),
        customdata=[_doubt(line, day, flags) for day, flags in flagged.items()],
        name=f"{line.country.currency} flags",
        mode="markers",
        marker={"symbol": "circle-open", "size": 6, "color": line.country.colour, "line": {"width": 1.2}},
        hovertemplate="⚑ %{customdata}<extra></extra>",
    )
    return [marks]


def doubtful(line: Line) -> bool:
    """Whether the line has points that the chart marks."""
    return bool(line.frame["flags"].str.contains("|".join(FLAG_WORDS)).any())


def _doubt(line: Line, day: pd.Timestamp, flags: Sequence[str]) -> str:
    words = ", ".join(FLAG_WORDS[flag] for flag in flags)
    if "revised" in flags:
        words += _revision(line.frame.loc[day])
    return f"{line.country.currency} {words}"


def _revision(point: pd.Series) -> str:
    """Old and new, and when each was seen."""
    old, new = notation.published(float(point["previous"])), notation.published(float(point["value"]))
    if pd.isna(point.get("previous_seen")):
        return f" (was {old})"
    return f" (was {old}, seen {point['previous_seen']:%Y-%m-%d}; is {new}, seen {point['seen']:%Y-%m-%d})"


def _breaks(line: Line, period: tuple[date, date], axis: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """A dated line with a word for each break of the currency's regime in view."""
    drawn = []
    for broken in series.breaks(line.country.currency, *period):
        day = pd.Timestamp(broken.day).value // 10**6
        place = {"x": day, "yref": f"{axis} domain", "xref": "x"}
        word = {"text": broken.word, "y": 1, "xanchor": "left", "xshift": 3, "yanchor": "top", "showarrow": False}
        rule = {"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "xref": "x", "yref": f"{axis} domain"}
        drawn.append(({**rule, "line": {"color": MUTED, "width": 1}}, {**place, **word, "font": {"size": 11}}))
    return drawn


def _strip(articles: Sequence[tuple[date, int]]) -> go.Bar:
    days = pd.DatetimeIndex([day for day, _ in articles])
    return go.Bar(
        x=_ms(days),
        y=[count for _, count in articles],
        name="articles",
        width=DAY_MS,
        marker={"color": MUTED, "line": {"width": 0}},
        hovertemplate="%{y} articles<extra></extra>",
    )


def _strip_label() -> dict[str, Any]:
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yref": "paper", "y": 0, "yanchor": "bottom"}
    return {**place, "text": "articles<br>a day", "align": "left", "showarrow": False, "font": {"size": 11}}


def _end_labels(lines: Sequence[Line], rows: dict[str, int], measure: Measure, log: bool) -> list[dict[str, Any]]:
    """Each line's code and last value at its end, pushed apart on each axis until none covers another."""
    shared = measure == "index"
    labels = []
    for axis in range(1 if shared else len(rows)):
        here = [x for x in lines if len(x.frame) and (shared or rows[x.country.code] == axis)]
        tops = [_end(line, measure) for line in here]
        for line, top, shift in zip(here, tops, _apart(tops, log, len(rows) if not shared else 1), strict=True):
            told = f"{top:,.2f}" if shared else _told(line, measure)
            name = f" {line.source}" if len(here) > len({x.country.code for x in here}) else ""
            glyph = f'<span style="color:{line.country.colour}">{GLYPHS[line.dash]}</span>'
            height = np.log10(top) if log and measure != "change" else top
            place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yshift": shift, "showarrow": False}
            text = f"{glyph} <b>{line.country.currency}</b> {told}{name}"
            labels.append({**place, "text": text, "yref": _y(axis), "y": height})
    return labels


def _end(line: Line, measure: Measure) -> float:
    if measure == "index":
        return float(series.index_to_100(line.frame).iloc[-1])
    return 0.0 if measure == "change" else float(line.frame["value"].iloc[-1])


def _told(line: Line, measure: Measure) -> str:
    last = line.frame.iloc[-1]
    return notation.change(last["change"]) if measure == "change" else notation.published(float(last["value"]))


def _apart(tops: Sequence[float], log: bool, panels: int) -> list[float]:
    """How many pixels to move each label up so that neighbours keep one label's height, on the ends' own span."""
    if len(tops) < 2:
        return [0.0] * len(tops)
    heights = np.log(tops) if log else np.asarray(tops)
    span = max(float(np.ptp(heights)), 1e-9)
    pixels = (heights - heights.min()) / span * HEIGHT * (1 - STRIP_SHARE) * 0.5 / panels
    shifts, floor = [0.0] * len(tops), -np.inf
    for n in np.argsort(pixels).tolist():
        placed = max(float(pixels[n]), floor)
        shifts[n], floor = placed - float(pixels[n]), placed + LABEL_PIXELS
    return shifts
