"""Bank of Russia: roubles for one or more units of each currency, as windows-1251 XML with a decimal comma, one request
a currency for any number of days.

A range holds a <Record> for each day that a list was dated, Tuesday to Saturday: its Id the bank's own code of the
currency, <Nominal> the units (which change over the years), <Value> the roubles for them. Older answers lack the
<VunitRate> for one unit, so it is never read. The bank has one code for the somoni and for the Tajik rouble,
of which it took 1,000; what is older than a currency is rejected by `checks.sift`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from lib.catalog import Source
from lib.countries import LIVES
from lib.errors import ParseError
from lib.net import Client
from lib.rates import Pause, Row, expect_within, part, read_day, read_xml, row

RANGE = "?date_req1={since:%d/%m/%Y}&date_req2={until:%d/%m/%Y}&VAL_NM_RQ={number}"
NUMBERS = {
    "USD": "R01235",
    "EUR": "R01239",
    "CNY": "R01375",
    "KZT": "R01335",
    "KGS": "R01370",
    "TJS": "R01670",
    "UZS": "R01717",
    "TMT": "R01710A",
}


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The rows of the days `since` .. `until`, one request a currency, `source.pause` seconds apart. A currency is
    asked for from its own first day on."""
    begins = {code: max(since, LIVES[code].first) for code in source.quotes}
    for nth, code in enumerate(code for code, begin in begins.items() if begin <= until):
        if nth:
            pause(source.pause)
        address = source.url + RANGE.format(since=begins[code], until=until, number=NUMBERS[code])
        with part(quote=code):
            yield from parse(client.get(source.key, address).body, source, code, since, until)


def parse(body: bytes, source: Source, code: str, since: date, until: date) -> list[Row]:
    """The rows of one currency's range. Raises ParseError for anything that is not `code` from `since` to `until`."""
    records = read_xml(source, body, "ValCurs").findall("Record")
    if not body.startswith(b"<?xml"):  # a shield against floods stands before the bank and answers in its stead
        raise ParseError(source.key, "the answer does not begin with an XML declaration")
    return [_row(record, source, code, since, until) for record in records]


def _row(record: Element, source: Source, code: str, since: date, until: date) -> Row:
    told = (record.get("Id") or "").strip()
    if told != NUMBERS[code]:
        raise ParseError(
            source.key, f"the answer is about {told or 'no currency'} where {NUMBERS[code]} ({code}) was asked for"
        )
    day = read_day(source, record.get("Date"), "%d.%m.%Y")
    expect_within(source, day, since, until)
    value = (record.findtext("Value") or "").replace(",", ".")
    return row(source, day, code, source.base, value, record.findtext("Nominal"))
