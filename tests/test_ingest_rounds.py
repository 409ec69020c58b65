"""Bad days and bad windows: the rest goes on, three rounds, then once a week. Loopback servers, a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from lib import catalog
from lib.catalog import Source
from lib.ingest import refresh_rates
from lib.ingest.backfill import backfill_rates
from lib.ingest.rounds import IN_A_ROW, without
from lib.models import RateQuery, Run
from lib.net import Client
from lib.store import Store
from tests.conftest import rate
from tests.loopback import Asked, Handler, Publisher, Reply, route, serve
from tests.loopback.publishers import changed, shifted
from tests.publishers import CURRENCY_API, NBK, PUBLISHERS, stand_in

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()
BAD = date(2026, 3, 27)
HOUR = timedelta(hours=1)
CBU, NBT = PUBLISHERS["cbu"], PUBLISHERS["nbt"]


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(connect=0.5, read=0.5, sleep=lambda _: None) as made:
        yield made


def source(publisher: Publisher, url: str, **changes: object) -> Source:
    return msgspec.structs.replace(publisher.at(url, catalog.sources()[publisher.key]), **changes)


def stored(store: Store, key: str) -> set[date]:
    return {r.day for r in store.rates.read(RateQuery(sources=(key,)))}


def days(since: date, until: date, weekdays: bool = False) -> set[date]:
    span = {since + timedelta(days=ahead) for ahead in range((until - since).days + 1)}
    return {day for day in span if not weekdays or day.weekday() < 5}


def asked_for(asked: Asked, day: date) -> bool:
    return str(day) in asked.path or f"{day:%d.%m.%Y}" in asked.query.get("fdate", "")


def bad_on(healthy: Handler, bad: Handler, *bad_days: date) -> Handler:
    return lambda asked: (bad if any(asked_for(asked, day) for day in bad_days) else healthy)(asked)


def gone_and_broken(asked: Asked) -> Reply:
    """currency_api on a day that the first host lacks while the second is broken."""
    return Reply(status=404 if asked.path.startswith("/npm/") else 500)


def month_off(asked: Asked) -> Reply:
    return CBU.handler(shifted(-31))(asked)


def broken(_asked: Asked) -> Reply:
    return Reply(status=500)


FAULTS = [
    (CURRENCY_API, gone_and_broken, "2026-03-27: 127.0.0.1 is broken at the moment (status 500)"),
    (CBU, month_off, "2026-03-27: the answer is for 2026-02-24 where 2026-03-27 was asked for"),
    (NBK, lambda _: Reply(b"<rates><date>"), "2026-03-27: the answer is not well-formed XML"),
]


@pytest.mark.parametrize(("publisher", "bad", "why"), FAULTS, ids=["404 and 500", "misdated", "unparsable"])
def test_days_before_and_after_a_bad_one_are_stored_and_it_is_left_after_three_rounds(
    store: Store, client: Client, publisher: Publisher, bad: Handler, why: str
) -> None:
    expected = days(TODAY - timedelta(days=20), TODAY, publisher is not CURRENCY_API) - {BAD}
    with serve(bad_on(publisher.handler(), bad, BAD)) as server:
        ours = source(publisher, server.url, initial_days=20)
        runs = [refresh_rates(ours, client, store, NOW + nth * HOUR) for nth in range(4)]
        tried = [asked_for(asked, BAD) for asked in server.asked]
    assert [run.outcome for run in runs] == ["failed", "failed", "failed", "unchanged"]
    assert runs[0].error.startswith(why)
    assert "left alone after three rounds, and requested once a week" in runs[2].error
    assert stored(store, publisher.key) == expected
    (failure,) = store.failures.read(publisher.key)
    assert (failure.since, failure.until, failure.failures, failure.left) == (BAD, BAD, 3, True)
    assert failure.reason in runs[0].error
    assert sum(tried) == 3 * (2 if publisher is CURRENCY_API else 1)


def test_day_left_alone_is_asked_for_each_week_and_comes_in_when_it_is_mended(store: Store, client: Client) -> None:
    with serve(bad_on(NBK.handler(), broken, BAD)) as server:
        ours = source(NBK, server.url, initial_days=20)
        for nth in range(60):
            refresh_rates(ours, client, store, NOW + nth * timedelta(days=1))
        assert sum(asked_for(asked, BAD) for asked in server.asked) == 3 + 57 // 7
    newest = NOW.date() + timedelta(days=59)
    assert stored(store, "nbk") == days(TODAY - timedelta(days=20), newest, weekdays=True) - {BAD}
    with serve(NBK.handler()) as server:
        run = refresh_rates(source(NBK, server.url), client, store, NOW + timedelta(days=70))
    assert run.outcome == "ok"
    assert BAD in stored(store, "nbk")
    assert store.failures.read("nbk") == []


def test_day_that_recovers_in_the_next_round_is_forgotten(store: Store, client: Client) -> None:
    with serve(bad_on(NBK.handler(), broken, BAD)) as server:
        refresh_rates(source(NBK, server.url, initial_days=20), client, store, NOW)
    assert [f.failures for f in store.failures.read("nbk")] == [1]
    with serve(NBK.handler()) as server:
        assert refresh_rates(source(NBK, server.url), client, store, NOW + HOUR).outcome == "ok"
    assert (BAD in stored(store, "nbk"), store.failures.read("nbk")) == (True, [])


def test_publisher_that_fails_altogether_is_asked_three_times_and_no_day_is_given_up(
    store: Store, client: Client
) -> None:
    store.rates.add([rate("2026-03-31")])
    for nth in range(5):
        with serve(broken) as server:
            run = refresh_rates(source(NBK, server.url), client, store, NOW + nth * HOUR)
            assert len(server.asked) == IN_A_ROW
        assert (run.outcome, run.error) == (
            "failed",
            "127.0.0.1 is broken at the moment (status 500) (and 2 more like it)",
        )
    assert store.failures.read("nbk") == []


def test_weekend_before_the_first_failure_is_no_answer(store: Store, client: Client) -> None:
    store.rates.add([rate("2026-04-04")])  # a Saturday: the refresh begins on the Saturday before
    for nth in range(4):
        with serve(broken) as server:
            refresh_rates(source(NBK, server.url), client, store, NOW + timedelta(days=5) + nth * HOUR)
    assert store.failures.read("nbk") == []


@pytest.mark.parametrize("status", [403, 429, 503])
def test_host_that_refuses_is_asked_nothing_more_in_this_round(store: Store, client: Client, status: int) -> None:
    refusing = bad_on(NBK.handler(), lambda _: Reply(status=status, headers={"Retry-After": "3600"}), BAD)
    with serve(refusing) as server:
        run = refresh_rates(source(NBK, server.url, initial_days=20), client, store, NOW)
        assert asked_for(server.asked[-1], BAD)
    assert run.outcome == "failed"
    assert max(stored(store, "nbk")) == BAD - timedelta(days=1)  # what came before is stored


def test_day_on_which_the_host_hangs_is_left_too_where_it_answers_other_days(store: Store) -> None:
    def handler(asked: Asked) -> Reply:
        reply = NBK.handler()(asked)
        return Reply(reply.body, ends="reset") if asked_for(asked, BAD) else reply

    with serve(handler) as server, Client(connect=0.5, read=0.5, sleep=lambda _: None) as client:
        ours = source(NBK, server.url, initial_days=20)
        runs = [refresh_rates(ours, client, store, NOW + nth * HOUR) for nth in range(4)]
    assert [run.outcome for run in runs] == ["failed", "failed", "failed", "ok"]
    assert stored(store, "nbk") == days(TODAY - timedelta(days=20), TODAY, weekdays=True) - {BAD}


def test_day_that_is_not_over_is_never_left(store: Store, client: Client) -> None:
    with serve(bad_on(NBK.handler(), broken, TODAY)) as server:
        for nth in range(5):
            run = refresh_rates(source(NBK, server.url, initial_days=20), client, store, NOW + nth * HOUR)
            assert run.outcome == "failed"
    assert store.failures.read("nbk") == []


def test_currencies_after_one_that_fails_are_stored(store: Store, client: Client) -> None:
    def handler(asked: Asked) -> Reply:
        return Reply(b"<html>") if asked.query["cs"] == "RUB" else NBT.handler()(asked)

    with serve(handler) as server:
        run = refresh_rates(source(NBT, server.url, initial_days=5), client, store, NOW)
    assert (run.outcome, run.error) == ("failed", "the answer is a web page instead of rates")
    quotes = {r.base for r in store.rates.read(RateQuery(sources=("nbt",)))}
    assert quotes == set(catalog.sources()["nbt"].quotes) - {"RUB"}


# Backfill.

SINCE = date(2026, 1, 1)


def fill(store: Store, client: Client, url: str, rounds: int = 1, **options: object) -> list[Run]:
    ours = source(NBK, url, window_days=10)
    return [backfill_rates(ours, SINCE, client, store, NOW + n * HOUR, **options) for n in range(rounds)]


def test_backfill_goes_on_after_a_bad_day_and_then_asks_that_day_alone(store: Store, client: Client) -> None:
    bad = date(2026, 2, 10)
    with serve(bad_on(NBK.handler(), broken, bad)) as server:
        (run,) = fill(store, client, server.url)
        assert (run.outcome, run.error) == ("failed", f"{bad}: 127.0.0.1 is broken at the moment (status 500)")
        before = len(server.asked)
        fill(store, client, server.url, 3)
        later = [asked.query["fdate"] for asked in server.asked[before:]]
    assert stored(store, "nbk") == days(SINCE, TODAY, weekdays=True) - {bad}
    assert later.count("10.02.2026") == 2
    assert {date(int(d[6:]), int(d[3:5]), int(d[:2])) for d in later} - {bad} == days(
        TODAY - timedelta(days=6), TODAY, weekdays=True
    )


def test_backfill_passes_a_beginning_that_never_answers(store: Store, client: Client) -> None:
    bad = days(SINCE, date(2026, 1, 12))
    with serve(bad_on(NBK.handler(), broken, *bad)) as server:
        fill(store, client, server.url)
        assert stored(store, "nbk") == days(SINCE, TODAY, weekdays=True) - bad
        runs = fill(store, client, server.url, 12)
    assert runs[-1].outcome == "unchanged"
    assert stored(store, "nbk") == days(SINCE, TODAY, weekdays=True) - bad
    assert {f.since for f in store.failures.read("nbk")} == {day for day in bad if day.weekday() < 5}


def test_backfill_of_a_publisher_that_fails_altogether_stops(store: Store, client: Client) -> None:
    with serve(broken) as server:
        (run,) = fill(store, client, server.url)
        assert len(server.asked) == IN_A_ROW * IN_A_ROW
    assert run.outcome == "failed"
    assert run.error.endswith("(and 8 more like it)")


def test_days_left_alone_do_not_keep_the_newest_from_being_asked_for(store: Store, client: Client) -> None:
    bad = days(date(2026, 3, 9), date(2026, 3, 20))
    with serve(bad_on(NBK.handler(), broken, *bad)) as server:
        fill(store, client, server.url, 15)
    newest = NOW + timedelta(days=14)
    with serve(bad_on(NBK.handler(), broken, *bad)) as server:
        refresh_rates(source(NBK, server.url), client, store, newest)
        assert any(asked_for(asked, day) for asked in server.asked for day in bad)
    assert max(stored(store, "nbk")) == newest.date()


def test_window_that_fails_is_noted_whole_and_those_after_it_are_asked_for(store: Store, client: Client) -> None:
    frankfurter = PUBLISHERS["frankfurter"]

    def handler(asked: Asked) -> Reply:
        return Reply(status=422) if asked.query["from"] == "2026-01-11" else frankfurter.handler()(asked)

    with serve(handler) as server:
        ours = source(frankfurter, server.url, window_days=10)
        runs = [backfill_rates(ours, SINCE, client, store, NOW + n * HOUR) for n in range(4)]
    assert runs[0].error.startswith("2026-01-11 to 2026-01-20: 127.0.0.1 gave an answer that we cannot use")
    assert [run.outcome for run in runs] == ["failed", "failed", "failed", "unchanged"]
    assert stored(store, "frankfurter") == days(SINCE, TODAY) - days(date(2026, 1, 11), date(2026, 1, 20))
    (failure,) = store.failures.read("frankfurter")
    assert (failure.since, failure.until, failure.failures) == (date(2026, 1, 11), date(2026, 1, 20), 3)


def test_again_asks_settled_days_of_a_span_and_old_corrections_arrive_as_revisions(
    store: Store, client: Client
) -> None:
    with serve(NBK.handler()) as server:
        fill(store, client, server.url)
    since, until = date(2026, 1, 12), date(2026, 1, 16)
    with serve(NBK.handler(changed(value="500.00"))) as server:
        ours = source(NBK, server.url)
        run = backfill_rates(ours, since, client, store, NOW, until=until, again=True)
        assert len(server.asked) == 5
        assert backfill_rates(ours, since, client, store, NOW, until=until).outcome == "unchanged"
        assert len(server.asked) == 5
    dollars = store.rates.read(RateQuery(bases=("USD",), since=since, until=until))
    assert run.changed > 0
    assert [(r.value, r.previous) for r in dollars] == [(500.0, 478.77)] * 5


def test_again_asks_days_that_are_left_alone(store: Store, client: Client) -> None:
    bad = date(2026, 2, 10)
    with serve(bad_on(NBK.handler(), broken, bad)) as server:
        fill(store, client, server.url, 3)
    with serve(NBK.handler()) as server:
        fill(store, client, server.url, again=True)
    assert (bad in stored(store, "nbk"), store.failures.read("nbk")) == (True, [])


@pytest.mark.parametrize(
    ("holes", "left"),
    [
        ([], [(1, 10)]),
        ([(4, 5)], [(1, 3), (6, 10)]),
        ([(1, 1), (10, 12)], [(2, 9)]),
        ([(11, 12)], [(1, 10)]),
        ([(1, 10)], []),
        ([(3, 3), (5, 6)], [(1, 2), (4, 4), (7, 10)]),
    ],
)
def test_stretch_without_holes(holes: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    def stretch(pair: tuple[int, int]) -> tuple[date, date]:
        return date(2026, 1, pair[0]), date(2026, 1, pair[1])

    assert without([stretch((1, 10))], map(stretch, holes)) == list(map(stretch, left))


def test_frankfurter_s_earlier_rows_do_not_stop_the_backfill(store: Store, client: Client) -> None:
    body = b"""[{"date":"1998-12-31","base":"USD","quote":"KZT","rate":83.8},
        {"date":"1999-01-04","base":"USD","quote":"EUR","rate":0.8482}]"""
    frankfurter = PUBLISHERS["frankfurter"]
    with serve(route({"/": lambda asked: Reply(body if asked.query["from"] == "1999-01-04" else b"[]")})) as server:
        run = backfill_rates(source(frankfurter, server.url), date(1999, 1, 1), client, store, NOW)
    (euro,) = store.rates.read(RateQuery(sources=("frankfurter",)))
    assert (run.outcome, run.new, run.rejected) == ("ok", 1, ())
    assert (euro.quote, euro.day, euro.value) == ("EUR", date(1999, 1, 4), 0.8482)
    assert store.rates.asked("frankfurter")[0][0] == date(1999, 1, 4)


def test_yahoo_without_bars_that_old_goes_on_to_those_it_has(
    store: Store, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    yahoo = stand_in("yahoo")
    with serve(yahoo.beginning(date(2005, 6, 1))) as server:
        yahoo.yahoo_at(server.url, monkeypatch)
        ours = source(yahoo.PUBLISHER, server.url, window_days=300)
        run = backfill_rates(ours, date(2004, 1, 1), client, store, datetime(2006, 1, 2, tzinfo=UTC))
    assert (run.outcome, run.rejected) == ("ok", ())
    assert min(stored(store, "yahoo")) == date(2005, 6, 1)
    assert store.rates.asked("yahoo")[0] == (date(2004, 1, 1), date(2004, 10, 26))
