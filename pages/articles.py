"""Articles: the whole archive at full width, searched and filtered."""

import streamlit as st

from lib.ui import controls, feed, loaders, view
from lib.ui.frame import frame

PAGE_SIZE = 20


@st.fragment  # what a reader changes reruns this, and not the frame around it
def body(revision: int) -> None:
    view.begin()
    seen = view.current()
    controls.archive_controls(seen, seen.period(*reversed(loaders.span(revision))))
    view.tell_ignored(seen)
    wanted = feed.archive(seen)
    controls.archive_filters(loaders.facet(wanted, "topic", revision))
    number = view.settle_page(loaders.page(wanted, 1, PAGE_SIZE, revision).total, PAGE_SIZE)
    feed.show(loaders.page(wanted, number, PAGE_SIZE, revision), number, PAGE_SIZE, "wide")
    view.write(view.current())


body(frame("Articles"))
