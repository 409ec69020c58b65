"""Rates & news: the chart of the chosen currencies beside the feed of the chosen countries, on one time axis."""

import time
from functools import partial

import streamlit as st

from lib.links import View
from lib.ui import chart, controls, feed, frozen, hands, loaders, share, view
from lib.ui.frame import frame

CHART_ALONE = 0.04  # seconds in which a browser draws the chart; else it first takes in the thirty parts that follow


@st.fragment  # what a reader changes reruns this, and not the frame around it
def body(revision: int) -> None:
    view.begin()
    hands.listen({"days": view.days, "show": view.show, "table": view.table, "today": view.today})
    seen = view.current()
    period = seen.period(*reversed(loaders.span(revision, seen.asof)))
    if st.context.is_embedded:
        (show_feed if seen.part == "feed" else chart.show)(seen, period, revision)
    else:
        beside(seen, period, revision)
    view.write(view.current())


def beside(seen: View, period: tuple, revision: int) -> None:
    above = st.container()
    left, right = st.columns([13, 8], gap="medium")
    with left:  # first, so that it is drawn while the rest is still read; what the widgets hold is known already
        if chart.show(seen, period, revision):
            time.sleep(CHART_ALONE)
    with right:
        show_feed(seen, period, revision)
    wanted = partial(feed.wanted, period=period)
    with above:  # last, since it shows what the reader has just done
        controls.chart_controls(seen, period, lambda: share.offer(seen, period, wanted, revision))
        frozen.banner(seen, period, wanted, revision)
        view.tell_ignored(seen)


def show_feed(seen: View, period: tuple, revision: int) -> None:
    wanted = feed.wanted(seen, period)
    st.html(feed.heading(seen, period))
    if not st.context.is_embedded:
        topics = loaders.facet(wanted, "topic", revision)
        places = loaders.facet(wanted, "country", revision) if seen.news is not None else {}
        controls.feed_controls(seen, topics, places)
    number = view.settle_page(loaders.page(wanted, 1, feed.PAGE_SIZE, revision).total, feed.PAGE_SIZE)
    feed.show(loaders.page(wanted, number, feed.PAGE_SIZE, revision), number, feed.PAGE_SIZE)


body(frame("Rates & news"))
