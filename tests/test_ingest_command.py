"""The command line, end to end: its own catalogue, its own database, publishers on loopback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib import catalog, ingest
from lib.ingest import archive
from lib.models import ArticleFilter, RateQuery
from lib.snapshot import DIGEST
from lib.store import Store
from tests.conftest import article
from tests.loopback import FAULTS, Server, feed, route, serve, write_catalog, yahoo_at
from tests.publishers import CURRENCY_API, NBK, YAHOO
from tests.test_ingest import rss

FEED = """[astana_times]
outlet = "The Astana Times"
url = "{url}/feed"
page = "https://astanatimes.com/"
country = "KZ"
language = "en"
timezone = "Asia/Almaty"
"""


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
    """Three publishers and one feed on one server, and a catalogue that points there."""
    handlers = {"/rss/get_rates.cfm": NBK.handler(), "/npm/": CURRENCY_API.handler(), "/feed": feed(rss())}
    handlers["/v8/"] = YAHOO.handler()
    with serve(route(handlers)) as server:
        write_catalog(folder, server.url, NBK, CURRENCY_API, YAHOO, feeds=FEED.format(url=server.url))
        text = (folder / "sources.toml").read_text()
        for slow in ("initial_days = 400", "initial_days = 90"):
            text = text.replace(slow, "initial_days = 9")
        (folder / "sources.toml").write_text(
            text.replace("pause = 0.2", "pause = 0.0").replace("pause = 0.05", "pause = 0.0")
        )
        yahoo_at(server.url, monkeypatch)
        yield server


BUNDLED = {"currency_api", "nbp", "imf", "tmt_peg"}  # sources of bundled rates


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
    assert {c.source for c in store.rates.coverage()} == {"nbk", "currency_api", "yahoo", *BUNDLED}
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


def test_backfill_command_fills_from_the_day_named_and_then_has_only_the_last_week_to_ask(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    since = datetime.now(UTC).date() - timedelta(days=30)
    with internet(tmp_path, monkeypatch) as server:
        assert ingest.main(["backfill", "--since", str(since), "nbk"]) == 0
        told = capsys.readouterr()
        assert "✓ nbk: " in told.out
        assert "rates: 100%" in told.err
        asked = len(server.asked)
        assert ingest.main(["backfill", "--since", str(since), "nbk"]) == 0
        again = len(server.asked) - asked
    store = Store(database)
    held = {r.day for r in store.rates.read(RateQuery(sources=("nbk",), bases=("USD",), since=since))}
    store.close()
    assert len(held) == asked
    assert again <= 6  # the weekdays of the last seven days


@pytest.mark.usefixtures("database")
def test_backfill_again_asks_for_finished_days_up_to_the_last_one_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    span = ["--since", "2026-02-02", "--until", "2026-02-06", "nbk"]
    with internet(tmp_path, monkeypatch) as server:
        for words, asked in ((span, 5), (span, 5), (["--again", *span], 10)):
            assert ingest.main(["backfill", *words]) == 0
            assert len(server.asked) == asked
    assert capsys.readouterr().out.splitlines()[1:] == ["✓ nbk: 0 new, 0 changed"] * 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--until", "2026"], "argument --until: invalid"),
        (["--since", "2026-02-02", "--until", "2026-02-01"], "--until 2026-02-01 is before --since 2026-02-02"),
    ],
)
def test_backfill_until_a_day_that_is_none_or_too_early_is_refused(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        ingest.main(["backfill", *words])
    assert why in capsys.readouterr().err


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("name", ["nbx", "astana_times"])
def test_backfill_of_what_publishes_no_rates_is_told_with_what_does(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_catalog(tmp_path, "http://127.0.0.1:9", NBK)
    assert ingest.main(["backfill", name]) == 2
    assert f"No source is called {name}. There are: nbk." in capsys.readouterr().err


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("path", "code", "says"),
    [
        ("/feed", 0, "✓ astana_times: 2 new, 0 changed"),
        ("/nothing", 1, "✕ astana_times: 127.0.0.1 has nothing at this address (status 404)"),
    ],
)
def test_news_command_walks_the_pages_of_the_feed_named(
    path: str, code: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(archive, "PAUSE", 0.0)
    with internet(tmp_path, monkeypatch) as server:
        entries = tmp_path / "feeds.toml"
        entries.write_text(entries.read_text().replace(f"{server.url}/feed", server.url + path))
        assert ingest.main(["news", "--pages", "3", "astana_times"]) == code
    told = capsys.readouterr()
    assert told.out.strip() == says
    assert "news: 100%" in told.err
    assert [asked.query for asked in server.asked] == [{}, {"paged": "2"}][: 2 - code]  # the second is the first again


@pytest.mark.usefixtures("database")
def test_news_command_asks_every_feed_and_no_publisher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with internet(tmp_path, monkeypatch) as server:
        assert ingest.main(["news", "--pages", "1"]) == 0
        assert [asked.path for asked in server.asked] == ["/feed"]
        assert ingest.main(["news", "nbk"]) == 2
    assert "No source is called nbk. There are: astana_times." in capsys.readouterr().err


@pytest.mark.parametrize("pages", ["0", "-1", "all", ""])
def test_pages_that_are_no_number_of_pages_are_refused(pages: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        ingest.main(["news", f"--pages={pages}"])
    assert f"argument --pages: {pages!r} is not a number of pages" in capsys.readouterr().err


def test_retag_command_tags_what_is_stored_by_the_rules_of_today(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_catalog(tmp_path, "http://127.0.0.1:9", NBK, feeds=FEED.format(url="http://127.0.0.1:9"))
    store = Store(database)
    store.articles.add([article(title="Dushanbe raises the price of electricity", tags=("UZ",), feed="astana_times")])
    for changed, lines in ((1, "  TJ: +1 −0\n  UZ: +0 −1\n  energy: +1 −0\n"), (0, "")):
        assert ingest.main(["retag"]) == 0
        told = capsys.readouterr()
        told_of = re.escape(f" articles: {changed} changed\n{lines}")
        assert re.fullmatch(rf"✓ \d\d+{told_of}", told.out)  # with those of the snapshot
        assert "tags: 100%" in told.err
    (found,) = store.articles.page(ArticleFilter(words="Dushanbe price electricity raises"), 1, 6).articles
    store.close()
    assert found.countries == ("TJ",)


@pytest.mark.parametrize("command", ["backfill", "news", "retag"])
def test_help_tells_of_each_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], [command, "--help"]):
        with pytest.raises(SystemExit, match="0"):
            ingest.main(words)
        assert command in capsys.readouterr().out


def test_backfill_since_no_date_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        ingest.main(["backfill", "--since", "1999"])
    assert "--since" in capsys.readouterr().err
