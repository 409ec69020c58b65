"""The command line, end to end: its own catalogue, its own database, publishers on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib import catalog, ingest
from lib.models import RateQuery
from lib.snapshot import DIGEST
from lib.store import Store
from tests.loopback import FAULTS, Server, feed, route, serve, write_catalog, yahoo_at
from tests.publishers import CURRENCY_API, NBK, YAHOO
from tests.test_ingest import rss


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
        entry = f'[astana_times]\noutlet = "The Astana Times"\nurl = "{server.url}/feed"\npage = "https://astanatimes.com/"\n'
        entry += 'country = "KZ"\nlanguage = "en"\ntimezone = "Asia/Almaty"\n'
        write_catalog(folder, server.url, NBK, CURRENCY_API, YAHOO, feeds=entry)
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
@pytest.mark.parametrize("name", ["nbx", "astana_times"])
def test_backfill_of_what_publishes_no_rates_is_told_with_what_does(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_catalog(tmp_path, "http://127.0.0.1:9", NBK)
    assert ingest.main(["backfill", name]) == 2
    assert f"No source is called {name}. There are: nbk." in capsys.readouterr().err


def test_backfill_since_no_date_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        ingest.main(["backfill", "--since", "1999"])
    assert "--since" in capsys.readouterr().err
