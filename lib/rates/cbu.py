"""Central Bank of Uzbekistan: sum for one or more units of each currency, as JSON, one request a day.

`[{"Ccy": "USD", "Nominal": "1", "Rate": "12194.21", "Date": "01.04.2026", ...}, ...]`, all of it strings. A day without
a list of its own (a holiday; most days until 2019, when there was one list a week) is answered with the list in force.
Old lists hold currencies that are gone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from lib.catalog import Source
from lib.errors import ParseError
from lib.net import Client
from lib.rates import Pause, Row, expect_day, paced_days, part, read_day, read_json, row

# A weekly list is in force for six days after its own. An older one is not what was asked for.
LONGEST_IN_FORCE = timedelta(days=7)


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The rows in force on each weekday from `since` to `until`, one request a day, `source.pause` seconds apart. They
    count for the day that they state, which may be up to a week before `since`, and come again with each day asked."""
    for day in paced_days(source, since, until, pause):
        with part(day):
            yield from parse(client.get(source.key, source.url.format(day=day)).body, source, day)


def parse(body: bytes, source: Source, day: date) -> list[Row]:
    """The rows of the list in force on `day`. Raises ParseError for anything that is not such a list."""
    told = read_json(source, body)
    if not isinstance(told, list) or not all(isinstance(record, dict) for record in told):
        raise ParseError(source.key, "the answer is not a list of rates")
    coded = [(str(record.get("Ccy") or "").strip(), record) for record in told]
    rows = [_row(code, record, source, day) for code, record in coded if code in source.quotes or not code]
    if told and not rows:
        raise ParseError(source.key, "the answer lists none of the currencies that we take")
    return rows


def _row(code: str, record: dict[str, Any], source: Source, asked: date) -> Row:
    day = read_day(source, record.get("Date"), "%d.%m.%Y")
    if not asked - LONGEST_IN_FORCE <= day < asked:
        expect_day(source, day, asked)
    return row(source, day, code, source.base, record.get("Rate"), record.get("Nominal"))
