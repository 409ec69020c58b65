"""National Bank of Kazakhstan: its lists, and the oddities of its lists. All answers here are hand-shaped."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import nbk
from tests.loopback import Asked, Reply, serve
from tests.loopback.outcomes import Outcome
from tests.loopback.publishers import Publisher, Record


def _nbk_records(asked: Asked) -> list[Record]:
    day = datetime.strptime(asked.query["fdate"], "%d.%m.%Y").replace(tzinfo=UTC).date()
    told = {"AUD": "328.01", "USD": "478.77", "EUR": "548.62", "CNY": "69.31", "KGS": "5.47", "RUB": "5.87"}
    records = [Record(day, code, value) for code, value in told.items()]  # 2026-04-01
    return [*records, Record(day, "TJS", "50.19"), Record(day, "UZS", "3.93", "100")]


def _nbk(asked: Asked, records: list[Record]) -> bytes:
    day = f"{records[0].day:%d.%m.%Y}" if records else asked.query["fdate"]
    items = "".join(
        f"""
                        <item>
            <fullname>ВАЛЮТА {r.code}</fullname>
            <title>{r.code}</title>
            <description>{r.value}</description>
            {f"<quant>{r.nominal}</quant>" if r.nominal is not None else ""}
            <index>DOWN</index>
            <change>-2.77</change>
            </item>"""
        for r in records
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rates>
    <generator>Alternate RSS Builder</generator>
    <title>Official exchange rates of National Bank of Republic Kazakhstan</title>
    <link>www.nationalbank.kz</link>
    <description>Official exchange rates of National Bank of Republic Kazakhstan</description>
    <copyright>www.nationalbank.kz</copyright>
    <date>{day}</date>
    {items or "<info>Нет данных</info>"}
</rates>
""".encode()


PUBLISHER = Publisher("nbk", {"https://nationalbank.kz": ""}, _nbk_records, _nbk, "text/xml; charset=UTF-8")
OUTCOMES = {"healthy": Outcome(accepted=7)}

SOURCE = sources()["nbk"]
DAY = date(2026, 4, 1)


def listing(items: str, head: str = "<date>01.04.2026</date>") -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?><rates>{head}{items}</rates>'.encode()


def item(code: str = "USD", value: str = "478.77", quant: str = "<quant>1</quant>") -> str:
    return f"<item><fullname>ВАЛЮТА</fullname><title>{code}</title><description>{value}</description>{quant}</item>"


def test_a_list_is_read_in_the_bank_s_own_direction_divided_by_each_nominal() -> None:
    with serve(PUBLISHER.handler()) as server, Client() as client:
        rows = list(nbk.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY))
    told = {"USD": 478.77, "EUR": 548.62, "CNY": 69.31, "KGS": 5.47, "RUB": 5.87, "TJS": 50.19, "UZS": 0.0393}
    assert rows == [Rate("nbk", code, "KZT", DAY, value) for code, value in told.items()]


def test_only_weekdays_are_asked_with_the_pause_between_them() -> None:
    pauses: list[float] = []
    with serve(PUBLISHER.handler()) as server, Client() as client:
        source = msgspec.structs.replace(PUBLISHER.at(server.url, SOURCE), pause=0.2)
        rows = list(nbk.fetch(client, source, date(2026, 4, 3), date(2026, 4, 7), pauses.append))
    assert [asked.query["fdate"] for asked in server.asked] == ["03.04.2026", "06.04.2026", "07.04.2026"]
    assert {row.day for row in rows if isinstance(row, Rate)} == {date(2026, 4, d) for d in (3, 6, 7)}
    assert pauses == [0.2] * 2


def test_a_weekend_asks_nothing() -> None:
    with Client() as client:
        assert list(nbk.fetch(client, SOURCE, date(2026, 4, 4), date(2026, 4, 5))) == []


def test_rows_before_a_failing_day_are_given_out() -> None:
    def fails_on_the_second(asked: Asked) -> Reply:
        return PUBLISHER.handler()(asked) if asked.query["fdate"] == "01.04.2026" else Reply(status=500)

    with serve(fails_on_the_second) as server, Client() as client:
        rows = nbk.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, date(2026, 4, 2))
        assert len([next(rows) for _ in SOURCE.quotes]) == 7
        with pytest.raises(FetchError, match="broken at the moment"):
            next(rows)


@pytest.mark.parametrize("head", ["<date>01.04.2026</date><info>Нет данных</info>", "<info>Нет данных</info>"])
def test_a_day_without_rates_is_no_error(head: str) -> None:
    assert nbk.parse(listing("", head), SOURCE, DAY) == []


def test_space_around_the_fields_is_nothing() -> None:
    body = listing(item(" USD\n", "\n 478.77 ", "<quant> 1 </quant>"), "<date>\n 01.04.2026 </date>")
    assert nbk.parse(body, SOURCE, DAY) == [Rate("nbk", "USD", "KZT", DAY, 478.77)]


def test_a_currency_that_we_do_not_take_is_passed_over() -> None:
    assert len(nbk.parse(listing(item("AUD") + item("USD") + item("KRW")), SOURCE, DAY)) == 1


def test_a_division_keeps_twelve_significant_digits() -> None:
    (row,) = nbk.parse(listing(item("UZS", "3.9300000000001", "<quant>7</quant>")), SOURCE, DAY)
    assert row == Rate("nbk", "UZS", "KZT", DAY, 0.561428571429)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (item(quant="<quant>0</quant>"), "the nominal is 0"),
        (item(quant="<quant></quant>"), "there is no nominal"),
        (item(quant=""), "there is no nominal"),
        (item(quant="<quant>one</quant>"), "the nominal is not a number: 'one'"),
        (item(value=""), "there is no value"),
        (item(value="N/A"), "the value is not a number: 'N/A'"),
        (item(value="478,77"), "the value is not a number: '478,77'"),
        (item(value="4_78"), "the value is not a number: '4_78'"),
        (item(value="٤٧٨"), "the value is not a number: '٤٧٨'"),
        (item(value="NaN"), "the value is not a number: 'NaN'"),
        (item(value="Infinity"), "the value is not a number: 'Infinity'"),
    ],
)
def test_a_record_that_cannot_be_a_rate_is_rejected_beside_sound_ones(record: str, why: str) -> None:
    rows = nbk.parse(listing(record + item("EUR")), SOURCE, DAY)
    assert rows == [Rejected("USD/KZT 2026-04-01", why), Rate("nbk", "EUR", "KZT", DAY, 478.77)]


def test_an_item_without_a_currency_is_not_lost() -> None:
    assert nbk.parse(listing(item("")), SOURCE, DAY) == [Rate("nbk", "", "KZT", DAY, 478.77)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (listing(item(), "<date>31.03.2026</date>"), "the answer is for 2026-03-31 where 2026-04-01 was asked for"),
        (listing("", "<date>31.03.2026</date>"), "the answer is for 2026-03-31 where 2026-04-01 was asked for"),
        (listing(item(), ""), r"states no date that we can read \(None\)"),
        (listing(item(), "<date>2026-04-01</date>"), r"states no date that we can read \('2026-04-01'\)"),
        (listing(item("AUD")), "lists none of the currencies that we take"),
        (b"<rss><channel/></rss>", "<rss> where <rates> was expected"),
        (b" \n ", "the answer is empty"),
        (b"\xef\xbb\xbf<HTML><body>Request Rejected", "a web page instead of rates"),
        (listing(item())[:-9], "not well-formed XML"),
        (b'<?xml version="1.0" encoding="klingon"?><rates/>', "not well-formed XML"),
        (b'<!DOCTYPE rates [<!ENTITY a "1">]><rates><date>&a;</date></rates>', "document type or entities"),
        (b'<!DOCTYPE rates SYSTEM "file:///etc/passwd"><rates/>', "document type or entities"),
    ],
)
def test_an_answer_that_is_not_the_list_of_the_day_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        nbk.parse(body, SOURCE, DAY)
    assert caught.value.source == "nbk"


def test_the_declaration_decides_the_encoding() -> None:
    body = listing(item()).decode().replace("utf-8", "windows-1251").encode("windows-1251")
    assert nbk.parse(body, SOURCE, DAY) == [Rate("nbk", "USD", "KZT", DAY, 478.77)]
