"""One database by URL: SQLite in a file, or PostgreSQL. Opens it, and gives reading and writing transactions.

Writers are serialised (BEGIN IMMEDIATE on SQLite, an advisory lock on PostgreSQL), and every write is stamped with an
instant later than any stamp before it, so that "as of T" always names one and the same state.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from platformdirs import user_data_path
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from lib.errors import StoreError
from lib.store.schema import SCHEMA_VERSION, meta, metadata

ADVISORY_LOCK = 0x416C74796E  # "Altyn": any number will do that nobody else locks in this database
BUSY_SECONDS = 30  # a backfill window commits in well under a second; a laptop waking from sleep may need longer
BUSY_PAUSE = 0.01
CACHE_KIB = 32_768  # of pages a connection keeps: with SQLite's own 2,000 adding articles takes a third longer


@dataclass(frozen=True, slots=True)
class Write:
    """A writing transaction: its connection, and the instant that stamps everything written in it."""

    conn: sa.Connection
    at: datetime

    def bump(self) -> None:
        """Tell readers that rates or articles have changed."""
        self.conn.execute(sa.update(meta).values(revision=meta.c.revision + 1, stamped_at=self.at))


def default_url() -> str:
    """`DATABASE_URL`, or a file in the user's data folder."""
    configured = os.environ.get("DATABASE_URL", "").strip()
    return configured or f"sqlite:///{user_data_path('altyn', ensure_exists=True) / 'altyn.db'}"


def open_engine(url: str) -> sa.Engine:
    """The engine for `url`, with our tables in place. Raises StoreError, password hidden, when that cannot be."""
    shown = url.split("@")[-1].split("?")[0]  # whatever is wrong with the rest: a password may stand on either side
    try:
        parsed = _with_driver(sa.make_url(url))
        shown = parsed.set(query={}).render_as_string(hide_password=True)
        engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else sa.create_engine(parsed)
        with ExitStack() as undo:
            undo.callback(engine.dispose)  # a refused database keeps no connection
            _lay_out(engine, shown)
            undo.pop_all()
    except (DBAPIError, OSError) as failed:
        cause = str(getattr(failed, "orig", None) or failed).strip().splitlines()[0]
        raise StoreError(shown, f"the database cannot be opened: {cause}") from failed
    except (SQLAlchemyError, ModuleNotFoundError, ValueError) as bad:  # the last: a port that is not a number
        raise StoreError(shown.split("@")[-1], "this is not an SQLite or PostgreSQL address") from bad
    return engine


@contextmanager
def writing(engine: sa.Engine, clock: Callable[[], datetime]) -> Iterator[Write]:
    """One transaction that alone may write until it ends."""
    with engine.connect() as plain:
        conn = plain.execution_options(writing=True)
        with conn.begin():
            if engine.dialect.name == "postgresql":
                conn.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
            last = conn.execute(sa.select(meta.c.stamped_at)).scalar_one()
            yield Write(conn, max(clock(), last + timedelta(microseconds=1)))


def _with_driver(url: sa.URL) -> sa.URL:
    """Hosts hand out `postgres://`; we speak to PostgreSQL through psycopg 3."""
    if "@" in (url.host or ""):  # a password with a bare @: its second half would be looked up, and shown, as the host
        raise sa.exc.ArgumentError("a bare @ in the password")
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise sa.exc.ArgumentError(url.drivername)
    return url


def _sqlite(url: sa.URL) -> sa.Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
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


def _lay_out(engine: sa.Engine, shown: str) -> None:
    """Create the tables of an empty database; refuse one laid out by another version of Altyn, or by others."""
    with engine.connect() as plain, (conn := plain.execution_options(writing=True)).begin():
        if engine.dialect.name == "postgresql":
            conn.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        present = set(sa.inspect(conn).get_table_names())
        if meta.name not in present and (taken := sorted(present & set(metadata.tables))):
            raise StoreError(shown, f"this database belongs to something else: its table {taken[0]} is not ours")
        metadata.create_all(conn)
        if (held := conn.execute(sa.select(meta.c.version)).scalar()) is None:
            conn.execute(
                sa.insert(meta).values(version=SCHEMA_VERSION, revision=0, stamped_at=datetime(1970, 1, 1, tzinfo=UTC))
            )
        elif held != SCHEMA_VERSION:
            raise StoreError(shown, f"this database has layout {held}, and this Altyn reads layout {SCHEMA_VERSION}")
