"""Central Bank of Uzbekistan: its lists, and the days that have none of their own. All answers here are hand-shaped."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import cbu
from lib.rates.checks import sift
from tests.loopback.outcomes import Outcome, parse
from tests.loopback.publishers import Publisher, Record
from tests.loopback.server import Asked, Reply, serve

SOURCE = sources()["cbu"]
DAY = date(2026, 4, 1)
TOLD = {"USD": "12194.21", "EUR": "14106.26", "RUB": "149.94", "CNY": "1769.43"}
NEIGHBOURS = {"KZT": "25.47", "KGS": "139.44", "TJS": "1271.45", "TMT": "4037.68"}  # TMT: a real misprint


def _records(asked: Asked) -> list[Record]:
    day = _asked_day(asked)
    sums = [Record(day, code, value) for code, value in {**TOLD, **NEIGHBOURS}.items()]
    return [Record(day, "IDR", "7.19", "10"), *sums]


def _asked_day(asked: Asked) -> date:
    begin = "/en/arkhiv-kursov-valyut/json/all/"
    assert asked.path.startswith(begin), asked.path
    return date.fromisoformat(asked.path.removeprefix(begin).removesuffix("/"))


def _write(_asked: Asked, records: list[Record]) -> bytes:
    return listing(*(item(r.code, r.value, r.nominal, f"{r.day:%d.%m.%Y}") for r in records))


def listing(*items: dict[str, Any]) -> bytes:
    return json.dumps(items, ensure_ascii=False).encode()


def item(
    code: str = "USD", value: object = "12194.21", nominal: str | None = "1", day: str = "01.04.2026"
) -> dict[str, Any]:
    units = {} if nominal is None else {"Nominal": nominal}
    names = {"id": 69, "Code": "840", "Ccy": code, "CcyNm_RU": "Доллар США", "CcyNm_EN": "US Dollar"}
    return {**names, **units, "Rate": value, "Diff": "-16.5", "Date": day}


PUBLISHER = Publisher("cbu", {"https://cbu.uz": ""}, _records, _write, "application/json")
OUTCOMES = {
    "healthy": Outcome(accepted=8),
    "wrong encoding": parse("not in UTF-8"),
    "bomb": parse("nested too deeply"),
}


def test_a_list_is_read_in_the_bank_s_own_direction() -> None:
    with serve(PUBLISHER.handler()) as server, Client() as client:
        rows = list(cbu.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY))
    assert rows == [Rate("cbu", code, "UZS", DAY, float(value)) for code, value in {**TOLD, **NEIGHBOURS}.items()]


def test_a_misprint_of_the_bank_is_a_rate() -> None:
    assert sift(cbu.parse(listing(item("TMT", "4037.68")), SOURCE, DAY), SOURCE, DAY) == (
        (Rate("cbu", "TMT", "UZS", DAY, 4037.68),),
        (),
    )


def test_only_weekdays_are_asked_with_the_pause_between_them() -> None:
    pauses: list[float] = []
    with serve(PUBLISHER.handler()) as server, Client() as client:
        source = msgspec.structs.replace(PUBLISHER.at(server.url, SOURCE), pause=0.2)
        rows = list(cbu.fetch(client, source, date(2026, 4, 3), date(2026, 4, 7), pauses.append))
    assert [_asked_day(asked) for asked in server.asked] == [date(2026, 4, d) for d in (3, 6, 7)]
    assert {row.day for row in rows if isinstance(row, Rate)} == {date(2026, 4, d) for d in (3, 6, 7)}
    assert pauses == [0.2] * 2


def test_a_weekly_list_counts_once_for_the_day_that_it_states() -> None:
    def weekly(asked: Asked) -> Reply:
        day = _asked_day(asked)
        tuesday = day - timedelta(days=(day.weekday() - 1) % 7)
        return Reply(listing(item(value="2648.51", day=f"{tuesday:%d.%m.%Y}")))

    monday, friday = date(2015, 10, 19), date(2015, 10, 23)
    with serve(weekly) as server, Client() as client:
        rows = list(cbu.fetch(client, PUBLISHER.at(server.url, SOURCE), monday, friday))
    days = (date(2015, 10, 13), date(2015, 10, 20))
    assert sift(rows, SOURCE, friday).accepted == tuple(Rate("cbu", "USD", "UZS", day, 2648.51) for day in days)


@pytest.mark.parametrize("days_before", [0, 1, 7])
def test_the_list_in_force_may_be_a_week_old(days_before: int) -> None:
    told = DAY - timedelta(days=days_before)
    body = listing(item(day=f"{told:%d.%m.%Y}"))
    assert cbu.parse(body, SOURCE, DAY) == [Rate("cbu", "USD", "UZS", told, 12194.21)]


def test_rows_before_a_failing_day_are_given_out() -> None:
    def fails_on_the_second(asked: Asked) -> Reply:
        return PUBLISHER.handler()(asked) if _asked_day(asked) == DAY else Reply(status=500)

    with serve(fails_on_the_second) as server, Client() as client:
        rows = cbu.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, date(2026, 4, 2))
        assert len([next(rows) for _ in SOURCE.quotes]) == 8
        with pytest.raises(FetchError, match="broken at the moment"):
            next(rows)


def test_a_retired_currency_is_passed_over_whatever_its_day() -> None:
    body = listing(item("DEM", day="28.12.2001"), item(), item("KWD", "N/A"))
    assert cbu.parse(body, SOURCE, DAY) == [Rate("cbu", "USD", "UZS", DAY, 12194.21)]


def test_each_record_is_divided_by_its_own_nominal() -> None:
    rows = cbu.parse(listing(item("KZT", "254.7", "10"), item("RUB", "149.94")), SOURCE, DAY)
    assert [row.value for row in rows if isinstance(row, Rate)] == [25.47, 149.94]


def test_an_empty_list_is_no_error() -> None:
    assert cbu.parse(b"[]", SOURCE, DAY) == []


@pytest.mark.parametrize("code", ["", None])
def test_a_record_without_a_currency_is_not_lost(code: str | None) -> None:
    assert cbu.parse(listing({**item(), "Ccy": code}), SOURCE, DAY) == [Rate("cbu", "", "UZS", DAY, 12194.21)]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (item(nominal="0"), "the nominal is 0"),
        (item(nominal=None), "there is no nominal"),
        (item(value=""), "there is no value"),
        (item(value=None), "there is no value"),
        (item(value="12 194.21"), "the value is not a number: '12 194.21'"),
        (item(value="12194,21"), "the value is not a number: '12194,21'"),
    ],
)
def test_a_record_that_cannot_be_a_rate_is_rejected_beside_sound_ones(told: dict[str, Any], why: str) -> None:
    rows = cbu.parse(listing(told, item("RUB", "149.94")), SOURCE, DAY)
    assert rows == [Rejected("USD/UZS 2026-04-01", why), Rate("cbu", "RUB", "UZS", DAY, 149.94)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (listing(item(day="02.04.2026")), "the answer is for 2026-04-02 where 2026-04-01 was asked for"),
        (listing(item(day="24.03.2026")), "the answer is for 2026-03-24 where 2026-04-01 was asked for"),
        (listing(item(), item("RUB", day="23.11.2026")), "the answer is for 2026-11-23 where 2026-04-01 was asked"),
        (listing(item(day="2026-04-01")), r"states no date that we can read \('2026-04-01'\)"),
        (b'[{"Ccy": "USD", "Nominal": "1", "Rate": "1"}]', r"states no date that we can read \(None\)"),
        (listing(item("DEM")), "lists none of the currencies that we take"),
        (b'{"message": "Not found"}', "not a list of rates"),
        (b'["USD"]', "not a list of rates"),
        (b"null", "not a list of rates"),
        (listing(item())[:-1], "not well-formed JSON"),
        (b'<!DOCTYPE html><html lang="en">', "a web page instead of rates"),
    ],
)
def test_an_answer_that_is_not_the_list_in_force_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        cbu.parse(body, SOURCE, DAY)
    assert caught.value.source == "cbu"
