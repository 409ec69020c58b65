"""What a running app refreshes by itself, step by step, with a clock that is set by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from lib import catalog
from lib.errors import StoreError
from lib.ingest import Background
from lib.ingest.background import ERROR_SLEEP, SHORTEST_SLEEP, STANDBY_SLEEP
from lib.models import RateQuery
from lib.net import Client
from lib.store import Store
from lib.store.lease import LENGTH
from tests.conftest import Clock
from tests.loopback import Asked, Publisher, Reply, Server, closed_port, route, serve
from tests.loopback import write_catalog as write
from tests.publishers import CURRENCY_API, NBK

RENEWAL = LENGTH.total_seconds() / 3
HANDLERS = {"/rss/": NBK.handler(), "/npm/": CURRENCY_API.handler()}
Catalogue = Callable[..., None]


@pytest.fixture
def clock() -> Clock:
    """Runs end by the real clock, and a server's Retry-After counts from there."""
    return Clock(datetime.now(UTC))


@pytest.fixture
def write_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    def written(url: str, *publishers: Publisher) -> None:
        write(tmp_path, url, *publishers)
        text = (tmp_path / "sources.toml").read_text()
        for slow, quick in (("initial_days = 400", "initial_days = 9"), ("initial_days = 90", "initial_days = 9")):
            text = text.replace(slow, quick)
        (tmp_path / "sources.toml").write_text(text.replace("pause = 0.", "pause = 0.000"))
        catalog.sources.cache_clear()

    monkeypatch.setenv("ALTYN_CATALOG", str(tmp_path))
    catalog.feeds.cache_clear()
    yield written
    catalog.sources.cache_clear()
    catalog.feeds.cache_clear()


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(connect=0.5, read=0.5, sleep=lambda _: None) as made:
        yield made


@pytest.fixture
def background(store: Store, client: Client, clock: Clock) -> Background:
    return Background(store, client, clock)


def asked_in(server: Server, background: Background) -> list[str]:
    """Who was asked in one step and until all that it started has ended."""
    before = len(server.asked)
    background.step()
    background.wait()
    return sorted({"nbk" if asked.path.startswith("/rss/") else "currency_api" for asked in server.asked[before:]})


def test_a_step_refreshes_every_source_that_is_due_and_the_next_none(
    background: Background, store: Store, write_catalog: Catalogue
) -> None:
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, NBK, CURRENCY_API)
        assert asked_in(server, background) == ["currency_api", "nbk"]
        assert asked_in(server, background) == []
    assert {c.source for c in store.rates.coverage()} == {"nbk", "currency_api"}
    assert {key: run.outcome for key, run in store.runs.latest().items()} == {"nbk": "ok", "currency_api": "ok"}


def test_pause_after_a_start_is_short_and_long_where_none_is_due(
    background: Background, write_catalog: Catalogue
) -> None:
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, CURRENCY_API)
        assert background.step() == SHORTEST_SLEEP
        background.wait()
        assert background.step() == RENEWAL


def test_source_is_asked_again_after_its_interval(
    background: Background, clock: Clock, write_catalog: Catalogue
) -> None:
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, CURRENCY_API)  # every 12 hours, and up to a tenth more
        asked_in(server, background)
        clock.advance(hours=11.9)
        assert asked_in(server, background) == []
        clock.advance(hours=1.4)
        assert asked_in(server, background) == ["currency_api"]


def test_empty_catalogue_leaves_nothing_to_do(background: Background, write_catalog: Catalogue) -> None:
    write_catalog("http://127.0.0.1:9")
    assert background.step() == RENEWAL


def test_two_processes_on_one_store_ask_no_source_twice(
    background: Background, store: Store, client: Client, clock: Clock, write_catalog: Catalogue
) -> None:
    other = Background(store, client, clock)
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, NBK, CURRENCY_API)
        found = [asked_in(server, one) for one in (background, other)]
        clock.advance(minutes=1)
        found += [asked_in(server, one) for one in (background, other)]
    assert found == [["currency_api", "nbk"], [], [], []]


def test_another_process_takes_over_from_one_that_died(
    background: Background, store: Store, client: Client, clock: Clock, write_catalog: Catalogue
) -> None:
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, NBK, CURRENCY_API)
        asked_in(server, background)
        clock.advance(hours=13.3)
        assert asked_in(server, Background(store, client, clock)) == ["currency_api", "nbk"]


def test_lost_lease_stops_a_refresh_after_the_window_under_way(
    background: Background, store: Store, clock: Clock, write_catalog: Catalogue, tmp_path: Path
) -> None:
    def while_we_slept(asked: Asked) -> Reply:
        clock.now += LENGTH
        store.lease.take("another")
        return CURRENCY_API.handler()(asked)

    with serve(while_we_slept) as server:
        write_catalog(server.url, CURRENCY_API)
        text = (tmp_path / "sources.toml").read_text()
        (tmp_path / "sources.toml").write_text(text.replace("window_days = 10", "window_days = 1"))
        catalog.sources.cache_clear()
        asked_in(server, background)
        assert len(server.asked) == 1
    assert len({r.day for r in store.rates.read(RateQuery())}) == 1
    assert store.runs.latest() == {}
    assert background.step() == STANDBY_SLEEP


def test_closed_background_releases_the_lease_and_does_nothing_more(
    background: Background, store: Store, clock: Clock, write_catalog: Catalogue
) -> None:
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, NBK, CURRENCY_API)
        asked_in(server, background)
        clock.advance(days=1)
        background.close()
        assert asked_in(server, background) == []
    assert store.lease.take("another")


def test_lease_is_renewed_while_one_window_is_fetched(
    background: Background, store: Store, clock: Clock, write_catalog: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, renewed = Event(), Event()

    def slow(request: Asked) -> Reply:
        asked.set()
        renewed.wait(60)
        return CURRENCY_API.handler()(request)

    with serve(slow) as server, Client() as patient:
        monkeypatch.setattr(background, "_client", patient)
        write_catalog(server.url, CURRENCY_API)
        background.step()
        assert asked.wait(60)
        for _ in range(4):  # longer than a lease lasts
            clock.now += LENGTH / 2
            background.step()
            assert not store.lease.take("another")
        renewed.set()
        background.wait()
    assert store.runs.latest()["currency_api"].outcome == "ok"


def test_refused_process_looks_again_soon(background: Background, store: Store, clock: Clock) -> None:
    store.lease.take("another")
    assert background.step() == STANDBY_SLEEP
    clock.now += LENGTH - timedelta(seconds=1.25)
    assert background.step() == 1.25


def test_failure_of_the_store_is_logged_in_one_sentence_and_tried_again(
    background: Background,
    store: Store,
    write_catalog: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_: object) -> None:
        raise StoreError("altyn.db", "the disk is full: free some space")

    monkeypatch.setattr("lib.ingest.lanes.REST", 0.0)
    why = "the store could not be refreshed: altyn.db: the disk is full: free some space"
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, CURRENCY_API)
        with monkeypatch.context() as patch:
            patch.setattr("lib.store.rates._add_one_source", full)
            background.step()
            background.wait()
        assert caplog.messages == [f"currency_api: {why}"]
        caplog.clear()
        with monkeypatch.context() as patch:
            patch.setattr(store.lease, "take", full)
            assert background.step() == ERROR_SLEEP
        assert caplog.messages == [why]
        assert all(record.exc_info is None for record in caplog.records)
        background.step()
        background.wait()
    assert store.runs.latest()["currency_api"].outcome == "ok"


def test_log_of_sqlite_is_emptied_when_a_round_has_ended(
    background: Background, store: Store, write_catalog: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints: list[int] = []
    monkeypatch.setattr(store, "checkpoint", lambda: checkpoints.append(len(store.runs.latest())))
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, NBK, CURRENCY_API)
        for _ in range(5):
            background.step()
            background.wait()
    assert checkpoints == [2]


def test_runs_and_leases_of_a_clock_that_ran_ahead_silence_nothing(
    background: Background, store: Store, clock: Clock, write_catalog: Catalogue
) -> None:
    right = clock.now
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, CURRENCY_API)
        clock.advance(days=400)
        asked_in(server, Background(store, background._client, clock))
        clock.now = right
        assert asked_in(server, background) == ["currency_api"]


def test_busy_server_is_asked_again_when_it_says(
    background: Background, clock: Clock, write_catalog: Catalogue
) -> None:
    busy = Reply(status=429, headers={"Retry-After": str(3 * 3600)})
    with serve(lambda _asked: busy) as server:
        write_catalog(server.url, CURRENCY_API)
        asked_in(server, background)
        clock.advance(hours=2.9)
        assert asked_in(server, background) == []
        clock.advance(hours=0.2)
        assert asked_in(server, background) == ["currency_api"]


def test_failing_source_is_asked_less_and_less_but_never_given_up(
    background: Background, store: Store, clock: Clock, write_catalog: Catalogue
) -> None:
    with closed_port() as url:
        write_catalog(url, CURRENCY_API)
        begun, asked = clock.now, []
        for _ in range(24 * 10):
            background.step()
            background.wait()
            if (run := store.runs.latest()["currency_api"]).started not in asked:
                asked.append(run.started)
            clock.advance(hours=1)
    waits = [(b - a) / timedelta(hours=1) for a, b in pairwise(asked)]
    assert asked[0] == begun
    assert waits[:4] == [2, 3, 5, 9]  # an hour and its jitter, doubled; looked at once an hour
    assert set(waits[5:]) <= {25, 26, 27}
    assert asked[-1] > clock.now - timedelta(hours=28)


def test_healthy_source_is_refreshed_beside_a_broken_one(
    background: Background, store: Store, write_catalog: Catalogue
) -> None:
    with serve(route({**HANDLERS, "/rss/": lambda _asked: Reply(b"<html>Request Rejected</html>")})) as server:
        write_catalog(server.url, NBK, CURRENCY_API)
        asked_in(server, background)
    assert {key: run.outcome for key, run in store.runs.latest().items()} == {"nbk": "failed", "currency_api": "ok"}
    assert set(store.retries.read()) == {"nbk"}


def test_bug_in_an_adapter_is_logged_and_told_plainly_and_the_others_go_on(
    background: Background,
    store: Store,
    write_catalog: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(sys.modules, "lib.rates.nbk", SimpleNamespace(fetch=lambda *_: 1 / 0))
    with serve(route(HANDLERS)) as server:
        write_catalog(server.url, NBK, CURRENCY_API)
        assert [asked_in(server, background) for _ in range(2)] == [["currency_api"], []]
    run = store.runs.latest()["nbk"]
    assert (run.outcome, run.error) == (
        "failed",
        "Altyn itself failed while it read this source; the server's log tells where",
    )
    assert "ZeroDivisionError" in caplog.text
