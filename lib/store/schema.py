"""The tables. Rates and articles are versioned facts: nothing is overwritten.

A row is what was known from `recorded_at` until `superseded_at` (null: it still holds). A correction closes the old row
and adds a new one, so a view as of any past instant reads the very rows that stood then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

# The number of the layout below, and of the last file of `migrations/`. A test pins the tables to it.
LAYOUT = "0008"

metadata = sa.MetaData()


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Asserts UTC on the way in and restores it on the way out: SQLite forgets time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.utcoffset() != UTC.utcoffset(None):
            raise ValueError(f"a datetime in UTC is needed, not {value!r}")
        return value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[datetime | None], Any] | None:
        """All rows of a write bear the very same instant: it is written out once. Told by identity, since equal
        instants may be in other time zones, which are refused."""
        write = super().bind_processor(dialect)
        if write is None:
            return None
        last: tuple[datetime | None, Any] = (None, write(None))

        def written(value: datetime | None) -> Any:
            nonlocal last
            known, text = last
            if value is not known:
                last = (value, text := write(value))
            return text

        return written

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Thousands of rows of one write bear one and the same instant: what was read once is remembered, which takes a
        fifth of the time."""
        read = super().result_processor(dialect, coltype)
        return lru_cache(maxsize=4096)(read) if read else None


def _versioned() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("superseded_at", UtcDateTime),
    )


# One row: the layout that this database has.
layout = sa.Table("altyn_layout", metadata, sa.Column("number", sa.String, primary_key=True))

# One row for each write that changed rates or articles. `at` stamps what was written and grows from row to row;
# `written` is what the writer's clock said, which is earlier where a clock ran ahead before.
states = sa.Table(
    "states",
    metadata,
    sa.Column("at", UtcDateTime, primary_key=True),
    sa.Column("written", UtcDateTime, nullable=False),
    sa.Column("rates", sa.Integer, nullable=False),
    sa.Column("articles", sa.Integer, nullable=False),
)
_LATE = states.c.written < states.c.at
sa.Index("states_written_late", states.c.written, sqlite_where=_LATE, postgresql_where=_LATE)

rates = sa.Table(
    "rates",
    metadata,
    *_versioned(),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("base", sa.String(3), nullable=False),
    sa.Column("quote", sa.String(3), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("value", sa.Double, nullable=False),
    sa.CheckConstraint("value > 0", name="value_is_positive"),
)
sa.Index(
    "rates_current",
    rates.c.base,
    rates.c.quote,
    rates.c.source,
    rates.c.day,
    unique=True,
    sqlite_where=rates.c.superseded_at.is_(None),
    postgresql_where=rates.c.superseded_at.is_(None),
)
# Holds all that a reader asks for: looking each row up in the table would take three times as long as its index entry.
sa.Index(
    "rates_history",
    *(rates.c[name] for name in ("base", "quote", "source", "day", "recorded_at", "superseded_at", "value")),
)

# The days that a backfill has asked a source for and that need not be asked for again.
windows = sa.Table(
    "windows",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("since", sa.Date, primary_key=True),
    sa.Column("until", sa.Date, primary_key=True),
)

# Days that a source was asked for and did not answer, by how often in a row.
failed_windows = sa.Table(
    "failed_windows",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("since", sa.Date, primary_key=True),
    sa.Column("until", sa.Date, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),  # in a row
    sa.Column("last_tried", UtcDateTime, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
)

articles = sa.Table(
    "articles",
    metadata,
    *_versioned(),
    sa.Column("key", sa.String, nullable=False),
    sa.Column("feed", sa.String, nullable=False),
    sa.Column("outlet", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("excerpt", sa.String, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("published", UtcDateTime),
    sa.Column("basis", sa.String, nullable=False),
    sa.Column("body", sa.String, nullable=False, server_default=""),  # what tags are decided on
    sa.Column("restamped", UtcDateTime),  # the outlet's later date of an article that keeps its first
    sa.Column("title_words", sa.String, nullable=False),  # these two as `query.py` folds them
    sa.Column("excerpt_words", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),  # these two empty where the article's own key would stand
    sa.Column("story", sa.String, nullable=False),
    sa.Column("card", sa.BigInteger),  # the id of the row that first bore the text; null: this one's
)
sa.Index(
    "articles_current",
    articles.c.key,
    unique=True,
    sqlite_where=articles.c.superseded_at.is_(None),
    postgresql_where=articles.c.superseded_at.is_(None),
)
# What one write added, and what was known at an instant: ids grow with the stamps.
sa.Index("articles_by_stamp", articles.c.recorded_at, articles.c.id)
for name, some in (
    ("superseded_at", articles.c.superseded_at.is_not(None)),
    ("story", articles.c.story != ""),
):
    sa.Index(f"articles_by_{name}", articles.c[name], sqlite_where=some, postgresql_where=some)

# What facets are counted from, in blocks of so many rows: they never change, since rows do not. See facets.py.
blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("code", sa.String, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("format", sa.Integer, nullable=False, server_default="1"),  # of `data`: blocks of another are made anew
)

# Sampled fingerprints of the full texts of articles, to find copies by: `groups.py` packs them, four bytes each. Not
# versioned: they are an index.
fingerprints = sa.Table(
    "fingerprints",
    metadata,
    sa.Column("article", sa.ForeignKey(articles.c.id), primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("marks", sa.LargeBinary, nullable=False),
)
sa.Index("fingerprints_by_day", fingerprints.c.day)

tags = sa.Table(
    "tags",
    metadata,
    sa.Column("article", sa.ForeignKey(articles.c.id), primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("code", sa.String, primary_key=True),
    sa.Column("why", sa.String, nullable=False),
    sqlite_with_rowid=False,
)

feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("feed", sa.String, primary_key=True),
    sa.Column("etag", sa.String, nullable=False),
    sa.Column("modified", sa.String, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("started", UtcDateTime, nullable=False),
    sa.Column("ended", UtcDateTime, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("new", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("error", sa.String, nullable=False),
)
sa.Index("runs_by_source", runs.c.source, runs.c.id)

rejections = sa.Table(
    "rejections",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("run", sa.ForeignKey(runs.c.id), nullable=False, index=True),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
)

# Only sources whose last run failed have a row.
retries = sa.Table(
    "retries",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),  # in a row
    sa.Column("not_before", UtcDateTime),  # when its server said that it may be asked again
)

# At most one row: the process that refreshes in the background.
lease = sa.Table(
    "lease",
    metadata,
    sa.Column("holder", sa.String, primary_key=True),
    sa.Column("expires", UtcDateTime, nullable=False),
)


# Word search. SQLite keeps an FTS5 index that holds no further copy of the words; rows of `articles` never change them,
# so one trigger keeps it in step. It knows beginnings of up to three letters, which thousands of words have: one letter
# takes a seventh of the time at a million articles. PostgreSQL indexes the expression that `search.py` asks with.
def _weighed(words: sa.Column[Any], weight: str) -> sa.ColumnElement[Any]:
    vector = sa.func.to_tsvector(sa.literal_column("'simple'"), words)
    return sa.func.setweight(vector, sa.literal_column(f"'{weight}'"))


WORDS = sa.func.tsvector_concat(_weighed(articles.c.title_words, "A"), _weighed(articles.c.excerpt_words, "B"))
INDEX_WORDS = {
    # Written out: SQLAlchemy does not see which table an index on nested functions belongs to, and leaves it out.
    "postgresql": (
        """CREATE INDEX IF NOT EXISTS articles_words ON articles USING gin (tsvector_concat(
            setweight(to_tsvector('simple', title_words), 'A'),
            setweight(to_tsvector('simple', excerpt_words), 'B')))""",
    ),
    "sqlite": (
        """CREATE VIRTUAL TABLE IF NOT EXISTS articles_words USING fts5(
            title_words, excerpt_words, content='articles', content_rowid='id',
            prefix='1 2 3', tokenize='unicode61 remove_diacritics 0')""",
        """CREATE TRIGGER IF NOT EXISTS articles_words_follow AFTER INSERT ON articles BEGIN
            INSERT INTO articles_words(rowid, title_words, excerpt_words)
            VALUES (new.id, new.title_words, new.excerpt_words); END""",
    ),
}
for dialect, statements in INDEX_WORDS.items():
    for statement in statements:
        made = sa.DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
        sa.event.listen(articles, "after_create", made)
