"""The past of feeds, page by page: WordPress on loopback, a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from lib import catalog
from lib.catalog import Feed
from lib.ingest import refresh_feed
from lib.ingest.archive import PAUSE, archive, archive_feed, page_url
from lib.models import ArticleFilter, FeedState
from lib.net import Client
from lib.store import Store
from tests.loopback import Asked, Handler, Reply, feed, serve

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
NEWEST = datetime(2026, 3, 31, 9, tzinfo=UTC)
GONE = Reply(status=404)

ITEM = """<item><title>Story {0}</title><link>https://astanatimes.com/{0}/</link><guid isPermaLink="false">{1}</guid>
<pubDate>{2:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description>What story {0} tells.</description></item>"""
# Hand-shaped after WordPress.


def rss(*stories: int, guid: str = "https://astanatimes.com/?p={}") -> bytes:
    items = "".join(ITEM.format(n, guid.format(n), NEWEST - timedelta(days=n)) for n in stories)
    return f'<rss version="2.0"><channel><title>The Astana Times</title>{items}</channel></rss>'.encode()


def number(asked: Asked) -> int:
    return int(asked.query.get("paged", "1"))


def wordpress(*pages: tuple[int, ...]) -> Handler:
    """Two stories a page, say, and after the last page what WordPress says of one that is not."""
    return lambda asked: feed(rss(*pages[number(asked) - 1]))(asked) if number(asked) <= len(pages) else GONE


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(connect=0.5, read=0.5, sleep=lambda _: None) as made:
        yield made


def astana(url: str, **changes: object) -> Feed:
    return msgspec.structs.replace(catalog.feeds()["astana_times"], url=f"{url}/feed/", **changes)


def held(store: Store) -> list[str]:
    return [a.title for a in store.articles.page(ArticleFilter(), 1, 100).articles]


@pytest.mark.parametrize(
    ("url", "page", "expected"),
    [
        ("https://a.example/feed/", 1, "https://a.example/feed/"),
        ("https://a.example/feed/", 2, "https://a.example/feed/?paged=2"),
        ("https://a.example/feed?lang=en", 3, "https://a.example/feed?lang=en&paged=3"),
        ("https://a.example/?feed=rss2&paged=1&cat=4", 2, "https://a.example/?feed=rss2&cat=4&paged=2"),
        ("https://a.example/?q=a%20b%26c&x=&flag", 2, "https://a.example/?q=a%20b%26c&x=&flag&paged=2"),
        ("https://a.example/feed#top", 2, "https://a.example/feed?paged=2#top"),
    ],
)
def test_address_of_a_page_keeps_what_else_the_feed_is_asked_with(url: str, page: int, expected: str) -> None:
    assert page_url(url, page) == expected


@pytest.mark.parametrize("status", [404, 410])
def test_walk_ends_where_there_is_no_such_page(store: Store, client: Client, status: int) -> None:
    pages = wordpress((1, 2), (3, 4), (5,))
    with serve(lambda asked: Reply(status=status) if number(asked) > 3 else pages(asked)) as server:
        run = archive_feed(astana(server.url), 20, client, store, NOW)
        assert [number(asked) for asked in server.asked] == [1, 2, 3, 4]
    assert (run.outcome, run.new, run.changed) == ("ok", 5, 0)
    assert held(store) == [f"Story {n}" for n in range(1, 6)]
    assert store.runs.latest()["astana_times"] == run


@pytest.mark.parametrize(
    ("after", "asks"),
    [
        pytest.param(lambda _: feed(rss(1, 2)), 3, id="the first again"),
        pytest.param(lambda _: feed(rss(3, 4)), 3, id="the last again"),
        pytest.param(lambda _: feed(rss(2, 3)), 3, id="entries of several"),
        pytest.param(lambda _: feed(rss()), 3, id="no entries"),
    ],
)
def test_walk_ends_at_a_page_without_anything_new(
    store: Store, client: Client, after: Callable[[Asked], Handler], asks: int
) -> None:
    pages = wordpress((1, 2), (3, 4))
    with serve(lambda asked: pages(asked) if number(asked) < 3 else after(asked)(asked)) as server:
        run = archive_feed(astana(server.url), 20, client, store, NOW)
        assert len(server.asked) == asks
    assert (run.outcome, run.new) == ("ok", 4)


def test_engine_that_ignores_the_parameter_is_asked_twice(store: Store, client: Client) -> None:
    with serve(feed(rss(1, 2))) as server:
        run = archive_feed(astana(server.url), 20, client, store, NOW)
        assert len(server.asked) == 2
    assert (run.outcome, run.new) == ("ok", 2)


def test_entry_that_moved_on_to_the_next_page_is_no_end(store: Store, client: Client) -> None:
    with serve(wordpress((1, 2), (2, 3), (4,))) as server:
        archive_feed(astana(server.url), 20, client, store, NOW)
    assert held(store) == ["Story 1", "Story 2", "Story 3", "Story 4"]


def test_walk_asks_for_no_more_pages_than_told(store: Store, client: Client) -> None:
    with serve(lambda asked: feed(rss(number(asked)))(asked)) as server:
        archive_feed(astana(server.url), 3, client, store, NOW)
        assert [number(asked) for asked in server.asked] == [1, 2, 3]


@pytest.mark.parametrize("broken", [Reply(status=500), Reply(b"<html>Checking your browser</html>")])
def test_page_that_fails_keeps_those_before_it(store: Store, client: Client, broken: Reply) -> None:
    pages = wordpress((1, 2), (3, 4), (5, 6), (7, 8))
    with serve(lambda asked: broken if number(asked) == 3 else pages(asked)) as server:
        run = archive_feed(astana(server.url), 20, client, store, NOW)
        assert (run.outcome, run.new, bool(run.error)) == ("failed", 4, True)
        assert len(held(store)) == 4
        pages = wordpress((1, 2), (3, 4), (5, 6), (7, 8))
    with serve(pages) as server:
        again = archive_feed(astana(server.url), 20, client, store, NOW)
    assert (again.outcome, again.new, again.changed) == ("ok", 4, 0)


@pytest.mark.parametrize("reply", [GONE, Reply(rss())])
def test_feed_that_has_no_first_page_has_failed(store: Store, client: Client, reply: Reply) -> None:
    with serve(lambda _: reply) as server:
        run = archive_feed(astana(server.url), 20, client, store, NOW)
    assert run.outcome == "failed"
    assert run.error


def test_second_walk_changes_nothing(store: Store, client: Client) -> None:
    with serve(wordpress((1, 2), (3,))) as server:
        archive_feed(astana(server.url), 20, client, store, NOW)
        state = store.state()
        again = archive_feed(astana(server.url), 20, client, store, NOW)
    assert (again.outcome, again.new, again.changed) == ("unchanged", 0, 0)
    assert store.state() == state


def test_guid_of_another_page_swallows_no_article(store: Store, client: Client) -> None:
    with serve(lambda asked: feed(rss(number(asked), guid="the same"))(asked)) as server:
        archive_feed(astana(server.url), 3, client, store, NOW)
    assert held(store) == ["Story 1", "Story 2", "Story 3"]


def test_walk_asks_for_every_page_anew_and_leaves_what_the_next_refresh_sends(store: Store, client: Client) -> None:
    with serve(feed(rss(1), etag='"1"')) as server:
        refresh_feed(astana(server.url), client, store, NOW)
    with serve(wordpress((1, 2), (3,))) as server:
        archive_feed(astana(server.url), 20, client, store, NOW)
        assert all("If-None-Match" not in asked.headers for asked in server.asked)
    assert store.articles.state("astana_times") == FeedState('"1"', "")
    assert len(held(store)) == 3


def test_host_is_left_alone_between_two_pages(store: Store) -> None:
    waits: list[float] = []
    with serve(wordpress((1,), (2,))) as server, Client(sleep=waits.append, clock=lambda: 0.0) as client:
        archive_feed(astana(server.url), 20, client, store, NOW)
    assert waits == [PAUSE, PAUSE]


@pytest.mark.parametrize("pages", [(), ((1,),), ((1,), (2,), (3,), (4,), (5,))])
def test_ticks_are_as_many_as_the_pages_asked_for(
    store: Store, client: Client, pages: tuple[tuple[int, ...], ...]
) -> None:
    ticks: list[int] = []
    with serve(wordpress(*pages)) as server:
        archive_feed(astana(server.url), 4, client, store, NOW, ticks.append)
    assert sum(ticks) == 4


def test_feed_that_fails_does_not_stop_the_others(store: Store, client: Client) -> None:
    with serve(wordpress((1,), (2,))) as healthy, serve(lambda _: Reply(status=500)) as broken:
        feeds = [astana(broken.url, key="broken"), astana(healthy.url)]
        runs = {run.source: run for run in archive(feeds, 5, client, store, NOW)}
    assert (runs["broken"].outcome, runs["astana_times"].outcome) == ("failed", "ok")
    assert len(held(store)) == 2


def undated(story: str, link: str) -> bytes:
    item = f"<item><title>{story}</title><link>https://astanatimes.com/{link}</link></item>"
    return rss().replace(b"</channel>", f"{item}</channel>".encode())


def test_archive_dates_by_the_address_or_not_at_all(store: Store, client: Client) -> None:
    pages = [undated("Float", "2015/08/20/float/"), undated("About us", "about/"), undated("Peg", "2014-02-11-peg")]
    with serve(lambda asked: feed(pages[number(asked) - 1])(asked) if number(asked) < 4 else GONE) as server:
        run = archive_feed(astana(server.url), 20, client, store, NOW)
    assert [(a.title, str(a.day)) for a in store.articles.page(ArticleFilter(), 1, 9).articles] == [
        ("Float", "2015-08-20"),
        ("Peg", "2014-02-11"),
    ]
    assert [(r.what, r.why) for r in run.rejected] == [
        ("About us", "has no date, and none in its address: the day of an older article is not made up")
    ]


def test_walk_leaves_the_day_on_which_a_refresh_first_had_an_undated_article(store: Store, client: Client) -> None:
    with serve(feed(undated("About us", "about/"))) as server:
        refresh_feed(astana(server.url), client, store, NOW)
        run = archive_feed(astana(server.url), 2, client, store, NOW + timedelta(days=9))
    (article,) = store.articles.page(ArticleFilter(), 1, 9).articles
    assert (article.basis, article.published, run.rejected, run.changed) == ("inferred", NOW, (), 0)
