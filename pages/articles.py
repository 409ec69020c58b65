"""Articles: the whole archive at full width, searched and filtered."""

from lib import links
from lib.ui import controls, feed, loaders, view
from lib.ui.frame import frame, menu

PAGE_SIZE = 20


def main() -> None:
    revision = frame("Articles")
    view.begin()
    controls.archive_controls()
    view.tell_ignored(view.current())
    wanted = feed.archive(view.current())
    controls.archive_filters(loaders.facet(wanted, "topic", revision))
    number = view.settle_page(loaders.page(wanted, 1, PAGE_SIZE, revision).total, PAGE_SIZE)
    feed.show(loaders.page(wanted, number, PAGE_SIZE, revision), number, PAGE_SIZE, "wide")
    view.write(view.current())
    menu(links.params(view.current()))


main()
