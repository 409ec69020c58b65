"""Articles: the whole archive at full width, searched, filtered by facets with counts, grouped by event."""

import streamlit as st

from lib.desk import State
from lib.links import View
from lib.ui import archive, feed, filters, frozen, ignored, loaders, markup, share, view
from lib.ui.frame import page, top
from lib.ui.trouble import guarded


@st.fragment  # what a reader changes reruns this, and not the frame around it
@guarded
def body(now: State) -> None:
    view.begin()
    current = view.current()
    shown = loaders.state_of(current, now)
    period = loaders.period(current, shown)
    acts = {
        **{"story": view.story, "today": view.today, "place": filters.toggle_place},
        **{"only": filters.only_in_archive, "clear": filters.clear_archive, "page": view.turn_to},
    }
    top(archive.figures(current, shown), acts)
    st.html(markup.heading("Articles"))
    archive.search(current, period, lambda: share.offer(current, shown, "archive"))
    frozen.banner(current, shown, now, "archive")
    ignored.tell(current)
    if current.story:
        archive.event(current, shown)
    else:
        show(current, shown)
    view.write(view.current())


def show(current: View, shown: State) -> None:
    chosen = loaders.desk().chosen(current, loaders.period(current, shown), "archive")
    left, right = st.columns([3, 1], gap="medium")
    with left.container(key="results", gap="xsmall"):
        number = view.settle_page(loaders.page(chosen, 1, current.size, shown).total, current.size)
        found = loaders.page(chosen, number, current.size, shown)
        nothing = loaders.nothing_before(current, shown)
        feed.show(found, current, number, "archive", nothing)
    with right.container(key="facets", gap="xsmall"):
        archive.facets(current, loaders.facets(chosen, shown))


page("Articles", body)
