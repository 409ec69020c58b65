"""Copies of an SQLite store while it is in use, and a file that holds all that is stored."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from lib import ingest
from lib.errors import StoreError
from lib.models import ArticleFilter, RateQuery
from lib.store import Store, backup
from tests.conftest import article, parts, rate
from tests.layouts import lay_out

ROOT = Path(__file__).parent.parent


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the default store, with a little in it."""
    file = tmp_path / "altyn.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    store = Store()
    store.rates.add(rate(str(date(2020, 1, 1) + timedelta(days=n)), 400.0 + n) for n in range(500))
    store.articles.add([article("a", "Oil", tags=("KZ",))])
    store.close()
    return file


def rows(file: Path) -> list[tuple[object, ...]]:
    store = Store(f"sqlite:///{file}")
    found = [(r.day, r.value) for r in store.rates.read(RateQuery())]
    found += [(a.key, a.title) for a in store.articles.page(ArticleFilter(words="oil"), 1, 9).articles]
    store.close()
    return found


def test_copy_has_all_rows_and_is_one_file(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder := tmp_path / "copies").mkdir()
    assert ingest.main(["backup", str(folder / "copy.db")]) == 0
    assert capsys.readouterr().out.startswith(f"✓ {folder / 'copy.db'}: 0.")
    assert [file.name for file in folder.iterdir()] == ["copy.db"]
    assert len(rows(database)) == 501
    assert rows(folder / "copy.db") == rows(database)


def test_copy_made_while_windows_are_written_holds_whole_windows(database: Path, tmp_path: Path) -> None:
    stop = Event()

    def write() -> None:
        store = Store(f"sqlite:///{database}")
        for n in range(10_000):
            store.rates.add([rate(f"2026-01-{d:02}", 1.0 + n, source="cbr") for d in range(1, 32)])
            if stop.is_set():
                break
        store.close()

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(10):
            backup(tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    for number in range(10):
        values = [value for day, value in rows(tmp_path / f"{number}.db") if value != "Oil"]
        window = values[:-500]  # "cbr" comes before "nbk"
        assert len(window) in (0, 31)
        assert len(set(window)) <= 1


def test_copy_of_an_old_layout_is_not_upgraded(tmp_path: Path) -> None:
    lay_out(url := f"sqlite:///{tmp_path / 'old.db'}", "d7e6e1d", rows=True)
    backup(tmp_path / "copy.db", url)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as conn:
        assert conn.execute("SELECT version, revision FROM meta").fetchall() == [(1, 4)]
    assert len(rows(tmp_path / "copy.db")) == 2


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("altyn.db", "altyn.db: this file exists: name another, or move it away"),
        ("", ": this file exists: name another, or move it away"),
        ("nowhere/copy.db", "the copy cannot be written (No such file or directory): name another place"),
        ("altyn.db/copy.db", "the copy cannot be written (Not a directory): name another place"),
        ("x" * 300, "the copy cannot be written (File name too long): name another place"),
    ],
)
def test_place_that_cannot_be_written_is_told_in_a_sentence(
    database: Path, tmp_path: Path, target: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows(database)
    assert ingest.main(["backup", str(tmp_path / target)]) == 2
    told = capsys.readouterr()
    assert told.err.strip().endswith(says)
    assert told.out == ""
    assert [file.name for file in tmp_path.iterdir() if "partial" in file.name] == []
    assert rows(database) == before


def test_full_disk_leaves_nothing_half_written(database: Path, tmp_path: Path) -> None:
    """A limit on the length of files stands for the disk: what SQLite is told is the same in kind."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    (folder := tmp_path / "copies").mkdir()
    command = [sys.executable, "-m", "lib.ingest", "backup", str(folder / "copy.db")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, preexec_fn=limited, timeout=60, check=False
    )
    assert done.returncode == 2
    assert str(folder / "copy.db") in done.stderr
    assert "the disk " in done.stderr
    assert "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []
    assert len(rows(database)) == 501


def test_damaged_store_is_not_copied(database: Path, tmp_path: Path) -> None:
    with database.open("r+b") as file:
        for page in range(3, database.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 200)
    with pytest.raises(StoreError, match="the database is damaged: restore it from a backup"):
        backup(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_store_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database to copy: start Altyn once, or correct DATABASE_URL"):
        backup(tmp_path / "copy.db", f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgresql://reader:secret@127.0.0.1:1/altyn", "sqlite://"])
def test_only_files_are_copied(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="this command copies SQLite files: use pg_dump for") as refused:
        backup(tmp_path / "copy.db", url)
    assert "secret" not in str(refused.value)


# The write-ahead log.


def alone(database: Path, tmp_path: Path) -> int:
    """How many rates are in the file alone, without its log."""
    copy = tmp_path / "alone" / "altyn.db"
    copy.parent.mkdir()
    copy.write_bytes(database.read_bytes())
    with closing(sqlite3.connect(copy)) as conn:
        return int(conn.execute("SELECT count(*) FROM rates").fetchone()[0])


def seed(store: Store) -> None:
    store.seed(parts([rate()], []))


def refresh(store: Store) -> None:
    store.rates.add([rate()])
    store.checkpoint()


@pytest.mark.parametrize("work", [seed, refresh])
def test_file_alone_holds_what_was_stored(work: Callable[[Store], None], tmp_path: Path) -> None:
    store = Store(f"sqlite:///{(database := tmp_path / 'altyn.db')}")
    work(store)
    assert alone(database, tmp_path) == 1
    store.close()


def test_closed_store_leaves_one_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{(database := tmp_path / 'altyn.db')}")
    store.rates.add([rate()])
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["altyn.db"]
    assert alone(database, tmp_path) == 1


def test_reader_in_the_way_of_a_checkpoint_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.store.copies.BRIEFLY", 0.05)
    store = Store(f"sqlite:///{(database := tmp_path / 'altyn.db')}")
    store.rates.add([rate("2026-09-01")])
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM rates").fetchone()
        store.rates.add([rate("2026-09-02")])
        store.checkpoint()
    store.checkpoint()
    assert alone(database, tmp_path) == 2
    store.close()


def test_checkpoint_of_postgresql_does_nothing(postgresql: Callable[[], str]) -> None:
    store = Store(postgresql())
    store.checkpoint()
    assert store.state() is None
    store.close()
