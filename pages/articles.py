"""Articles: the whole archive at full width, searched, filtered by facets with counts, grouped by event."""

import streamlit as st

from lib.links import View
from lib.ui import archive, feed, frozen, hands, loaders, share, view
from lib.ui.frame import frame


@st.fragment  # what a reader changes reruns this, and not the frame around it
def body(revision: int) -> None:
    view.begin()
    view.leave()
    hands.listen({"show": view.show_there, "story": view.story, "today": view.today})
    seen = view.current()
    period = seen.period(*reversed(loaders.span(revision, seen.asof)))
    archive.search(seen, period, lambda: share.offer(seen, period, archive.wanted, revision, rates=False))
    frozen.banner(seen, period, archive.wanted, revision, rates=False)
    view.tell_ignored(seen)
    if seen.story:
        archive.story(seen)
    else:
        show(seen, revision)
    view.write(view.current())


def show(seen: View, revision: int) -> None:
    wanted = archive.wanted(seen)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        archive.facets(seen, loaders.facets(wanted, revision))
    with right:
        number = view.settle_page(loaders.page(wanted, 1, seen.size, revision).total, seen.size)
        feed.show(loaders.page(wanted, number, seen.size, revision), number, seen.size, seen.words, "wide")


body(frame("Articles"))
