"""The chart or its table, with its heading, the selection, and the events on its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from lib import charts, links, notation
from lib.desk import Days, EventInView, InView, State, numbers
from lib.export import names
from lib.links import View
from lib.ui import events, hands, heading, loaders, markup, selection, share, span, table
from lib.ui import view as session
from lib.ui.notices import empty
from lib.ui.unvalidated import Unvalidated
from lib.words import spoken, t

FIGURE = "_figure"  # session state: what was drawn last
MAX_TITLES = 2  # beside an event
BEFORE = timedelta(days=31)  # before days without a publication


def show(view: View, period: Days, shown: State) -> bool:
    """Heading, chart or table, and the events in view. Says whether the browser has another chart
    to draw."""
    desk, today = loaders.desk(), _today(view)
    lines, before = loaders.lines(view, shown), session.figured()
    told = numbers.told(desk, view, lines, period, shown, today)
    st.html(heading.html(view, told, lines, period, today))
    if not lines:
        empty(loaders.nothing_before(view, shown) or _nothing(view, period, shown))
        return False
    charted = numbers.with_changes(desk.chart_lines(view, lines), told)
    found, more = desk.events(view, lines, period, shown, MAX_TITLES)
    if view.table:
        st.html(table.html(view, lines))
    else:
        _chart(view, period, shown, lines, charted, found)
    st.html(_below(view, charted, shown))
    if not st.context.is_embedded:
        changes = heading.table(view, told) if len(told) > 1 else ""
        st.html(f"{changes}{events.html(found, more)}")
    return not view.table and session.figured() != before


def _chart(
    view: View,
    period: Days,
    shown: State,
    lines: Sequence[InView],
    charted: Sequence[charts.Line],
    found: Sequence[EventInView],
) -> None:
    if not st.context.is_embedded:
        articles = loaders.desk().chosen(view, period, "chart")
        total = loaders.page(articles, 1, 1, shown).total if view.selected else 0
        st.html(span.html(view, charted, period, total))
    with st.container(key="plot"):  # style.css gives its height
        st.plotly_chart(
            Unvalidated(drawn(view, period, shown, charted, found)),
            height="stretch",
            key=session.chart_key(),
            config=_config(view, period, shown, lines),
            alt=charts.alt(charted, period),
            on_select=_brushed,
            selection_mode="box",
        )


def drawn(
    view: View,
    period: Days,
    shown: State,
    charted: Sequence[charts.Line],
    found: Sequence[EventInView],
) -> charts.Figure:
    """The chart of these lines, with the reader's selection unless the browser shows that already.
    A chart takes half of a run to make, so this session's last one is kept for as long as only the
    feed changes."""
    figured, selected = session.to_draw(view, shown)
    key = (figured, selected, loaders.ink(), spoken(), _today(view))
    kept, figure = st.session_state.get(FIGURE, (None, None))
    if kept != key:
        figure = _made(selected, view, period, shown, charted, found)
        st.session_state[FIGURE] = (key, figure)
    return figure


def _made(
    selected: Days | None,
    view: View,
    period: Days,
    shown: State,
    charted: Sequence[charts.Line],
    found: Sequence[EventInView],
) -> charts.Figure:
    desk = loaders.desk()
    counts = loaders.per_day(desk.chosen(replace(view, selected=None), period, "chart"), shown)
    return charts.figure(
        charted,
        counts,
        period,
        view.measure,
        view.direction,
        view.log,
        loaders.ink(),
        events=() if st.context.is_embedded else desk.marks(found),
        marked=view.mark,
        selected=selected,
        until=_today(view),
    )


def _today(view: View) -> date:
    """The day on which a view is looked at: its own, of a frozen one."""
    return view.asof.date() if view.asof else loaders.today()


def _nothing(view: View, period: Days, shown: State) -> str:
    """Why a period has no rate: it lies between two publications, or nothing is stored of it."""
    earlier = (period[0] - BEFORE, period[0])
    before = loaders.desk().in_view(view, earlier, shown)
    if before:
        last = max(line.line.index[-1].date() for line in before)
        day = f"{notation.weekday(last)} {notation.day(last)}"
        return t("No publication on these days; the last before them is of {day}.", day=day)
    if view.sources:
        return t("The chosen sources have no rates in this period. Choose a longer one, or other sources.")
    return t("No rates in this period. Choose a longer one, or “All”.")


def _config(view: View, period: Days, shown: State, lines: Sequence[InView]) -> dict[str, object]:
    """What Plotly's own buttons do. Zoom is ours, since a link has to know it."""
    pairs = [f"{view.base}/{x.country.currency}" for x in lines]
    name = names.file_name(pairs, period, view.asof or shown.at, "png").removesuffix(".png")
    zooming = ("zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d")
    return {
        "displaylogo": False,
        "showSendToCloud": False,
        "doubleClick": False,
        "modeBarButtonsToRemove": ["lasso2d", "select2d", "toImage", *zooming],
        "toImageButtonOptions": {"scale": 2, "filename": name},
    }


def _brushed() -> None:
    """A span was drawn with the mouse, or taken back."""
    session.brush(selection.selected_days(st.session_state[session.chart_key()]))


def _below(view: View, charted: Sequence[charts.Line], shown: State) -> str:
    """How to read the marks, and the way to the table."""
    parts = []
    if not view.table and any(map(charts.doubtful, charted)):
        parts.append(t("○ flagged points: hover for the reason"))
    twin = hands.button("table", "" if view.table else "1", t("Chart") if view.table else t("Table"))
    source = _whole_view(view, shown) if st.context.is_embedded else ""
    return f'<div class="caption muted">{markup.text(" · ".join(parts))} {twin}{source}</div>'


def _whole_view(view: View, shown: State) -> str:
    """From a part that stands in another page: as of when it is, and the way to the whole view."""
    asof = t("As of {moment}.", moment=loaders.moment(view.asof or shown.at))
    address = links.url(share.address(), replace(view, embed=False))
    return f" {markup.text(asof)} {markup.link(address, t('Open in Altyn'))}"
