"""Bank of Russia: its ranges, and the oddities of its ranges. All answers here are hand-shaped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import cbr
from lib.rates.checks import sift
from tests.loopback.outcomes import Outcome
from tests.loopback.publishers import Publisher, Record
from tests.loopback.server import Asked, Reply, serve

SOURCE = sources()["cbr"]
DAY = date(2026, 4, 25)  # a Saturday, whose list is the last until Tuesday
TOLD = {
    "R01235": ("75,5273", "1"),
    "R01239": ("88,2826", "1"),
    "R01375": ("11,0270", "1"),
    "R01335": ("16,3172", "100"),
    "R01370": ("86,4125", "100"),
    "R01670": ("80,0866", "10"),
    "R01717": ("62,8322", "10000"),
    "R01710A": ("21,5792", "1"),
}


def _records(asked: Asked) -> list[Record]:
    since, until = _asked_day(asked, "date_req1"), _asked_day(asked, "date_req2")
    value, nominal = TOLD[asked.query["VAL_NM_RQ"]]
    days = [since + timedelta(days=ahead) for ahead in range((until - since).days + 1)]
    listed = [day for day in days if 1 <= day.weekday() <= 5]
    return [Record(day, asked.query["VAL_NM_RQ"], value, nominal) for day in listed]


def _asked_day(asked: Asked, end: str) -> date:
    return datetime.strptime(asked.query[end], "%d/%m/%Y").replace(tzinfo=UTC).date()


def _write(_asked: Asked, records: list[Record]) -> bytes:
    return listing("".join(record(r.value, r.nominal, f"{r.day:%d.%m.%Y}", r.code) for r in records))


def listing(records: str) -> bytes:
    told = '<?xml version="1.0" encoding="windows-1251"?><ValCurs name="Foreign Currency Market Dynamic">'
    return f"{told}{records}</ValCurs>".encode("windows-1251")


def record(
    value: str = "62,8322", nominal: str | None = "10000", day: str = "25.04.2026", number: str = "R01717"
) -> str:
    units = "" if nominal is None else f"<Nominal>{nominal}</Nominal>"
    return f'<Record Date="{day}" Id="{number}">{units}<Value>{value}</Value></Record>'


PUBLISHER = Publisher("cbr", {"https://www.cbr.ru": ""}, _records, _write, "application/xml; charset=windows-1251")
OUTCOMES = {"healthy": Outcome(accepted=8)}


def asked_for(since: date, until: date) -> list[dict[str, str]]:
    """The queries that the days `since` .. `until` lead to."""
    with serve(PUBLISHER.handler()) as server, Client() as client:
        list(cbr.fetch(client, PUBLISHER.at(server.url, SOURCE), since, until))
    return [asked.query for asked in server.asked]


def test_each_currency_is_asked_for_by_its_number_and_divided_by_its_nominal() -> None:
    with serve(PUBLISHER.handler()) as server, Client() as client:
        rows = list(cbr.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY))
    told = {"USD": 75.5273, "EUR": 88.2826, "CNY": 11.027}
    more = {"KZT": 0.163172, "KGS": 0.864125, "TJS": 8.00866, "UZS": 0.00628322, "TMT": 21.5792}
    assert rows == [Rate("cbr", code, "RUB", DAY, value) for code, value in {**told, **more}.items()]
    assert [asked.query["VAL_NM_RQ"] for asked in server.asked] == list(TOLD)
    assert {asked.path for asked in server.asked} == {"/scripts/XML_dynamic.asp"}


def test_years_come_in_one_request_with_a_pause_before_the_next_currency() -> None:
    pauses: list[float] = []
    with serve(PUBLISHER.handler()) as server, Client() as client:
        source = msgspec.structs.replace(PUBLISHER.at(server.url, SOURCE), pause=0.5, quotes=("USD", "KZT", "TMT"))
        rows = list(cbr.fetch(client, source, date(1999, 1, 4), date(2008, 12, 31), pauses.append))
    days = {"date_req1": "04/01/1999", "date_req2": "31/12/2008"}
    assert [a.query for a in server.asked] == [{**days, "VAL_NM_RQ": n} for n in ("R01235", "R01335")]
    assert len(rows) == 2 * 2607
    assert pauses == [0.5]


def test_the_old_manat_is_never_asked_for() -> None:
    (*others, manat) = asked_for(date(2008, 12, 25), date(2009, 1, 10))
    assert {query["date_req1"] for query in others} == {"25/12/2008"}
    assert manat == {"date_req1": "01/01/2009", "date_req2": "10/01/2009", "VAL_NM_RQ": "R01710A"}


def test_the_new_manat_is_asked_for_from_its_first_day() -> None:
    assert len(asked_for(date(2008, 12, 1), date(2008, 12, 31))) == 7
    assert len(asked_for(date(2008, 12, 1), date(2009, 1, 1))) == 8


def test_tajik_roubles_under_the_code_of_the_somoni_are_rejected_with_the_reason() -> None:
    body = listing(record("13,5400", "1000", "01.10.2000", "R01670") + record("12,6500", "1", "01.11.2000", "R01670"))
    rows = cbr.parse(body, SOURCE, "TJS", date(1999, 1, 4), DAY)
    accepted, rejected = sift(rows, SOURCE, DAY)
    assert accepted == (Rate("cbr", "TJS", "RUB", date(2000, 11, 1), 12.65),)
    why = "there was no TJS before 2000-10-30, when it replaced TJR at 1,000 to 1"
    assert rejected == (Rejected("TJS/RUB 2000-10-01", why),)


def test_an_answer_with_more_than_the_days_of_the_somoni_fails_nothing() -> None:
    both = listing(record("13,5400", "1000", "01.10.2000", "R01670") + record("12,6500", "1", "01.11.2000", "R01670"))
    with serve(lambda _: Reply(both)) as server, Client() as client:
        source = msgspec.structs.replace(PUBLISHER.at(server.url, SOURCE), quotes=("TJS",))
        rows = list(cbr.fetch(client, source, date(1999, 1, 4), DAY))
    assert server.asked[0].query["date_req1"] == "30/10/2000"
    assert [rate.day for rate in sift(rows, SOURCE, DAY).accepted] == [date(2000, 11, 1)]


def test_sunday_and_monday_without_a_list_are_no_error() -> None:
    with serve(PUBLISHER.handler()) as server, Client() as client:
        source = PUBLISHER.at(server.url, SOURCE)
        assert list(cbr.fetch(client, source, date(2026, 4, 26), date(2026, 4, 27))) == []


def test_a_currency_that_is_not_listed_yet_leaves_the_others_alone() -> None:
    def without_sum(asked: Asked) -> Reply:
        return Reply(listing("")) if asked.query["VAL_NM_RQ"] == "R01717" else PUBLISHER.handler()(asked)

    with serve(without_sum) as server, Client() as client:
        rows = list(cbr.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY))
    assert [row.base for row in rows if isinstance(row, Rate)] == ["USD", "EUR", "CNY", "KZT", "KGS", "TJS", "TMT"]


def test_rows_before_a_failing_currency_are_given_out() -> None:
    def fails_on_the_second(asked: Asked) -> Reply:
        return PUBLISHER.handler()(asked) if asked.query["VAL_NM_RQ"] == "R01235" else Reply(status=500)

    with serve(fails_on_the_second) as server, Client() as client:
        rows = cbr.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY)
        assert next(rows) == Rate("cbr", "USD", "RUB", DAY, 75.5273)
        with pytest.raises(FetchError, match="broken at the moment"):
            next(rows)


def test_each_record_is_divided_by_its_own_nominal() -> None:
    body = listing(record("15,4500", "1000", "26.07.2013") + record("15,4510", "100", "27.07.2013"))
    rows = cbr.parse(body, SOURCE, "UZS", date(2013, 7, 26), date(2013, 7, 27))
    assert [row.value for row in rows if isinstance(row, Rate)] == [0.01545, 0.15451]


def test_the_rate_of_one_unit_beside_the_value_is_left_alone() -> None:
    body = listing(record().replace("</Record>", "<VunitRate>0,99</VunitRate></Record>"))
    assert cbr.parse(body, SOURCE, "UZS", DAY, DAY) == [Rate("cbr", "UZS", "RUB", DAY, 0.00628322)]


def test_the_declaration_decides_the_encoding() -> None:
    body = listing(record().replace("</Record>", "<Name>Узбекских сумов</Name></Record>"))
    assert cbr.parse(body, SOURCE, "UZS", DAY, DAY) == [Rate("cbr", "UZS", "RUB", DAY, 0.00628322)]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (record(nominal="0"), "the nominal is 0"),
        (record(nominal=None), "there is no nominal"),
        (record(value=""), "there is no value"),
        (record().replace("<Value>62,8322</Value>", ""), "there is no value"),
        (record(value="1.062,8322"), "the value is not a number: '1.062.8322'"),
    ],
)
def test_a_record_that_cannot_be_a_rate_is_rejected_beside_sound_ones(told: str, why: str) -> None:
    rows = cbr.parse(listing(told + record(day="24.04.2026")), SOURCE, "UZS", date(2026, 4, 24), DAY)
    assert rows == [Rejected("UZS/RUB 2026-04-25", why), Rate("cbr", "UZS", "RUB", date(2026, 4, 24), 0.00628322)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (listing(record(day="28.04.2026")), "is for 2026-04-28 where 2026-04-24 to 2026-04-25 was asked for"),
        (listing(record(day="23.04.2026")), "is for 2026-04-23 where 2026-04-24 to 2026-04-25 was asked for"),
        (listing(record(number="R01710")), r"is about R01710 where R01717 \(UZS\) was asked for"),
        (listing(record(number="")), r"is about no currency where R01717 \(UZS\) was asked for"),
        (listing(record(day="")), "states no date that we can read"),
        (listing(record(day="2026-04-25")), r"states no date that we can read \('2026-04-25'\)"),
        (listing(record()).split(b"?>")[1], "does not begin with an XML declaration"),
        (b"<html><head><title>DDoS-Guard</title></head></html>", "a web page instead of rates"),
        (b'<?xml version="1.0"?><html><title>DDoS-Guard</title></html>', "<html> where <ValCurs> was expected"),
        (b"Error in parameters", "not well-formed XML"),
    ],
)
def test_an_answer_that_is_not_the_range_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        cbr.parse(body, SOURCE, "UZS", date(2026, 4, 24), DAY)
    assert caught.value.source == "cbr"
