"""The layout of a database: laid out when it is new, brought up to date when an older Altyn made it, mended where only
what can be made again is missing, and refused, untouched, when it is damaged, newer, or not ours.

A database that is complete is only read, so opening it never waits for a writer.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from lib.errors import StoreError
from lib.store import states
from lib.store.engine import locked, shown
from lib.store.schema import INDEX_WORDS, LAYOUT, layout, metadata, rates
from lib.store.schema import states as state_table

WORDS = {"sqlite": {"articles_words", "articles_words_follow"}, "postgresql": {"articles_words"}}
FACTS = frozenset({"rates", "articles", "tags", "runs", "rejections"})  # what cannot be made again

# Before layout 6 no database said which it has: it is recognised by its columns and indexes.
OLD_TABLES = {
    "rates": {"id", "recorded_at", "superseded_at", "source", "base", "quote", "day", "value"},
    "tags": {"article", "kind", "code", "why"},
    "runs": {"id", "source", "started", "ended", "outcome", "new", "changed", "error"},
    "rejections": {"id", "run", "what", "why"},
    "feeds": {"feed", "etag", "modified"},
}
OLD_ARTICLES = {
    *("id", "recorded_at", "superseded_at", "key", "feed", "outlet", "language", "url", "title", "excerpt", "day"),
    *("published", "basis"),
}
ONE_TEXT = OLD_ARTICLES | {"words"}
GROUPED = OLD_ARTICLES | {"title_words", "excerpt_words", "text", "story", "card"}


def prepare(engine: sa.Engine) -> None:
    """Bring a database to the present layout. Raises StoreError where that cannot be."""
    with engine.connect() as conn:
        if _is_complete(conn):
            return
    with locked(engine) as conn:
        number = _number(conn, shown(engine))
        if number is None:
            metadata.create_all(conn)
            conn.execute(sa.insert(layout).values(number=LAYOUT))
            return
        if number != LAYOUT:
            _migrate(conn, number)
        _mend(conn, shown(engine))


def recognise(conn: sa.Connection) -> str | None:
    """The layout of a database that does not say it, by its tables; None where they are not those of Altyn."""
    inspected = sa.inspect(conn)
    columns = {name: {c["name"] for c in inspected.get_columns(name)} for name in inspected.get_table_names()}
    if all(columns.get(t.name) == set(t.columns.keys()) for t in metadata.sorted_tables if t is not layout):
        return LAYOUT
    if any(columns.get(name) != expected for name, expected in OLD_TABLES.items()):
        return None
    if columns.get("articles") == GROUPED:
        return "0004" if "prints" in columns or "fingerprints" not in columns else "0005"
    if columns.get("articles") != ONE_TEXT:
        return None
    indexes = {i["name"]: i["column_names"] for i in inspected.get_indexes("rates")}
    if "windows" not in columns:
        return "0001"
    return "0003" if "value" in indexes.get("rates_history", ()) else "0002"


def _is_complete(conn: sa.Connection) -> bool:
    present = _names(conn)
    if not _expected(conn) <= present or conn.execute(sa.select(layout.c.number)).scalar() != LAYOUT:
        return False
    return not _lacks_states(conn)


def _number(conn: sa.Connection, database: str) -> str | None:
    """The layout that a database has, one of ours; None where it is empty."""
    present = _names(conn)
    number = conn.execute(sa.select(layout.c.number)).scalar() if layout.name in present else None
    if number is not None and number > LAYOUT:
        why = f"this database has layout {number} of a newer Altyn, and this one reads up to layout {LAYOUT}"
        raise StoreError(database, f"{why}: update Altyn, or set DATABASE_URL to another database")
    if number is not None:
        return str(number)
    if not (taken := sorted(present & set(metadata.tables))):
        return None
    if (number := recognise(conn)) is None:
        why = f"this database belongs to something else or is damaged: its table {taken[0]} is not as Altyn makes it"
        raise StoreError(database, f"{why}; restore a backup, or set DATABASE_URL to another database")
    return number


def _migrate(conn: sa.Connection, number: str) -> None:
    from lib.store.migrations import upgrade  # Alembic takes a third of a second, and few starts need it

    upgrade(conn, number)
    conn.execute(sa.delete(layout))
    conn.execute(sa.insert(layout).values(number=LAYOUT))


def _mend(conn: sa.Connection, database: str) -> None:
    """Make again what is missing and can be: empty tables of what is derived, indexes, word search, states."""
    present = _names(conn)
    if lost := sorted(FACTS - present):
        raise StoreError(database, f"this database is damaged: its table {lost[0]} is missing; restore a backup")
    try:
        metadata.create_all(conn)
        for table in metadata.sorted_tables:
            for index in table.indexes:
                index.create(conn, checkfirst=True)
    except sa.exc.IntegrityError as twice:
        why = "this database is damaged: an index is missing, and some rows are there twice; restore a backup"
        raise StoreError(database, why) from twice
    if not WORDS[conn.dialect.name] <= present:
        index_words(conn)
    if not conn.execute(sa.select(layout.c.number)).scalar():
        conn.execute(sa.insert(layout).values(number=LAYOUT))
    if _lacks_states(conn):
        states.rebuild(conn, datetime.now(UTC))


def index_words(conn: sa.Connection) -> None:
    """Make the word search, and fill it with the articles that there are."""
    for statement in INDEX_WORDS[conn.dialect.name]:
        conn.exec_driver_sql(statement)
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("INSERT INTO articles_words(articles_words) VALUES ('rebuild')")


def _lacks_states(conn: sa.Connection) -> bool:
    if conn.execute(sa.select(state_table.c.at).limit(1)).first():
        return False
    return conn.execute(sa.select(rates.c.id).limit(1)).first() is not None


def _expected(conn: sa.Connection) -> set[str]:
    indexes = {str(index.name) for table in metadata.sorted_tables for index in table.indexes}
    return {*metadata.tables, *indexes, *WORDS[conn.dialect.name]}


def _names(conn: sa.Connection) -> set[str]:
    """The names of all tables, indexes and triggers."""
    if conn.dialect.name == "sqlite":
        return set(conn.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
    ours = "SELECT oid FROM pg_namespace WHERE nspname = current_schema()"
    return set(conn.exec_driver_sql(f"SELECT relname FROM pg_class WHERE relnamespace = ({ours})").scalars())
