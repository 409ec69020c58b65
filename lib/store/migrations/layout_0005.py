"""One packed row of fingerprints for an article, where each had a row of its own."""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa
from alembic import op

from lib.store.groups import packed

revision = "0005"
down_revision = "0004"

AT_ONCE = 1000
ROW = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("article", ROW, sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("marks", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_index("fingerprints_by_day", "fingerprints", ["day"], if_not_exists=True)
    if sa.inspect(op.get_bind()).has_table("prints"):
        _pack(op.get_bind())
        op.drop_table("prints")


def _pack(conn: sa.Connection) -> None:
    """Those of current articles, unless a later Altyn has opened this database and packed them."""
    prints = sa.table("prints", sa.column("article"), sa.column("print", sa.BigInteger), sa.column("day", sa.Date))
    articles = sa.table("articles", sa.column("id"), sa.column("superseded_at"))
    done = sa.table("fingerprints", sa.column("article"), sa.column("day", sa.Date), sa.column("marks", sa.LargeBinary))
    p = prints.c
    current = p.article.in_(sa.select(articles.c.id).where(articles.c.superseded_at.is_(None)))
    query = sa.select(p.article, p.day, p.print).where(current, p.article.not_in(sa.select(done.c.article)))
    rows = [
        {"article": article, "day": day, "marks": packed(mark for _, _, mark in marks)}
        for (article, day), marks in groupby(conn.execute(query.order_by(p.article)), lambda row: (row[0], row[1]))
    ]
    for start in range(0, len(rows), AT_ONCE):
        conn.execute(sa.insert(done), rows[start : start + AT_ONCE])
