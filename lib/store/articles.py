"""Articles in the store: adding what a feed says, and reading pages, facets and counts of what is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from lib.models import Article, ArticleFilter, FeedState, Tag, TagKind
from lib.store.engine import Write, writing
from lib.store.rates import Added
from lib.store.schema import articles, feeds, tags
from lib.store.search import indexed, matching
from lib.store.versions import CLOSE_AT_ONCE, close, held, insert

FIELDS = ("key", "feed", "outlet", "language", "url", "title", "excerpt", "day", "published", "basis")


class Page(NamedTuple):
    """Some articles of a larger result, newest first, and how many there are in all."""

    total: int
    articles: tuple[Article, ...]


class Articles:
    """The articles of one store."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, batch: Iterable[Article], feed: str = "", state: FeedState | None = None) -> Added:
        """Store articles with their tags, and the feed's state for its next request, in one transaction. An edited
        article becomes a new version of itself. An inferred day is kept from when the article was first seen."""
        latest = {a.key: replace(a, tags=tuple(sorted(a.tags, key=_by_code))) for a in batch}
        with writing(self._engine, self._clock) as write:
            known = _known(write, list(latest))
            settled = [_keep_inferred(a, known) for a in latest.values()]
            fresh = [a for a in settled if a.key not in known or known[a.key][1] != a]
            outdated = [known[a.key][0] for a in fresh if a.key in known]
            close(write, articles, outdated)
            if fresh:
                _insert(write, fresh)
                write.bump()
            if state is not None:
                _remember(write, feed, state)
        return Added(len(fresh) - len(outdated), len(outdated))

    def state(self, feed: str) -> FeedState:
        """What the feed's server told us last time."""
        query = sa.select(feeds.c.etag, feeds.c.modified).where(feeds.c.feed == feed)
        with self._engine.connect() as conn:
            row = conn.execute(query).one_or_none()
        return FeedState(*row) if row else FeedState()

    def page(self, wanted: ArticleFilter, number: int, size: int) -> Page:
        """Page `number` (from 1) of `size` articles, newest first. A number past the end gives the last page."""
        where = self._where(wanted)
        with self._engine.connect() as conn:
            total = conn.execute(sa.select(sa.func.count()).select_from(articles).where(*where)).scalar_one()
            last = max(1, -(-total // size))
            chosen = sa.select(articles).where(*where).order_by(*_newest_first()).limit(size)
            rows = conn.execute(chosen.offset((min(max(number, 1), last) - 1) * size)).all()
            return Page(total, _with_tags(conn, rows))

    def facet(self, wanted: ArticleFilter, kind: TagKind) -> dict[str, int]:
        """How many articles each country or topic would give, the filter's other parts applied."""
        others = replace(wanted, countries=()) if kind == "country" else replace(wanted, topics=())
        joined = sa.join(tags, articles, tags.c.article == articles.c.id)
        query = sa.select(tags.c.code, sa.func.count()).select_from(joined).group_by(tags.c.code)
        with self._engine.connect() as conn:
            return dict(conn.execute(query.where(tags.c.kind == kind, *self._where(others))).all())

    def per_day(self, wanted: ArticleFilter) -> list[tuple[date, int]]:
        """How many articles each day has, days without any left out."""
        query = sa.select(articles.c.day, sa.func.count()).group_by(articles.c.day).order_by(articles.c.day)
        with self._engine.connect() as conn:
            return [(day, n) for day, n in conn.execute(query.where(*self._where(wanted)))]

    def span(self) -> tuple[date, date] | None:
        """The oldest and newest day held, or None."""
        query = sa.select(sa.func.min(articles.c.day), sa.func.max(articles.c.day)).where(held(articles, None))
        with self._engine.connect() as conn:
            first, last = conn.execute(query).one()
        return (first, last) if first else None

    def per_feed(self) -> dict[str, tuple[int, date]]:
        """Of each feed, how many articles are held and the newest day."""
        query = sa.select(articles.c.feed, sa.func.count(), sa.func.max(articles.c.day)).where(held(articles, None))
        with self._engine.connect() as conn:
            return {feed: (count, newest) for feed, count, newest in conn.execute(query.group_by(articles.c.feed))}

    def _where(self, wanted: ArticleFilter) -> list[sa.ColumnElement[bool]]:
        where = [held(articles, wanted.asof)]
        for kind, codes in (("country", wanted.countries), ("topic", wanted.topics)):
            if codes:
                tagged = sa.select(tags.c.article).where(tags.c.kind == kind, tags.c.code.in_(codes))
                where.append(articles.c.id.in_(tagged))
        if wanted.since:
            where.append(articles.c.day >= wanted.since)
        if wanted.until:
            where.append(articles.c.day <= wanted.until)
        if (words := matching(self._engine.dialect.name, wanted.words)) is not None:
            where.append(words)
        return where


def _newest_first() -> tuple[sa.ColumnElement[Any], ...]:
    """By day; within a day by the hour, where known, then what came in last: paging needs an order without chance."""
    return (articles.c.day.desc(), articles.c.published.desc().nulls_last(), articles.c.id.desc())


def _by_code(tag: Tag) -> tuple[str, str]:
    """The order in which tags are read back: the same tags in another order are no edit."""
    return tag.kind, tag.code


def _known(write: Write, keys: Sequence[str]) -> dict[str, tuple[int, Article]]:
    known: dict[str, tuple[int, Article]] = {}
    for start in range(0, len(keys), CLOSE_AT_ONCE):
        some = articles.c.key.in_(keys[start : start + CLOSE_AT_ONCE])
        rows = write.conn.execute(sa.select(articles).where(some, held(articles, None))).all()
        for row, article in zip(rows, _with_tags(write.conn, rows), strict=True):
            known[article.key] = (row.id, article)
    return known


def _keep_inferred(article: Article, known: dict[str, tuple[int, Article]]) -> Article:
    if article.basis != "inferred" or article.key not in known:
        return article
    before = known[article.key][1]
    return replace(article, day=before.day, published=before.published, basis=before.basis)


def _with_tags(conn: sa.Connection, rows: Sequence[sa.Row[Any]]) -> tuple[Article, ...]:
    found: dict[int, list[Tag]] = {row.id: [] for row in rows}
    query = sa.select(tags).where(tags.c.article.in_(found)).order_by(tags.c.kind, tags.c.code)
    for article, kind, code, why in conn.execute(query) if found else ():
        found[article].append(Tag(kind, code, why))
    return tuple(Article(**{f: getattr(row, f) for f in FIELDS}, tags=tuple(found[row.id])) for row in rows)


def _insert(write: Write, fresh: Sequence[Article]) -> None:
    insert(write, articles, [{**{f: getattr(a, f) for f in FIELDS}, "words": indexed(a)} for a in fresh])
    ids = {a.key: row_id for a, row_id in zip(fresh, _ids(write, fresh), strict=True)}
    rows = [{"article": ids[a.key], "kind": t.kind, "code": t.code, "why": t.why} for a in fresh for t in a.tags]
    if rows:
        write.conn.execute(sa.insert(tags), rows)


def _ids(write: Write, fresh: Sequence[Article]) -> list[int]:
    """The row ids just given, in the order of `fresh`."""
    ids: dict[str, int] = {}
    query = sa.select(articles.c.key, articles.c.id).where(articles.c.recorded_at == write.at)
    for key, row_id in write.conn.execute(query):
        ids[key] = row_id
    return [ids[a.key] for a in fresh]


def _remember(write: Write, feed: str, state: FeedState) -> None:
    write.conn.execute(sa.delete(feeds).where(feeds.c.feed == feed))
    write.conn.execute(sa.insert(feeds).values(feed=feed, etag=state.etag, modified=state.modified))
