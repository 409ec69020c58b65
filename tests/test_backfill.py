"""Filling in the past, and stopping it at any moment: loopback servers, a real database, processes that are killed."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from lib import catalog
from lib.catalog import Source
from lib.errors import FetchError
from lib.ingest import refresh_rates
from lib.ingest.backfill import backfill, backfill_rates, missing
from lib.models import Rate, RateQuery
from lib.net import Client
from lib.store import Store
from lib.store.rates import Window
from tests.conftest import rate
from tests.killing import left_alone_and_killed, plain_client
from tests.loopback import Asked, Publisher, Record, Reply, route, serve
from tests.publishers import CURRENCY_API, NBK

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()
SINCE = date(2026, 1, 1)
SETTLED = TODAY - timedelta(days=7)


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(connect=0.5, read=0.5, sleep=lambda _: None) as made:
        yield made


def source(publisher: Publisher, url: str, **changes: object) -> Source:
    return msgspec.structs.replace(publisher.at(url, catalog.sources()[publisher.key]), **changes)


def days(store: Store, key: str = "nbk") -> list[date]:
    return [r.day for r in store.rates.read(RateQuery(sources=(key,), bases=("USD",), quotes=("KZT",)))]


def weekdays(since: date, until: date) -> list[date]:
    span = (since + timedelta(days=ahead) for ahead in range((until - since).days + 1))
    return [day for day in span if day.weekday() < 5]


@pytest.mark.parametrize(
    ("asked", "since", "expected"),
    [
        ([], "2026-03-20", [("2026-03-20", "2026-03-29"), ("2026-03-30", "2026-04-01")]),
        ([("2026-03-01", "2026-03-25")], "2026-03-01", [("2026-03-26", "2026-04-01")]),
        ([("2026-03-10", "2026-03-25")], "2026-03-08", [("2026-03-08", "2026-03-09"), ("2026-03-26", "2026-04-01")]),
        ([("2026-03-01", "2026-03-09"), ("2026-03-20", "2026-03-29")], "2026-03-05",
         [("2026-03-10", "2026-03-19"), ("2026-03-30", "2026-04-01")]),
        ([("2026-02-01", "2026-02-09")], "2026-03-28", [("2026-03-28", "2026-04-01")]),
        ([("2026-03-01", "2026-04-01")], "2026-03-01", []),
        ([], "2026-04-02", []),
    ],
    ids=["nothing asked", "a beginning", "an earlier start", "a hole", "long before", "everything", "the future"],
)  # fmt: skip
def test_missing_days_are_those_that_no_backfill_asked_for(
    store: Store, asked: list[tuple[str, str]], since: str, expected: list[tuple[str, str]]
) -> None:
    nbk = msgspec.structs.replace(catalog.sources()["nbk"], window_days=10)
    for begun, ended in asked:
        store.rates.add([], Window("nbk", date.fromisoformat(begun), date.fromisoformat(ended)))
    store.rates.add([], Window("cbr", SINCE, TODAY))
    found = [(str(a), str(b)) for a, b in missing(nbk, date.fromisoformat(since), store, TODAY)]
    assert found == expected


def test_missing_days_begin_where_the_source_does(store: Store) -> None:
    young = msgspec.structs.replace(catalog.sources()["nbk"], first=date(2026, 3, 25))
    assert next(missing(young, date(1999, 1, 1), store, TODAY))[0] == date(2026, 3, 25)


def test_window_that_two_backfills_end_is_remembered_once(store: Store) -> None:
    for _ in range(2):
        store.rates.add([rate()], Window("nbk", SINCE, TODAY))
    assert store.rates.asked("nbk") == [(SINCE, TODAY)]


def test_window_of_rates_that_are_refused_is_not_remembered(store: Store) -> None:
    with pytest.raises(Exception, match="value_is_positive"):
        store.rates.add([rate(value=-1.0)], Window("nbk", SINCE, TODAY))
    assert store.rates.asked("nbk") == []


def test_backfill_fills_what_lies_before_a_refresh_of_recent_days(store: Store, client: Client) -> None:
    with serve(NBK.handler()) as server:
        nbk = source(NBK, server.url, initial_days=3)
        refresh_rates(nbk, client, store, NOW)
        assert len(days(store)) == 3
        run = backfill_rates(nbk, SINCE, client, store, NOW)
    assert run.outcome == "ok"
    assert days(store) == weekdays(SINCE, TODAY)


def test_second_backfill_asks_the_last_week_alone(store: Store, client: Client) -> None:
    with serve(NBK.handler()) as server:
        nbk = source(NBK, server.url)
        backfill_rates(nbk, SINCE, client, store, NOW)
        before = len(server.asked)
        run = backfill_rates(nbk, SINCE, client, store, NOW)
    assert run.outcome == "unchanged"
    assert len(server.asked) - before == len(weekdays(SETTLED + timedelta(days=1), TODAY))


def test_days_without_rates_are_asked_once(store: Store, client: Client) -> None:
    with serve(NBK.handler(lambda _records: [])) as server:
        nbk = source(NBK, server.url)
        backfill_rates(nbk, SINCE, client, store, NOW)
    assert days(store) == []
    assert [a[1] for a in missing(nbk, SINCE, store, TODAY)] == [TODAY]


def test_backfill_goes_on_from_the_window_in_which_the_host_failed(store: Store, client: Client) -> None:
    healthy, fails = NBK.handler(), "10.02.2026"
    with serve(lambda asked: Reply(status=403) if asked.query["fdate"] == fails else healthy(asked)) as server:
        run = backfill_rates(source(NBK, server.url, window_days=7), SINCE, client, store, NOW)
    assert (run.outcome, run.new > 0) == ("failed", True)
    assert days(store) == weekdays(SINCE, date(2026, 2, 9))
    with serve(healthy) as server:
        backfill_rates(source(NBK, server.url, window_days=7), SINCE, client, store, NOW)
        assert server.asked[0].query["fdate"] == "05.02.2026"
    assert days(store) == weekdays(SINCE, TODAY)


def test_backfill_ticks_every_day_once(store: Store, client: Client) -> None:
    ticks: list[int] = []
    with serve(NBK.handler()) as server:
        nbk = source(NBK, server.url)
        total = sum((until - since).days + 1 for since, until in missing(nbk, SINCE, store, TODAY))
        backfill_rates(nbk, SINCE, client, store, NOW, ticks.append)
    assert sum(ticks) == total == (TODAY - SINCE).days + 1


def test_bank_of_russia_is_asked_before_the_others_and_its_failure_does_not_stop_them(
    store: Store, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(NBK.handler()) as server:

        def fail(*_: object) -> Iterator[Rate]:
            raise FetchError("cbr", f"was asked after {len(server.asked)} requests to others")

        monkeypatch.setitem(sys.modules, "lib.rates.cbr", SimpleNamespace(fetch=fail))
        nbk = source(NBK, server.url, first=TODAY)
        runs = list(backfill([nbk, msgspec.structs.replace(nbk, key="cbr")], SINCE, client, store, NOW))
    assert [(run.source, run.outcome) for run in runs] == [("cbr", "failed"), ("nbk", "ok")]
    assert runs[0].error == "was asked after 0 requests to others"


# A backfill that is killed.

KILLED_SINCE = date(2026, 3, 2)


def by_day(records: list[Record]) -> list[Record]:
    """Values that tell the days apart, so that a row stored for the wrong day shows."""
    return [replace(r, value=f"{float(r.value) + r.day.toordinal() % 97:.4f}") for r in records]


def publishers(asked: Asked) -> Reply:
    return route({"/rss/": NBK.handler(by_day), "/npm/": CURRENCY_API.handler(by_day)})(asked)


def fill(chosen: Sequence[Source], database: Path) -> None:
    """What a child does."""
    with plain_client() as client:
        runs = list(backfill(chosen, KILLED_SINCE, client, Store(f"sqlite:///{database}"), NOW))
    assert [run.outcome for run in runs if run.outcome == "failed"] == []


def seeded(database: Path) -> Path:
    """A store as a refresh left it: recent days, some of which the publishers have corrected since."""
    store = Store(f"sqlite:///{database}")
    store.rates.add(rate(str(day), 400.0) for day in weekdays(date(2026, 3, 16), TODAY))
    store.close()
    return database


def tables(database: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Every version of every rate, and every window."""
    with sqlite3.connect(database) as conn:
        versions = "SELECT source, base, quote, day, value, superseded_at IS NULL AS current FROM rates"
        rows = conn.execute(f"{versions} ORDER BY source, base, quote, day, current, value").fetchall()
        done = conn.execute("SELECT source, since, until FROM windows ORDER BY source, since, until").fetchall()
    conn.close()
    return rows, done


def test_backfill_killed_at_fifty_random_moments_ends_as_one_that_was_left_alone(tmp_path: Path) -> None:
    with serve(publishers) as server:
        chosen = [source(p, server.url, window_days=4, first=KILLED_SINCE) for p in (NBK, CURRENCY_API)]
        seed = seeded(tmp_path / "seed.db")
        rates, windows = left_alone_and_killed(seed, partial(fill, chosen), tables, Random(1999))
    assert {row[0] for row in windows} == {"nbk", "currency_api"}
    assert len([row for row in rates if not row[-1]]) == len(weekdays(date(2026, 3, 16), TODAY))
