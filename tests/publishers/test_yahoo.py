"""Yahoo through yfinance: which bars become closes, and what an empty frame turns out to mean. Hand-shaped answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import sleep
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import Row, yahoo
from tests.loopback import Asked, Handler, Reply, Server, closed_port, serve, yahoo_at
from tests.loopback.outcomes import Outcome, fetch_fails, parse, rejected
from tests.loopback.publishers import Publisher, Record, json_value

LONDON = ZoneInfo("Europe/London")


def _yahoo_records(asked: Asked) -> list[Record]:
    code = asked.path.rsplit("/", 1)[-1].removesuffix("=X")
    value = {"KZT": "505.22", "KGS": "87.42", "TJS": "9.21", "UZS": "12022.5"}[code]
    if "period1" not in asked.query:  # only the time zone is wanted
        return [Record(date(2026, 1, 9), code, value)]
    first, end = (datetime.fromtimestamp(int(asked.query[p]), LONDON).date() for p in ("period1", "period2"))
    days = [first + timedelta(days=ahead) for ahead in range((end - first).days)]
    return [Record(day, code, value) for day in days if day.weekday() < 5]


def _yahoo(_asked: Asked, records: list[Record], **told: str) -> bytes:
    stamps = [int(datetime.combine(r.day, time(), LONDON).timestamp()) for r in records]
    closes = ",".join(json_value(r.value) for r in records)
    price = ",".join(f'"{name}":[{closes}]' for name in ("open", "high", "low", "close"))
    volume = json.dumps([0] * len(records))
    meta = {"currency": records[0].code if records else "USD", "instrumentType": "CURRENCY"}
    meta |= {"symbol": f"{meta['currency']}=X", "exchangeTimezoneName": "Europe/London", **told}
    quote = f'{{{price},"volume":{volume}}}'
    result = f'{{"meta":{json.dumps(meta)},"timestamp":{stamps},"indicators":{{"quote":[{quote}]}}}}'
    return f'{{"chart":{{"error":null,"result":[{result}]}}}}'.encode()


# yfinance does not take its address from sources.toml: see `yahoo_at`.
PUBLISHER = Publisher("yahoo", {}, _yahoo_records, _yahoo, "application/json;charset=utf-8")
WITHOUT_NOMINAL = True
# yfinance hides much of what its server does: it retries, follows redirects, drops zeros, keeps the last of two bars.
NOT_JSON = fetch_fails("Yahoo gave an answer that is not JSON")
UNREADABLE = fetch_fails("Yahoo gave an answer that yfinance cannot read")
OUTCOMES = {
    "healthy": Outcome(accepted=4),
    "reset mid-body": fetch_fails("broke the connection off"),
    "close mid-body": fetch_fails("broke the connection off"),
    "TLS failure": fetch_fails("certificate that is not trusted"),
    "200 MB body": fetch_fails("sent more than we take"),
    "gzip bomb": fetch_fails("sent more than we take"),
    "301 to elsewhere": fetch_fails("cannot be found"),
    "403": NOT_JSON,
    "404": NOT_JSON,
    "429 with Retry-After": fetch_fails("says that we ask too often"),
    "500": NOT_JSON,
    "HTML with 200": NOT_JSON,
    "empty with 200": NOT_JSON,
    "truncated document": NOT_JSON,
    "wrong encoding": UNREADABLE,
    "bomb": UNREADABLE,
    "no records": fetch_fails("Yahoo has no prices"),
    "wrong day": parse("none of the days that were asked for"),
    "day in the future": parse("none of the days that were asked for"),
    "value 0": fetch_fails("Yahoo has no prices"),
    "value N/A": UNREADABLE,
    "value 1e400": rejected("the value is not a number: 'inf'"),
    "no value": UNREADABLE,
    "duplicates that disagree": Outcome(accepted=4),
}


def beginning(first: date) -> Handler:
    """Yahoo, whose four pairs begin on one day; it says so where all that is asked for is older."""

    def answer(asked: Asked) -> Reply:
        if "period2" in asked.query and datetime.fromtimestamp(int(asked.query["period2"]), LONDON).date() <= first:
            told = {k: asked.query[k] for k in ("period1", "period2")}
            why = f"Data doesn't exist for startDate = {told['period1']}, endDate = {told['period2']}"
            error = {"chart": {"result": None, "error": {"code": "Bad Request", "description": why}}}
            return Reply(json.dumps(error).encode(), status=400)
        return PUBLISHER.handler(lambda records: [r for r in records if r.day >= first])(asked)

    return answer


SOURCE = sources()["yahoo"]
DAY = date(2026, 1, 8)
HEALTHY = PUBLISHER.handler()
UNKNOWN = (
    b'{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}'
)

Fetch = Callable[..., tuple[list[Row], Server]]


@pytest.fixture
def fetch(monkeypatch: pytest.MonkeyPatch) -> Fetch:
    """Fetches from a server with the given handler; gives the rows and the server."""

    def run(handler: Handler, since: date = DAY, until: date = DAY) -> tuple[list[Row], Server]:
        with serve(handler) as server, Client() as client:
            yahoo_at(server.url, monkeypatch)
            return list(yahoo.fetch(client, SOURCE, since, until, lambda _: None)), server

    return run


def bars(**closes: float | str) -> pd.DataFrame:
    """A frame as yfinance makes it, from days like _2026_01_08."""
    days = pd.to_datetime([day[1:].replace("_", "-") for day in closes])
    return pd.DataFrame({"Close": list(closes.values())}, index=days)


def today() -> date:
    return datetime.now(LONDON).date()


def symbol(asked: Asked) -> str:
    return asked.path.rsplit("/", 1)[-1]


def test_closes_are_units_of_each_currency_for_one_dollar(fetch: Fetch) -> None:
    rows, server = fetch(HEALTHY)
    told = {"KZT": 505.22, "KGS": 87.42, "TJS": 9.21, "UZS": 12022.5}
    assert rows == [Rate("yahoo", "USD", quote, DAY, value) for quote, value in told.items()]
    assert {asked.path for asked in server.asked} == {f"/v8/finance/chart/{quote}=X" for quote in told}


def test_a_bar_is_dated_by_the_calendar_of_london_in_summer_too(fetch: Fetch) -> None:
    rows, _ = fetch(HEALTHY, date(2025, 7, 1), date(2025, 7, 2))  # the first bar is stamped 2025-06-30T23:00Z
    assert [row.day for row in rows if isinstance(row, Rate) and row.quote == "KZT"] == [
        date(2025, 7, 1),
        date(2025, 7, 2),
    ]


def test_a_week_is_asked_for_where_a_day_is_wanted(fetch: Fetch) -> None:
    _, server = fetch(HEALTHY)
    (first, end) = (int(server.asked[1].query[name]) for name in ("period1", "period2"))
    assert datetime.fromtimestamp(first, UTC).date() == DAY - timedelta(days=7)
    assert datetime.fromtimestamp(end, UTC).date() == DAY + timedelta(days=1)


def test_a_weekend_without_bars_is_no_error(fetch: Fetch) -> None:
    assert fetch(HEALTHY, date(2026, 1, 10), date(2026, 1, 11))[0] == []


def test_the_unfinished_day_is_not_taken(fetch: Fetch) -> None:
    rows, _ = fetch(PUBLISHER.handler(), today() - timedelta(days=5), today() + timedelta(days=1))
    assert rows
    assert all(isinstance(row, Rate) and row.day < today() for row in rows)


def test_asking_for_today_alone_asks_nobody(fetch: Fetch) -> None:
    rows, server = fetch(HEALTHY, today(), today() + timedelta(days=1))
    assert (rows, server.asked) == ([], [])


def test_a_symbol_that_yahoo_does_not_know_is_rejected_beside_the_others(fetch: Fetch) -> None:
    rows, _ = fetch(lambda asked: Reply(UNKNOWN, status=404) if symbol(asked) == "KGS=X" else HEALTHY(asked))
    assert [row.quote for row in rows if isinstance(row, Rate)] == ["KZT", "TJS", "UZS"]
    assert rows[-1] == Rejected("KGS=X", "Yahoo has no prices for this pair")


def test_no_symbol_with_prices_is_a_failure(fetch: Fetch) -> None:
    with pytest.raises(FetchError, match="Yahoo has no prices for KZT=X nor for any other pair"):
        fetch(lambda _: Reply(UNKNOWN, status=404))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"exchangeTimezoneName": "America/New_York"}, "Yahoo dates it by America/New_York where Europe/London"),
        ({"currency": "EUR"}, "Yahoo gives it in EUR where KGS is expected"),
        ({"currency": ""}, "Yahoo gives it in no currency where KGS is expected"),
        ({"symbol": "KES=X"}, "Yahoo answers for KES=X"),
    ],
)
def test_an_instrument_that_is_not_the_one_asked_for_is_rejected_beside_the_others(
    fetch: Fetch, told: dict[str, str], why: str
) -> None:
    def other(asked: Asked) -> Reply:
        return Reply(_yahoo(asked, _yahoo_records(asked), **told)) if symbol(asked) == "KGS=X" else HEALTHY(asked)

    rows, _ = fetch(other)
    assert [row.quote for row in rows if isinstance(row, Rate)] == ["KZT", "TJS", "UZS"]
    (rejected,) = [row for row in rows if isinstance(row, Rejected)]
    assert (rejected.what, rejected.why[: len(why)]) == ("KGS=X", why)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (
            Reply(UNKNOWN.replace(b"Not Found", b"Internal Server Error"), status=500),
            "broken at the moment (status 500)",
        ),
        (Reply(b"Edge: Too Many Requests"), "says that we ask too often"),
    ],
)
def test_a_failure_is_not_told_as_a_pair_without_prices(fetch: Fetch, reply: Reply, why: str) -> None:
    with pytest.raises(FetchError, match=re.escape(why)):
        fetch(lambda _: reply)


def test_a_window_older_than_all_pairs_is_empty_and_one_of_last_week_is_not(fetch: Fetch) -> None:
    assert fetch(beginning(date(2005, 6, 1)), date(2004, 1, 5), date(2004, 12, 31))[0] == []
    with pytest.raises(FetchError, match="Yahoo has no prices for KZT=X nor for any other pair"):
        fetch(beginning(today()), today() - timedelta(days=8), today() - timedelta(days=1))


def test_null_closes_are_no_prices(fetch: Fetch) -> None:
    def null(asked: Asked) -> Reply:
        answer = HEALTHY(asked)
        assert isinstance(answer.body, bytes)
        return Reply(answer.body.replace(b"505.22", b"null"))

    assert fetch(null)[0][-1] == Rejected("KZT=X", "Yahoo has no prices for this pair")


def test_a_trouble_with_the_first_symbol_spares_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(lambda _: Reply(status=429)) as server, Client() as client:
        yahoo_at(server.url, monkeypatch)
        with pytest.raises(FetchError, match="Yahoo says that we ask too often"):
            list(yahoo.fetch(client, SOURCE, DAY, DAY, lambda _: None))
    assert {symbol(asked) for asked in server.asked} == {"KZT=X"}


def test_all_symbols_together_have_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    def half_a_second(asked: Asked) -> Reply:
        sleep(0.5)
        return HEALTHY(asked)

    with serve(half_a_second) as server, Client(deadline=2.2) as client:
        yahoo_at(server.url, monkeypatch)
        rows = yahoo.fetch(client, SOURCE, DAY, DAY, lambda _: None)
        assert next(rows).quote == "KZT"  # after two requests
        with pytest.raises(FetchError, match=r"Yahoo took more than 2\.2 s over one answer"):
            list(rows)
    assert "UZS=X" not in {symbol(asked) for asked in server.asked}


def test_a_failure_is_forgotten_when_yahoo_has_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [True]
    with serve(lambda asked: Reply(b"<html>") if broken[0] else HEALTHY(asked)) as server, Client() as client:
        yahoo_at(server.url, monkeypatch)
        with pytest.raises(FetchError, match="gave an answer that is not JSON"):
            list(yahoo.fetch(client, SOURCE, DAY, DAY, lambda _: None))
        broken[0] = False
        assert len(list(yahoo.fetch(client, SOURCE, DAY, DAY, lambda _: None))) == 4


def test_bars_outside_the_days_wanted_are_dropped() -> None:
    frame = bars(_2026_01_07=505.1, _2026_01_08=505.22, _2026_01_09=506.0)
    assert yahoo.parse(frame, SOURCE, "KZT", DAY, DAY) == [Rate("yahoo", "USD", "KZT", DAY, 505.22)]


def test_a_close_keeps_twelve_digits_and_an_infinite_one_is_rejected() -> None:
    rows = yahoo.parse(
        bars(_2026_01_07=441.2300109863281, _2026_01_08=float("inf")), SOURCE, "KZT", date(2026, 1, 7), DAY
    )
    assert rows == [
        Rate("yahoo", "USD", "KZT", date(2026, 1, 7), 441.230010986),
        Rejected("USD/KZT 2026-01-08", "the value is not a number: 'inf'"),
    ]


def test_a_frame_about_other_days_is_refused() -> None:
    with pytest.raises(ParseError, match="KZT=X has none of the days that were asked for"):
        yahoo.parse(bars(_2025_12_01=505.1), SOURCE, "KZT", DAY, DAY)


def test_yahoo_is_imported_only_when_asked_for() -> None:
    code = "import sys, lib.rates; lib.rates.adapter('nbk'); sys.exit(bool({'yfinance', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


OFFLINE = """
from datetime import date
from lib.catalog import sources
from lib.net import Client
from lib.rates import adapter
list(adapter("yahoo").fetch(Client(), sources()["yahoo"], date(2026, 1, 8), date(2026, 1, 8)))
"""


def test_without_network_it_fails_at_once_and_leaves_nothing_on_disk(tmp_path: Path) -> None:
    folders = {"HOME": tmp_path, "XDG_CACHE_HOME": tmp_path / "cache", "TMPDIR": tmp_path}
    with closed_port() as nowhere:  # as the proxy, it stands between us and every host
        env = {**os.environ, **{name: str(folder) for name, folder in folders.items()}, "HTTPS_PROXY": nowhere}
        ran = subprocess.run(
            [sys.executable, "-c", OFFLINE], env=env, capture_output=True, text=True, timeout=20, check=False
        )
    assert ran.stderr.splitlines()[-1] == "lib.errors.FetchError: yahoo: Yahoo refuses connections"
    assert list(tmp_path.iterdir()) == []
