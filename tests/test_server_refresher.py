"""The thread in which a server refreshes its store: once a process, stoppable by setting, in nobody's way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.desk import Desk
from lib.errors import StoreError
from lib.server import refresher
from lib.store import Store
from tests.loopback import Asked, Reply, serve, write_catalog
from tests.publishers import NBK

ROOT = Path(__file__).parent.parent

# Starts what the server starts, prints how many of its threads there are, and ends as the server does.
SERVER = """
import threading
from lib.desk import Desk
from lib.server import refresher
running = refresher.Refresher(Desk.open)
running.start()
input()
print(sum(thread.name == refresher.NAME for thread in threading.enumerate()), flush=True)
running.close()
"""


class Closed(threading.Event):
    """Notes how long each wait was to be, and is set at the third."""

    def __init__(self, waits: int = 3) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self.waits = waits

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        return len(self.pauses) > self.waits


def test_steps_follow_each_other_with_the_pauses_that_they_return() -> None:
    steps: Iterator[float] = iter([1.0, 60.0, 2.0])
    closed = Closed()
    refresher.keep_on(lambda: next(steps), closed)
    assert closed.pauses == [0.0, 1.0, 60.0, 2.0]


def test_step_without_a_pause_is_the_last() -> None:
    steps: Iterator[float | None] = iter([5.0, None])
    refresher.keep_on(lambda: next(steps), closed := Closed())
    assert closed.pauses == [0.0, 5.0]


def test_error_of_the_store_is_logged_and_the_thread_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def step() -> float:
        raise OSError("the disk is gone")

    refresher.keep_on(step, closed := Closed(waits=1))
    assert closed.pauses == [0.0, refresher.ERROR_PAUSE]
    assert "the disk is gone" in caplog.text


def test_store_that_cannot_be_opened_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALTYN_REFRESH", "off")
    monkeypatch.setattr(refresher, "OPENING_PAUSE", 0.01)
    opened, attempts = threading.Event(), []
    desk = Desk(Store(f"sqlite:///{tmp_path / 'altyn.db'}"))

    def open_desk() -> Desk:
        attempts.append(1)
        if len(attempts) == 1:
            raise StoreError("postgresql://db", "the server is not reachable")
        opened.set()
        return desk

    running = refresher.Refresher(open_desk)
    running.start()
    assert opened.wait(60)
    wait_for_end()
    running.close()
    desk.close()
    assert "the server is not reachable" in caplog.text
    assert len(attempts) == 2


def wait_for_end() -> None:
    for thread in threading.enumerate():
        if thread.name == refresher.NAME:
            thread.join(60)


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
    requested, answer = threading.Event(), threading.Event()

    def slow(_asked: Asked) -> Reply:
        requested.set()
        answer.wait(60)
        return Reply(status=500)

    with serve(slow) as bank, server(tmp_path, bank.url, "") as process:
        assert requested.wait(60)
        threads, _ = process.communicate("\n", timeout=60)
        answer.set()
    assert (threads.strip(), process.returncode) == ("1", 0)


@pytest.mark.parametrize("word", ["off", " OFF "])
def test_refresh_that_is_off_requests_nothing(tmp_path: Path, word: str) -> None:
    with serve(NBK.handler()) as bank, server(tmp_path, bank.url, word) as process:
        process.communicate("\n", timeout=60)
    assert process.returncode == 0
    assert bank.asked == []
