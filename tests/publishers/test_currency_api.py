"""The open aggregate: its files, its second address, and the days it lacks. All answers here are hand-shaped."""

from __future__ import annotations

import re
from datetime import date
from itertools import repeat

import msgspec
import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import currency_api
from tests.loopback import Asked, Handler, Reply, closed_port, route, serve
from tests.loopback.outcomes import NOTHING, Outcome, parse
from tests.loopback.publishers import Publisher, Record, json_value


def _day_in_path(asked: Asked) -> date:
    found = re.search(r"\d{4}-\d\d-\d\d", asked.path)
    assert found, asked.path
    return date.fromisoformat(found[0])


def _currency_api_records(asked: Asked) -> list[Record]:
    day = _day_in_path(asked)
    told = {"kgs": "87.45729812", "kzt": "441.23118401", "tjs": "9.23252219", "uzs": "11792.20418852"}
    more = {"tmt": "3.49984217", "eur": "0.88021763", "rub": "84.50816602", "cny": "6.70780113", "1inch": "9.1"}
    return [Record(day, code, value) for code, value in {**told, **more}.items()]  # 2026-09-29


def _currency_api(asked: Asked, records: list[Record]) -> bytes:
    day = records[0].day if records else _day_in_path(asked)
    rates = ",".join(f'"{r.code}":{json_value(r.value)}' for r in records)
    return f'{{"date":"{day}","usd":{{{rates}}}}}'.encode()


PUBLISHER = Publisher(
    "currency_api",
    {"https://cdn.jsdelivr.net": "", "https://{day:%Y-%m-%d}.currency-api.pages.dev": "/pages/{day:%Y-%m-%d}"},
    _currency_api_records,
    _currency_api,
    "application/json; charset=utf-8",
)
WITHOUT_NOMINAL = True
OUTCOMES = {
    "healthy": Outcome(accepted=8),
    "404": NOTHING,
    "wrong encoding": parse("not in UTF-8"),
    "bomb": parse("nested too deeply"),
    "no records": parse("none of the currencies that we take"),
    "duplicates that disagree": parse("says the same thing twice"),
}

SOURCE = sources()["currency_api"]
DAY = date(2026, 9, 29)
HEALTHY = PUBLISHER.handler()


def file(rates: str, day: str = "2026-09-29") -> bytes:
    return f'{{"date": "{day}", "usd": {{{rates}}}}}'.encode()


def told_by(first: Handler, second: Handler) -> tuple[list[object], list[str]]:
    """The rows where the two addresses answer like this, and the paths that were asked."""
    with serve(route({"/npm/": first, "/pages/": second})) as server, Client(sleep=lambda _: None) as client:
        rows: list[object] = list(currency_api.fetch(client, PUBLISHER.at(server.url, SOURCE), DAY, DAY))
    return rows, [asked.path for asked in server.asked]


def status(code: int) -> Handler:
    return lambda _: Reply(status=code)


def stale(_asked: Asked) -> Reply:
    return Reply(file('"kzt": 440', "2026-09-28"))


def test_a_file_is_read_as_units_for_one_dollar() -> None:
    rows, paths = told_by(HEALTHY, status(404))
    assert rows[0] == Rate("currency_api", "USD", "KZT", DAY, 441.23118401)
    assert [row.quote for row in rows if isinstance(row, Rate)] == list(SOURCE.quotes)
    assert paths == ["/npm/@fawazahmed0/currency-api@2026-09-29/v1/currencies/usd.min.json"]


def test_each_day_is_asked_once_with_the_pause_between() -> None:
    pauses: list[float] = []
    with serve(HEALTHY) as server, Client() as client:
        source = msgspec.structs.replace(PUBLISHER.at(server.url, SOURCE), pause=0.05)
        rows = list(currency_api.fetch(client, source, date(2026, 9, 26), DAY, pauses.append))
    assert len(server.asked) == 4  # a weekend among them
    assert len(rows) == 4 * len(SOURCE.quotes)
    assert pauses == [0.05] * 3


@pytest.mark.parametrize("first", [status(404), status(500), stale, lambda _: Reply(b"<html>")])
def test_the_second_address_is_asked_where_the_first_fails(first: Handler) -> None:
    rows, paths = told_by(first, HEALTHY)
    assert len(rows) == len(SOURCE.quotes)
    assert paths[-1] == "/pages/2026-09-29/v1/currencies/usd.min.json"


def test_a_day_that_neither_address_has_was_not_published() -> None:
    assert told_by(status(404), status(404))[0] == []


@pytest.mark.parametrize(("first", "second"), [(404, 500), (500, 404), (500, 403)])
def test_a_day_that_one_address_may_have_is_an_error_that_names_the_graver_fault(first: int, second: int) -> None:
    with pytest.raises(FetchError, match=r"broken at the moment \(status 500\)"):
        told_by(status(first), status(second))


def test_a_day_that_the_first_lacks_is_not_a_gap_while_the_second_cannot_be_reached() -> None:
    with serve(status(404)) as server, closed_port() as nowhere, Client(sleep=lambda _: None) as client:
        source = msgspec.structs.replace(SOURCE, url=server.url, fallback=nowhere)
        with pytest.raises(FetchError, match="refuses connections"):
            list(currency_api.fetch(client, source, DAY, DAY))


def test_a_silent_address_leaves_time_for_the_other_and_is_asked_last_on_later_days() -> None:
    silent = Reply(raw=repeat(b""), every=60)
    with (
        serve(route({"/npm/": lambda _: silent, "/pages/": HEALTHY})) as server,
        Client(deadline=1.0) as client,
    ):
        source = msgspec.structs.replace(PUBLISHER.at(server.url, SOURCE), pause=0.0)
        rows = list(currency_api.fetch(client, source, date(2026, 9, 27), DAY))
        paths = [asked.path.split("/")[1] for asked in server.asked]
    assert len(rows) == 3 * len(SOURCE.quotes)
    assert paths == ["npm", "pages", "pages", "pages"]


def test_a_source_without_a_second_address_asks_one() -> None:
    with serve(status(404)) as server, Client() as client:
        source = msgspec.structs.replace(SOURCE, url=server.url, fallback="")
        assert list(currency_api.fetch(client, source, DAY, DAY)) == []


def test_a_currency_that_is_missing_from_a_file_is_a_gap() -> None:
    assert currency_api.parse(file('"kzt": 441.2'), SOURCE, DAY) == [Rate("currency_api", "USD", "KZT", DAY, 441.2)]


def test_the_first_twelve_digits_are_kept_as_published() -> None:
    (row,) = currency_api.parse(file('"uzs": 11792.20418852999'), SOURCE, DAY)
    assert row == Rate("currency_api", "USD", "UZS", DAY, 11792.2041885)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('"N/A"', "the value is not a number: 'N/A'"),
        ("NaN", "the value is not a number: 'NaN'"),
        ("-Infinity", "the value is not a number: '-Infinity'"),
        ("null", "there is no value"),
        ("true", "there is no value"),
        ("[441.2]", "there is no value"),
        ('""', "there is no value"),
    ],
)
def test_a_value_that_is_no_number_is_rejected(value: str, why: str) -> None:
    assert currency_api.parse(file(f'"kzt": {value}'), SOURCE, DAY) == [Rejected("USD/KZT 2026-09-29", why)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (file('"kzt": 441.2', "2026-09-28"), "the answer is for 2026-09-28 where 2026-09-29 was asked for"),
        (b'{"usd": {"kzt": 441.2}}', r"states no date that we can read \(None\)"),
        (b'{"date": "2026-09-29", "eur": {"kzt": 500}}', "no list of rates for one USD"),
        (b'{"date": "2026-09-29", "usd": [441.2]}', "no list of rates for one USD"),
        (b"[]", "no list of rates for one USD"),
        (file('"btc": 0.00001'), "lists none of the currencies that we take"),
        (file('"kzt": 441.2, "kzt": 44.12'), "says the same thing twice"),
        (file('"kzt": 441.2')[:-1], "not well-formed JSON"),
        (file('"kzt": 441,2'), "not well-formed JSON"),
        (file('"Ж": 1').decode().encode("windows-1251"), "not in UTF-8"),
        (b'{"usd":' * 100_000, "nested too deeply"),
        (b"", "the answer is empty"),
        (b"<!doctype html><title>jsDelivr</title>", "a web page instead of rates"),
    ],
)
def test_an_answer_that_is_not_the_file_of_the_day_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        currency_api.parse(body, SOURCE, DAY)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert len(currency_api.parse(b"\xef\xbb\xbf" + file('"kzt": 441'), SOURCE, DAY)) == 1
