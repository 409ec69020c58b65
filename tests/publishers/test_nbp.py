"""The National Bank of Poland: its two tables, and the oddities of its answers. Hand-shaped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import nbp
from tests.loopback.outcomes import Outcome, parse
from tests.loopback.publishers import Publisher, Record, json_value
from tests.loopback.server import Asked, Reply, serve

SOURCE = sources()["nbp"]
DAY = date(2026, 4, 1)  # a Wednesday
WEDNESDAY = 2
WEEKLY = {"KZT": "0.0075", "KGS": "0.0412", "TJS": "0.3841", "TMT": "1.0299", "UZS": "0.000296"}
DAILY = {"USD": "3.6047", "EUR": "4.1310", "CNY": "0.5219", "RUB": "0.0442"}
WITHOUT_NOMINAL = True


def _records(asked: Asked) -> list[Record]:
    *_, table, since, until, _ = asked.path.split("/")
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    rates = WEEKLY if table == "B" else DAILY
    weekly = table == "B" and len(days) > 1  # a fault of the table is asked for on any one day
    published = [d for d in days if (d.weekday() == WEDNESDAY if weekly else d.weekday() < 5)]
    return [Record(day, code, value) for day in published for code, value in rates.items()]


def _write(asked: Asked, records: list[Record]) -> bytes:
    table = asked.path.split("/")[-4]
    days = dict.fromkeys(r.day for r in records)
    return listing(*(listed([r for r in records if r.day == day], table) for day in days))


def listing(*tables: str) -> bytes:
    return f"[{','.join(tables)}]".encode()


def listed(records: Iterable[Record], table: str = "B", day: str = "") -> str:
    rows = list(records)
    told = day or str(rows[0].day)
    rates = ",".join(f'{{"currency":"waluta","code":"{r.code}","mid":{json_value(r.value)}}}' for r in rows)
    head = f'"table":"{table}","no":"013/{table}/NBP/2026","effectiveDate":"{told}"'
    return f'{{{head},"rates":[{rates}]}}'


def tenge(value: str = "0.0075", code: str = "KZT") -> Record:
    return Record(DAY, code, value)


PUBLISHER = Publisher("nbp", {"https://api.nbp.pl": ""}, _records, _write, "application/json")
OUTCOMES = {
    "healthy": Outcome(accepted=9),
    "404": Outcome(),
    "wrong encoding": parse("not in UTF-8"),
    "bomb": parse("nested too deeply"),
}


def test_the_days_of_the_weekly_table_are_taken_of_both() -> None:
    with serve(PUBLISHER.handler()) as server, Client() as client:
        here = PUBLISHER.at(server.url, SOURCE)
        rows = list(nbp.fetch(client, here, DAY - timedelta(days=7), DAY + timedelta(days=2)))
    days = [DAY - timedelta(days=7), DAY]
    expected = [
        Rate("nbp", code, "PLN", day, float(value)) for day in days for code, value in {**WEEKLY, **DAILY}.items()
    ]
    assert rows == expected
    assert [asked.path for asked in server.asked] == [
        f"/api/exchangerates/tables/{table}/2026-03-25/2026-04-03/" for table in ("B", "A")
    ]


def test_a_range_without_a_table_is_answered_with_404_and_brings_nothing() -> None:
    nothing = Reply(b"404 NotFound - Not Found - Brak danych", status=404)
    with serve(lambda _: nothing) as server, Client() as client:
        assert list(nbp.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY)) == []


def test_nothing_is_asked_of_the_years_before_the_service() -> None:
    with serve(PUBLISHER.handler()) as server, Client() as client:
        here = PUBLISHER.at(server.url, SOURCE)
        assert list(nbp.fetch(client, here, date(1999, 1, 5), date(2001, 12, 31))) == []
    assert server.asked == []


def test_another_refusal_is_an_error() -> None:
    refused = Reply(b"400 BadRequest - Przekroczony limit 93 dni", status=400)
    with serve(lambda _: refused) as server, Client() as client:
        rows = nbp.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY)
        with pytest.raises(FetchError, match="status 400"):
            next(rows)


def test_of_a_currency_in_both_tables_the_weekly_one_counts() -> None:
    def answer(asked: Asked) -> Reply:
        table = asked.path.split("/")[-4]
        value = "0.0440" if table == "B" else "0.0442"
        return Reply(listing(listed([tenge(value, "RUB")], table)))

    with serve(answer) as server, Client() as client:
        rows = list(nbp.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY))
    assert rows == [Rate("nbp", "RUB", "PLN", DAY, 0.044)]


def test_a_value_that_is_no_number_is_rejected_beside_sound_ones() -> None:
    body = listing(listed([tenge("N/A"), tenge("1.0299", "TMT")]))

    def answer(asked: Asked) -> Reply:
        return Reply(body if "/B/" in asked.path else b"[]")

    with serve(answer) as server, Client() as client:
        rows = list(nbp.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY))
    assert rows == [
        Rejected("KZT/PLN 2026-04-01", "the value is not a number: 'N/A'"),
        Rate("nbp", "TMT", "PLN", DAY, 1.0299),
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"table":"B"}', "not a list of tables"),
        (b"[1]", "not a list of tables"),
        (listing(listed([tenge()], "A")), "is table A where B was expected"),
        (listing(listed([tenge()], day="2026-04-08")), "is for 2026-04-08 where"),
        (listing(listed([tenge()], day="1 kwietnia")), "states no date that we can read"),
        (b'[{"table":"B","effectiveDate":"2026-04-01"}]', "no list of rates"),
        (b'[{"table":"B","effectiveDate":"2026-04-01","rates":[1]}]', "no list of rates"),
        (listing(listed([tenge()]))[:-1], "not well-formed JSON"),
    ],
)
def test_an_answer_that_is_not_the_table_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        nbp.parse(body, SOURCE, "B", DAY, DAY)


def test_a_table_without_our_currencies_is_refused() -> None:
    body = listing(listed([tenge("0.02", "AFN")]))
    weekly = serve(lambda asked: Reply(body if "/B/" in asked.path else b"[]"))
    with weekly as server, Client() as client:
        rows = nbp.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY)
        with pytest.raises(ParseError, match="none of the currencies"):
            next(rows)
