"""Articles in the store: adding what a feed says, and reading pages, facets and counts of what is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from typing import Any, NamedTuple, get_args

import sqlalchemy as sa

from lib.models import Article, ArticleFilter, FacetKind, FeedState, Tag
from lib.store import finding, groups
from lib.store.engine import Write, writing
from lib.store.facets import Shelf, empty, ids_of, keep_blocks, place, refreshed
from lib.store.query import split
from lib.store.rates import Added
from lib.store.schema import articles, feeds, tags
from lib.store.settling import settled as settle
from lib.store.versions import CLOSE_AT_ONCE, close, insert, visible

FIELDS = (
    *("key", "feed", "outlet", "language", "url", "title", "excerpt", "day", "published", "basis"),
    *("text", "story", "restamped", "body"),
)
MOST_REMEMBERED = 64  # answers to what readers typed: a page asks for the same words several times


class Page(NamedTuple):
    """Some cards of a larger result, and how many there are in all. A card is one text, by the earliest article that
    the filter gives. Beside each: the other articles now held with the same text, and how many texts are on its event,
    itself included."""

    total: int
    articles: tuple[Article, ...]
    also: tuple[tuple[Article, ...], ...] = ()
    in_story: tuple[int, ...] = ()


class Retagged(NamedTuple):
    """One batch of `retag`: the last row looked at, to go on from, and how many articles have changed."""

    last: int
    changed: int


class Known(NamedTuple):
    """A current row: its id, that of the row that first bore its text, and what it says."""

    id: int
    card: int
    article: Article


class Articles:
    """The articles of one store."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._loading = Lock()
        self._shelf = empty()
        self._read: dict[tuple[datetime, str, bool], finding.Worded] = {}

    def add(
        self,
        batch: Iterable[Article],
        feed: str = "",
        state: FeedState | None = None,
        assign: groups.Assign | None = None,
    ) -> Added:
        """Store articles with their tags, and the feed's state for its next request, in one transaction. An edited
        article becomes a new version of itself. An inferred day is kept from when the article was first seen, as are
        its text and story; `assign` finds those of a new one."""
        latest = {a.key: replace(a, tags=_sorted(a.tags)) for a in batch}
        with writing(self._engine, self._clock) as write:
            known = _known(write.conn, list(latest))
            arrived = [settle(a, known[a.key].article if a.key in known else None) for a in latest.values()]
            fresh = [a for a in arrived if a.key not in known or known[a.key].article != a]
            changed = _store(write, fresh, known, assign)
            versions = {a.key for a in fresh}
            _note_stamps(write, [a for a in arrived if a.key not in versions], known)
            if state is not None:
                _remember(write, feed, state)
        return Added(len(fresh) - changed, changed)

    def withdraw(self, keys: Sequence[str]) -> int:
        """Hold articles no longer, and say how many were held; a view as of before still shows them."""
        with writing(self._engine, self._clock) as write:
            ids = [k.id for k in _known(write.conn, keys).values()]
            if ids:
                close(write, articles, ids)
                groups.drop_prints(write, ids)
                write.bump(articles=1)
        return len(ids)

    def retag(
        self, tagger: Callable[[Article], Iterable[Tag]], after: int = 0, size: int = CLOSE_AT_ONCE
    ) -> Iterator[Retagged]:
        """Give every current article the tags that `tagger` says, those whose tags differ as new versions, a batch of
        `size` rows in a transaction. Stopped, it goes on `after` the last row of a batch."""
        with self._engine.connect() as conn:
            end = conn.execute(sa.select(sa.func.max(articles.c.id))).scalar() or 0
        query = sa.select(articles).where(visible(articles, None), articles.c.id <= end).order_by(articles.c.id)
        while after < end:
            with writing(self._engine, self._clock) as write:
                rows = write.conn.execute(query.where(articles.c.id > after).limit(size)).all()
                known = {k.article.key: k for k in _read(write.conn, rows)}
                tagged = [replace(k.article, tags=_sorted(tagger(k.article))) for k in known.values()]
                changed = _store(write, [a for a in tagged if a != known[a.key].article], known)
            after = rows[-1].id if rows else end
            yield Retagged(after, changed)

    def held(self, keys: Sequence[str]) -> dict[str, Article]:
        """The current articles under some keys."""
        with self._engine.connect() as conn:
            return {key: known.article for key, known in _known(conn, keys).items()}

    def state(self, feed: str) -> FeedState:
        """What the feed's server told us last time."""
        query = sa.select(feeds.c.etag, feeds.c.modified).where(feeds.c.feed == feed)
        with self._engine.connect() as conn:
            row = conn.execute(query).one_or_none()
        return FeedState(*row) if row else FeedState()

    def page(self, wanted: ArticleFilter, number: int, size: int) -> Page:
        """Page `number` (from 1) of `size` cards. A number past the end gives the last page."""
        with self._engine.connect() as conn:
            found = self._find(conn, wanted)
            total, ids = found.page(number, size)
            copies = {i: found.copies(i) for i in ids}
            read = _by_id(conn, [*ids, *(c for of in copies.values() for c in of)])
            shown = tuple(read[i].article for i in ids)
            also = tuple(tuple(read[c].article for c in copies[i]) for i in ids)
            return Page(total, shown, also, _in_story(conn, shown, wanted.asof))

    def story(self, key: str, asof: datetime | None = None) -> tuple[Article, ...]:
        """The articles of a story, copies included, by the key of its first one; the newest first."""
        of = sa.or_(articles.c.story == key, articles.c.key == key)
        query = sa.select(articles).where(of, visible(articles, asof))
        with self._engine.connect() as conn:
            members = _read(conn, conn.execute(query).all())
        members.sort(key=lambda k: (place(k.article.day, k.article.published), k.id), reverse=True)
        return tuple(k.article for k in members)

    def facet(self, wanted: ArticleFilter, kind: FacetKind) -> dict[str, int]:
        """How many cards each value of a facet would give, the filter's other parts applied."""
        with self._engine.connect() as conn:
            return self._find(conn, wanted).counts(kind)

    def facets(self, wanted: ArticleFilter) -> dict[FacetKind, dict[str, int]]:
        """All facets of one filter."""
        with self._engine.connect() as conn:
            found = self._find(conn, wanted)
        return {kind: found.counts(kind) for kind in get_args(FacetKind)}

    def per_day(self, wanted: ArticleFilter) -> list[tuple[date, int]]:
        """How many cards each day has, days without any left out."""
        with self._engine.connect() as conn:
            return self._find(conn, wanted).per_day()

    def span(self) -> tuple[date, date] | None:
        """The oldest and newest day held, or None."""
        with self._engine.connect() as conn:
            shelf = self._current(conn)
        days = shelf.days(ids_of(shelf.current))
        return (date.fromordinal(int(days.min())), date.fromordinal(int(days.max()))) if len(days) else None

    def per_feed(self) -> dict[str, tuple[int, date]]:
        """Of each feed, how many articles are held and the newest day."""
        with self._engine.connect() as conn:
            shelf = self._current(conn)
        ids = {feed: ids_of(rows & shelf.current) for feed, rows in shelf.kinds["feed"].items()}
        return {f: (len(rows), date.fromordinal(int(shelf.days(rows).max()))) for f, rows in ids.items() if len(rows)}

    def _current(self, conn: sa.Connection) -> Shelf:
        """What the last committed write left. A reader of the one before keeps it whole."""
        with self._loading:
            self._shelf = refreshed(conn, self._shelf)
            return self._shelf

    def _find(self, conn: sa.Connection, wanted: ArticleFilter) -> finding.Found:
        shelf = self._current(conn)
        asked = (shelf.at, wanted.words, best := wanted.sort == "best")
        if (worded := self._read.get(asked)) is None:
            worded = finding.read(conn, shelf, wanted.words, best=best)
            with self._loading:
                if len(self._read) >= MOST_REMEMBERED:
                    self._read.clear()
                self._read[asked] = worded
        return finding.find(conn, shelf, wanted, worded)


def _sorted(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """In the order in which tags are read back: the same tags in another order are no edit."""
    return tuple(sorted(tags, key=lambda tag: (tag.kind, tag.code)))


def _known(conn: sa.Connection, keys: Sequence[str]) -> dict[str, Known]:
    known: dict[str, Known] = {}
    for start in range(0, len(keys), CLOSE_AT_ONCE):
        some = articles.c.key.in_(keys[start : start + CLOSE_AT_ONCE])
        rows = conn.execute(sa.select(articles).where(some, visible(articles, None))).all()
        known |= {k.article.key: k for k in _read(conn, rows)}
    return known


def _by_id(conn: sa.Connection, ids: Iterable[int]) -> dict[int, Known]:
    wanted = list(ids)
    found: dict[int, Known] = {}
    for start in range(0, len(wanted), CLOSE_AT_ONCE):
        some = articles.c.id.in_(wanted[start : start + CLOSE_AT_ONCE])
        found |= {k.id: k for k in _read(conn, conn.execute(sa.select(articles).where(some)).all())}
    return found


def _note_stamps(write: Write, unchanged: Iterable[Article], known: Mapping[str, Known]) -> None:
    """Keep later dates of articles that did not change otherwise. Some outlets date all they have anew
    at each fetch, so this makes no version and no state."""
    rows = [
        {"row": known[a.key].id, "stamp": a.restamped}
        for a in unchanged
        if a.key in known and a.restamped != known[a.key].article.restamped
    ]
    if rows:
        of = articles.c.id == sa.bindparam("row")
        write.conn.execute(sa.update(articles).where(of).values(restamped=sa.bindparam("stamp")), rows)


def _read(conn: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Known]:
    found: dict[int, list[Tag]] = {row.id: [] for row in rows}
    query = sa.select(tags).where(tags.c.article.in_(found)).order_by(tags.c.kind, tags.c.code)
    for article, kind, code, why in conn.execute(query) if found else ():
        found[article].append(Tag(kind, code, why))
    return [
        Known(row.id, row.card or row.id, Article(**{f: getattr(row, f) for f in FIELDS}, tags=tuple(found[row.id])))
        for row in rows
    ]


def _store(
    write: Write, fresh: Sequence[Article], known: Mapping[str, Known], assign: groups.Assign | None = None
) -> int:
    """Write new articles and new versions, and say how many are versions of known ones."""
    outdated = {a.key: known[a.key] for a in fresh if a.key in known}
    if not fresh:
        return 0
    close(write, articles, [k.id for k in outdated.values()])
    insert(write, articles, [_row(a, outdated.get(a.key)) for a in fresh])
    written = _written(write, fresh)
    rows = [{"article": i, "kind": t.kind, "code": t.code, "why": t.why} for i, a in written.items() for t in a.tags]
    if rows:
        write.conn.execute(sa.insert(tags), rows)
    groups.keep_prints(write, written, {i: outdated[a.key].id for i, a in written.items() if a.key in outdated})
    if assign:
        groups.join(write, {i: a for i, a in written.items() if a.key not in outdated}, assign, _current)
    keep_blocks(write, max(written))
    write.bump(articles=1)
    return len(outdated)


def _row(article: Article, before: Known | None) -> dict[str, Any]:
    fields = {f: getattr(article, f) for f in FIELDS}
    words = {"title_words": " ".join(split(article.title)), "excerpt_words": " ".join(split(article.excerpt))}
    return {**fields, **words, "card": before.card if before else None}


def _written(write: Write, fresh: Sequence[Article]) -> dict[int, Article]:
    """The row ids just given, with what each row says."""
    of = {a.key: a for a in fresh}
    query = sa.select(articles.c.id, articles.c.key).where(articles.c.recorded_at == write.at)
    return {row_id: of[key] for row_id, key in write.conn.execute(query.order_by(articles.c.id))}


def _current(conn: sa.Connection, ids: Iterable[int]) -> dict[int, tuple[Article, int]]:
    return {i: (k.article, k.card) for i, k in _by_id(conn, ids).items()}


def _in_story(conn: sa.Connection, shown: Sequence[Article], asof: datetime | None) -> tuple[int, ...]:
    """How many texts are on the event of each article."""
    texts = {a.story or a.key: {a.story or a.key} for a in shown}
    a = articles.c
    query = sa.select(a.story, a.text, a.key).where(
        a.story.in_(texts), a.story != sa.literal_column("''"), visible(articles, asof)
    )
    for story, text, key in conn.execute(query):
        texts[story].add(text or key)
    return tuple(len(texts[article.story or article.key]) for article in shown)


def _remember(write: Write, feed: str, state: FeedState) -> None:
    write.conn.execute(sa.delete(feeds).where(feeds.c.feed == feed))
    write.conn.execute(sa.insert(feeds).values(feed=feed, etag=state.etag, modified=state.modified))
