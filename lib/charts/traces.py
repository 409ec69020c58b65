"""What is drawn of a line: the line itself or its changes, its doubtful and carried points, breaks of its regime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lib import notation, series
from lib.charts.axes import DAY_MS, MUTED, instant
from lib.charts.line import Days, Line, ms
from lib.links import Direction, Measure
from lib.words import t

FLAG_WORDS = {
    "spike": "spike that reverts",
    "off-peg": "off the 3.5 peg: noise",
    "official-off-peg": "official figure off the peg",
    "implausible": "implausible step",
    "revised": "revised",
    "stale": "stale",
    "disagree": "publishers disagree by more than 1 %",
}  # the flags that doubt a value get a marker; those that explain a change are told with the change


def curve(line: Line, values: pd.Series, measure: Measure, direction: Direction) -> list[go.Scatter]:
    """The line, and dots where it cannot show a lone observation."""
    drawn = series.with_gaps(values, line.frame["reach"])
    exact = line.frame["value"].reindex(drawn.index).to_numpy()
    base, quote = (line.base, line.country.currency)[:: 1 if direction == "usd" else -1]
    legs = next((legs for legs in line.frame["legs"] if legs), "")
    digits = notation.DIGITS if legs or direction == "local" else 10  # of what is computed, more would be invented
    source = f"{line.source}, {legs}" if legs else line.source
    told = f"1 {base} = %{{customdata:,.{digits}~r}} {quote}"
    index = f"{line.country.currency} %{{y:.2f}} ({told})" if measure == "index" else told
    curve = go.Scatter(
        x=ms(drawn.index),
        y=drawn.to_numpy(),
        customdata=exact,
        name=line.country.currency,
        mode="lines",
        line={"color": line.country.colour, "dash": line.dash, "width": 1.8},
        hovertemplate=f"{index} · {source}<extra></extra>",
    )
    lone = drawn[series.alone(drawn)]
    dots = {"mode": "markers", "marker": {"color": line.country.colour, "size": 4}, "hoverinfo": "skip"}
    return [curve, go.Scatter(x=ms(lone.index), y=lone.to_numpy(), **dots)] if len(lone) else [curve]


def bars(line: Line, values: pd.Series) -> go.Bar:
    """A change belongs to the day it was published on; hover tells the day it is counted from."""
    since = [notation.day(day.date()) if pd.notna(day) else "" for day in line.frame["before"]]
    words = [
        t("{change} since {day}", change=notation.change(v), day=day) if day else t("no earlier observation")
        for v, day in zip(values, since, strict=True)
    ]
    return go.Bar(
        x=ms(values.index),
        y=values.to_numpy(),
        customdata=words,
        name=line.country.currency,
        width=DAY_MS,
        marker={"color": line.country.colour, "line": {"width": 0}},
        hovertemplate=f"{line.country.currency} %{{customdata}} · {line.source}<extra></extra>",
    )


def carried(line: Line, values: pd.Series, period: Days) -> list[go.Scatter]:
    """Faint dots on the days without a publication, at the value that they carry."""
    dots = series.carried(values, period[1], line.frame["reach"])
    if not len(dots):
        return []
    marks = go.Scatter(
        x=ms(dots.index),
        y=dots.to_numpy(),
        name=f"{line.country.currency} carried",
        mode="markers",
        marker={"size": 2, "color": line.country.colour, "opacity": 0.55},
        hovertemplate=f"{line.country.currency} {t('nothing published: the value before is carried')}<extra></extra>",
    )
    return [marks]


def doubts(line: Line, values: pd.Series) -> list[go.Scatter]:
    """Doubtful points: hollow, and hover says what the doubt is."""
    flagged = line.frame["flags"].map(lambda flags: [f for f in flags.split() if f in FLAG_WORDS])
    flagged = flagged[flagged.map(bool)]
    if not len(flagged):
        return []
    marks = go.Scatter(
        x=ms(flagged.index),
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
    words = ", ".join(t(FLAG_WORDS[flag]) for flag in flags)
    if "revised" in flags:
        words += _revision(line.frame.loc[day])
    return f"{line.country.currency} {words}"


def _revision(point: pd.Series) -> str:
    """Old and new, and when each was seen."""
    old, new = notation.published(float(point["previous"])), notation.published(float(point["value"]))
    if pd.isna(point.get("previous_seen")):
        return f" ({t('was {old}', old=old)})"
    then, now = f"{point['previous_seen']:%Y-%m-%d}", f"{point['seen']:%Y-%m-%d}"
    return f" ({t('was {old}, seen {then}; is {new}, seen {now}', old=old, then=then, new=new, now=now)})"


def breaks(line: Line, period: Days, axis: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """A dated line with a word for each break of the currency's regime in view."""
    drawn = []
    for broken in series.breaks(line.country.currency, *period):
        day = instant(broken.day)
        place = {"x": day, "yref": f"{axis} domain", "xref": "x"}
        word = {"text": t(broken.word), "y": 1, "xanchor": "left", "xshift": 3, "yanchor": "top", "showarrow": False}
        rule = {"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "xref": "x", "yref": f"{axis} domain"}
        drawn.append(({**rule, "line": {"color": MUTED, "width": 1}}, {**place, **word, "font": {"size": 11}}))
    return drawn
