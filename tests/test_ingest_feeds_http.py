"""What a feed's server says beside the feed: unchanged, moved, and in which charset."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from lib import catalog, news
from lib.catalog import Feed
from lib.ingest import refresh_feed
from lib.ingest.command import _sentence
from lib.models import ArticleFilter
from lib.net import Client
from lib.store import Store
from tests.loopback import Asked, Reply, feed, route, serve
from tests.test_ingest import rss

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(sleep=lambda _: None) as made:
        yield made


def astana(url: str) -> Feed:
    return msgspec.structs.replace(catalog.feeds()["astana_times"], url=f"{url}/feed")


def for_ever_unchanged(asked: Asked) -> Reply:
    """Says "not modified" to whoever knows any validator, whatever it is."""
    if "If-None-Match" in asked.headers:
        return Reply(status=304)
    return feed(rss(), etag='"1"')(asked)


def conditional(asked: Asked) -> bool:
    return "If-None-Match" in asked.headers


def test_a_feed_is_asked_without_validators_once_a_day(store: Store, client: Client) -> None:
    moments = [NOW + timedelta(hours=hours) for hours in (0, 1, 11, 12, 13, 36)]
    with serve(for_ever_unchanged) as server:
        for moment in moments:
            assert refresh_feed(astana(server.url), client, store, moment).error == ""
        assert [conditional(asked) for asked in server.asked] == [False, True, True, False, True, False]


def test_a_new_article_behind_a_server_that_says_unchanged_for_ever_is_there_the_next_day(
    store: Store, client: Client
) -> None:
    titles = ["New railway opens in Kazakhstan"]

    def answer(asked: Asked) -> Reply:
        return Reply(status=304) if conditional(asked) else feed(rss(titles[-1]), etag='"1"')(asked)

    with serve(answer) as server:
        refresh_feed(astana(server.url), client, store, NOW)
        titles.append("New railway opens in Uzbekistan")
        assert refresh_feed(astana(server.url), client, store, NOW).outcome == "unchanged"
        assert refresh_feed(astana(server.url), client, store, NOW + timedelta(days=1)).changed == 1


def test_a_feed_is_asked_without_validators_after_a_failure(store: Store, client: Client) -> None:
    replies = iter([feed(rss(), etag='"1"'), lambda _: Reply(b"<html>"), feed(rss(), etag='"1"')])
    with serve(lambda asked: next(replies)(asked)) as server:
        for _ in range(3):
            refresh_feed(astana(server.url), client, store, NOW)
        assert [conditional(asked) for asked in server.asked] == [False, True, False]


def test_a_server_that_fails_a_condition_is_asked_without_it(store: Store, client: Client) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(status=412) if conditional(asked) else feed(rss(), etag='"1"')(asked)

    with serve(answer) as server:
        runs = [refresh_feed(astana(server.url), client, store, NOW) for _ in range(2)]
        assert [conditional(asked) for asked in server.asked] == [False, True, False]
    assert [(run.outcome, run.error) for run in runs] == [("ok", ""), ("unchanged", "")]


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_followed_and_noted_with_the_new_address(
    status: int, store: Store, client: Client
) -> None:
    hop = Reply(status=status, headers={"Location": "/new"})
    with serve(route({"/feed": lambda _: hop, "/new": feed(rss(), etag='"1"')})) as server:
        runs = [refresh_feed(astana(server.url), client, store, NOW) for _ in range(2)]
        note = f"{server.url}/feed has moved permanently to {server.url}/new"
    assert [(run.outcome, run.error) for run in runs] == [("ok", note), ("unchanged", note)]
    assert store.runs.latest()["astana_times"].error == note
    assert store.retries.read() == {}
    assert _sentence(runs[0]) == f"✓ astana_times: 2 new, 0 changed; {note}"


def test_a_temporary_redirect_is_followed_without_a_note(store: Store, client: Client) -> None:
    hop = Reply(status=302, headers={"Location": "/new"})
    with serve(route({"/feed": lambda _: hop, "/new": feed(rss())})) as server:
        run = refresh_feed(astana(server.url), client, store, NOW)
    assert (run.outcome, run.error) == ("ok", "")


def test_the_charset_of_the_header_reaches_the_reader_of_the_feed(
    store: Store, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    read = news.read

    def spy(*arguments: object, **named: object) -> news.Parsed:
        told.append(named["content_type"])
        return read(*arguments, **named)

    monkeypatch.setattr(news, "read", spy)
    with serve(feed(rss(), content_type="text/xml; charset=koi8-r")) as server:
        refresh_feed(astana(server.url), client, store, NOW)
    assert told == ["text/xml; charset=koi8-r"]
    assert store.articles.page(ArticleFilter(), 1, 6).total == 2
