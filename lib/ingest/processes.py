"""Feeds read in processes of their own: parsing holds Python's lock, so threads would read one after the other.

For the command line alone. The dashboard's one refresh in the background is small, and a process of its own costs it
70 MB and, under Streamlit, whose main module is the page itself, a second run of that page.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import get_context, parent_process
from threading import Thread

from lib import news
from lib.catalog import Feed
from lib.errors import ParseError

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
    with ProcessPoolExecutor(min(feeds, cores or 1), get_context("spawn"), _begin) as pool:

        def read(body: bytes, feed: Feed, now: datetime, *, may_be_empty: bool = False) -> news.Parsed:
            try:
                return pool.submit(news.cleaned, body, feed, now, may_be_empty=may_be_empty).result()
            except BrokenProcessPool as broken:
                raise ParseError(feed.key, "could not be read: a process that reads feeds was killed") from broken

        yield read


def _begin() -> None:
    """An interrupt is for the command, which ends the pool; a command that was killed cannot."""
    _collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(1)


def _collect_seldom() -> None:
    """Articles make no cycles, and looking for some takes a twentieth of the time."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
