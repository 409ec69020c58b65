"""The later date of an article that keeps its first one, the text that tags are decided on, and words
in which an apostrophe, however it is typed, parts no word."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from lib.store.query import split
from lib.store.schema import UtcDateTime

revision = "0008"
down_revision = "0007"

AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("articles", sa.Column("restamped", UtcDateTime))
    op.add_column("articles", sa.Column("body", sa.String, nullable=False, server_default=""))
    conn = op.get_bind()
    indexed = conn.dialect.name == "sqlite" and sa.inspect(conn).has_table("articles_words")
    if _fold_again(conn) and indexed:  # where it was dropped on the way here, it is made anew at the end
        op.execute("INSERT INTO articles_words(articles_words) VALUES ('rebuild')")


def _fold_again(conn: sa.Connection) -> int:
    """Rows whose words are folded otherwise today. PostgreSQL's index follows by itself."""
    names = ("id", "title", "excerpt", "title_words", "excerpt_words")
    articles = sa.table("articles", *map(sa.column, names))
    changed = []
    for row in conn.execute(sa.select(articles)).all():
        title, excerpt = " ".join(split(row.title)), " ".join(split(row.excerpt))
        if (title, excerpt) != (row.title_words, row.excerpt_words):
            changed.append({"row": row.id, "new_title": title, "new_excerpt": excerpt})
    update = sa.update(articles).where(articles.c.id == sa.bindparam("row"))
    words: dict[str, Any] = {"title_words": sa.bindparam("new_title"), "excerpt_words": sa.bindparam("new_excerpt")}
    for start in range(0, len(changed), AT_ONCE):
        conn.execute(update.values(**words), changed[start : start + AT_ONCE])
    return len(changed)
