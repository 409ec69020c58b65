"""Two processes on one store: which of them refreshes, and how soon the other one does when it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.store import Store
from lib.store.opening import parse
from tests.loopback import Asked, Reply, Server, serve, write_catalog
from tests.publishers import CURRENCY_API
from tests.serving import serving

ROOT = Path(__file__).parent.parent
LENGTH = 3.0  # seconds of a lease in these processes: each waits for the very same reasons, but not as long
SOON, PATIENCE = 5.0, 60.0

# Refreshes as a server does, and ends on SIGTERM as Streamlit does: the interpreter ends as usual.
PROCESS = """
import atexit, signal, sys, time
from datetime import timedelta
from lib.ingest import Background
from lib.store import Store
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
store = Store()
if len(sys.argv) > 1:
    store.lease.length = timedelta(seconds=float(sys.argv[1]))
background = Background(store)
atexit.register(background.close)
print(background._holder, flush=True)
while True:
    time.sleep(background.step())
"""


@contextmanager
def process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that refreshes the default store, and its name as a holder."""
    command = [sys.executable, "-c", PROCESS, *arguments]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout
        yield running, running.stdout.readline().strip()
    finally:
        running.kill()
        running.communicate()


def holder(url: str) -> str | None:
    engine = sa.create_engine(parse(url))
    with closing(engine.connect()) as conn:
        found = conn.exec_driver_sql("SELECT holder FROM lease").scalar()
    engine.dispose()
    return found


def wait(until: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not (done := until()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return done


@pytest.fixture
def bank(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The one publisher of the catalogue, on this machine."""
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("ALTYN_CATALOG", str(tmp_path))
    Store(url).close()
    with serve(CURRENCY_API.handler()) as server:
        write_catalog(tmp_path, server.url, CURRENCY_API)
        catalog = tmp_path / "sources.toml"
        catalog.write_text(catalog.read_text().replace("initial_days = 90", "initial_days = 3"))
        yield server


def make_due(url: str) -> None:
    """Forget that anything was refreshed."""
    engine = sa.create_engine(parse(url))
    with engine.begin() as conn:
        conn.exec_driver_sql("DELETE FROM rejections")
        conn.exec_driver_sql("DELETE FROM runs")
    engine.dispose()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_other_process_refreshes_soon_after_the_holder_ended(bank: Server, url: str, end: signal.Signals) -> None:
    arguments = (str(LENGTH),)
    with process(*arguments) as (first, name):
        assert wait(lambda: holder(url) == name)
        with process(*arguments) as (_, other):
            assert wait(lambda: len(bank.asked) > 0 and name != other)
            assert holder(url) == name
            first.send_signal(end)
            first.wait(PATIENCE)
            make_due(url)
            asked = len(bank.asked)
            assert wait(lambda: holder(url) == other, SOON if end == signal.SIGTERM else PATIENCE)
            assert wait(lambda: len(bank.asked) > asked)


def test_lease_is_kept_while_one_window_takes_longer_than_it_lasts(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("ALTYN_CATALOG", str(tmp_path))
    Store(url).close()
    asked: list[str] = []

    def slow(one: Asked) -> Reply:
        asked.append(one.path)
        time.sleep(2.5)
        return Reply(status=404)

    with serve(slow) as server:
        write_catalog(tmp_path, server.url, CURRENCY_API)
        with process("1") as (_, name):
            assert wait(lambda: len(asked) > 0)
            with process("1") as (_, other):
                assert other != name
                assert not wait(lambda: holder(url) != name, 2.0)


@pytest.mark.browser
def test_server_that_is_terminated_releases_its_lease_and_leaves_one_file(chrome: object, tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    write_catalog(tmp_path / "catalog", "http://127.0.0.1:9")
    url = f"sqlite:///{tmp_path / 'altyn.db'}"
    with serving(tmp_path / "altyn.db", ALTYN_REFRESH="", ALTYN_CATALOG=str(tmp_path / "catalog")) as address:
        page = chrome.new_page()  # type: ignore[attr-defined]
        page.goto(address)
        assert wait(lambda: (tmp_path / "altyn.db").exists() and taken(url))
        page.close()
    assert holder(url) is None
    log = tmp_path / "altyn.db-wal"
    assert not log.exists() or log.stat().st_size == 0


def taken(url: str) -> bool:
    try:
        return holder(url) is not None
    except sa.exc.DBAPIError:  # not laid out yet
        return False
