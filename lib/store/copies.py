"""Copies of an SQLite store while it is in use, and the write-ahead log brought into its file.

A copy is made under a temporary name and renamed when it is whole, so nothing half-written is left. The store is
copied as it is: one of an older layout keeps that layout.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa

from lib.errors import StoreError
from lib.store import failures
from lib.store.opening import default_url, file_of, parse

BRIEFLY = 0.5  # seconds that a checkpoint waits for readers and writers: the next one will do as well


def backup(target: Path, url: str | None = None) -> None:
    """Copy the store at `url`, or the default one, to the new file `target`. Raises StoreError where that cannot be."""
    source = _source(parse(url or default_url()))
    if os.path.lexists(target):
        raise StoreError(str(target), "this file exists: name another, or move it away")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        partial.touch()  # finds out what is wrong with this path: of two files SQLite does not say which one it means
        _copy(source, partial)
        partial.rename(target)
    except OSError as failed:
        raise StoreError(str(target), f"the copy cannot be written ({failed.strerror}): name another place") from failed
    except sqlite3.Error as failed:
        if (why := failures.sentence(failed, "sqlite")) is None:
            raise
        raise StoreError(f"{source} to {target}", why) from failed
    finally:
        with suppress(OSError):  # its folder may not be there
            partial.unlink(missing_ok=True)


def checkpoint(engine: sa.Engine) -> None:
    """Bring the write-ahead log into the file and empty it, as far as others allow it now."""
    path = file_of(engine.url)
    if path is None:
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(_uri(path), timeout=BRIEFLY, uri=True)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _source(url: sa.URL) -> Path:
    path = file_of(url)
    if path is None:
        shown = url.set(query={}).render_as_string(hide_password=True)
        raise StoreError(shown, "this command copies SQLite files: use pg_dump for a PostgreSQL database")
    if not path.exists():
        raise StoreError(str(path), "there is no database to copy: start Altyn once, or correct DATABASE_URL")
    return path


def _copy(source: Path, partial: Path) -> None:
    with closing(sqlite3.connect(_uri(source), timeout=BRIEFLY, uri=True)) as conn:
        conn.execute("VACUUM INTO ?", (str(partial),))
    with partial.open("rb+") as file:
        os.fsync(file.fileno())


def _uri(path: Path) -> str:
    """A path that is opened if it exists, and never made."""
    return f"{path.absolute().as_uri()}?mode=rw"
