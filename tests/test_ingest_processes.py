"""Feeds read in other processes: the same articles, the same errors, and no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from time import monotonic, sleep

import pytest

from lib import news
from lib.errors import ParseError
from lib.ingest.processes import reading
from tests.test_news_parse import FEEDS, NOW, a_feed

BODY = (FEEDS / "wordpress.rss").read_bytes()
WAITING = """
from lib.ingest.processes import reading
from tests.test_news_parse import NOW, a_feed, rss
import sys, time
if __name__ == "__main__":
    with reading(2, cores=2) as read:
        read(rss("<title>A</title><link>https://steppe.example/1</link>"), a_feed(), NOW)
        print("ready", flush=True)
        time.sleep(60)
"""


def test_another_process_reads_the_same_articles_and_tells_the_same_error() -> None:
    with reading(2, cores=2) as read, ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda key: read(BODY, a_feed(key=key), NOW), ("steppe", "valley"))
        assert first == news.cleaned(BODY, a_feed(), NOW)
        assert second == news.cleaned(BODY, a_feed(key="valley"), NOW) != first
        with pytest.raises(ParseError, match=r"^steppe: answered with a web page instead of a feed$") as failed:
            read(b"<!doctype html><p>Sorry</p>", a_feed(), NOW)
        assert failed.value.source == "steppe"
        empty = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
        assert read(empty, a_feed(), NOW, may_be_empty=True).articles == ()


@pytest.mark.parametrize(("feeds", "cores"), [(1, 8), (0, 8), (40, 1), (40, None)])
def test_one_feed_or_one_core_needs_no_process(feeds: int, cores: int | None) -> None:
    with reading(feeds, cores) as read:
        assert read is news.cleaned


def test_a_killed_reader_fails_its_feed_with_a_sentence() -> None:
    with reading(2, cores=2) as read:
        read(BODY, a_feed(), NOW)
        for child in children(os.getpid()):
            os.kill(child, signal.SIGKILL)
        with pytest.raises(ParseError, match="steppe: could not be read: a process that reads feeds was killed"):
            deque((read(BODY, a_feed(), NOW) for _ in repeat(None)), maxlen=0)  # until their end is noticed


def test_readers_end_with_a_command_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITING], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as command:
        assert command.stdout
        assert command.stdout.readline() == "ready\n"
        readers = children(command.pid)
        assert readers
        command.kill()
    waited = monotonic() + 20
    while any(alive(reader) for reader in readers):
        assert monotonic() < waited, "a reader outlived its command"
        sleep(0.05)


def children(parent: int) -> list[int]:
    """The readers among them; beside them `multiprocessing` runs its own tracker."""
    found = [int(pid) for task in Path(f"/proc/{parent}/task").glob("*/children") for pid in task.read_text().split()]
    return [pid for pid in found if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()]


def alive(process: int) -> bool:
    """A zombie, which nobody waits for in a container without an init, is not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
