"""Words in articles. Stored text and a reader's text are folded to the same plain words here, since engines part and
fold text differently: to PostgreSQL alone, USD/KZT is a file name and 8-9 % holds the number -9.

A reader's text never reaches MATCH or to_tsquery as it is: it is split into words, and each word, quoted, must begin a
word of the title or the excerpt (FTS5 does not stem Russian, so prefixes must do).
"""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa

from lib.models import Article
from lib.store.schema import WORDS, articles

MOST_WORDS = 16  # nobody types more; a pasted page should not become a query of a thousand terms
LONGEST_WORD = 64  # PostgreSQL refuses a query with a word of more than 2 kB
_WORD = re.compile(r"[^\W_]+")


def split(text: str) -> list[str]:
    """The words of a text in lower case and without accents: Türkmenistan is turkmenistan, and ещё is еще."""
    letters = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


def indexed(article: Article) -> str:
    """What of an article can be found, as both engines' indexes take it."""
    return " ".join(split(f"{article.title} {article.excerpt}"))


def matching(dialect: str, text: str) -> sa.ColumnElement[bool] | None:
    """Which articles have all words of `text`; None when it is blank. Text without a letter or digit finds nothing."""
    if not text.strip():
        return None
    words = split(text)[:MOST_WORDS]
    if not words:
        return sa.false()
    if dialect == "postgresql":
        query = " & ".join(f"{word}:*" for word in words)
        return WORDS.bool_op("@@")(sa.func.to_tsquery("simple", query))
    query = " ".join(f'"{word}"*' for word in words)
    found = sa.text("SELECT rowid FROM articles_words WHERE articles_words MATCH :words").bindparams(words=query)
    return articles.c.id.in_(found.columns(sa.column("rowid", sa.Integer)))
