"""Impact: what a currency did around the news, and how sure that is."""

import streamlit as st

from lib.desk import State
from lib.desk import impact as answers
from lib.ui import filters, frozen, heights, ignored, impact, loaders, ticker, view
from lib.ui.frame import page, top
from lib.ui.trouble import guarded


@st.fragment  # what a reader changes reruns this, and not the frame around it
@guarded
def body(now: State) -> None:
    view.begin()
    current = view.current()
    shown = loaders.state_of(current, now)
    question = impact.requested(current, shown)
    acts = {
        **{"only": impact.one_country, "topic": impact.topic},
        **{"clear": filters.clear_feed, "today": view.today},
    }
    top(ticker.html(current, shown, "only", (question.country.code,)), acts)
    with st.container(height=heights.ROW, border=False, key="choose"):
        impact.choose(current, shown)
    frozen.banner(current, shown, now, "impact")
    ignored.tell(current)
    made = answers.study(loaders.desk(), question, shown)
    st.container(key="answer").html(impact.heading(made, question))
    if made is not None and made.episodes:
        impact.chart(made)
        st.container(key="episodes").html(impact.episodes(made, question, current))
    impact.grid(question, shown)
    if made is not None:
        st.html(f"{impact.left_out(made)}{impact.method(made)}")
        if made.episodes:
            impact.save(made, question, shown)
    view.write(view.current())


page("Impact", body)
