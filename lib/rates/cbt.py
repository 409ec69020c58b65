"""Central Bank of Turkmenistan: manat for one or more units of each currency, as UTF-8 XML, one file a day.

A file holds one <date> and a <rate code="..."> a currency: <multiplier> the units, <rate_tmt> the manat for them. Its
date was written as in 2021-05-20 until 2023, and as in 20.05.2026 since. There is no file for a Sunday or a holiday.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from lib.catalog import Source
from lib.errors import FetchError, ParseError
from lib.net import Client
from lib.rates import Pause, Row, expect_day, paced_days, part, read_day, read_xml, row


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The rows of each day from `since` to `until`, one request a day, `source.pause` seconds apart. A day whose file
    the bank says it does not have (404) was not published."""
    for day in paced_days(source, since, until, pause):
        with part(day):
            yield from _fetch_day(client, source, day)


def _fetch_day(client: Client, source: Source, day: date) -> list[Row]:
    try:
        return parse(client.get(source.key, source.url.format(day=day)).body, source, day)
    except FetchError as failed:
        if failed.status != 404:
            raise
        return []


def parse(body: bytes, source: Source, day: date) -> list[Row]:
    """The rows of one day's file. Raises ParseError for anything that is not the file of `day`."""
    listed = read_xml(source, body, "cbt_currency_rate")
    told = listed.findtext("date") or ""
    expect_day(source, read_day(source, told, "%Y-%m-%d" if "-" in told else "%d.%m.%Y"), day)
    coded = [((item.get("code") or "").strip(), item) for item in listed.findall("rate")]
    rows = [
        row(source, day, code, source.base, item.findtext("rate_tmt"), item.findtext("multiplier"))
        for code, item in coded
        if code in source.quotes or not code
    ]
    if coded and not rows:
        raise ParseError(source.key, "the answer lists none of the currencies that we take")
    return rows
