"""Work on a database that is killed, again and again, by a signal that no process can refuse.

Children are forked from a process that has imported everything, and their client reads no certificates, so each starts
in milliseconds and nearly its whole life is work that a kill can hit. The work is small: a life is a tenth of a second
and has some twenty transactions, of which fifty kills miss none.
"""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import httpx

from lib.net import Client

KILLS = 50
WORKS = ["tests.test_backfill", "tests.test_ingest_feeds_killed"]  # where the work of children is defined

Work = Callable[[Path], None]
T = TypeVar("T")


def left_alone_and_killed(seed: Path, work: Work, found: Callable[[Path], T], random: Random) -> T:
    """What is `found` in a copy of `seed` after `work` on it. Fails where other copies, on which the work was killed at
    fifty random moments before it was done once more, end otherwise."""
    _duration(work, calm := _copy(seed, "calm"))  # what children are forked from starts up once
    expected = found(calm)
    length = min(_duration(work, _copy(seed, f"timed {nth}")) for nth in range(3))  # one may wait for other processes
    kills = 0
    for attempt in count():
        database = _copy(seed, str(attempt))
        while kills < KILLS and _killed(_started(work, database), random.uniform(0, length)):
            kills += 1
        _started(work, database).join()
        assert found(database) == expected
        if kills == KILLS:
            break
    return expected


def plain_client() -> Client:
    """A client for http on loopback, which needs none of the certificates that take a third of a child's life to read,
    and waits for nobody."""
    return Client(httpx.HTTPTransport(verify=False), sleep=lambda _: None)


def _duration(work: Work, database: Path) -> float:
    begun = time.monotonic()
    _started(work, database).join()
    return time.monotonic() - begun


def _copy(seed: Path, name: str) -> Path:
    return Path(shutil.copy(seed, seed.with_name(f"{name}.db")))


def _started(work: Work, database: Path) -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(WORKS)
    child = context.Process(target=work, args=(database,))
    child.start()
    return child


def _killed(child: Any, after: float) -> bool:
    """Whether the child was still at work after so many seconds, and so was killed."""
    child.join(after)
    child.kill()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL)
    return bool(child.exitcode)
