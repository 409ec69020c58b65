"""Rates & news: the chart of the chosen currencies beside the feed of the chosen countries, on one time axis."""

import logging
import time

import streamlit as st

from lib import server
from lib.desk import Days, State
from lib.links import View
from lib.ui import chart, controls, feed, filters, frozen, hands, heights, ignored, loaders, share, ticker, view
from lib.ui.frame import PAGES, STYLE, page, top
from lib.ui.trouble import guarded

CHART_ALONE = 0.04  # seconds in which a browser draws the chart; else it first takes in the thirty parts that follow


@st.fragment  # what a reader changes reruns this, and not the frame around it
@guarded
def body(now: State) -> None:
    view.begin()
    current = view.current()
    shown = loaders.state_of(current, now)
    period = loaders.period(current, shown)
    acts = {
        **{"days": view.days, "show": view.show, "table": view.table, "today": view.today},
        "zoom": view.zoom,
        **{"country": filters.toggle_country, "only": filters.only_in_feed},
        **{"newest": filters.newest, "clear": filters.clear_feed, "page": view.turn_to},
    }
    if st.context.is_embedded:
        hands.listen(acts)
        frozen.mark(current, shown)
        (show_feed if current.part == "feed" else chart.show)(current, period, shown)
    else:
        top(ticker.html(current, shown, "country", current.countries), acts)
        beside(current, period, shown, now)
    view.write(view.current())


def beside(current: View, period: Days, shown: State, now: State) -> None:
    above = st.container(height=heights.ROW, border=False, key="above")
    told = st.container(gap="xsmall")
    left, right = st.columns([13, 8], gap="medium")
    # The chart first, so that it is drawn while the rest is still read; what the widgets hold is known already.
    with left.container(key="chartpart", gap="xsmall"):
        if chart.show(current, period, shown):
            time.sleep(CHART_ALONE)
    with right.container(key="feedpart", gap="xsmall"):
        show_feed(current, period, shown)
    with above:  # last, since it shows what the reader has just done
        controls.chart_controls(current, period, lambda: share.offer(current, shown, "chart"))
    with told:
        frozen.banner(current, shown, now, "chart")
        ignored.tell(current)


def show_feed(current: View, period: Days, shown: State) -> None:
    chosen = loaders.desk().chosen(current, period, "chart")
    st.html(feed.heading(current, period))
    if not st.context.is_embedded:
        topics = loaders.facet(chosen, "topic", shown)
        places = loaders.facet(chosen, "country", shown) if current.news is not None else {}
        controls.feed_controls(current, topics, places)
    number = view.settle_page(loaders.page(chosen, 1, feed.PAGE_SIZE, shown).total, feed.PAGE_SIZE)
    found = loaders.page(chosen, number, feed.PAGE_SIZE, shown)
    nothing = loaders.nothing_before(current, shown)
    if not (found.total or nothing or filters.active(current, "chart")):
        offered = feed.newest(current, period, shown)
        if offered:
            st.html(offered)
            return
    feed.show(found, current, number, nothing=nothing)


if __name__ == "__main__":  # a visitor: Streamlit runs this file as a script
    page("Rates & news", body)
else:  # the start of the server, which imports it: `streamlit run app.py`, or any ASGI server
    # The server's own threads run no script, which Streamlit would warn of at each start.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    base = st.get_option("server.baseUrlPath")
    app = st.App(__file__, **server.parts(loaders.desk, PAGES, ticker.html, STYLE, base))
