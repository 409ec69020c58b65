"""Connections to one database, SQLite in a file or PostgreSQL, and transactions that alone may write.

Writers are serialised (BEGIN IMMEDIATE on SQLite, an advisory lock on PostgreSQL), and every write is stamped with an
instant later than any stamp before it, so that "as of T" always names one and the same state. What a database says when
it fails becomes a StoreError here, for every operation of the store.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lib.errors import StoreError
from lib.store import failures, states
from lib.store.schema import LAYOUT, layout
from lib.store.schema import states as table
from lib.store.states import State

ADVISORY_LOCK = 0x416C74796E  # "Altyn": any number will do that nobody else locks in this database
BUSY_SECONDS = 30  # a backfill window commits in well under a second; a laptop waking from sleep may need longer
BUSY_PAUSE = 0.01
CONNECT_SECONDS = 10  # for a server that does not answer: libpq's own default is two minutes
CACHE_KIB = 32_768  # of pages a connection keeps: with SQLite's own 2,000 adding articles takes a third longer
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Write:
    """A writing transaction: its connection, the instant that stamps everything written in it, what the clock says,
    and the state before it."""

    conn: sa.Connection
    at: datetime
    now: datetime
    last: State | None = None

    def bump(self, *, rates: int = 0, articles: int = 0) -> None:
        """Make this write a new state: rates, articles or both have changed. At most once in a transaction."""
        before = self.last or State(self.at, 0, 0)
        revisions = {"rates": before.rates + rates, "articles": before.articles + articles}
        self.conn.execute(sa.insert(table).values(at=self.at, written=self.now, **revisions))


@contextmanager
def writing(engine: sa.Engine, clock: Callable[[], datetime]) -> Iterator[Write]:
    """One transaction that alone may write until it ends. Raises StoreError where a newer Altyn has meanwhile upgraded
    the database: what it must hold is not known here."""
    with locked(engine) as conn:
        if (number := conn.execute(sa.select(layout.c.number)).scalar()) != LAYOUT:
            raise StoreError(shown(engine), f"this database was upgraded to layout {number}: restart the newer Altyn")
        before, now = states.last(conn), clock()
        yield Write(conn, max(now, before.at + INSTANT) if before else now, now, before)


@contextmanager
def locked(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that keeps all other writers of Altyn out until it ends."""
    with engine.connect() as plain, (conn := plain.execution_options(writing=True)).begin():
        if engine.dialect.name == "postgresql":
            conn.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        yield conn


def shown(engine: sa.Engine) -> str:
    """The database's address without its password."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


def make(url: sa.URL) -> sa.Engine:
    """The engine of an address. Nothing is connected yet."""
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
    sa.event.listen(engine, "handle_error", _translate, retval=True)
    return engine


def _translate(failed: sa.engine.ExceptionContext) -> BaseException | None:
    """Called by SQLAlchemy wherever a driver raises: while connecting, reading, writing and committing."""
    if failed.is_pre_ping:  # a connection that was lost while idle is replaced, without an error
        return None
    why = failures.sentence(failed.original_exception, failed.dialect.name)
    return StoreError(shown(failed.engine), why) if why and failed.engine else None


def _postgresql(url: sa.URL) -> sa.Engine:
    given = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
    engine = sa.create_engine(url, pool_pre_ping=True, connect_args=given)

    @sa.event.listens_for(engine, "connect")
    def _configure(raw: Any, _record: Any) -> None:
        raw.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        raw.commit()

    return engine


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def _configure(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # sqlite3 would begin transactions by itself, and too late
        _keep_a_journal(raw)
        raw.execute("PRAGMA synchronous = NORMAL")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    @sa.event.listens_for(engine, "begin")
    def _begin(conn: sa.Connection) -> None:
        # A deferred transaction that turns from reading to writing fails at once when another has written meanwhile.
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("writing") else "BEGIN")

    return engine


def _keep_a_journal(raw: sqlite3.Connection) -> None:
    """Another process may be doing so to the same new file: SQLite answers that one at once, without its timeout."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as failed:
            if failed.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(BUSY_PAUSE)
        else:
            return
