"""Feeds read in processes of their own: parsing holds Python's lock, so threads would read one after the other.

For the command line alone. The dashboard's one refresh in the background is small, and a process of its own costs it
70 MB and, under Streamlit, whose main module is the page itself, a second run of that page.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import get_context, parent_process

from lib import news
from lib.catalog import Feed
from lib.catalog.rules import rules
from lib.errors import ParseError
from lib.news.tagging import tag

GARBAGE = 200_000  # objects made before cycles are looked for: some ten feeds' worth

Read = Callable[..., news.Parsed]
"""`news.cleaned`, or what does the same elsewhere."""


@contextmanager
def reading(feeds: int, cores: int | None = os.cpu_count()) -> Iterator[Read]:
    """`news.cleaned` for so many feeds, in one process a core where there are several of both."""
    if min(feeds, cores or 1) < 2:
        yield news.cleaned
        return
    _collect_seldom()
    with ProcessPoolExecutor(min(feeds, cores or 1), get_context(_method()), _begin) as pool:
        pool.submit(os.getpid).result()  # begun now: a thread of ours must not fork

        def read(body: bytes, feed: Feed, now: datetime, *, may_be_empty: bool = False) -> news.Parsed:
            try:
                return pool.submit(news.cleaned, body, feed, now, may_be_empty=may_be_empty).result()
            except BrokenProcessPool as broken:
                raise ParseError(feed.key, "could not be read: a process that reads feeds was killed") from broken

        yield read


def _method() -> str:
    """Forked, a process has what is imported and read of rules already, which takes a new one a second. That is safe
    where nothing else runs yet, and customary on Linux alone."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return "spawn"
    tag("", "", "", rules())
    return "fork"


def _begin() -> None:
    """An interrupt is for the command, which ends the pool; a command that was killed cannot."""
    _collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(1)


def _collect_seldom() -> None:
    """Articles make no cycles, and looking for some takes a twentieth of the time."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
