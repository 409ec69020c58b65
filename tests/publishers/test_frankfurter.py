"""Frankfurter: its ranges, and the oddities of its ranges. All answers here are hand-shaped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import frankfurter
from tests.loopback.outcomes import NOTHING, Outcome, parse
from tests.loopback.publishers import Publisher, Record, json_value
from tests.loopback.server import Asked, Reply, serve

SOURCE = sources()["frankfurter"]
DAY = date(2026, 4, 1)
TOLD = {"KZT": "478.77", "KGS": "87.45", "TJS": "9.3851", "TMT": "3.5", "UZS": "12194.21"}
MORE = {"EUR": "0.87268", "RUB": "81.56", "CNY": "6.9077"}
WITHOUT_NOMINAL = True


def _records(asked: Asked) -> list[Record]:
    since, until = date.fromisoformat(asked.query["from"]), date.fromisoformat(asked.query["to"])
    days = [since + timedelta(days=ahead) for ahead in range((until - since).days + 1)]
    rates = {**TOLD, **MORE}
    return [Record(day, code, rates[code]) for day in days for code in asked.query["quotes"].split(",")]


def _write(_asked: Asked, records: list[Record]) -> bytes:
    return listing(*(record(r.code, json_value(r.value), str(r.day)) for r in records))


def listing(*records: str) -> bytes:
    return f"[{','.join(records)}]".encode()


def record(code: str = "KZT", value: str = "478.77", day: str = "2026-04-01", base: str = '"USD"') -> str:
    return f'{{"date":"{day}","base":{base},"quote":"{code}","rate":{value}}}'


PUBLISHER = Publisher("frankfurter", {"https://api.frankfurter.dev": ""}, _records, _write, "application/json")
OUTCOMES = {
    "healthy": Outcome(accepted=8),
    "wrong encoding": parse("not in UTF-8"),
    "bomb": parse("nested too deeply"),
    "wrong day": NOTHING,  # two weeks earlier: what it gives for pairs that are silent
}


def test_years_of_all_currencies_come_in_one_request_per_dollar() -> None:
    with serve(PUBLISHER.handler()) as server, Client() as client:
        rows = list(frankfurter.fetch(client, PUBLISHER.at(server.url, SOURCE), date(2022, 4, 2), DAY))
    assert rows[-8:] == [Rate("frankfurter", "USD", code, DAY, float(v)) for code, v in {**TOLD, **MORE}.items()]
    assert len(rows) == 8 * (4 * 365 + 1)
    quotes = {"base": "USD", "quotes": "KZT,KGS,TJS,TMT,UZS,EUR,RUB,CNY"}
    assert [a.query for a in server.asked] == [{**quotes, "from": "2022-04-02", "to": "2026-04-01"}]
    assert server.asked[0].path == "/v2/rates"


def test_a_weekend_repeats_friday_and_is_kept() -> None:
    days = [date(2026, 4, 3), date(2026, 4, 4), date(2026, 4, 5)]
    body = listing(*(record(day=str(day)) for day in days))
    rows = frankfurter.parse(body, SOURCE, days[0], days[-1])
    assert rows == [Rate("frankfurter", "USD", "KZT", day, 478.77) for day in days]


@pytest.mark.parametrize(
    ("status", "why"), [(404, "nothing at this address"), (422, "that we cannot use"), (503, "too busy")]
)
def test_a_refused_question_is_told_by_its_status(status: int, why: str) -> None:
    said = Reply(b'{"message":"narrow the range"}', status=status)
    with serve(lambda _: said) as server, Client(sleep=lambda _: None) as client:
        rows = frankfurter.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY)
        with pytest.raises(FetchError, match=rf"{why}.*\(status {status}\)"):
            next(rows)


def test_the_dollar_itself_and_what_we_do_not_take_are_passed_over() -> None:
    body = listing(record("USD", "1"), record("KZT"), record("JPY", "159.1"))
    assert frankfurter.parse(body, SOURCE, DAY, DAY) == [Rate("frankfurter", "USD", "KZT", DAY, 478.77)]


def test_a_rate_keeps_twelve_significant_digits() -> None:
    (row,) = frankfurter.parse(listing(record("UZS", "12194.210000000001")), SOURCE, DAY, DAY)
    assert row == Rate("frankfurter", "USD", "UZS", DAY, 12194.21)


@pytest.mark.parametrize("earlier", ["1998-12-31", "1998-12-21"])
def test_an_earlier_row_of_a_pair_that_is_silent_on_the_first_day_is_dropped(earlier: str) -> None:
    body = listing(record(value="83.8", day=earlier), record("EUR", "0.8482", "1999-01-04"))
    rows = frankfurter.parse(body, SOURCE, date(1999, 1, 4), date(2004, 1, 7))
    assert rows == [Rate("frankfurter", "USD", "EUR", date(1999, 1, 4), 0.8482)]


def test_a_range_of_which_only_earlier_rows_exist_is_empty() -> None:
    assert frankfurter.parse(listing(record(day="2026-04-03")), SOURCE, date(2026, 4, 4), date(2026, 4, 5)) == []


def test_a_range_without_records_is_no_error() -> None:
    assert frankfurter.parse(b"[]", SOURCE, DAY, DAY) == []


def test_a_record_without_a_currency_is_not_lost() -> None:
    assert frankfurter.parse(listing(record("")), SOURCE, DAY, DAY) == [Rate("frankfurter", "USD", "", DAY, 478.77)]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("null", "there is no value"),
        ('""', "there is no value"),
        ("[478.77]", "there is no value"),
        ('"N/A"', "the value is not a number: 'N/A'"),
        ("NaN", "the value is not a number: 'NaN'"),
    ],
)
def test_a_value_that_is_no_number_is_rejected_beside_sound_ones(value: str, why: str) -> None:
    rows = frankfurter.parse(listing(record(value=value), record("TMT", "3.5")), SOURCE, DAY, DAY)
    assert rows == [Rejected("USD/KZT 2026-04-01", why), Rate("frankfurter", "USD", "TMT", DAY, 3.5)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (listing(record(day="2026-04-02")), "is for 2026-04-02 where 2026-03-31 to 2026-04-01 was asked for"),
        (listing(record(day="2026-03-16")), "is for 2026-03-16 where 2026-03-31 to 2026-04-01 was asked for"),
        (listing(record(day="01.04.2026")), r"states no date that we can read \('01.04.2026'\)"),
        (listing(record(base='"EUR"')), "is per EUR where USD was asked for"),
        (listing(record(base="null")), "is per no currency where USD was asked for"),
        (listing(record("JPY")), "lists none of the currencies that we take"),
        (b'{"message":"not found"}', "not a list of rates"),
        (b'[["2026-04-01","USD","KZT",478.77]]', "not a list of rates"),
        (listing(record())[:-1], "not well-formed JSON"),
        (b"date,base,quote,rate\n2026-04-01,USD,KZT,478.77\n", "not well-formed JSON"),
        (listing(record().replace("}", ',"rate":47.8}')), "says the same thing twice"),
    ],
)
def test_an_answer_that_is_not_the_range_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        frankfurter.parse(body, SOURCE, date(2026, 3, 31), DAY)
    assert caught.value.source == "frankfurter"
