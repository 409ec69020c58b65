"""Articles: the whole archive at full width, searched, filtered by facets with counts, grouped by event."""

import streamlit as st

from lib.desk import State
from lib.links import View
from lib.ui import archive, feed, filters, frozen, hands, loaders, share, view
from lib.ui.frame import page
from lib.ui.trouble import guarded


@st.fragment  # what a reader changes reruns this, and not the frame around it
@guarded
def body(now: State) -> None:
    view.begin()
    hands.listen(
        {
            **{"story": view.story, "today": view.today, "place": filters.toggle_place},
            **{"only": filters.only_in_archive, "clear": filters.clear_archive},
        }
    )
    current = view.current()
    shown = loaders.state_of(current, now)
    period = loaders.period(current, shown)
    st.html(archive.head(current, shown))
    archive.search(current, period, lambda: share.offer(current, shown, "archive"))
    frozen.banner(current, shown, now, "archive")
    view.tell_ignored(current)
    if current.story:
        archive.event(current, shown)
    else:
        show(current, shown)
    view.write(view.current())


def show(current: View, shown: State) -> None:
    chosen = loaders.desk().chosen(current, loaders.period(current, shown), "archive")
    left, right = st.columns([1, 3], gap="medium")
    with left.container(key="facets"):
        archive.facets(current, loaders.facets(chosen, shown))
    with right.container(key="results"):
        number = view.settle_page(loaders.page(chosen, 1, current.size, shown).total, current.size)
        found = loaders.page(chosen, number, current.size, shown)
        nothing = loaders.nothing_before(current, shown)
        feed.show(found, current, number, "archive", nothing)


page("Articles", body)
