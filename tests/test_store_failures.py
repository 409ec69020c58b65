"""What is said where the database fails: one sentence, from every operation and from the command line. Real failures of
SQLite, and of a PostgreSQL server that is stopped; what a mistake of ours makes a database say stays loud."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib import catalog, ingest
from lib.errors import StoreError
from lib.models import ArticleFilter, FeedState, RateQuery, Run
from lib.store import Store
from lib.store.failures import sentence
from lib.store.opening import default_url, parse
from tests.conftest import NOON, article, parts, rate, start_postgresql

ROOT = Path(__file__).parent.parent
RAN = Run("nbk", NOON, NOON, "ok")

READS: dict[str, Callable[[Store], object]] = {
    "state": lambda s: s.state(),
    "state as of": lambda s: s.state(NOON),
    "rates.read": lambda s: s.rates.read(RateQuery()),
    "rates.asked": lambda s: s.rates.asked("nbk"),
    "rates.last_day": lambda s: s.rates.last_day("nbk"),
    "rates.coverage": lambda s: s.rates.coverage(),
    "articles.held": lambda s: s.articles.held(["a"]),
    "articles.state": lambda s: s.articles.state("timesca"),
    "articles.page": lambda s: s.articles.page(ArticleFilter(words="oil"), 1, 6),
    "articles.story": lambda s: s.articles.story("a"),
    "articles.facet": lambda s: s.articles.facet(ArticleFilter(), "country"),
    "articles.facets": lambda s: s.articles.facets(ArticleFilter()),
    "articles.per_day": lambda s: s.articles.per_day(ArticleFilter()),
    "articles.span": lambda s: s.articles.span(),
    "articles.per_feed": lambda s: s.articles.per_feed(),
    "runs.latest": lambda s: s.runs.latest(),
    "runs.recent": lambda s: s.runs.recent(),
    "runs.last_success": lambda s: s.runs.last_success(),
    "retries.read": lambda s: s.retries.read(),
    "lease.seconds_left": lambda s: s.lease.seconds_left("a"),
}
WRITES: dict[str, Callable[[Store], object]] = {
    "seed": lambda s: s.seed(parts([rate()], [article()])),
    "rates.add": lambda s: s.rates.add([rate(value=1.0)]),
    "articles.add": lambda s: s.articles.add([article("z")], "timesca", FeedState('"1"', "")),
    "articles.withdraw": lambda s: s.articles.withdraw(["a"]),
    "articles.retag": lambda s: list(s.articles.retag(lambda _: ())),
    "runs.record": lambda s: s.runs.record(RAN),
    "retries.failed": lambda s: s.retries.failed("nbk", None),
    "retries.succeeded": lambda s: s.retries.succeeded("nbk"),
    "lease.take": lambda s: s.lease.take("a"),
    "lease.release": lambda s: s.lease.release("a"),
}


def said(store: Store, operations: dict[str, Callable[[Store], object]]) -> set[str]:
    """What all operations say; fails where one succeeds or raises anything else."""
    sentences = set()
    for name, operation in operations.items():
        with pytest.raises(StoreError) as failed:
            print(name, operation(store))
        sentences.add(str(failed.value))
    return sentences


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a little in it."""
    path = tmp_path / "altyn.db"
    store = Store(f"sqlite:///{path}")
    store.rates.add([rate()])
    store.articles.add([article("a", "Oil", tags=("KZ",))])
    store.close()
    return path


@contextmanager
def opened(file: Path, *pragmas: str) -> Iterator[Store]:
    """The store, each of its connections set so that SQLite itself fails."""
    store = Store(f"sqlite:///{file}")
    for pragma in pragmas:
        set_to = f"PRAGMA {pragma}"
        sa.event.listen(store._engine, "checkout", lambda raw, *_, set_to=set_to: raw.execute(set_to).close())
    yield store
    store.close()


def test_database_that_may_not_be_written_says_so_at_every_write_and_is_read(file: Path) -> None:
    with opened(file, "query_only = ON") as store:
        assert said(store, WRITES) == {f"sqlite:///{file}: {READ_ONLY}"}
        assert [r.value for r in store.rates.read(RateQuery())] == [478.77]


def test_full_disk_says_so_and_what_was_stored_is_kept(file: Path) -> None:
    with opened(file, "max_page_count = 1") as store:
        many = [rate(str(date(2000, 1, 1)), 1.0 + n, quote=f"{n:03}") for n in range(900)]
        with pytest.raises(StoreError, match="the disk is full: free some space and try again; what was stored before"):
            store.rates.add(many)
    with opened(file) as store:
        assert len(store.rates.read(RateQuery())) == 1


def test_database_that_another_keeps_locked_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.store.engine.BUSY_SECONDS", 0)
    with opened(file) as store, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        advice = "another process keeps the database locked: end that process, or try again in a minute"
        assert said(store, WRITES) == {f"sqlite:///{file}: {advice}"}
        assert store.state() is not None


def test_complete_database_opens_while_another_writes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.store.engine.BUSY_SECONDS", 0)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE rates SET value = 1")
        with opened(file) as store:
            assert [r.value for r in store.rates.read(RateQuery())] == [478.77]
        other.execute("ROLLBACK")


def damage(file: Path) -> None:
    with file.open("r+b") as raw:
        for page in range(2, file.stat().st_size // 4096):
            raw.seek(page * 4096)
            raw.write(b"\xff" * 4096)


def test_damaged_pages_are_named_as_damage(file: Path) -> None:
    with opened(file) as store:
        damage(file)
        operations = {name: READS[name] for name in ("rates.read", "articles.held", "runs.latest", "retries.read")}
        advice = "the database is damaged: restore it from a backup, or move it away to start with an empty one"
        assert said(store, operations) == {f"sqlite:///{file}: {advice}"}


def test_data_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(StoreError, match=r"data/altyn: this folder cannot be made \(Not a directory\): make it"):
        default_url()
    with pytest.raises(StoreError, match="set DATABASE_URL to a place that can be written"):
        Store(f"sqlite:///{tmp_path / 'data' / 'altyn.db'}")


UNPRIVILEGED = 65534
READ_ONLY = "the database cannot be written: let this user write the file and its folder"
NO_ACCESS = "the database file cannot be opened: let this user read and write the file and its folder"


def told_to_another_user(url: str) -> str:
    """What opening a store and reading it says to a user who is not root, to whom nothing is forbidden."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(UNPRIVILEGED)
            os.write(writing, str(Store(url).state()).encode())
        except StoreError as failed:
            os.write(writing, str(failed).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


@pytest.mark.parametrize(("name", "advice"), [("altyn.db", READ_ONLY), ("new.db", NO_ACCESS)])
def test_folder_that_this_user_may_not_write_is_told(file: Path, name: str, advice: str) -> None:
    with tempfile.TemporaryDirectory() as made:  # pytest's own folders are closed to others
        folder = Path(made)
        (folder / "altyn.db").write_bytes(file.read_bytes())
        (folder / "altyn.db").chmod(0o444)
        folder.chmod(0o555)
        url = f"sqlite:///{folder / name}"
        assert told_to_another_user(url) == f"{url}: {advice}"
        folder.chmod(stat.S_IRWXU)


# Mistakes of ours stay loud.


def test_statement_that_is_wrong_is_no_failure_of_the_database(store: Store) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="no_such_table"), store._engine.connect() as conn:
        conn.execute(sa.text("SELECT * FROM no_such_table"))


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("08006", "the connection to the database broke"),
        ("25006", "that is not a read-only copy"),
        ("28P01", "check the name and password in DATABASE_URL"),
        ("3D000", "there is no such database on this server"),
        ("40P01", "another process was in the way: try again"),
        ("42501", "the database forbids this to its user"),
        ("53100", "the disk is full"),
        ("53300", "the database server has too much to do"),
        ("55P03", "another process keeps the database locked"),
        ("57P03", "the database server is starting or stopping"),
        ("58030", "the disk cannot be read or written"),
        ("XX001", "the database is damaged"),
        ("42703", None),
        ("23505", None),
        ("22003", None),
    ],
)
def test_states_of_postgresql_are_told_in_words(state: str, says: str | None) -> None:
    error = sqlite3.OperationalError("as the server says it")
    error.sqlstate = state  # type: ignore[attr-defined]
    told = sentence(error, "postgresql")
    assert (says is None) == (told is None)
    assert (says or "") in (told or "")


# PostgreSQL that goes away and comes back.


def test_server_that_is_stopped_says_so_everywhere_and_the_same_store_works_once_it_is_back() -> None:
    with tempfile.TemporaryDirectory(prefix="altyn-pg-") as folder:
        server = start_postgresql(Path(folder))
        store = Store(server.get_uri())
        store.rates.add([rate()])
        server.cleanup()
        try:
            told = said(store, {**READS, **WRITES})
            assert {sentence.split(": ")[1] for sentence in told} == {"the database does not answer"}
            assert all("start its server, or correct DATABASE_URL" in sentence for sentence in told)
            with pytest.raises(StoreError, match="the database does not answer: start its server"):
                Store(server.get_uri())
            server = start_postgresql(Path(folder))
            assert [r.value for r in store.rates.read(RateQuery())] == [478.77]
            assert store.rates.add([rate(value=479.0)]).changed == 1
        finally:
            store.close()
            server.cleanup()


def test_connection_that_was_cut_while_idle_is_replaced_without_an_error(postgresql: Callable[[], str]) -> None:
    store = Store(url := postgresql())
    store.rates.add([rate()])
    with store._engine.connect() as idle:
        pid = idle.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    other = sa.create_engine(parse(url))
    with other.connect() as conn:
        assert conn.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 10000)").scalar_one()
    other.dispose()
    assert [r.value for r in store.rates.read(RateQuery())] == [478.77]
    store.close()


# The command line.


@pytest.fixture
def commands(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    (file.parent / "sources.toml").write_text((ROOT / "lib" / "catalog" / "sources.toml").read_text())
    (file.parent / "feeds.toml").write_text("")
    monkeypatch.setenv("ALTYN_CATALOG", str(file.parent))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    for cached in (catalog.sources, catalog.feeds):
        cached.cache_clear()
    yield [[], ["tmt_peg"], ["backfill", "tmt_peg"], ["news"], ["retag"]]
    for cached in (catalog.sources, catalog.feeds):
        cached.cache_clear()


def test_every_command_says_what_is_wrong_with_the_database_in_one_sentence(
    file: Path, commands: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("Dear reader, " * 1000)
    for words in commands:
        assert ingest.main(words) == 2
        told = capsys.readouterr()
        advice = "this file is not a database: move it away, or set DATABASE_URL to another"
        assert (told.err.strip(), told.out) == (f"sqlite:///{file}: {advice}", "")


@pytest.mark.parametrize("words", [["tmt_peg"], ["backfill", "tmt_peg"]])
def test_failure_in_a_thread_ends_the_command_with_its_sentence(
    file: Path,
    commands: list[list[str]],
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert words in commands
    store = Store()
    store.seed(parts([], []))
    store.close()

    def full(*_: object) -> None:
        raise StoreError("altyn.db", "the disk is full: free some space")

    monkeypatch.setattr("lib.store.rates._add_one_source", full)
    assert ingest.main(words) == 2
    told = capsys.readouterr()
    assert told.err.strip().endswith("altyn.db: the disk is full: free some space")
    assert "Traceback" not in told.err
    assert file.exists()
