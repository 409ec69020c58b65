"""A refresh of several feeds that is killed at any moment: it loses no article and doubles none."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from lib.catalog import Feed
from lib.catalog.rules import rules
from lib.ingest import refresh
from lib.models import ArticleFilter, FacetKind
from lib.news import tagging
from lib.store import Store
from tests.killing import left_alone_and_killed, plain_client
from tests.loopback import Handler, feed, route, serve

FEEDS, ENTRIES, EARLIER = 4, 10, 5
EDITED = 2  # of those that the seed has, in each feed
COPIED = 3  # of each feed, in the next one as well
NEWEST = datetime(2026, 3, 31, tzinfo=UTC)
WORDS = [f"{one}{two}{three}" for one in ("ka", "to", "mi") for two in ("ru", "se", "no", "li") for three in "abcdefgh"]

ITEM = """<item><title>{title}</title><link>https://{feed}.example/{number}</link><guid>{feed}-{number}</guid>
<pubDate>{day:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description>{text}</description></item>"""  # hand-shaped

tagging.tag("", "", "", rules())  # makes the index before children are forked, or it would be half of their life


class Found(NamedTuple):
    """What is compared: every version of every article with its tags, which articles have one text, what is found by
    words, the cards of each facet, and what is sent with each feed's next request."""

    versions: list[tuple[str, str, str, str, bool, int]]
    texts: set[frozenset[str]]
    worded: set[str]
    facets: dict[FacetKind, dict[str, int]]
    states: list[tuple[str, str]]


def text(key: str, number: int) -> str:
    return "Kazakhstan: " + " ".join(Random(f"{key} {number}").choices(WORDS, k=60))


def item(key: str, number: int, edited: bool) -> str:
    home = key if number >= COPIED else f"feed{(int(key[4:]) - 1) % FEEDS}"
    told = text(home, number if home == key else number + ENTRIES - COPIED)
    title = f"Oil of {home} {number}" + " (updated)" * edited
    return ITEM.format(title=title, feed=key, number=number, day=NEWEST - timedelta(days=number % 9), text=told)


def rss(key: str, numbers: Sequence[int], edited: int = 0) -> bytes:
    items = "".join(item(key, n, COPIED <= n < COPIED + edited) for n in numbers)
    return f'<rss version="2.0"><channel><title>{key}</title>{items}</channel></rss>'.encode()


def outlets(numbers: Sequence[int], etag: str, edited: int = 0) -> Handler:
    return route({f"/feed{n}": feed(rss(f"feed{n}", numbers, edited), etag=etag) for n in range(FEEDS)})


def feeds(url: str) -> list[Feed]:
    return [
        Feed(
            key=f"feed{n}", outlet=f"Outlet {n}", url=f"{url}/feed{n}", page="https://a.example", language="en",
            timezone="UTC",
        )
        for n in range(FEEDS)
    ]  # fmt: skip


def fill(chosen: Sequence[Feed], database: Path) -> None:
    """What a child does."""
    store = Store(f"sqlite:///{database}")
    with plain_client() as client:
        runs = list(refresh(chosen, client, store))
    store.close()
    assert [run.error for run in runs if run.outcome == "failed"] == []


def found(database: Path) -> Found:
    store = Store(f"sqlite:///{database}")
    page = store.articles.page(ArticleFilter(), 1, 1000)
    facets = store.articles.facets(ArticleFilter())
    worded = {a.key for a in store.articles.page(ArticleFilter(words="updated"), 1, 1000).articles}
    store.close()
    with sqlite3.connect(database) as conn:
        tagged = "(SELECT count(*) FROM tags WHERE article = articles.id)"
        columns = f"key, title, excerpt, day, superseded_at IS NULL AS current, {tagged}"
        versions = conn.execute(f"SELECT {columns} FROM articles ORDER BY key, current, title").fetchall()
        states = conn.execute("SELECT feed, etag FROM feeds ORDER BY feed").fetchall()
    conn.close()
    texts = {frozenset(a.key for a in (card, *also)) for card, also in zip(page.articles, page.also, strict=True)}
    return Found(versions, texts, worded, facets, states)


def test_refresh_of_feeds_killed_at_fifty_random_moments_ends_as_one_that_was_left_alone(tmp_path: Path) -> None:
    with serve(outlets(range(COPIED, COPIED + EARLIER), '"1"')) as server:
        fill(feeds(server.url), seed := tmp_path / "seed.db")
    with serve(outlets(range(ENTRIES), '"2"', EDITED)) as server:
        chosen = feeds(server.url)
        ended = left_alone_and_killed(seed, partial(fill, chosen), found, Random(2026))
    current = Counter(bool(version[4]) for version in ended.versions)
    assert current == {True: FEEDS * ENTRIES, False: FEEDS * EDITED}
    assert Counter(map(len, ended.texts))[2] == FEEDS * COPIED
    assert len(ended.worded) == FEEDS * EDITED
    assert ended.states == [(f"feed{n}", '"2"') for n in range(FEEDS)]
