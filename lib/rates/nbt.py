"""National Bank of Tajikistan: somoni for one or more units of each currency, as windows-1251 XML, one request a
currency for any number of days.

A range holds a <Record> a calendar day, weekends repeating the day before: <CharCode>, <Nominal> the units, <Value>
the somoni for them. The rouble's numeric Id is 810, which ISO gave up in 1998, so only the CharCode is believed. For
what the bank does not have it may answer with today's list, and without a word.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from lib.catalog import Source
from lib.errors import ParseError
from lib.net import Client
from lib.rates import Pause, Row, expect_within, part, read_day, read_xml, row

RANGE = "?d1={since}&d2={until}&cs={code}&export=xml"


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The rows of the days `since` .. `until`, one request a currency, `source.pause` seconds apart."""
    for code in source.quotes:
        if code != source.quotes[0]:
            pause(source.pause)
        address = source.url + RANGE.format(since=since, until=until, code=code)
        with part(quote=code):
            yield from parse(client.get(source.key, address).body, source, code, since, until)


def parse(body: bytes, source: Source, code: str, since: date, until: date) -> list[Row]:
    """The rows of one currency's range. Raises ParseError for anything that is not `code` from `since` to `until`."""
    records = read_xml(source, body, "ValCurs").findall("Record")
    return [_row(record, source, code, since, until) for record in records]


def _row(record: Element, source: Source, code: str, since: date, until: date) -> Row:
    told = (record.findtext("CharCode") or "").strip()
    if told != code:
        raise ParseError(source.key, f"the answer is about {told or 'no currency'} where {code} was asked for")
    day = read_day(source, record.get("Date"), "%d.%m.%Y")
    expect_within(source, day, since, until)
    return row(source, day, code, source.base, record.findtext("Value"), record.findtext("Nominal"))
