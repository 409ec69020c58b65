"""Words of title and excerpt apart, the same text and the same event, and facets in blocks.

A later Altyn that opened the database of an earlier one added its new tables, and failed at the first article: hence
"if not exists"."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from lib.store.layout import index_words
from lib.store.query import split

revision = "0004"
down_revision = "0003"

AT_ONCE = 1000
COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    **{"id": sa.BigInteger(), "card": sa.BigInteger()},
    **dict.fromkeys(("key", "title", "excerpt", "title_words", "excerpt_words"), sa.String()),
}
ADDED = ("excerpt_words", "text", "story")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS articles_words_follow")
        op.execute("DROP TABLE IF EXISTS articles_words")
    else:
        op.execute("DROP INDEX IF EXISTS articles_words")
    op.drop_index("articles_by_day", if_exists=True)
    op.drop_index("tags_by_code", if_exists=True)
    op.alter_column("articles", "words", new_column_name="title_words")
    for name in ADDED:
        op.add_column("articles", sa.Column(name, sa.String, nullable=False, server_default=""))
    op.add_column("articles", sa.Column("card", sa.BigInteger))
    _fill(op.get_bind())
    _index()
    op.create_table(
        "blocks",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )


def _fill(conn: sa.Connection) -> None:
    """Fold the words anew, and let every version of an article point to the first one, which its card goes by."""
    articles = sa.table("articles", *(sa.column(name, kind) for name, kind in COLUMNS.items()))
    a = articles.c
    first: dict[str, int] = {}
    read = sa.select(a.id, a.key, a.title, a.excerpt).order_by(a.id).limit(AT_ONCE)
    filled: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in ("title_words", "excerpt_words", "card")}
    write = sa.update(articles).where(a.id == sa.bindparam("row")).values(filled)
    last = 0
    while rows := conn.execute(read.where(a.id > last)).all():
        conn.execute(write, [_filled(row, first) for row in rows])
        last = rows[-1].id


def _filled(row: sa.Row[Any, Any, Any, Any], first: dict[str, int]) -> dict[str, object]:
    begun = first.setdefault(row.key, row.id)
    words = {f"new_{name}_words": " ".join(split(getattr(row, name))) for name in ("title", "excerpt")}
    return {"row": row.id, "new_card": begun if begun != row.id else None, **words}


def _index() -> None:
    op.create_index("articles_by_stamp", "articles", ["recorded_at", "id"])
    for name, condition in (("superseded_at", "superseded_at IS NOT NULL"), ("story", "story != ''")):
        some = sa.text(condition)
        op.create_index(f"articles_by_{name}", "articles", [name], sqlite_where=some, postgresql_where=some)
    index_words(op.get_bind())
