"""What a database's errors mean to whoever runs Altyn: one sentence that says what happened and what to do.

Only failures of the database itself are translated. What a mistake of ours makes a database say stays as it is, loud.
"""

from __future__ import annotations

import sqlite3

LOCKED = "another process keeps the database locked: end that process, or try again in a minute"
READ_ONLY = "the database cannot be written: let this user write the file and its folder"
NO_ACCESS = "the database file cannot be opened: let this user read and write the file and its folder"
FULL = "the disk is full: free some space and try again; what was stored before is kept"
DISK = "the disk cannot be read or written: check it and its free space, then try again"
DAMAGED = "the database is damaged: restore it from a backup, or move it away to start with an empty one"
NO_DATABASE = "this file is not a database: move it away, or set DATABASE_URL to another"

SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_PROTOCOL: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: NO_ACCESS,
    sqlite3.SQLITE_AUTH: NO_ACCESS,
    sqlite3.SQLITE_CANTOPEN: NO_ACCESS,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: DISK,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: NO_DATABASE,
}
POSTGRESQL = {  # by SQLSTATE, or the class that it begins with: the longest that fits
    "08": "the connection to the database broke: check its server and try again",
    "25006": "the database cannot be written: set DATABASE_URL to a server that is not a read-only copy",
    "28": "the database refuses this user: check the name and password in DATABASE_URL",
    "3D000": "there is no such database on this server: create it, or correct DATABASE_URL",
    "40": "another process was in the way: try again",
    "42501": "the database forbids this to its user: grant the right to use and create tables in its schema",
    "53": "the database server has too much to do: try again later, or raise its limits",
    "53100": FULL,
    "55P03": LOCKED,
    "57P": "the database server is starting or stopping: try again in a minute",
    "58": DISK,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
SILENT = "the database does not answer: start its server, or correct DATABASE_URL"


def sentence(error: BaseException, dialect: str) -> str | None:
    """What an error of a driver means, or None where it is a mistake of ours."""
    return _sqlite(error) if dialect == "sqlite" else _postgresql(error)


def _sqlite(error: BaseException) -> str | None:
    return SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)  # the rest of an extended code is detail


def _postgresql(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None) or ""
    if known := [start for start in POSTGRESQL if state.startswith(start)]:
        return POSTGRESQL[max(known, key=len)]
    if state or type(error).__name__ != "OperationalError":
        return None
    cause = str(error).strip().splitlines() or [""]  # without a state no server answered, and the driver says why
    detail = cause[0].rpartition("failed: ")[2]
    return f"{SILENT} ({detail})" if detail else SILENT
