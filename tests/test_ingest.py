"""From a publisher's or a feed's server to the store and back out: loopback servers, a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest

from lib import catalog, ingest
from lib.catalog import Feed, Source
from lib.models import ArticleFilter, RateQuery
from lib.net import Client
from lib.store import Store
from tests.loopback import FAULTS, Publisher, feed, serve
from tests.loopback.publishers import changed
from tests.publishers import CURRENCY_API, NBK

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>The Astana Times</title><link>https://astanatimes.com</link>
<item><title>Kazakhstan raises oil exports</title><link>https://astanatimes.com/2026/04/oil/?utm_source=rss</link>
<guid isPermaLink="false">https://astanatimes.com/?p=1</guid><pubDate>Wed, 01 Apr 2026 10:00:00 +0500</pubDate>
<description>&lt;p&gt;ASTANA – Crude shipments grew.&lt;/p&gt;</description></item>
<item><title>{second}</title><link>https://astanatimes.com/2026/04/rail/</link>
<guid isPermaLink="false">https://astanatimes.com/?p=2</guid><pubDate>Tue, 31 Mar 2026 10:00:00 +0500</pubDate>
<description>Freight trains run to Uzbekistan.</description></item>
</channel></rss>"""  # hand-shaped after a WordPress feed


def rss(second: str = "New railway opens in Kazakhstan") -> bytes:
    return RSS.format(second=second).encode()


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(connect=0.5, read=0.5, sleep=lambda _: None) as made:
        yield made


def source(publisher: Publisher, url: str, **changes: object) -> Source:
    return msgspec.structs.replace(publisher.at(url, catalog.sources()[publisher.key]), **changes)


def astana(url: str) -> Feed:
    return msgspec.structs.replace(catalog.feeds()["astana_times"], url=f"{url}/feed")


def test_a_publisher_s_rates_reach_the_store_as_published(store: Store, client: Client) -> None:
    with serve(NBK.handler()) as server:
        run = ingest.refresh_rates(source(NBK, server.url, initial_days=2), client, store, NOW)
    held = {(r.base, r.quote, r.day): r.value for r in store.rates.read(RateQuery())}
    assert held["USD", "KZT", TODAY] == 478.77
    assert held["UZS", "KZT", TODAY] == 0.0393
    assert (run.outcome, run.new, run.error) == ("ok", len(held), "")
    assert store.runs.latest()["nbk"] == run


def test_asking_again_changes_nothing(store: Store, client: Client) -> None:
    with serve(NBK.handler()) as server:
        ours = source(NBK, server.url, first=TODAY - timedelta(days=2))
        ingest.refresh_rates(ours, client, store, NOW)
        state = store.state()
        again = ingest.refresh_rates(ours, client, store, NOW)
    assert (again.outcome, again.new, again.changed) == ("unchanged", 0, 0)
    assert store.state() == state


def test_a_correction_keeps_both_versions(store: Store, client: Client) -> None:
    with serve(NBK.handler()) as server:
        ingest.refresh_rates(source(NBK, server.url, initial_days=0), client, store, NOW)
    with serve(NBK.handler(changed(value="500.00"))) as server:
        run = ingest.refresh_rates(source(NBK, server.url, initial_days=0, first=TODAY), client, store, NOW)
    (dollar,) = store.rates.read(RateQuery(bases=("USD",)))
    assert run.changed > 0
    assert (dollar.value, dollar.previous) == (500.0, 478.77)


@pytest.mark.parametrize(
    "fault", ["refused connection", "HTML with 200", "empty with 200", "wrong day", "truncated document"]
)
def test_a_failing_source_is_recorded_and_loses_nothing(store: Store, client: Client, fault: str) -> None:
    with serve(NBK.handler()) as server:
        ingest.refresh_rates(source(NBK, server.url, initial_days=2), client, store, NOW)
    before = store.rates.read(RateQuery())
    with FAULTS[fault].serve(NBK) as url:
        run = ingest.refresh_rates(source(NBK, url), client, store, NOW + timedelta(days=1))
    assert run.outcome == "failed"
    assert run.error
    assert "Traceback" not in run.error
    assert store.rates.read(RateQuery()) == before
    assert store.runs.latest()["nbk"].error == run.error


@pytest.mark.parametrize("fault", ["nominal 0", "negative value", "value N/A", "day in the future"])
def test_rejected_rows_are_kept_with_their_reasons(store: Store, client: Client, fault: str) -> None:
    with FAULTS[fault].serve(CURRENCY_API if fault != "nominal 0" else NBK) as url:
        publisher = CURRENCY_API if fault != "nominal 0" else NBK
        run = ingest.refresh_rates(source(publisher, url, initial_days=0), client, store, NOW)
    assert run.rejected or run.error
    assert store.rates.read(RateQuery()) == []
    assert store.runs.latest()[publisher.key].rejected == run.rejected


def test_windows_start_a_week_before_what_is_held_and_end_today() -> None:
    nbk = catalog.sources()["nbk"]
    walked = list(ingest.windows(nbk, date(2026, 2, 10), TODAY))
    assert walked[0][0] == date(2026, 2, 3)
    assert walked[-1][1] == TODAY
    assert all(later[0] == earlier[1] + timedelta(days=1) for earlier, later in pairwise(walked))
    assert all((until - since).days < nbk.window_days for since, until in walked)


def test_windows_of_an_empty_store_go_no_further_back_than_the_source() -> None:
    young = msgspec.structs.replace(catalog.sources()["nbk"], first=date(2026, 3, 25), initial_days=400)
    assert next(ingest.windows(young, None, TODAY))[0] == date(2026, 3, 25)


def test_a_feed_s_articles_reach_the_store_clean_and_tagged(store: Store, client: Client) -> None:
    with serve(feed(rss(), etag='"1"')) as server:
        run = ingest.refresh_feed(astana(server.url), client, store, NOW)
    assert (run.outcome, run.new) == ("ok", 2)
    oil, _rail = store.articles.page(ArticleFilter(), 1, 6).articles
    assert (oil.title, oil.url) == ("Kazakhstan raises oil exports", "https://astanatimes.com/2026/04/oil/")
    assert oil.published == datetime(2026, 4, 1, 5, tzinfo=UTC)
    assert "KZ" in oil.countries
    assert "energy" in oil.topics
    assert "<p>" not in oil.excerpt


def test_charset_that_only_the_header_names_is_read(store: Store, client: Client) -> None:
    body = rss("Ставка сохранена").decode().encode("koi8-r", "xmlcharrefreplace")
    with serve(feed(body, content_type="text/xml; charset=koi8-r")) as server:
        run = ingest.refresh_feed(astana(server.url), client, store, NOW)
    assert (run.outcome, run.new) == ("ok", 2)
    assert "Ставка сохранена" in {a.title for a in store.articles.page(ArticleFilter(), 1, 6).articles}


def test_an_unchanged_feed_is_not_read_again(store: Store, client: Client) -> None:
    with serve(feed(rss(), etag='"1"')) as server:
        ingest.refresh_feed(astana(server.url), client, store, NOW)
        run = ingest.refresh_feed(astana(server.url), client, store, NOW)
        assert server.asked[1].headers["If-None-Match"] == '"1"'
    assert (run.outcome, run.new) == ("unchanged", 0)


def test_an_edited_article_is_a_new_version_of_itself(store: Store, client: Client) -> None:
    for title in ("New railway opens in Kazakhstan", "New railway opens in Kazakhstan (updated)"):
        with serve(feed(rss(title))) as server:
            run = ingest.refresh_feed(astana(server.url), client, store, NOW)
    assert (run.new, run.changed) == (0, 1)
    assert store.articles.page(ArticleFilter(words="updated"), 1, 6).total == 1
    assert store.articles.page(ArticleFilter(), 1, 6).total == 2


@pytest.mark.parametrize("body", [b"", b"<!DOCTYPE html><html><body>Checking your browser</body></html>"])
def test_a_web_page_in_place_of_a_feed_is_that_feed_s_error(store: Store, client: Client, body: bytes) -> None:
    with serve(feed(rss(), etag='"1"')) as server:
        ingest.refresh_feed(astana(server.url), client, store, NOW)
    with serve(feed(body, content_type="text/html")) as server:
        run = ingest.refresh_feed(astana(server.url), client, store, NOW)
    assert run.outcome == "failed"
    assert store.articles.page(ArticleFilter(), 1, 6).total == 2
    assert store.articles.state("astana_times").etag == '"1"'
