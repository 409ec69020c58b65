"""Compare: the currencies side by side, what a transfer buys, all crosses, and how much and with what they move."""

import streamlit as st

from lib.desk import State
from lib.ui import (
    compare,
    crosses,
    filters,
    frozen,
    heights,
    ignored,
    loaders,
    markup,
    share,
    studies,
    ticker,
    transfer,
    view,
)
from lib.ui.frame import page, top
from lib.ui.trouble import guarded


@st.fragment  # what a reader changes reruns this, and not the frame around it
@guarded
def body(now: State) -> None:
    view.begin()
    current = view.current()
    shown = loaders.state_of(current, now)
    period = loaders.period(current, shown)
    acts = {"country": filters.toggle_country, "by": compare.sort, "today": view.today}
    top(ticker.html(current, shown, "country", current.countries), acts)
    st.html(markup.heading("Compare"))
    with st.container(height=heights.ROW, border=False, key="choose"):
        compare.settings(current, period, lambda: share.offer(current, shown, "chart"))
    frozen.banner(current, shown, now, "chart")
    ignored.tell(current)
    compare.show(current, period, shown)
    transfer.show(current, period, shown)
    crosses.show(current, period, shown)
    studies.show(current, period, shown)
    view.write(view.current())


page("Compare", body)
