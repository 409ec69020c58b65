"""National Bank of Kazakhstan: tenge for one or more units of each currency, as UTF-8 XML, one request a day.

A list holds one <date> and an <item> a currency: <title> its code, <quant> the units, <description> the tenge for
them (UZS is per 100). It is published on weekdays. A day without rates has no <item>, and an <info> that says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from lib.catalog import Source
from lib.errors import ParseError
from lib.net import Client
from lib.rates import Pause, Row, expect_day, paced_days, part, read_day, read_xml, row


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The rows of each weekday from `since` to `until`, one request a day, `source.pause` seconds apart."""
    for day in paced_days(source, since, until, pause):
        with part(day):
            yield from parse(client.get(source.key, source.url.format(day=day)).body, source, day)


def parse(body: bytes, source: Source, day: date) -> list[Row]:
    """The rows of one day's list. Raises ParseError for anything that is not the list of `day`."""
    rates = read_xml(source, body, "rates")
    told, items = rates.findtext("date"), rates.findall("item")
    if told is not None or items:
        expect_day(source, read_day(source, told, "%d.%m.%Y"), day)
    coded = [((item.findtext("title") or "").strip(), item) for item in items]
    rows = [
        row(source, day, code, source.base, item.findtext("description"), item.findtext("quant"))
        for code, item in coded
        if code in source.quotes or not code
    ]
    if items and not rows:
        raise ParseError(source.key, "the answer lists none of the currencies that we take")
    return rows
