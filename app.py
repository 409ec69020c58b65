"""Rates & news: the chart of the chosen currencies beside the feed of the chosen countries, on one time axis."""

import time

import streamlit as st

from lib import charts, notation, series
from lib.links import View
from lib.ui import controls, feed, loaders, view
from lib.ui.frame import empty, frame

CHART_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}
CHART_ALONE = 0.04  # seconds in which a browser draws the chart; else it first takes in the thirty parts that follow


@st.fragment  # what a reader changes reruns this, and not the frame around it
def body(revision: int) -> None:
    view.begin()
    seen = view.current()
    oldest, newest = loaders.span(revision)
    period = seen.period(newest, oldest)
    above = st.container()
    left, right = st.columns([13, 8], gap="medium")
    with left:  # first, so that it is drawn while the rest is still read; what the widgets hold is known already
        show_chart(seen, period, revision)
    time.sleep(CHART_ALONE)
    with above:
        controls.chart_controls(seen, period)
        view.tell_ignored(seen)
    with right:
        show_feed(seen, period, revision)
    view.write(view.current())


def show_feed(seen: View, period: tuple, revision: int) -> None:
    wanted = feed.wanted(seen, period)
    st.html(feed.heading(seen, period))
    topics = loaders.facet(wanted, "topic", revision)
    places = loaders.facet(wanted, "country", revision) if seen.news is not None else {}
    controls.feed_controls(seen, topics, places)
    number = view.settle_page(loaders.page(wanted, 1, feed.PAGE_SIZE, revision).total, feed.PAGE_SIZE)
    feed.show(loaders.page(wanted, number, feed.PAGE_SIZE, revision), number, feed.PAGE_SIZE)


def show_chart(seen: View, period: tuple, revision: int) -> None:
    shown = []
    for country, source, line in loaders.lines(seen.countries, period, revision, seen.base, seen.sources):
        turned = series.invert(line) if seen.direction == "local" else line
        shown.append(charts.Line(country, loaders.source_name(source), turned, seen.base))
    if not shown:
        whose = "by the chosen publishers " if seen.sources else ""
        empty(f"No rates {whose}are held for this period. Choose a longer one, or “All”.")
        return
    counts = loaders.per_day(feed.wanted(seen, period), revision)
    chart = charts.figure(shown, counts, period, seen.measure, seen.direction, seen.log, loaders.ink())
    st.plotly_chart(chart, key="chart", config=CHART_CONFIG, alt=charts.alt(shown, period))
    st.html(f'<div class="caption muted">{caption(shown, seen, period)}</div>')


def caption(shown: list, seen: View, period: tuple) -> str:
    """What you see, in words."""
    codes = ", ".join(dict.fromkeys(line.country.currency for line in shown))
    sources = ", ".join(dict.fromkeys(line.source for line in shown))
    base = seen.base
    pair = f"1 {base} in {codes}" if seen.direction == "usd" else f"1 {codes.replace(', ', ', 1 ')} in {base}"
    doubt = " Hollow points are doubtful: hover tells why." if any(map(charts.doubtful, shown)) else ""
    return f"{pair} · {sources} · {notation.span(*period)}.{doubt}"


body(frame("Rates & news"))
