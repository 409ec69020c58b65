"""The open aggregate `currency-api`: units of each currency for one USD, as JSON, one request a day.

`{"date": "2026-09-29", "usd": {"kzt": 441.23, ...}}`. A mirror may lack a day or serve an old file, so the second
address is asked where the first fails. A day that both say they do not have (404) was not published.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from lib.catalog import Source
from lib.errors import FetchError, ParseError, SourceError
from lib.net import Client
from lib.rates import Pause, Row, expect_day, paced_days, part, read_day, read_json, row


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The rows of each day from `since` to `until`, one request a day, `source.pause` seconds apart."""
    addresses = [address for address in (source.url, source.fallback) if address]
    for day in paced_days(source, since, until, pause):
        with part(day):
            yield from _fetch_day(client, source, day, addresses)


def _fetch_day(client: Client, source: Source, day: date, addresses: list[str]) -> list[Row]:
    """The rows of one day. An address that cannot be reached comes last on the days after it: a
    host that is silent would cost its share of the deadline again on each."""
    faults: list[SourceError] = []
    for address in tuple(addresses):
        try:
            url, share = address.format(day=day), 1 / len(addresses)
            return parse(client.get(source.key, url, share=share).body, source, day)
        except SourceError as failed:
            faults.append(failed)
            if isinstance(failed, FetchError) and failed.status is None:
                addresses.sort(key=address.__eq__)
    for fault in faults:
        if not _is_absence(fault):
            raise fault
    return []


def _is_absence(fault: SourceError) -> bool:
    return isinstance(fault, FetchError) and fault.status == 404


def parse(body: bytes, source: Source, day: date) -> list[Row]:
    """The rows of one day's file. Raises ParseError for anything that is not the file of `day`."""
    told = read_json(source, body)
    rates = told.get(source.base.lower()) if isinstance(told, dict) else None
    if not isinstance(rates, dict):
        raise ParseError(source.key, f"the answer has no list of rates for one {source.base}")
    expect_day(source, read_day(source, told.get("date"), "%Y-%m-%d"), day)
    taken = [code for code in source.quotes if code.lower() in rates]
    if not taken:
        raise ParseError(source.key, "the answer lists none of the currencies that we take")
    return [row(source, day, source.base, code, rates[code.lower()]) for code in taken]
