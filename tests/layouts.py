"""Databases as old commits laid them out, from their own DDL (tests/data/layouts), with rows of each kind.

A commit whose tables are those of an earlier one is not repeated: f3368f5 made what 0e8524b did, and e37b81e what
5bbece5 did. Databases that a later commit has opened have its new tables beside the old ones.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from lib.store.opening import parse
from lib.store.schema import UtcDateTime, metadata

FOLDER = Path(__file__).parent / "data" / "layouts"
COMMITS = ("d7e6e1d", "a97ae60", "0e8524b", "56b2770", "5bbece5")
NEWEST = COMMITS[-1]
OPENED_LATER = ("d7e6e1d", "56b2770")  # and then by the newest
LAYOUTS = (*COMMITS, *(f"{commit}+{NEWEST}" for commit in OPENED_LATER))

TYPES = {
    **dict.fromkeys(("recorded_at", "superseded_at", "published", "started", "ended", "stamped_at"), UtcDateTime()),
    **dict.fromkeys(("not_before", "expires"), UtcDateTime()),
    **dict.fromkeys(("day", "since", "until"), sa.Date()),
}
FIRST, SECOND, THIRD, FOURTH = (datetime(2026, 3, day, 9, 30, 0, day, tzinfo=UTC) for day in (1, 2, 3, 4))
DAY = date(2026, 3, 1)


def lay_out(url: str, layout: str, *, rows: bool = False) -> None:
    """Lay out an empty database, with the meta row that it began with, or with rows."""
    engine = sa.create_engine(parse(url))
    commit, _, later = layout.partition("+")
    with engine.begin() as conn:
        for statement in _statements(engine, commit):
            conn.exec_driver_sql(statement)
        present = set(sa.inspect(conn).get_table_names())
        for statement in _statements(engine, later) if later else ():
            if _table(statement) not in present:
                conn.exec_driver_sql(statement)
        present = set(sa.inspect(conn).get_table_names())
        begun = {"version": 1, "revision": 4 * rows, "stamped_at": FOURTH if rows else datetime(1970, 1, 1, tzinfo=UTC)}
        _insert(conn, "meta", begun)
        if rows:
            _fill(conn, present)
    engine.dispose()


def _statements(engine: sa.Engine, commit: str) -> list[str]:
    """All of them; a trigger has a semicolon within."""
    text = (FOLDER / f"{commit}.{engine.dialect.name}.sql").read_text()
    return [statement for part in text.split(";\n\n") if (statement := part.strip().removesuffix(";").strip())]


def _table(statement: str) -> str:
    """The table that a statement makes or indexes."""
    if made := re.match(r"CREATE TABLE (\w+)", statement):
        return made[1]
    found = re.search(r" ON (\w+)", statement)
    return found[1] if found else "articles"


def _fill(conn: sa.Connection, present: set[str]) -> None:
    columns = {c["name"] for c in sa.inspect(conn).get_columns("articles")}
    pair = {"source": "nbk", "base": "USD", "quote": "KZT"}
    _insert(
        conn,
        "rates",
        {**pair, "id": 1, "recorded_at": FIRST, "superseded_at": THIRD, "day": DAY, "value": 500.0},
        {**pair, "id": 2, "recorded_at": THIRD, "superseded_at": None, "day": DAY, "value": 501.0},
        {**pair, "id": 3, "recorded_at": SECOND, "superseded_at": None, "day": date(2026, 3, 2), "value": 499.5},
    )
    articles = [
        _article(1, "a", "Тенге ослаб: ещё неделя", "Türkmenistan watches", FIRST, SECOND),
        _article(2, "a", "Тенге окреп: ещё неделя", "Türkmenistan watches", SECOND, None),
        _article(3, "b", "Gas for Dushanbe", "A pipeline", FOURTH, None),
    ]
    _insert(conn, "articles", *({k: v for k, v in row.items() if k in columns} for row in articles))
    marks = [(1, "country", "KZ"), (2, "country", "KZ"), (2, "topic", "economy"), (3, "country", "TJ")]
    _insert(conn, "tags", *({"article": i, "kind": kind, "code": code, "why": "named"} for i, kind, code in marks))
    _insert(conn, "feeds", {"feed": "timesca", "etag": '"1"', "modified": "Mon"})
    ran = {"source": "nbk", "started": FIRST, "ended": SECOND, "outcome": "ok", "new": 2, "changed": 1, "error": ""}
    _insert(conn, "runs", {"id": 1, **ran})
    _insert(conn, "rejections", {"id": 1, "run": 1, "what": "EUR/KZT", "why": "the value is 0"})
    if "windows" in present:
        _insert(conn, "windows", {"source": "nbk", "since": DAY, "until": date(2026, 3, 2)})
        _insert(conn, "retries", {"source": "cbu", "failures": 2, "not_before": FOURTH})
        _insert(conn, "lease", {"holder": "gone", "expires": FOURTH})
    if "prints" in present:
        _insert(conn, "prints", *({"article": 3, "print": mark, "day": DAY} for mark in (2**40 + 7, -(2**33) - 5, 11)))
    elif "fingerprints" in present and "text" in columns:
        _insert(conn, "fingerprints", {"article": 3, "day": DAY, "marks": np.array([7, -5, 11], "<i4").tobytes()})
    for table in ("rates", "articles", "runs", "rejections") if conn.dialect.name == "postgresql" else ():
        conn.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)")


def _article(
    row: int, key: str, title: str, excerpt: str, recorded: datetime, superseded: datetime | None
) -> dict[str, Any]:
    """With the columns of all layouts."""
    words = {"title_words": title.lower().replace("ё", "е").replace(":", ""), "excerpt_words": "turkmenistan watches"}
    if key == "b":
        words = {"title_words": title.lower(), "excerpt_words": excerpt.lower()}
    return {
        "id": row,
        "recorded_at": recorded,
        "superseded_at": superseded,
        "key": key,
        "feed": "timesca",
        "outlet": "The Times of Central Asia",
        "language": "en",
        "url": f"https://news.example/{key}",
        "title": title,
        "excerpt": excerpt,
        "day": DAY,
        "published": FIRST,
        "basis": "published",
        "words": " ".join(words.values()),
        **words,
        "text": "",
        "story": "",
        "card": 1 if row == 2 else None,
    }


def _insert(conn: sa.Connection, table: str, *rows: dict[str, Any]) -> None:
    columns = [sa.column(name, TYPES.get(name)) for name in rows[0]]
    conn.execute(sa.insert(sa.table(table, *columns)), list(rows))


def fingerprint() -> str:
    """Of the tables of `schema.py`, on both engines."""
    made: list[str] = []
    for dialect in ("sqlite://", "postgresql+psycopg://"):
        made += _made(dialect)
    return hashlib.sha256("\n".join(sorted(made)).encode()).hexdigest()[:16]


def _made(dialect: str) -> list[str]:
    made: list[str] = []
    mock = sa.create_mock_engine(dialect, lambda ddl, *_, **__: made.append(str(ddl.compile(dialect=mock.dialect))))
    metadata.create_all(mock, checkfirst=False)
    return [" ".join(text.split()) for text in made]
