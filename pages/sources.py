"""Sources: where every number and article comes from, how fresh it is, and what failed."""

import streamlit as st

from lib.desk import State
from lib.ui import hands, loaders, markup, sources, ticker, view
from lib.ui.frame import page
from lib.ui.trouble import guarded


@guarded
def body(now: State) -> None:
    hands.listen({})
    current = view.current()
    st.html(ticker.html(current, loaders.state_of(current, now)))
    st.html(markup.heading("Sources"))
    tables = (sources.rates_table(now), sources.feeds_table(now), sources.flags_table(now))
    for table in tables:
        st.html(table)
    view.write(view.current())


page("Sources", body)
