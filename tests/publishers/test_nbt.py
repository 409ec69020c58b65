"""National Bank of Tajikistan: its ranges, and the oddities of its ranges. All answers here are hand-shaped."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import nbt
from tests.loopback.outcomes import Outcome
from tests.loopback.publishers import Publisher, Record
from tests.loopback.server import Asked, Reply, serve

SOURCE = sources()["nbt"]
DAY = date(2026, 5, 18)
TOLD = {
    "USD": ("9.3450", "1"),
    "EUR": ("10.8757", "1"),
    "RUB": ("0.1277", "1"),
    "CNY": ("1.3724", "1"),
    "KZT": ("0.1982", "10"),
    "KGS": ("1.0686", "10"),
    "TMT": ("2.6700", "1"),
    "UZS": ("0.0778", "100"),
}


def _records(asked: Asked) -> list[Record]:
    since, until = date.fromisoformat(asked.query["d1"]), date.fromisoformat(asked.query["d2"])
    value, nominal = TOLD[asked.query["cs"]]
    days = [since + timedelta(days=ahead) for ahead in range((until - since).days + 1)]
    return [Record(day, asked.query["cs"], value, nominal) for day in days]


def _write(asked: Asked, records: list[Record]) -> bytes:
    span = f'DateRange1="{asked.query["d1"]}" DateRange2="{asked.query["d2"]}"'
    return listing("".join(record(r.code, r.value, r.nominal, f"{r.day:%d.%m.%Y}") for r in records), span)


def listing(records: str, span: str = "") -> bytes:
    told = f'<?xml version="1.0" encoding="windows-1251"?>\n<ValCurs {span} Name="Foreign Currency Market Dynamic">'
    return f"{told}{records}</ValCurs>".encode("windows-1251")


def record(code: str = "USD", value: str = "9.3450", nominal: str | None = "1", day: str = "18.05.2026") -> str:
    units = "" if nominal is None else f"<Nominal>{nominal}</Nominal>"
    return f'<Record Date="{day}" Id="810"><CharCode>{code}</CharCode>{units}<Value>{value}</Value></Record>\n'


PUBLISHER = Publisher("nbt", {"https://www.nbt.tj": ""}, _records, _write, "text/xml")
OUTCOMES = {"healthy": Outcome(accepted=8)}


def test_a_currency_is_asked_for_once_and_read_in_the_bank_s_own_direction() -> None:
    with serve(PUBLISHER.handler()) as server, Client() as client:
        rows = list(nbt.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY))
    told = {"USD": 9.345, "EUR": 10.8757, "RUB": 0.1277, "CNY": 1.3724}
    more = {"KZT": 0.01982, "KGS": 0.10686, "TMT": 2.67, "UZS": 0.000778}
    assert rows == [Rate("nbt", code, "TJS", DAY, value) for code, value in {**told, **more}.items()]
    assert [asked.query["cs"] for asked in server.asked] == list(SOURCE.quotes)
    assert {asked.path for asked in server.asked} == {"/en/kurs/export_xml_dynamic.php"}


def test_years_come_in_one_request_with_a_pause_before_the_next_currency() -> None:
    pauses: list[float] = []
    with serve(PUBLISHER.handler()) as server, Client() as client:
        source = msgspec.structs.replace(PUBLISHER.at(server.url, SOURCE), pause=0.5, quotes=("USD", "RUB"))
        rows = list(nbt.fetch(client, source, date(2022, 1, 1), date(2025, 12, 31), pauses.append))
    asked = {"d1": "2022-01-01", "d2": "2025-12-31", "export": "xml"}
    assert [a.query for a in server.asked] == [{**asked, "cs": "USD"}, {**asked, "cs": "RUB"}]
    assert len(rows) == 2 * (4 * 365 + 1)
    assert pauses == [0.5]


def test_a_weekend_repeats_friday_and_is_kept() -> None:
    days = ("15.05.2026", "16.05.2026", "17.05.2026")
    rows = nbt.parse(listing("".join(record(day=day) for day in days)), SOURCE, "USD", date(2026, 5, 15), DAY)
    assert rows == [Rate("nbt", "USD", "TJS", date(2026, 5, day), 9.345) for day in (15, 16, 17)]


def test_each_record_is_divided_by_its_own_nominal() -> None:
    body = listing(record("UZS", "7.78", "10000", "17.05.2026") + record("UZS", "0.0778", "100"))
    rows = nbt.parse(body, SOURCE, "UZS", date(2026, 5, 17), DAY)
    assert [row.value for row in rows if isinstance(row, Rate)] == [0.000778, 0.000778]


def test_rows_before_a_failing_currency_are_given_out() -> None:
    def fails_on_the_second(asked: Asked) -> Reply:
        return PUBLISHER.handler()(asked) if asked.query["cs"] == "USD" else Reply(status=500)

    with serve(fails_on_the_second) as server, Client() as client:
        rows = nbt.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY)
        assert next(rows) == Rate("nbt", "USD", "TJS", DAY, 9.345)
        with pytest.raises(FetchError, match="broken at the moment"):
            next(rows)


def test_a_range_without_records_is_no_error() -> None:
    assert nbt.parse(listing(""), SOURCE, "TMT", date(2001, 1, 1), date(2001, 12, 31)) == []


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (record(nominal="0"), "the nominal is 0"),
        (record(nominal=None), "there is no nominal"),
        (record(value=""), "there is no value"),
        (record(value="9,3450"), "the value is not a number: '9,3450'"),
    ],
)
def test_a_record_that_cannot_be_a_rate_is_rejected_beside_sound_ones(told: str, why: str) -> None:
    rows = nbt.parse(listing(told + record(day="17.05.2026")), SOURCE, "USD", date(2026, 5, 17), DAY)
    assert rows == [Rejected("USD/TJS 2026-05-18", why), Rate("nbt", "USD", "TJS", date(2026, 5, 17), 9.345)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (listing(record(day="23.11.2026")), "is for 2026-11-23 where 2026-05-17 to 2026-05-18 was asked for"),
        (listing(record(day="16.05.2026")), "is for 2026-05-16 where 2026-05-17 to 2026-05-18 was asked for"),
        (listing(record("SUR")), "the answer is about SUR where USD was asked for"),
        (listing(record("")), "the answer is about no currency where USD was asked for"),
        (listing(record(day="")), "states no date that we can read"),
        (listing(record(day="2026-05-18")), r"states no date that we can read \('2026-05-18'\)"),
        (b"<!DOCTYPE html><html><body>date - format YYYY-MM-DD, export - xmlout</body></html>", "a web page instead"),
        (b'<?xml version="1.0"?><html><body>help</body></html>', "<html> where <ValCurs> was expected"),
    ],
)
def test_an_answer_that_is_not_the_range_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        nbt.parse(body, SOURCE, "USD", date(2026, 5, 17), DAY)
    assert caught.value.source == "nbt"


def test_the_declaration_decides_the_encoding() -> None:
    body = listing(record().replace("</Record>", "<Name>Доллар США</Name></Record>"))
    assert nbt.parse(body, SOURCE, "USD", DAY, DAY) == [Rate("nbt", "USD", "TJS", DAY, 9.345)]
