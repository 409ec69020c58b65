"""The thread in which a server refreshes its store: once a process, stoppable by setting, in nobody's way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.ui import refresher
from tests.loopback import Asked, Reply, serve, write_catalog
from tests.publishers import NBK

ROOT = Path(__file__).parent.parent

# Prints what threads there are, and ends when it is told to.
SERVER = """
import threading
import streamlit
from lib.ui import refresher
refresher.start()
streamlit.cache_resource.clear()
refresher.start()
print(sum(thread.name == refresher.NAME for thread in threading.enumerate()), flush=True)
input()
"""


class Stopped(BaseException):
    """Ends a thread function that has no end."""


def test_steps_follow_each_other_with_the_pauses_that_they_ask_for() -> None:
    steps: Iterator[float] = iter([1.0, 60.0, 2.0])
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise Stopped

    with pytest.raises(Stopped):
        refresher.keep_on(lambda: next(steps), sleep)
    assert slept == [1.0, 60.0, 2.0]


def test_error_of_the_store_is_logged_and_the_thread_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    slept: list[float] = []

    def step() -> float:
        if slept:
            raise Stopped
        raise OSError("the disk is gone")

    with pytest.raises(Stopped):
        refresher.keep_on(step, slept.append)
    assert slept == [refresher.AFTER_ERROR]
    assert "the disk is gone" in caplog.text


def server(folder: Path, url: str, refresh: str) -> subprocess.Popen[str]:
    write_catalog(folder, url, NBK)
    ours = {"ALTYN_CATALOG": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'altyn.db'}", "ALTYN_REFRESH": refresh}
    return subprocess.Popen(
        [sys.executable, "-c", SERVER],
        cwd=ROOT,
        env={**os.environ, **ours},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_server_starts_one_thread_and_ends_while_it_waits_for_a_bank(tmp_path: Path) -> None:
    asked, answer = threading.Event(), threading.Event()

    def slow(_asked: Asked) -> Reply:
        asked.set()
        answer.wait(60)
        return Reply(status=500)

    with serve(slow) as bank, server(tmp_path, bank.url, "") as process:
        assert asked.wait(60)
        threads, _ = process.communicate("\n", timeout=60)
        answer.set()
    assert (threads.strip(), process.returncode) == ("1", 0)


@pytest.mark.parametrize("word", ["off", " OFF "])
def test_refresh_that_is_off_starts_no_thread(tmp_path: Path, word: str) -> None:
    with serve(NBK.handler()) as bank, server(tmp_path, bank.url, word) as process:
        threads, _ = process.communicate("\n", timeout=60)
    assert threads.strip() == "0"
    assert bank.asked == []
