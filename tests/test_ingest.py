"""From a publisher's server to the store and back out, through the command line: loopback servers, a real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from lib import catalog, ingest
from lib.catalog import Feed, Source
from lib.models import ArticleFilter, RateQuery, Run
from lib.net import Client
from lib.snapshot import DIGEST
from lib.store import Store
from tests.loopback import (
    CURRENCY_API,
    FAULTS,
    NBK,
    PUBLISHERS,
    Publisher,
    Server,
    feed,
    route,
    serve,
    write_catalog,
    yahoo_at,
)
from tests.loopback.publishers import changed

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
        revision = store.revision()
        again = ingest.refresh_rates(ours, client, store, NOW)
    assert (again.outcome, again.new, again.changed) == ("unchanged", 0, 0)
    assert store.revision() == revision


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


def at(hours: float, outcome: str = "ok") -> Run:
    then = NOW - timedelta(hours=hours)
    return Run("nbk", then, then, outcome)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("last", "expected"),
    [(None, True), (at(5.9), False), (at(6.1), True), (at(0.9, "failed"), False), (at(1.1, "failed"), True)],
)
def test_a_source_is_due_after_its_interval_and_sooner_after_a_failure(
    store: Store, last: Run | None, expected: bool
) -> None:
    if last:
        store.runs.record(last)
    nbk = catalog.sources()["nbk"]
    assert (ingest.due([nbk], store, NOW) == [nbk]) is expected


def test_what_is_switched_off_is_never_due(store: Store) -> None:
    assert ingest.due([msgspec.structs.replace(catalog.sources()["nbk"], enabled=False)], store, NOW) == []


# The command line, end to end: its own catalogue, its own database, publishers on loopback.


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ALTYN_CATALOG", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url := f"sqlite:///{tmp_path / 'altyn.db'}")
    for cached in (catalog.sources, catalog.feeds):
        cached.cache_clear()
    yield url
    for cached in (catalog.sources, catalog.feeds):
        cached.cache_clear()


@contextmanager
def internet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """All three publishers and one feed on one server, and a catalogue that points there."""
    handlers = {"/rss/get_rates.cfm": NBK.handler(), "/npm/": CURRENCY_API.handler(), "/feed": feed(rss())}
    handlers["/v8/"] = PUBLISHERS["yahoo"].handler()
    with serve(route(handlers)) as server:
        entry = f'[astana_times]\noutlet = "The Astana Times"\nurl = "{server.url}/feed"\npage = "https://astanatimes.com/"\n'
        entry += 'country = "KZ"\nlanguage = "en"\ntimezone = "Asia/Almaty"\n'
        write_catalog(folder, server.url, *PUBLISHERS.values(), feeds=entry)
        text = (folder / "sources.toml").read_text()
        for slow in ("initial_days = 400", "initial_days = 90"):
            text = text.replace(slow, "initial_days = 9")
        (folder / "sources.toml").write_text(
            text.replace("pause = 0.2", "pause = 0.0").replace("pause = 0.05", "pause = 0.0")
        )
        yahoo_at(server.url, monkeypatch)
        yield server


def test_the_command_refreshes_all_that_is_due(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with internet(tmp_path, monkeypatch):
        assert ingest.main([]) == 0
        told = capsys.readouterr()
        for key in ("nbk", "currency_api", "yahoo", "astana_times"):
            assert f"✓ {key}: " in told.out
        assert "rates: 100%" in told.err
        assert ingest.main([]) == 0
    assert "Nothing is due" in capsys.readouterr().out
    store = Store(database)
    assert {c.source for c in store.rates.coverage()} == {"nbk", "currency_api", "yahoo"}
    assert {DIGEST, "astana_times"} == set(store.articles.per_feed())
    store.close()


def test_a_named_source_is_asked_alone_and_whether_due_or_not(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with internet(tmp_path, monkeypatch) as server:
        for _ in range(2):
            assert ingest.main(["nbk"]) == 0
        assert {asked.path for asked in server.asked} == {"/rss/get_rates.cfm"}
    assert capsys.readouterr().out.count("✓ nbk") == 2
    assert database


@pytest.mark.usefixtures("database")
def test_one_bad_source_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with internet(tmp_path, monkeypatch) as server, FAULTS["HTML with 200"].serve(NBK) as broken:
        text = (tmp_path / "sources.toml").read_text()
        (tmp_path / "sources.toml").write_text(text.replace(f"{server.url}/rss", f"{broken}/rss"))
        assert ingest.main([]) == 1
    told = capsys.readouterr().out
    assert "✕ nbk: " in told
    assert "✓ currency_api" in told
    assert "✓ astana_times" in told


@pytest.mark.usefixtures("database")
def test_an_unknown_name_is_told_with_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_catalog(tmp_path, "http://127.0.0.1:9", NBK)
    assert ingest.main(["nbx"]) == 2
    assert "No source is called nbx. There are: nbk" in capsys.readouterr().err


@pytest.mark.usefixtures("database")
def test_a_bad_catalogue_is_told_by_file_and_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sources.toml").write_text('[nbk]\nname = "x"\n')
    (tmp_path / "feeds.toml").write_text("")
    assert ingest.main([]) == 2
    assert "sources.toml: nbk: " in capsys.readouterr().err
