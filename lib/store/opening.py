"""Opening a database by its address. Whatever is wrong with either becomes a StoreError that hides the password."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa
from platformdirs import user_data_path
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from lib.errors import StoreError
from lib.store import engine, layout

NO_ADDRESS = "this is not an SQLite or PostgreSQL address: correct DATABASE_URL"


def default_url() -> str:
    """`DATABASE_URL`, or a file in the user's data folder. Raises StoreError where that folder cannot be made."""
    configured = os.environ.get("DATABASE_URL", "").strip()
    return configured or f"sqlite:///{_folder(user_data_path('altyn')) / 'altyn.db'}"


def open_engine(url: str) -> sa.Engine:
    """The engine for `url`, its database in the present layout. Raises StoreError when that cannot be."""
    parsed = parse(url)
    shown = parsed.set(query={}).render_as_string(hide_password=True)
    if path := file_of(parsed):
        _folder(path.parent)
    try:
        made = engine.make(parsed)
    except (SQLAlchemyError, ModuleNotFoundError) as bad:  # a driver that does not exist, say
        raise StoreError(shown, NO_ADDRESS) from bad
    with ExitStack() as undo:
        undo.callback(made.dispose)  # a refused database keeps no connection
        _connect(made, shown)
        layout.prepare(made)
        undo.pop_all()
    return made


def _connect(made: sa.Engine, shown: str) -> None:
    """Whatever a driver says of a first connection, an unknown option say, is for whoever wrote the address."""
    try:
        made.connect().close()
    except DBAPIError as failed:
        cause = str(failed.orig or failed).strip().splitlines()[0]
        raise StoreError(shown, f"the database cannot be opened: {cause}") from failed


def parse(url: str) -> sa.URL:
    """An address of SQLite or PostgreSQL, with the driver that we use. Raises StoreError for any other."""
    try:
        return _with_driver(sa.make_url(url))
    except (SQLAlchemyError, ValueError) as bad:  # the latter: a port that is not a number
        # Whatever is wrong with the rest: a password may stand on either side of what parts it.
        raise StoreError(url.split("@")[-1].split("?")[0], NO_ADDRESS) from bad


def file_of(url: sa.URL) -> Path | None:
    """The file of an SQLite address; None for memory and for PostgreSQL."""
    in_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(url.database or "") if in_file else None


def _with_driver(url: sa.URL) -> sa.URL:
    """Hosts hand out `postgres://`; we speak to PostgreSQL through psycopg 3."""
    if "@" in (url.host or ""):  # a password with a bare @: its second half would be looked up, and shown, as the host
        raise sa.exc.ArgumentError("a bare @ in the password")
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise sa.exc.ArgumentError(url.drivername)
    return url


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        why = f"this folder cannot be made ({failed.strerror})"
        raise StoreError(str(path), f"{why}: make it, or set DATABASE_URL to a place that can be written") from failed
    return path
