"""Words to rows, on either engine. A reader's text never reaches MATCH or to_tsquery as it is: `query.py` parts it into
folded words, and each goes in quotes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

import numpy as np
import sqlalchemy as sa
from pyroaring import BitMap

from lib.store.query import Term
from lib.store.schema import WORDS, articles

_MATCH = sa.text("SELECT group_concat(rowid) FROM articles_words WHERE articles_words MATCH :asked")
_WEIGHTS = "AB"  # of words of the title, and of the excerpt: a phrase does not run from one into the other


def with_all(conn: sa.Connection, asked: Sequence[Term], *, in_title: bool = False) -> BitMap:
    """The rows, of all versions, that have all that is asked for, in the title alone if so wished."""
    return _rows(conn, asked, " AND ", " & ", in_title) if all(term.words for term in asked) else BitMap()


def with_any(conn: sa.Connection, asked: Sequence[Term]) -> BitMap:
    """The rows, of all versions, that have any of what is asked for."""
    some = [term for term in asked if term.words]
    return _rows(conn, some, " OR ", " | ", False) if some else BitMap()


def _rows(conn: sa.Connection, asked: Sequence[Term], fts5: str, tsquery: str, in_title: bool) -> BitMap:
    """One long text of ids: fetching a row for each of 300,000 takes ten times as long."""
    if conn.dialect.name == "postgresql":
        weight: Callable[[Term], str] = _tsquery_in_title if in_title else _tsquery
        # In the usual 4 MB an index notes only the pages of 200,000 rows, and every row on them is parsed again.
        conn.exec_driver_sql("SET LOCAL work_mem = '64MB'")
        query = sa.func.to_tsquery("simple", tsquery.join(map(weight, asked)))
        joined = sa.func.string_agg(sa.cast(articles.c.id, sa.String), ",")
        ids = conn.execute(sa.select(joined).where(WORDS.bool_op("@@")(query))).scalar_one()
    else:
        match = fts5.join(map(_fts5, asked))
        ids = conn.execute(_MATCH, {"asked": f"title_words : ({match})" if in_title else match}).scalar_one()
    return BitMap(array("I", np.fromstring(ids, np.uint32, sep=",").tobytes())) if ids else BitMap()


def _fts5(term: Term) -> str:
    if term.phrase:
        return '"' + " ".join(term.words) + '"'
    return "(" + " AND ".join(f'"{word}"*' for word in term.words) + ")"


def _tsquery(term: Term) -> str:
    if term.phrase:
        return "(" + " | ".join(_in_order(term.words, weight) for weight in _WEIGHTS) + ")"
    return "(" + " & ".join(f"'{word}':*" for word in term.words) + ")"


def _tsquery_in_title(term: Term) -> str:
    title = _WEIGHTS[0]
    if term.phrase:
        return _in_order(term.words, title)
    return "(" + " & ".join(f"'{word}':*{title}" for word in term.words) + ")"


def _in_order(words: Sequence[str], weight: str) -> str:
    return "(" + " <-> ".join(f"'{word}':{weight}" for word in words) + ")"
