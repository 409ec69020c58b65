"""Opening a store, seeding it, and what holds when several write at once or one is killed. On both engines, unless the
test is about files."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from lib.errors import StoreError
from lib.models import Article, ArticleFilter, RateQuery
from lib.store import State, Store
from lib.store.engine import writing
from lib.store.opening import default_url
from tests.conftest import Clock, article, parts, rate, revisions

ROOT = Path(__file__).parent.parent


def days(count: int, start: str = "2026-01-01") -> list[str]:
    return [str(date.fromisoformat(start) + timedelta(days=n)) for n in range(count)]


def values(store: Store) -> list[float]:
    return [found.value for found in store.rates.read(RateQuery())]


# Opening.


def test_new_store_is_empty_and_has_no_state(store: Store) -> None:
    assert (store.state(), values(store)) == (None, [])


def test_reopened_store_holds_what_was_stored(url: str, clock: Clock) -> None:
    first = Store(url, clock)
    first.rates.add([rate(value=478.0)])
    first.close()
    second = Store(url, clock)
    assert (revisions(second), values(second)) == ((1, 0), [478.0])
    second.close()


def test_place_tells_where_the_data_lie(store: Store, tmp_path: Path) -> None:
    assert store.place in (str(tmp_path / "altyn.db"), "PostgreSQL on this machine")


def test_file_that_is_no_database_is_refused_in_a_plain_sentence(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear reader, " * 100)
    with pytest.raises(StoreError) as refused:
        Store(f"sqlite:///{file}")
    advice = "this file is not a database: move it away, or set DATABASE_URL to another"
    assert str(refused.value) == f"sqlite:///{file}: {advice}"
    assert file.read_text().startswith("Dear reader")


def test_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the database file cannot be opened: let this user read and write"):
        Store(f"sqlite:///{tmp_path}")


def test_missing_folder_of_the_file_is_made(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path / 'a' / 'b' / 'altyn.db'}").close()
    assert (tmp_path / "a" / "b" / "altyn.db").exists()


@pytest.mark.parametrize(
    "address",
    [
        "mysql://reader:secret@db.example/altyn",
        "mysql://db.example/altyn?password=secret",
        "postgresql://reader:secret@db.example:port/altyn",
        "postgresql://reader:secret@[::1/altyn",
        "postgresql://reader:half@secret@db.example/altyn",
        "postgresql+nodriver://reader:secret@db.example/altyn",
        "altyn.db",
        "",
    ],
)
def test_address_of_no_known_database_is_refused_without_its_password(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", address or "::")
    with pytest.raises(StoreError, match="not an SQLite or PostgreSQL address: correct DATABASE_URL") as refused:
        Store()
    assert "secret" not in str(refused.value) + refused.value.url


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://reader:secret@127.0.0.1:1/altyn",
        "postgres://reader:secret@127.0.0.1:1/altyn",
        "postgresql://127.0.0.1:1/altyn?user=reader&password=secret",
        "postgresql://reader:secret@127.0.0.1:1/altyn?colour=secret",
    ],
)
def test_server_that_does_not_answer_is_named_without_its_password(address: str) -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/altyn: the database (does not|cannot be)") as refused:
        Store(address)
    assert "secret" not in str(refused.value) + refused.value.url
    assert "\n" not in str(refused.value)


def test_default_is_a_file_in_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", " ")
    assert default_url().startswith("sqlite:///")
    assert default_url().endswith("altyn.db")
    monkeypatch.setenv("DATABASE_URL", " sqlite:///elsewhere.db\n")
    assert default_url() == "sqlite:///elsewhere.db"


# Seeding.

RATES = [rate(day) for day in days(3)]
ARTICLES = [article("a", tags=("KZ",)), article("b", tags=("economy",))]


def test_seed_fills_an_empty_store_once(store: Store) -> None:
    assert store.seed(parts(RATES, ARTICLES)) is True
    assert store.seed(parts([rate(value=1.0)], [article("c")])) is False
    assert (len(values(store)), store.articles.page(ArticleFilter(), 1, 9).total) == (3, 2)
    logged = store.runs.latest()["snapshot"]
    assert (logged.outcome, logged.new) == ("snapshot", 3)


def test_interrupted_seed_is_repeated_without_doubles(store: Store) -> None:
    def broken() -> Iterator[Article]:
        yield ARTICLES[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.seed(parts(RATES, broken()))
    assert len(values(store)) == 3
    assert store.articles.page(ArticleFilter(), 1, 9).total == 0
    assert store.seed(parts(RATES, ARTICLES)) is True
    assert (len(values(store)), store.articles.page(ArticleFilter(), 1, 9).total) == (3, 2)
    assert store.seed(parts(RATES, ARTICLES)) is False


# Several writers, and one that dies.


def test_four_threads_that_write_at_once_lose_nothing(store: Store) -> None:
    def write(source: str) -> None:
        for day in days(25):
            store.rates.add([rate(day, source=source)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, ("nbk", "cbr", "cbu", "nbt")))
    found = store.rates.read(RateQuery())
    assert (len(found), revisions(store)) == (100, (100, 0))
    assert len({row.recorded_at for row in found}) == 100


def test_reader_sees_the_last_commit_while_another_writes(store: Store, url: str, clock: Clock) -> None:
    store.rates.add([rate(value=478.0)])
    reader = Store(url, clock)
    with writing(store._engine, clock) as write:
        write.conn.execute(sa.text("UPDATE rates SET value = 1"))
        write.bump(rates=1)
        assert (values(reader), revisions(reader)) == ([478.0], (1, 0))
    assert (values(reader), revisions(reader)) == ([1.0], (2, 0))
    reader.close()


def test_writer_need_not_wait_for_a_reader(store: Store) -> None:
    store.rates.add([rate(value=478.0)])
    with store._engine.connect() as reading:
        reading.execute(sa.text("SELECT * FROM rates"))
        assert store.rates.add([rate(value=479.0)]).changed == 1


WRITER = """
import sys
from datetime import date, timedelta
from lib.models import Rate
from lib.store import State, Store
print("ready", flush=True)
sys.stdin.readline()
store = Store(sys.argv[1])
for n in range(25):
    store.rates.add([Rate(sys.argv[2], "USD", "KZT", date(2026, 1, 1) + timedelta(days=n), 478.0)])
"""


def test_two_processes_that_open_a_new_store_and_write_at_once_lose_nothing(url: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, key], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for key in ("nbk", "cbr")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0]
    store = Store(url)
    assert (len(values(store)), revisions(store)) == (50, (50, 0))
    store.close()


def test_new_file_opened_by_four_at_once_is_laid_out_for_each_of_them(tmp_path: Path) -> None:
    at_once = Barrier(4)

    def opened(attempt: int) -> State | None:
        at_once.wait()
        store = Store(f"sqlite:///{tmp_path / f'{attempt}.db'}")
        try:
            return store.state()
        finally:
            store.close()

    with ThreadPoolExecutor(4) as pool:
        assert [set(pool.map(opened, [attempt] * 4)) for attempt in range(20)] == [{None}] * 20


def test_file_that_another_holds_for_good_is_named_as_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.store.engine.BUSY_SECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "altyn.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="another process keeps the database locked: end that process"):
            Store(f"sqlite:///{tmp_path / 'altyn.db'}")


KILLED = """
import os, signal, sys
from datetime import date
from lib.models import Rate
from lib.store import Store, rates
rates.insert = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Store(sys.argv[1]).rates.add([Rate("nbk", "USD", "KZT", date(2026, 9, 29), 500.0)])
"""


def test_writer_killed_between_closing_and_inserting_leaves_nothing(store: Store, url: str) -> None:
    store.rates.add([rate("2026-09-29", 478.0)])
    killed = subprocess.run([sys.executable, "-c", KILLED, url], cwd=ROOT, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (values(store), revisions(store)) == ([478.0], (1, 0))
    assert store.rates.add([rate("2026-09-29", 479.0)]).changed == 1
