"""Frankfurter, version 2: units of each currency for one USD, as JSON, one request for all currencies and any number of
days.

`[{"date": "2026-04-01", "base": "USD", "quote": "KZT", "rate": 470.1}, ...]`, flat. A rate is a blend of what many
central banks published; where one of them publishes at weekends, so does it. For a pair that is silent on the first day
asked for it gives its newest earlier row, of at most 14 days before: that was not asked for, and is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from lib.catalog import Source
from lib.errors import ParseError
from lib.net import Client
from lib.rates import Pause, Row, expect_within, read_day, read_json, row

RANGE = "?base={base}&quotes={quotes}&from={since}&to={until}"
EARLIER = timedelta(days=14)


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:  # noqa: ARG001 - one request needs no pause
    """The rows of the days `since` .. `until`."""
    query = RANGE.format(base=source.base, quotes=",".join(source.quotes), since=since, until=until)
    yield from parse(client.get(source.key, source.url + query).body, source, since, until)


def parse(body: bytes, source: Source, since: date, until: date) -> list[Row]:
    """The rows of one range. Raises ParseError for anything that is not about one USD from `since` to `until`."""
    told = read_json(source, body)
    if not isinstance(told, list) or not all(isinstance(record, dict) for record in told):
        raise ParseError(source.key, "the answer is not a list of rates")
    coded = [(str(record.get("quote") or "").strip(), record) for record in told]
    rows = [_row(code, record, source, since, until) for code, record in coded if code in source.quotes or not code]
    if told and not rows:
        raise ParseError(source.key, "the answer lists none of the currencies that we take")
    return [row for row in rows if row is not None]


def _row(code: str, record: dict[str, Any], source: Source, since: date, until: date) -> Row | None:
    """A record as a row; None for one of before `since`."""
    base = record.get("base")
    if base != source.base:
        raise ParseError(source.key, f"the answer is per {base or 'no currency'} where {source.base} was asked for")
    day = read_day(source, record.get("date"), "%Y-%m-%d")
    if since - EARLIER <= day < since:
        return None
    expect_within(source, day, since, until)
    return row(source, day, source.base, code, record.get("rate"))
