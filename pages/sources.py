"""Sources: where every number and article comes from, how fresh it is, and what failed."""

import streamlit as st

from lib.ui import hands, sources, view
from lib.ui.frame import frame

revision = frame("Sources")
hands.listen({})
st.html(sources.rates_table())
st.html(sources.feeds_table())
st.html(sources.flags_table(revision))
view.write(view.current())
