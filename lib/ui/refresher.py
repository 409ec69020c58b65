"""The one thread in which a running server refreshes its store. Pages start it and never wait for it; it knows no page:
what it stores is a new state, and pages look at that."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import NoReturn

import streamlit as st

from lib.ingest import Background
from lib.ui import loaders

NAME = "altyn-refresh"
AFTER_ERROR = 60.0  # seconds

log = logging.getLogger(__name__)


@st.cache_resource(show_spinner=False)
def start() -> None:
    """Start the thread, once in a process, unless `ALTYN_REFRESH=off`."""
    off = os.environ.get("ALTYN_REFRESH", "").strip().lower() == "off"
    # Clearing the cache, or editing this file under a running server, runs this again beside the first thread.
    if off or any(thread.name == NAME for thread in threading.enumerate()):
        return
    background = Background(loaders.desk().store)
    threading.Thread(target=keep_on, args=(background.step,), name=NAME, daemon=True).start()
    atexit.register(background.close)  # Streamlit ends the interpreter as usual on SIGTERM and SIGINT


def keep_on(step: Callable[[], float], sleep: Callable[[float], None] = time.sleep) -> NoReturn:
    """Take step after step for as long as the server runs, sleeping as long as each asks for."""
    while True:
        try:
            pause = step()
        except Exception:
            # A bug must not end the refresh until somebody restarts the server.
            log.exception("the store could not be refreshed")
            pause = AFTER_ERROR
        sleep(pause)
