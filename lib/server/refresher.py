"""The one thread in which a running server opens its store, warms the caches, and refreshes what is
due. Pages never wait for it: what it stores is a new state, and pages look at that."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from lib.desk import Desk
from lib.errors import StoreError
from lib.ingest import Background
from lib.links import View

NAME = "altyn-refresh"
ERROR_PAUSE = 60.0  # seconds
OPENING_PAUSE = 5.0  # seconds until a store that could not be opened is tried again

log = logging.getLogger(__name__)


def is_off() -> bool:
    """Whether `ALTYN_REFRESH=off` keeps this server from refreshing."""
    return os.environ.get("ALTYN_REFRESH", "").strip().lower() == "off"


class Refresher:
    """`start` once, `close` once. `desk` opens the desk of this process at its first call."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk
        self._closed = threading.Event()
        self._background: Background | None = None

    def start(self) -> None:
        threading.Thread(target=self._run, name=NAME, daemon=True).start()

    def close(self) -> None:
        """Release the lease and empty the write-ahead log. A refresh under way ends with the
        process; it stores nothing more."""
        self._closed.set()
        if self._background:
            self._background.close()

    def _run(self) -> None:
        keep_on(self._prepare, self._closed)
        if self._background and not is_off():
            keep_on(self._background.step, self._closed)

    def _prepare(self) -> float | None:
        """Open the store and warm its caches; the seconds until it is tried again, None once done."""
        try:
            desk = self._desk()
            self._background = Background(desk.store)
            warm(desk)
        except StoreError as failed:
            log.error("the store could not be opened: %s", failed)
            return OPENING_PAUSE
        return None


def warm(desk: Desk) -> None:
    """Read what the first page shows, so that its first visitor does not wait for it."""
    view, state = View(), desk.now()
    period = desk.period(view, state)
    lines = desk.in_view(view, period, state)
    desk.events(view, lines, period, state, 1)
    desk.articles_of.page(desk.chosen(view, period, "chart"), 1, 1, state)


def keep_on(step: Callable[[], float | None], closed: threading.Event) -> None:
    """Take step after step until one returns None or the server ends, waiting as long as each says.
    A bug in one does not end the others."""
    pause: float | None = 0.0
    while pause is not None and not closed.wait(pause):
        try:
            pause = step()
        except Exception:
            log.exception("the store could not be refreshed")
            pause = ERROR_PAUSE
