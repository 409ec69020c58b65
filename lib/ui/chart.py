"""The chart or its table, what it shows in words, and the abnormal moves in it with the articles around each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from lib import charts, notation, series
from lib.desk import Days, InView, MoveInView, State, largest_first
from lib.export import names
from lib.links import View
from lib.ui import hands, loaders, markup, selection
from lib.ui import view as session
from lib.ui.notices import empty
from lib.ui.unvalidated import Unvalidated
from lib.words import t

FIGURE = "_figure"  # session state: what was drawn last
MAX_MOVES = 4  # in sight; the others are behind a click
MAX_TITLES = 2
MAX_ROWS = 1000  # of the table: more is what the files are for


def drawn(view: View, period: Days, shown: State, lines: Sequence[InView]) -> charts.Figure:
    """The chart of these lines, with the reader's selection unless the browser shows that already. A chart takes half
    of a run to make, so this session's last one is kept for as long as only the feed changes."""
    figured, selected = session.to_draw(view, shown)
    key = (figured, selected, loaders.ink())
    kept, figure = st.session_state.get(FIGURE, (None, None))
    if kept != key:
        figure = _made(selected, view, period, shown, lines)
        st.session_state[FIGURE] = (key, figure)
    return figure


def _made(selected: Days | None, view: View, period: Days, shown: State, lines: Sequence[InView]) -> charts.Figure:
    desk = loaders.desk()
    counts = loaders.per_day(desk.chosen(replace(view, selected=None), period, "chart"), shown)
    return charts.figure(
        desk.chart_lines(view, lines),
        counts,
        period,
        view.measure,
        view.direction,
        view.log,
        loaders.ink(),
        marked=view.mark,
        selected=selected,
    )


def show(view: View, period: Days, shown: State) -> bool:
    """The chart, or its table, its caption and the moves in it. Says whether the browser has another chart to draw."""
    lines, before = loaders.lines(view, shown), session.figured()
    if not lines:
        empty(loaders.nothing_before(view, shown) or _no_rates(view))
        return False
    if view.table:
        st.html(table(view, lines))
    else:
        st.plotly_chart(
            Unvalidated(drawn(view, period, shown, lines)),
            key=session.chart_key(),
            config=_config(view, period, shown, lines),
            alt=charts.alt(loaders.desk().chart_lines(view, lines), period),
            on_select=_brushed,
            selection_mode="box",
        )
    st.html(
        f'<div class="caption muted">{caption(view, period, lines)}</div>'
        f"{'' if st.context.is_embedded else moves(view, shown, lines)}"
    )
    return not view.table and session.figured() != before


def _no_rates(view: View) -> str:
    whose = t("by the chosen publishers ") if view.sources else ""
    return t("No rates {whose}are held for this period. Choose a longer one, or “All”.", whose=whose)


def _config(view: View, period: Days, shown: State, lines: Sequence[InView]) -> dict[str, object]:
    """What Plotly's own buttons do. A picture's name tells which state of the store it shows."""
    pairs = [f"{view.base}/{x.country.currency}" for x in lines]
    name = names.file_name(pairs, period, view.asof or shown.at, "png").removesuffix(".png")
    return {
        "displaylogo": False,
        "showSendToCloud": False,
        "modeBarButtonsToRemove": ["lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"scale": 2, "filename": name},
    }


def _brushed() -> None:
    """A span was drawn with the mouse, or taken back."""
    session.brush(selection.selected_days(st.session_state[session.chart_key()]))


def caption(view: View, period: Days, lines: Sequence[InView]) -> str:
    """What you see, in words."""
    codes = ", ".join(dict.fromkeys(x.country.currency for x in lines))
    sources = ", ".join(dict.fromkeys(map(_published, lines)))
    base = view.base
    one, other = (base, codes) if view.direction == "usd" else (codes.replace(", ", ", 1 "), base)
    parts = [t("1 {one} in {other}", one=one, other=other), sources, notation.span(*period)]
    if not view.table and any(map(charts.doubtful, loaders.desk().chart_lines(view, lines))):
        parts.append(t("hollow points are doubtful: hover tells why"))
    twin = hands.button("table", "" if view.table else "1", t("Chart") if view.table else t("Table"))
    return f"{markup.text(' · '.join(parts))} {twin}"


def _published(line: InView) -> str:
    """A source, and how often it publishes where that is not every day."""
    name, cadence = loaders.source_name(line.source), series.cadence(line.line)
    return name if cadence == "daily" else f"{name} ({t(cadence)})"


def moves(view: View, shown: State, lines: Sequence[InView]) -> str:
    """The breaks of a regime and the abnormal moves in view, each with the articles around it."""
    desk = loaders.desk()
    found = [desk.with_articles(*pair, view, shown, MAX_TITLES) for pair in largest_first(lines)]
    heading = t("Abnormal moves in view")
    if not found:
        return f'<div class="moves muted">{heading}: {t("none")}</div>'
    rows = list(map(_move, found))
    first, rest = "".join(rows[:MAX_MOVES]), "".join(rows[MAX_MOVES:])
    summary = t("{n} more", n=len(rows) - MAX_MOVES)
    more = f"<details><summary>{summary}</summary><ul>{rest}</ul></details>" if rest else ""
    why = t(
        "Breaks of a regime first; then by robust z of the log change against the 60 before it, without flagged points."
    )
    return f'<div class="moves"><b title="{markup.text(why)}">{heading}</b><ul>{first}</ul>{more}</div>'


def _move(found: MoveInView) -> str:
    """A move counts per USD, whichever way round it is shown: a rise is a weaker currency."""
    move, currency = found.move, found.country.currency
    weaker = t("weaker") if move.change > 0 else t("stronger")
    size = t(move.regime.word) if move.regime else f"z {move.z:+.1f}"
    told = f"{currency} {notation.change(move.change)} {weaker} · {notation.day(move.day)} · {size}"
    since, until = found.days
    label = hands.button("days", f"{since}..{until}", told, t("Show the news of these days"))
    if move.regime:
        label += f" {markup.text(t(move.regime.sentence))}"
    if not found.total:
        return f'<li>{label} <span class="muted">{t("no article found")}</span></li>'
    titles = "; ".join(markup.link(a.url, a.title) for a in found.articles)
    more = found.total - len(found.articles)
    return f"<li>{label} {titles}{f' <span class=muted>+{more}</span>' if more else ''}</li>"


def table(view: View, lines: Sequence[InView]) -> str:
    """The chart's twin for those who read: a day a row, a line a column, the newest first."""
    shown = loaders.desk().chart_lines(view, lines)
    several = len({x.country for x in shown}) < len(shown)
    heads = [f"{x.country.currency}{f' {x.source}' if several else ''}" for x in shown]
    columns = [_column(view, x) for x in shown]
    days = sorted({day for column in columns for day in column}, reverse=True)
    head = "".join(f'<th scope="col">{markup.text(name)}</th>' for name in (t("Day"), *heads))
    rows = "".join(_row(day, columns) for day in days[:MAX_ROWS])
    cut = t("The newest {n} days of {total}; the files hold all.", n=MAX_ROWS, total=len(days))
    note = f'<p class="muted">{cut}</p>' if len(days) > MAX_ROWS else ""
    title = t("Rates in view")
    return (
        f'<div class="scroll twin" tabindex="0" role="region" aria-label="{title}">'
        f'<table class="plain figures"><caption>{title}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}</div>"
    )


def _row(day: date, columns: Sequence[dict[date, str]]) -> str:
    cells = "".join(f"<td>{column.get(day, notation.DASH)}</td>" for column in columns)
    return f'<tr><th scope="row">{notation.day(day)}</th>{cells}</tr>'


def _column(view: View, line: charts.Line) -> dict[date, str]:
    """Each day's figure as the chart shows it, with its flags in words."""
    frame = line.frame
    values = (
        series.index_to_100(frame)
        if view.measure == "index"
        else frame["change" if view.measure == "change" else "value"]
    )
    computed = view.direction == "local" or frame["legs"].any()
    write = {"rate": notation.derived if computed else notation.published, "change": notation.change}.get(
        view.measure, lambda value: f"{value:,.2f}"
    )
    return {
        day.date(): write(value) + (f' <span class="muted">({markup.text(flags)})</span>' if flags else "")
        for day, value, flags in zip(frame.index, values, frame["flags"], strict=True)
        if pd.notna(value)
    }
