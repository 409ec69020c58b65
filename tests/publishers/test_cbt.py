"""Central Bank of Turkmenistan: its files, and the days that have none. All answers here are hand-shaped."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import msgspec
import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import cbt
from tests.loopback.outcomes import NOTHING, Outcome
from tests.loopback.publishers import Publisher, Record
from tests.loopback.server import Asked, Reply, serve

SOURCE = sources()["cbt"]
DAY = date(2026, 5, 20)


def _day(asked: Asked) -> date:
    found = re.fullmatch(r"/kurs/\d{4}/(\d{8})\.xml", asked.path)
    assert found, asked.path
    return datetime.strptime(found[1], "%d%m%Y").replace(tzinfo=UTC).date()


def _records(asked: Asked) -> list[Record]:
    told = {"USD": "3.5", "AZN": "2.0649", "EUR": "4.0649", "CNY": "0.5142", "TJS": "0.3788"}  # 2026-05-20
    hundreds = {"RUB": "4.9088", "KZT": "0.7424", "KGS": "4.0023"}
    ones = [Record(_day(asked), code, value) for code, value in told.items()]
    per_hundred = [Record(_day(asked), code, value, "100") for code, value in hundreds.items()]
    return [*ones, *per_hundred, Record(_day(asked), "UZS", "0.2913", "1000")]


def _write(asked: Asked, records: list[Record]) -> bytes:
    day = records[0].day if records else _day(asked)
    return listing("".join(rate(r.code, r.value, r.nominal) for r in records), f"<date>{day:%d.%m.%Y}</date>")


def listing(rates: str, head: str = "<date>20.05.2026</date>") -> bytes:
    told = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<cbt_currency_rate name="CBT Currency XML">\r\n'
    return f"{told}\t{head}\r\n{rates}</cbt_currency_rate>".encode()


def rate(code: str = "USD", value: str = "3.5", units: str | None = "1") -> str:
    multiplier = "" if units is None else f"\t\t<multiplier>{units}</multiplier>\r\n"
    return f"""\t<rate code="{code}">\r
\t\t<name>MANAT {code}</name>\r
\t\t<rate_usd>1</rate_usd>\r
{multiplier}\t\t<rate_tmt>{value}</rate_tmt>\r
\t\t<checksum>dc7504788bb2efee8ab4994dc5fd484c</checksum>\r
\t</rate>\r
"""


PUBLISHER = Publisher("cbt", {"https://cbt.tm": ""}, _records, _write, "text/xml")
OUTCOMES = {"healthy": Outcome(accepted=8), "404": NOTHING}


def test_a_file_is_read_in_the_bank_s_own_direction_divided_by_each_multiplier() -> None:
    with serve(PUBLISHER.handler()) as server, Client() as client:
        rows = list(cbt.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY))
    told = {"USD": 3.5, "EUR": 4.0649, "CNY": 0.5142, "TJS": 0.3788}
    more = {"RUB": 0.049088, "KZT": 0.007424, "KGS": 0.040023, "UZS": 0.0002913}
    assert rows == [Rate("cbt", code, "TMT", DAY, value) for code, value in {**told, **more}.items()]
    assert [asked.path for asked in server.asked] == ["/kurs/2026/20052026.xml"]


def test_a_sunday_is_not_asked_and_a_saturday_is_taken() -> None:
    pauses: list[float] = []
    with serve(PUBLISHER.handler()) as server, Client() as client:
        source = msgspec.structs.replace(PUBLISHER.at(server.url, SOURCE), pause=0.5)
        rows = list(cbt.fetch(client, source, date(2026, 5, 23), date(2026, 5, 25), pauses.append))
    assert {row.day for row in rows if isinstance(row, Rate)} == {date(2026, 5, 23), date(2026, 5, 25)}
    assert pauses == [0.5]


@pytest.mark.parametrize(("status", "why"), [(403, "refuses us"), (500, "broken at the moment")])
def test_a_refusal_is_not_taken_for_a_day_without_a_file(status: int, why: str) -> None:
    with serve(lambda _: Reply(status=status)) as server, Client() as client:
        rows = cbt.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY)
        with pytest.raises(FetchError, match=why):
            next(rows)


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("<date>2020-04-17</date>", date(2020, 4, 17)),
        ("<date>2023-12-30</date>", date(2023, 12, 30)),
        ("<date>\r\n 20.05.2026 </date>", DAY),
    ],
)
def test_both_ways_to_write_the_date_are_read(head: str, day: date) -> None:
    assert cbt.parse(listing(rate(), head), SOURCE, day) == [Rate("cbt", "USD", "TMT", day, 3.5)]


def test_a_file_without_rates_is_no_error() -> None:
    assert cbt.parse(listing(""), SOURCE, DAY) == []


def test_a_rate_without_a_currency_is_not_lost() -> None:
    assert cbt.parse(listing(rate("")), SOURCE, DAY) == [Rate("cbt", "", "TMT", DAY, 3.5)]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (rate(units="0"), "the nominal is 0"),
        (rate(units=None), "there is no nominal"),
        (rate(value=""), "there is no value"),
        (rate(value="3,5"), "the value is not a number: '3,5'"),
    ],
)
def test_a_rate_that_cannot_be_one_is_rejected_beside_sound_ones(told: str, why: str) -> None:
    rows = cbt.parse(listing(told + rate("EUR", "4.0649")), SOURCE, DAY)
    assert rows == [Rejected("USD/TMT 2026-05-20", why), Rate("cbt", "EUR", "TMT", DAY, 4.0649)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (listing(rate(), "<date>19.05.2026</date>"), "is for 2026-05-19 where 2026-05-20 was asked for"),
        (listing(rate(), "<date>2026-05-19</date>"), "is for 2026-05-19 where 2026-05-20 was asked for"),
        (listing(rate(), ""), r"states no date that we can read \(''\)"),
        (listing(rate(), "<date>20/05/2026</date>"), "states no date that we can read"),
        (listing(rate("AZN")), "lists none of the currencies that we take"),
        (b"<rates/>", "<rates> where <cbt_currency_rate> was expected"),
        (b"<!DOCTYPE html><title>403</title>", "a web page instead of rates"),
        (listing(rate())[:-9], "not well-formed XML"),
    ],
)
def test_an_answer_that_is_not_the_file_of_the_day_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        cbt.parse(body, SOURCE, DAY)
    assert caught.value.source == "cbt"
