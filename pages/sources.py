"""Sources: where every number and article comes from, how fresh it is, and what failed."""

import streamlit as st

from lib.desk import State
from lib.ui import loaders, markup, sources, ticker, view
from lib.ui.frame import page, top
from lib.ui.trouble import guarded


@guarded
def body(now: State) -> None:
    current = view.current()
    top(ticker.html(current, loaders.state_of(current, now)), {})
    tables = (sources.rates_table(now), sources.feeds_table(now), sources.flags_table(now))
    st.html("".join((markup.heading("Sources"), *tables)))
    view.write(view.current())


page("Sources", body)
