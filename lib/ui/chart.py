"""The chart or its table, what it shows in words, and the abnormal moves in it with the articles around each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib import charts, notation, series
from lib.export import names
from lib.links import View
from lib.ui import feed, hands, loaders, markup, view
from lib.ui.loaders import InView
from lib.ui.notices import empty
from lib.words import t

FIGURE = "_figure"  # session state: what was drawn last
NEAR = timedelta(days=2)
MOST_MOVES = 4  # in sight; the others are behind a click
MOST_TITLES = 2
MOST_ROWS = 1000  # of the table: more is what the files are for


def held(seen: View, period: tuple[date, date], revision: int) -> list[InView]:
    """The lines in view."""
    return loaders.lines(seen.countries, period, revision, seen.base, seen.sources, seen.asof)


def drawn(seen: View, period: tuple[date, date], revision: int, lines: Sequence[InView]) -> go.Figure:
    """The chart of these lines, with the reader's selection unless the browser shows that already. A chart takes half
    of a run to make, so this session's last one is kept for as long as only the feed changes."""
    told = (view.to_draw(seen), loaders.ink())
    kept, figure = st.session_state.get(FIGURE, (None, None))
    if kept != told:
        figure = _made(told[0][1], seen, period, revision, lines)
        st.session_state[FIGURE] = (told, figure)
    return figure


def _made(
    selected: tuple[date, date] | None, seen: View, period: tuple[date, date], revision: int, lines: Sequence[InView]
) -> go.Figure:
    counts = loaders.per_day(feed.wanted(replace(seen, selected=None), period), revision)
    marks = {
        line.country.code: loaders.per_day(feed.about(seen, line.country.code, period), revision) for line in lines
    }
    return charts.figure(
        named(seen, lines),
        counts,
        period,
        seen.measure,
        seen.direction,
        seen.log,
        loaders.ink(),
        marks=marks,
        marked=seen.mark,
        selected=selected,
    )


def named(seen: View, lines: Sequence[InView]) -> list[charts.Line]:
    """The lines as the chart takes them: turned as shown."""
    turned = [series.invert(x.line) if seen.direction == "local" else x.line for x in lines]
    return [
        charts.Line(x.country, loaders.source_name(x.source), line, seen.base)
        for x, line in zip(lines, turned, strict=True)
    ]


def show(seen: View, period: tuple[date, date], revision: int) -> bool:
    """The chart, or its table, its caption and the moves in it. Says whether the browser has another chart to draw."""
    lines, before = held(seen, period, revision), view.figured()
    if not lines:
        whose = t("by the chosen publishers ") if seen.sources else ""
        empty(t("No rates {whose}are held for this period. Choose a longer one, or “All”.", whose=whose))
        return False
    if seen.table:
        st.html(table(seen, lines))
    else:
        st.plotly_chart(
            drawn(seen, period, revision, lines),
            key=view.chart_key(),
            config=_config(seen, period, lines),
            alt=charts.alt(named(seen, lines), period),
            on_select=_brushed,
            selection_mode="box",
        )
    st.html(
        f'<div class="caption muted">{caption(seen, period, lines)}</div>'
        f"{'' if st.context.is_embedded else moves(seen, revision, lines)}"
    )
    return not seen.table and view.figured() != before


def _config(seen: View, period: tuple[date, date], lines: Sequence[InView]) -> dict[str, object]:
    """What Plotly's own buttons do. A picture's name tells which state of the store it shows."""
    pairs = [f"{seen.base}/{x.country.currency}" for x in lines]
    name = names.file_name(pairs, period, seen.asof or loaders.store().stamp(), "png").removesuffix(".png")
    return {
        "displaylogo": False,
        "showSendToCloud": False,
        "modeBarButtonsToRemove": ["lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"scale": 2, "filename": name},
    }


def _brushed() -> None:
    """A span was drawn with the mouse, or taken back."""
    chosen = st.session_state[view.chart_key()].selection
    days = sorted(_day(x) for box in chosen.box for x in box["x"])
    view.brush((days[0], days[-1]) if days else None)


def _day(x: float | str) -> date:
    """The day whose bar, from noon to noon, an end of a selection lies on."""
    moment = pd.Timestamp(x, unit="ms") if isinstance(x, int | float) else pd.Timestamp(x)
    return (moment + pd.Timedelta(hours=12)).date()


def caption(seen: View, period: tuple[date, date], lines: Sequence[InView]) -> str:
    """What you see, in words."""
    codes = ", ".join(dict.fromkeys(x.country.currency for x in lines))
    sources = ", ".join(dict.fromkeys(loaders.source_name(x.source) for x in lines))
    base = seen.base
    one, other = (base, codes) if seen.direction == "usd" else (codes.replace(", ", ", 1 "), base)
    pair = t("1 {one} in {other}", one=one, other=other)
    doubt = any(map(charts.doubtful, named(seen, lines))) and not seen.table
    told = [
        pair,
        sources,
        notation.span(*period),
        *([t("hollow points are doubtful: hover tells why")] if doubt else []),
    ]
    twin = hands.button("table", "" if seen.table else "1", t("Chart") if seen.table else t("Table"))
    return f"{markup.text(' · '.join(told))} {twin}"


def moves(seen: View, revision: int, lines: Sequence[InView]) -> str:
    """The abnormal moves in view, the largest first, each with the articles around it."""
    found = sorted(((x, move) for x in lines for move in x.moves), key=lambda pair: -abs(pair[1].z))
    heading = t("Abnormal moves in view")
    if not found:
        return f'<div class="moves muted">{heading}: {t("none")}</div>'
    rows = [_move(seen, revision, *pair) for pair in found]
    first, rest = "".join(rows[:MOST_MOVES]), "".join(rows[MOST_MOVES:])
    more = (
        f"<details><summary>{t('{n} more', n=len(rows) - MOST_MOVES)}</summary><ul>{rest}</ul></details>"
        if rest
        else ""
    )
    why = t(
        "Robust z of the daily log change against the 60 before it; flagged points and breaks of a regime left out."
    )
    return f'<div class="moves"><b title="{markup.text(why)}">{heading}</b><ul>{first}</ul>{more}</div>'


def _move(seen: View, revision: int, line: InView, move: series.Move) -> str:
    """A move counts per USD, whichever way round it is shown: a rise is a weaker currency."""
    since, until = move.day - NEAR, move.day + NEAR
    about = replace(feed.about(seen, line.country.code, (since, until)), words="", topics=())
    articles = loaders.page(about, 1, MOST_TITLES, revision)
    weaker = t("weaker") if move.change > 0 else t("stronger")
    told = (
        f"{line.country.currency} {notation.change(move.change)} {weaker} · {notation.day(move.day)} · z {move.z:+.1f}"
    )
    label = hands.button("days", f"{since}..{until}", told, t("Show the news of these days"))
    if not articles.total:
        return f'<li>{label} <span class="muted">{t("no article found")}</span></li>'
    titles = "; ".join(markup.link(a.url, a.title) for a in articles.articles)
    more = articles.total - len(articles.articles)
    return f"<li>{label} {titles}{f' <span class=muted>+{more}</span>' if more else ''}</li>"


def table(seen: View, lines: Sequence[InView]) -> str:
    """The chart's twin for those who read: a day a row, a line a column, the newest first."""
    shown = named(seen, lines)
    several = len({x.country for x in shown}) < len(shown)
    heads = [f"{x.country.currency}{f' {x.source}' if several else ''}" for x in shown]
    columns = [_column(seen, x) for x in shown]
    days = sorted({day for column in columns for day in column}, reverse=True)
    head = "".join(f'<th scope="col">{markup.text(name)}</th>' for name in (t("Day"), *heads))
    rows = "".join(_row(day, columns) for day in days[:MOST_ROWS])
    cut = t("The newest {n} days of {total}; the files hold all.", n=MOST_ROWS, total=len(days))
    note = f'<p class="muted">{cut}</p>' if len(days) > MOST_ROWS else ""
    title = t("Rates in view")
    return (
        f'<div class="scroll twin" tabindex="0" role="region" aria-label="{title}">'
        f'<table class="plain figures"><caption>{title}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}</div>"
    )


def _row(day: date, columns: Sequence[dict[date, str]]) -> str:
    cells = "".join(f"<td>{column.get(day, notation.DASH)}</td>" for column in columns)
    return f'<tr><th scope="row">{notation.day(day)}</th>{cells}</tr>'


def _column(seen: View, line: charts.Line) -> dict[date, str]:
    """Each day's figure as the chart shows it, with its flags in words."""
    frame = line.frame
    values = (
        series.index_to_100(frame)
        if seen.measure == "index"
        else frame["change" if seen.measure == "change" else "value"]
    )
    computed = seen.direction == "local" or frame["legs"].any()
    write = {"rate": notation.derived if computed else notation.published, "change": notation.change}.get(
        seen.measure, lambda value: f"{value:,.2f}"
    )
    return {
        day.date(): write(value) + (f' <span class="muted">({markup.text(flags)})</span>' if flags else "")
        for day, value, flags in zip(frame.index, values, frame["flags"], strict=True)
        if pd.notna(value)
    }
